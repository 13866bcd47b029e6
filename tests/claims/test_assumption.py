"""Assumptions: how they stand on a problem, and who may break one."""

from dataclasses import replace
from math import inf

import pytest
import torch

import mfcheck as mf
from mfcheck.claims import premises, rate_premises
from mfcheck.claims.assumption import Assumption, Status, assumption, broken, statuses
from mfcheck.errors import InvalidArgument
from mfcheck.model.ensemble import Ensemble
from mfcheck.problems.long_horizon import LongHorizonSpec
from mfcheck.strategies.families import CONVEX, DRAWN_LOSSES
from mfcheck.symbolic import regularity
from tests.property_files import property_file

DEFAULT, INDEPENDENT = mf.FiniteSpec(), mf.IIDSpec()
BARELY = mf.FiniteSpec(("sin", "tanh", "softplus"))  # φ_1' vanishes, and inf φ_3' = 0
RELU = mf.FiniteSpec(("relu", "tanh", "identity"))


def on(which, blueprint):
    return which.on(blueprint.problem())


def test_words_alone_hold_by_construction():
    assert assumption("bounded").on(None) == (Status.BY_CONSTRUCTION, "")


def test_a_test_decides_and_says_why():
    even = Assumption("even", lambda n: (n % 2 == 0, f"n = {n}"))
    assert even.on(4) == (Status.HOLDS, "n = 4") and even.on(5) == (Status.BROKEN, "n = 5")


def test_what_is_not_known_is_not_broken():
    own = mf.Activation(lambda h: h / (1 + h.abs()), lambda h: (1 + h.abs()) ** -2)
    problem = DEFAULT.problem()
    model = mf.Model((own, "tanh", "identity"))
    found = premises.BOUNDED.on(mf.Problem(model, problem.emb, problem.data, 1.0))
    assert found.status == Status.UNCHECKED and "custom" in found.why


def test_what_no_run_can_decide_says_so():
    assert Assumption("at last", beyond="t → ∞").on(None) == (Status.UNCHECKED, "t → ∞")
    with pytest.raises(InvalidArgument, match="leave one"):
        Assumption("both", lambda p: (True, ""), beyond="t → ∞")


def test_an_assumption_states_itself():
    with pytest.raises(InvalidArgument, match="say it in words"):
        Assumption(" ")


def test_no_problem_is_built_for_words():
    assert statuses([assumption("a")], None) == [(Status.BY_CONSTRUCTION, "")]


def test_broken_premises_are_named():
    assert broken(statuses([premises.BOUNDED], DEFAULT.problem())) == ""
    assert broken(statuses([premises.BOUNDED], RELU.problem())).startswith("PREMISE NOT MET: relu")


@pytest.mark.parametrize(
    ("which", "keeps", "breaks"),
    [
        (premises.BOUNDED, DEFAULT, RELU),
        (premises.LIPSCHITZ, mf.FiniteSpec(("softplus", "identity")), RELU),
        (premises.UPPER_SLOPES, BARELY, mf.FiniteSpec(("tanh", "tanh", "relu"))),
        (premises.UPPER_SLOPES, BARELY, mf.FiniteSpec(("tanh", "tanh", "sin"))),
        (premises.UPPER_SLOPES, BARELY, mf.FiniteSpec(("tanh", "sin", "identity"))),
        (premises.DENSE, BARELY, mf.FiniteSpec(("softplus", "tanh", "identity"))),
        (premises.DENSE, LongHorizonSpec(), LongHorizonSpec(constant=False)),
        (premises.PINNED_LOSS, mf.FiniteSpec(loss="geman_mcclure"), mf.FiniteSpec(loss="tukey")),
        (premises.ONE_OF_THE_CASES, DEFAULT, mf.FiniteSpec(loss="tukey")),
        (premises.INDEPENDENT, INDEPENDENT, DEFAULT),
        (premises.CONSTANT_BIASES, INDEPENDENT, mf.IIDSpec(bias=1.0)),
        (premises.BOUNDED_WEIGHTS, INDEPENDENT, mf.IIDSpec(middle="normal")),
        (premises.FROZEN_BIASES, mf.IIDSpec(trained_bias=False), INDEPENDENT),
        (premises.deep(5), INDEPENDENT, DEFAULT),
    ],
)
def test_shared_premises_tell_problems_apart(which, keeps, breaks):
    held, failed = on(which, keeps), on(which, breaks)
    assert held.status == Status.HOLDS and held.why
    assert failed.status == Status.BROKEN and failed.why


