"""Every premise of the catalogue, on a problem that barely meets it and one that breaks it."""

from dataclasses import replace
from math import inf, sqrt

import pytest
import torch

import mfcheck as mf
from mfcheck.claims import Check, Claim, model_premises, partial_premises, premises
from mfcheck.claims.assumption import Status
from mfcheck.claims.rate_premises import SECOND_MOMENT, averaged_well, drawn_often
from mfcheck.claims.step_premises import descends_by
from mfcheck.errors import InvalidArgument
from mfcheck.model.ensemble import Ensemble
from mfcheck.problems.long_horizon import LongHorizonSpec
from tests.property_files import FILES, property_file

DEFAULT, INDEPENDENT = mf.FiniteSpec().problem(), mf.IIDSpec().problem()
LONG = LongHorizonSpec().problem()
BETTER = LongHorizonSpec(shift=-1.0, scale=1.0, last="better").problem()
EDGE = 1e-9


def through(*phis):
    """A problem with these activations."""
    return mf.FiniteSpec(phis).problem()


def iid(base=INDEPENDENT, b=None, **W):
    """A problem with i.i.d. weights, some of whose laws are others: w_2 is W2."""
    laws = base.emb.W | {int(name[1:]): law for name, law in W.items()}
    return replace(base, emb=mf.IIDEmbedding(laws, b or base.emb.b))


def on_two(apart, y=(1.0, -1.0), last=1.0):
    """Two data points at a distance, with their targets; last: their constant coordinate."""
    x = [[0.0, 0.0, last], [apart, 0.0, last]]
    return replace(DEFAULT, data=mf.DataLaw(x, list(y)))


def losing(loss, apart):
    """The same two points under a loss."""
    return replace(on_two(apart), model=mf.Model(("tanh", "tanh", "identity"), loss))


def half_and_half(N, share):
    """Weights w_2 = ± a, half of each at every neuron: their deviation is share of √N."""
    signs = torch.tensor([[1.0, -1.0], [-1.0, 1.0]], dtype=torch.float64)
    W = {1: torch.ones(2, 3).double(), 2: sqrt(N) * share * signs, 3: torch.ones(2, 1).double()}
    return replace(DEFAULT, emb=mf.FiniteEmbedding(Ensemble(W)))


def rare(p):
    """One atom of the second layer has the probability p."""
    atoms = DEFAULT.emb.atoms
    measure = torch.full((12,), (1 - p) / 11, dtype=torch.float64)
    measure[0] = p
    emb = mf.FiniteEmbedding(Ensemble.of(atoms.W, atoms.b, atoms.P | {2: measure}))
    return replace(DEFAULT, emb=emb)


def by_its_bias(steps, curved):
    """Only the last bias learns, where the loss is a parabola; curved: ε times its curvature."""
    frozen = DEFAULT.trained_by({1: 0, 2: 0, 3: 0}, {2: 0, 3: 1})
    return replace(frozen, T=steps * curved, eps=None)


def heavy(index):
    """w_2 of a law with the tail x^{-index}."""
    return iid(W2=mf.Quantile(lambda u: (1 - u) ** (-1 / index), index / (index - 1), (1.0, inf)))


def head_start(lead):
    """w_3 uniform on lead ± 1: its side decides whether the start is better than ŷ = 0."""
    return iid(BETTER, W3=mf.Uniform(lead - 1, lead + 1))


def with_rate(rate):
    return DEFAULT.trained_by({1: rate})


def partial(**fields):
    return mf.PartialSpec(**fields).problem()


def twins(apart):
    """A partially trained problem with two inputs at a distance."""
    base = partial()
    x = base.data.x.clone()
    x[1] = x[0]
    x[1, 0] += apart
    return replace(base, data=mf.DataLaw(x, base.data.y))


WHOLE = mf.Normal(0.0, 1.0, dim=3)
GAP = mf.Independent(
    mf.Conditioned(mf.Normal(), ((-inf, 0.0), (EDGE, inf))), mf.Normal(), mf.Normal()
)
THREE = property_file("global_convergence_three_layer")
START = next(a for a in THREE.claim.assumed if a.test is THREE.good_start)
SUB_GAUSSIAN = property_file("coupling_unbounded").SUB_GAUSSIAN

