"""Every premise of the catalogue, with a problem that barely meets it and one that breaks it."""

from typing import Any, NamedTuple

import mfcheck as mf
from mfcheck.claims import model_premises, partial_premises, premises
from mfcheck.claims.assumption import Assumption
from mfcheck.claims.rate_premises import SECOND_MOMENT, averaged_well, drawn_often
from mfcheck.claims.step_premises import descends_by
from tests.edge_problems import (
    DEFAULT,
    GAP,
    INDEPENDENT,
    LONG,
    SMALL,
    WHOLE,
    by_its_bias,
    half_and_half,
    head_start,
    heavy,
    iid,
    losing,
    on_two,
    partial,
    rare,
    through,
    twins,
    with_rate,
)
from tests.property_files import property_file

Named = tuple[str, Any]
"""A problem behind its name in words."""


class Edge(NamedTuple):
    """A premise, a problem that meets it, barely where that can be said, and one that breaks it."""

    premise: Assumption
    meets: Named
    breaks: Named


def phis(premise, meets, breaks):
    """An edge between two rows of activations."""
    return Edge(
        premise, *((f"φ = {', '.join(names)}", through(*names)) for names in (meets, breaks))
    )


THREE = property_file("global_convergence_three_layer")
START = next(a for a in THREE.claim.assumed if a.test is THREE.good_start)
SUB_GAUSSIAN = property_file("coupling_unbounded").SUB_GAUSSIAN

ACTIVATIONS = (
    phis(premises.BOUNDED, ("sin", "softplus"), ("softplus", "identity")),
    phis(premises.BOUNDED, ("sin", "softplus"), ("tanh", "relu")),
    phis(premises.LIPSCHITZ, ("softplus", "softplus"), ("softplus", "relu")),
    phis(premises.LIPSCHITZ, ("softplus", "softplus"), ("relu", "softplus")),
    phis(premises.UPPER_SLOPES, ("sin", "tanh", "softplus"), ("tanh", "sin", "identity")),
    phis(premises.UPPER_SLOPES, ("sin", "tanh", "softplus"), ("tanh", "tanh", "sin")),
    phis(premises.DENSE, ("sin", "relu"), ("softplus", "identity")),
    *(phis(premises.deep(L), ("tanh",) * L, ("tanh",) * (L - 1)) for L in (3, 4, 5)),
)

DATA_AND_LOSS = (
    Edge(
        premises.DENSE,
        ("a constant coordinate of 1e-9", on_two(1.0, last=SMALL)),
        ("one of 0", on_two(1.0, last=0.0)),
    ),
    Edge(
        premises.PINNED_LOSS,
        ("Geman–McClure loss", losing("geman_mcclure", 0.0)),
        ("Tukey's loss", losing("tukey", 1.0)),
    ),
    Edge(
        premises.ONE_OF_THE_CASES,
        ("Huber's loss, one input with two targets", losing("huber", 0.0)),
        ("Geman–McClure loss on the same", losing("geman_mcclure", 0.0)),
    ),
    Edge(
        premises.ONE_OF_THE_CASES,
        ("Geman–McClure loss, two inputs 1e-9 apart", losing("geman_mcclure", SMALL)),
        ("Tukey's loss on the same", losing("tukey", SMALL)),
    ),
    Edge(
        premises.FUNCTION,
        ("two inputs 1e-9 apart with two targets", on_two(SMALL)),
        ("one input with two targets", on_two(0.0)),
    ),
    Edge(
        premises.FUNCTION,
        ("one input twice with one target", on_two(0.0, (1.0, 1.0))),
        ("with targets 1e-9 apart", on_two(0.0, (1.0, 1.0 + SMALL))),
    ),
    Edge(
        partial_premises.DISTINCT,
        ("two inputs 1e-9 apart", twins(SMALL)),
        ("one input twice", twins(0.0)),
    ),
)

LAWS = (
    Edge(
        premises.BOUNDED_WEIGHTS,
        ("w_2 uniform on (0, 1e6)", iid(W2=mf.Uniform(0, 1e6))),
        ("w_2 normal of deviation 1e-9", iid(W2=mf.Normal(0.0, SMALL))),
    ),
    Edge(
        premises.INDEPENDENT,
        ("independent weights", INDEPENDENT),
        ("tables of one atom a layer", mf.FiniteSpec(atoms=1).problem()),
    ),
    Edge(
        premises.CONSTANT_BIASES,
        ("b_2 = 9", iid(b={2: mf.Dirac(9.0)})),
        ("b_2 uniform on (0, 1e-9)", iid(b={2: mf.Uniform(0, SMALL)})),
    ),
    Edge(
        premises.FULL_SUPPORT,
        ("w_1 normal", iid(LONG, W1=WHOLE)),
        ("w_1 normal outside of a gap of 1e-9", iid(LONG, W1=GAP)),
    ),
    Edge(
        SECOND_MOMENT,
        ("w_2 with the tail x^-2.1", heavy(2.1)),
        ("with the tail x^-1.9", heavy(1.9)),
    ),
    Edge(
        SUB_GAUSSIAN,
        ("w_2 = ±1.999", half_and_half(1, 1.999)),
        ("w_2 = ±2.001", half_and_half(1, 2.001)),
    ),
    Edge(
        START,
        ("w_3 of mean 0.01, which lowers the loss", head_start(0.01)),
        ("of mean -0.01, which raises it", head_start(-0.01)),
    ),
)

MODELS = (
    Edge(
        premises.FROZEN_BIASES,
        ("all rates of biases 0", LONG),
        ("one of 1e-9", LONG.trained_by({}, {2: SMALL, 3: 0.0})),
    ),
    Edge(
        model_premises.STANDARD,
        ("a standard model", DEFAULT),
        ("a general one", mf.GeneralSpec().problem()),
    ),
    Edge(
        model_premises.SCHEDULES,
        ("a rate of 1e6", with_rate(1e6)),
        ("the rate 1/(1 - t)", with_rate(lambda t: 1 / (1 - t))),
    ),
    Edge(
        partial_premises.VANISHING,
        ("σ = tanh", partial(sigma="tanh")),
        ("σ = sigmoid", partial(sigma="sigmoid")),
    ),
)

WIDTHS = (16, 32, 40, 64, 1024, 10**4)
RATES = (
    *(
        Edge(
            drawn_often(N),
            (f"an atom of p = 1.001/{N}", rare(1.001 / N)),
            (f"of p = 0.999/{N}", rare(0.999 / N)),
        )
        for N in WIDTHS
    ),
    *(
        Edge(
            averaged_well(N),
            (f"w_2 = ±0.2499 √{N}", half_and_half(N, 0.2499)),
            (f"w_2 = ±0.2501 √{N}", half_and_half(N, 0.2501)),
        )
        for N in WIDTHS
    ),
    *(
        Edge(
            descends_by(steps),
            ("a parabola, ε times its curvature 1.499", by_its_bias(steps, 1.499)),
            ("1.501", by_its_bias(steps, 1.501)),
        )
        for steps in (10, 40, 240)
    ),
)

EDGES = (*ACTIVATIONS, *DATA_AND_LOSS, *LAWS, *MODELS, *RATES)

NEVER_BROKEN = (premises.TAME_LOSS, premises.BOUNDED_INPUTS)
"""By what a problem is: its data are finitely many finite points, and losses with a name tame."""