NOT_KNOWN = [
    premises.BOUNDED,
    premises.LIPSCHITZ,
    premises.UPPER_SLOPES,
    premises.DENSE,
]


@pytest.mark.parametrize("which", NOT_KNOWN)
def test_of_the_maps_of_a_general_model_nothing_is_known(which):
    mark = on(which, mf.GeneralSpec())
    assert mark.status == Status.UNCHECKED
    assert mark.why.endswith("not known of the maps φ_i(w, b, h) of a general model")


@pytest.mark.parametrize("loss", ["squared", "huber", "logcosh", "geman_mcclure"])
def test_the_losses_of_generated_problems_are_tame(loss):
    assert on(premises.TAME_LOSS, mf.FiniteSpec(loss=loss)).status == Status.HOLDS


def test_a_target_that_is_no_function_is_seen():
    model, emb = DEFAULT.problem().model, DEFAULT.problem().emb
    x = [[0.0, 1.0, 1.0], [0.0, 1.0, 1.0]]
    noisy = mf.Problem(model, emb, mf.DataLaw(x, [1.0, -1.0]), 1.0)
    assert premises.FUNCTION.on(noisy).status == Status.BROKEN
    assert on(premises.FUNCTION, DEFAULT).status == Status.HOLDS


def test_a_loss_that_is_not_convex_asks_for_labels_that_can_be_attained():
    problem = mf.FiniteSpec(loss="geman_mcclure").problem()
    assert premises.ONE_OF_THE_CASES.on(problem).status == Status.HOLDS
    x = [[0.0, 1.0, 1.0], [0.0, 1.0, 1.0]]
    noisy = mf.Problem(problem.model, problem.emb, mf.DataLaw(x, [1.0, -1.0]), 1.0)
    assert premises.ONE_OF_THE_CASES.on(noisy).status == Status.BROKEN


def test_the_losses_that_are_drawn_as_convex_are_derived_to_be():
    assert [name for name in DRAWN_LOSSES if regularity.loss_facts(name).convex.holds] == list(
        CONVEX
    )


def test_full_support_is_read_off_the_law():
    problem = INDEPENDENT.problem()
    wide = mf.IIDEmbedding({**problem.emb.W, 1: mf.Normal(0, 1, dim=2)})
    assert premises.FULL_SUPPORT.on(problem).status == Status.BROKEN
    full = mf.Problem(problem.model, wide, problem.data, 1.0)
    assert premises.FULL_SUPPORT.on(full).status == Status.HOLDS
    strip = mf.IIDEmbedding({**problem.emb.W, 1: mf.Independent(mf.Normal(), mf.Uniform())})
    flat = mf.Problem(problem.model, strip, problem.data, 1.0)
    assert premises.FULL_SUPPORT.on(flat).status == Status.BROKEN


def test_a_coordinate_of_zeros_is_no_constant_coordinate():
    problem = DEFAULT.problem()
    for last, status in ((0.0, Status.BROKEN), (0.5, Status.HOLDS)):
        x = problem.data.x.clone()
        x[:, -1] = last
        flat = mf.Problem(problem.model, problem.emb, mf.DataLaw(x, problem.data.y), 1.0)
        assert premises.DENSE.on(flat).status == status


@pytest.mark.parametrize("first", ["half", "gap", "lattice", "dirac", "atoms"])
def test_a_gap_in_the_law_of_the_first_layer_breaks_its_full_support(first):
    assert on(premises.FULL_SUPPORT, mf.LongHorizonSpec(first=first)).status == Status.BROKEN
    assert on(premises.FULL_SUPPORT, mf.LongHorizonSpec()).status == Status.HOLDS


def test_every_layer_above_the_first_must_be_bounded():
    problem = INDEPENDENT.problem()
    for i in range(2, problem.L + 1):
        emb = mf.IIDEmbedding({**problem.emb.W, i: mf.Normal(1.0, 0.5)})
        wide = mf.Problem(problem.model, emb, problem.data, 1.0)
        assert premises.BOUNDED_WEIGHTS.on(wide).status == Status.BROKEN