PAIRS = [
    (premises.BOUNDED, through("sin", "softplus"), through("softplus", "identity")),
    (premises.BOUNDED, through("sin", "softplus"), through("tanh", "relu")),
    (premises.LIPSCHITZ, through("softplus", "softplus"), through("softplus", "relu")),
    (premises.LIPSCHITZ, through("softplus", "softplus"), through("relu", "softplus")),
    (premises.UPPER_SLOPES, through("sin", "tanh", "softplus"), through("tanh", "sin", "identity")),
    (premises.UPPER_SLOPES, through("sin", "tanh", "softplus"), through("tanh", "tanh", "sin")),
    (premises.DENSE, on_two(1.0, last=EDGE), on_two(1.0, last=0.0)),
    (premises.DENSE, through("sin", "relu"), through("softplus", "identity")),
    (premises.PINNED_LOSS, losing("geman_mcclure", 0.0), losing("tukey", 1.0)),
    (premises.ONE_OF_THE_CASES, losing("huber", 0.0), losing("geman_mcclure", 0.0)),
    (premises.ONE_OF_THE_CASES, losing("geman_mcclure", EDGE), losing("tukey", EDGE)),
    (premises.FUNCTION, on_two(EDGE), on_two(0.0)),
    (premises.FUNCTION, on_two(0.0, (1.0, 1.0)), on_two(0.0, (1.0, 1.0 + EDGE))),
    (premises.BOUNDED_WEIGHTS, iid(W2=mf.Uniform(0, 1e6)), iid(W2=mf.Normal(0.0, EDGE))),
    (premises.INDEPENDENT, INDEPENDENT, mf.FiniteSpec(atoms=1).problem()),
    (premises.CONSTANT_BIASES, iid(b={2: mf.Dirac(9.0)}), iid(b={2: mf.Uniform(0, EDGE)})),
    (premises.FULL_SUPPORT, iid(LONG, W1=WHOLE), iid(LONG, W1=GAP)),
    (premises.FROZEN_BIASES, LONG, LONG.trained_by({}, {2: EDGE, 3: 0.0})),
    (model_premises.STANDARD, DEFAULT, mf.GeneralSpec().problem()),
    (model_premises.SCHEDULES, with_rate(1e6), with_rate(lambda t: 1 / (1 - t))),
    (SECOND_MOMENT, heavy(2.1), heavy(1.9)),
    (SUB_GAUSSIAN, half_and_half(1, 1.999), half_and_half(1, 2.001)),
    (START, head_start(0.01), head_start(-0.01)),
    (partial_premises.DISTINCT, twins(EDGE), twins(0.0)),
    (partial_premises.VANISHING, partial(sigma="tanh"), partial(sigma="sigmoid")),
    *((premises.deep(L), through(*["tanh"] * L), through(*["tanh"] * (L - 1))) for L in (3, 4, 5)),
    *((drawn_often(N), rare(1.001 / N), rare(0.999 / N)) for N in (16, 40, 64, 1024, 10**4)),
    *(
        (averaged_well(N), half_and_half(N, 0.2499), half_and_half(N, 0.2501))
        for N in (16, 40, 64, 1024, 10**4)
    ),
    *(
        (descends_by(steps), by_its_bias(steps, 1.499), by_its_bias(steps, 1.501))
        for steps in (10, 40)
    ),
]

NEVER_BROKEN = (premises.TAME_LOSS, premises.BOUNDED_INPUTS)
"""By what a problem is: its data are finitely many finite points, and losses with a name tame."""


def catalogue():
    """Every premise with a test that a claim or a check of the catalogue assumes."""
    found = {}
    for name in FILES:
        for value in vars(property_file(name)).values():
            if isinstance(value, Claim | Check):
                found |= {one.text: one for one in value.assumed if one.test}
    return found


@pytest.mark.parametrize(("premise", "keeps", "breaks"), PAIRS)
def test_an_edge(premise, keeps, breaks):
    held, failed = premise.on(keeps), premise.on(breaks)
    assert held.status == Status.HOLDS and held.why
    assert failed.status == Status.BROKEN and failed.why


def test_no_premise_of_the_catalogue_is_without_an_edge():
    tried = {premise.text for premise, _, _ in PAIRS} | {one.text for one in NEVER_BROKEN}
    assert sorted(set(catalogue()) - tried) == []


def test_every_edge_is_of_the_catalogue():
    assert sorted({premise.text for premise, _, _ in PAIRS} - set(catalogue())) == []


def test_what_would_break_the_others_is_no_problem():
    for bad in (inf, float("nan")):
        with pytest.raises(InvalidArgument, match="must be finite"):
            mf.DataLaw([[bad]], [0.0])
        with pytest.raises(InvalidArgument, match="must be finite"):
            mf.DataLaw([[0.0]], [bad])
    for loss in ("squared", "huber", "logcosh", "geman_mcclure", "tukey"):
        assert premises.TAME_LOSS.on(losing(loss, 1.0)).status == Status.HOLDS
    own = mf.Loss(lambda r: r.square().square(), lambda r: 4 * r * r.square())
    assert premises.TAME_LOSS.on(losing(own, 1.0)).status == Status.UNCHECKED
    assert premises.BOUNDED_INPUTS.on(on_two(1e300)).status == Status.HOLDS


def test_of_rates_that_move_not_all_is_known():
    assert model_premises.SCHEDULES.on(with_rate(lambda t: 1 + t)).status == Status.UNCHECKED
    assert descends_by(40).on(with_rate(lambda t: 1 + t)).status == Status.UNCHECKED


def test_no_step_is_tried_without_atoms_and_no_mean_is_known():
    for premise in (descends_by(40), averaged_well(40), drawn_often(40)):
        assert premise.on(INDEPENDENT).status == Status.UNCHECKED


def test_a_single_heavy_weight_is_seen_at_the_neuron_that_it_enters():
    """On the average over all pairs its deviation would be a fifth of that."""
    atoms = rare(0.05).emb.atoms
    W = {**atoms.W, 2: atoms.W[2].clone()}
    W[2][:, 0] = torch.tensor([30.0, *[0.0] * 11])
    heavy_one = replace(DEFAULT, emb=mf.FiniteEmbedding(Ensemble.of(W, atoms.b, atoms.P)))
    assert averaged_well(40).on(heavy_one).status == Status.BROKEN


def test_a_loss_at_rest_falls_by_all_that_its_slope_promises():
    still = DEFAULT.trained_by({1: 0, 2: 0, 3: 0}, {2: 0, 3: 0})
    assert descends_by(40).on(still).status == Status.HOLDS