OF_IID_WEIGHTS = (
    "borel_structure",
    "equal_preactivations",
    "iid_preserved",
    "means_only",
    "middle_translation",
)


@pytest.mark.parametrize("i", [2, 3, 5])
@pytest.mark.parametrize(
    ("index", "status"),
    [(1.5, Status.BROKEN), (2.02, Status.UNCHECKED), (2.1, Status.HOLDS)],
)
def test_a_rate_needs_the_second_moment_of_every_layer_above_the_first(i, index, status):
    problem = INDEPENDENT.problem()
    heavy = mf.Quantile(lambda u: (1 - u) ** (-1 / index), index / (index - 1), (1.0, inf))
    emb = mf.IIDEmbedding({**problem.emb.W, i: heavy})
    found = rate_premises.SECOND_MOMENT.on(mf.Problem(problem.model, emb, problem.data, 1.0))
    assert found.status == status
    assert found.why.endswith("second moment" if status == Status.HOLDS else f"the layers [{i}]")
    assert on(rate_premises.SECOND_MOMENT, INDEPENDENT).status == Status.HOLDS
    assert on(rate_premises.SECOND_MOMENT, DEFAULT).status == Status.HOLDS


@pytest.mark.parametrize("name", OF_IID_WEIGHTS)
def test_claims_of_a_rate_without_a_bound_on_the_weights_assume_the_moment(name):
    claim = property_file(name).claim
    assert rate_premises.SECOND_MOMENT in claim.assumed


def with_a_rare_atom(p):
    """The default problem, where one atom of the first layer has the probability p."""
    atoms = DEFAULT.problem().emb.atoms
    others = torch.full((atoms.P[1].numel() - 1,), (1 - p) / (atoms.P[1].numel() - 1))
    measure = torch.cat([torch.tensor([p], dtype=torch.float64), others.double()])
    emb = mf.FiniteEmbedding(Ensemble.of(atoms.W, atoms.b, atoms.P | {1: measure}))
    return replace(DEFAULT.problem(), emb=emb)


def test_a_rate_needs_networks_that_draw_every_atom():
    drawn = rate_premises.drawn_often(40)
    rare = drawn.on(with_a_rare_atom(0.01))
    assert rare == (Status.BROKEN, "the rarest atom is expected 0.4 times at N = 40")
    assert drawn.on(with_a_rare_atom(1 / 32)).status == Status.HOLDS
    assert rate_premises.drawn_often(32).on(with_a_rare_atom(1 / 32)).status == Status.HOLDS
    assert rate_premises.drawn_often(31).on(with_a_rare_atom(1 / 32)).status == Status.BROKEN
    assert on(drawn, INDEPENDENT).status == Status.UNCHECKED


@pytest.mark.parametrize(
    ("name", "rarest"),
    [
        ("coupling", 40),
        ("output_closeness", 40),
        ("two_terms", 40),
        ("fixed_step_limit", 64),
        ("iterated_limits", 64),
        ("coupling_sharp", 1024),
        ("coupling_general", 10**4),
        ("feedback_alignment", 40),
    ],
)
def test_coupling_asks_no_rate_of_networks_that_lack_an_atom(name, rarest):
    assumed = property_file(name).claim.assumed
    why = broken(statuses(assumed, with_a_rare_atom(0.9 / rarest)))
    assert why == f"PREMISE NOT MET: the rarest atom is expected 0.9 times at N = {rarest}"
    assert not broken(statuses(assumed, with_a_rare_atom(1.1 / rarest)))


@pytest.mark.parametrize(
    ("degrees", "status"), [(0.0, Status.HOLDS), (3.0, Status.HOLDS), (1.5, Status.BROKEN)]
)
def test_weights_that_are_not_sub_gaussian_break_the_premise(degrees, status):
    tailed = property_file("coupling_unbounded")
    found = tailed.SUB_GAUSSIAN.on(tailed.TailedSpec(degrees=degrees).problem())
    assert found.status == status and tailed.SUB_GAUSSIAN in tailed.claim.assumed
