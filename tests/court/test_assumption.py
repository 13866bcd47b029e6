"""Assumptions: how they stand on a problem, and who may break one."""

import pytest

import mfcheck as mf
from mfcheck.court import premises
from mfcheck.court.assumption import Assumption, Standing, assumption, broken, marks
from mfcheck.court.strategies import CONVEX, LOSSES
from mfcheck.errors import InvalidArgument
from mfcheck.symbolic import regularity

DEFAULT, INDEPENDENT = mf.Blueprint(), mf.IIDBlueprint()
RELU = mf.Blueprint(("relu", "tanh", "identity"))


def on(which, blueprint):
    return which.on(blueprint.problem())


def test_words_alone_hold_by_construction():
    assert assumption("bounded").on(None) == (Standing.BY_CONSTRUCTION, "")


def test_a_test_decides_and_says_why():
    even = Assumption("even", lambda n: (n % 2 == 0, f"n = {n}"))
    assert even.on(4) == (Standing.HOLDS, "n = 4") and even.on(5) == (Standing.BROKEN, "n = 5")


def test_what_is_not_known_is_not_broken():
    own = mf.Activation(lambda h: h / (1 + h.abs()), lambda h: (1 + h.abs()) ** -2)
    problem = DEFAULT.problem()
    model = mf.Model((own, "tanh", "identity"))
    found = premises.BOUNDED.on(mf.Problem(model, problem.emb, problem.data, 1.0))
    assert found.standing == Standing.UNCHECKED and "custom" in found.why


def test_what_no_run_can_decide_says_so():
    assert Assumption("at last", beyond="t → ∞").on(None) == (Standing.UNCHECKED, "t → ∞")
    with pytest.raises(InvalidArgument, match="leave one"):
        Assumption("both", lambda p: (True, ""), beyond="t → ∞")


def test_an_assumption_states_itself():
    with pytest.raises(InvalidArgument, match="say it in words"):
        Assumption(" ")


def test_no_problem_is_built_for_words():
    assert marks([assumption("a")], None) == [(Standing.BY_CONSTRUCTION, "")]


def test_broken_premises_are_named():
    assert broken(marks([premises.BOUNDED], DEFAULT)) == ""
    assert broken(marks([premises.BOUNDED], RELU)).startswith("PREMISE NOT MET: relu")


@pytest.mark.parametrize(
    ("which", "keeps", "breaks"),
    [
        (premises.BOUNDED, DEFAULT, RELU),
        (premises.LIPSCHITZ, mf.Blueprint(("softplus", "identity")), RELU),
        (premises.SLOPES, DEFAULT, mf.Blueprint(("sin", "identity"))),
        (premises.PINNED_LOSS, mf.Blueprint(loss="geman_mcclure"), mf.Blueprint(loss="tukey")),
        (premises.ONE_OF_THE_CASES, DEFAULT, mf.Blueprint(loss="tukey")),
        (premises.INDEPENDENT, INDEPENDENT, DEFAULT),
        (premises.CONSTANT_BIASES, INDEPENDENT, mf.IIDBlueprint(bias=1.0)),
        (premises.BOUNDED_WEIGHTS, INDEPENDENT, mf.IIDBlueprint(middle="normal")),
        (premises.FROZEN_BIASES, mf.IIDBlueprint(trained_bias=False), INDEPENDENT),
        (premises.deep(5), INDEPENDENT, DEFAULT),
    ],
)
def test_shared_premises_tell_problems_apart(which, keeps, breaks):
    held, failed = on(which, keeps), on(which, breaks)
    assert held.standing == Standing.HOLDS and held.why
    assert failed.standing == Standing.BROKEN and failed.why


@pytest.mark.parametrize("which", [premises.BOUNDED, premises.LIPSCHITZ, premises.SLOPES])
def test_of_the_maps_of_a_general_model_nothing_is_known(which):
    mark = on(which, mf.GeneralBlueprint())
    assert mark.standing == Standing.UNCHECKED
    assert mark.why == "not known of the maps φ_i(w, b, h) of a general model"


@pytest.mark.parametrize("loss", ["squared", "huber", "logcosh", "geman_mcclure"])
def test_the_losses_of_generated_problems_are_tame(loss):
    assert on(premises.TAME_LOSS, mf.Blueprint(loss=loss)).standing == Standing.HOLDS


def test_a_target_that_is_no_function_is_seen():
    model, emb = DEFAULT.problem().model, DEFAULT.problem().emb
    x = [[0.0, 1.0, 1.0], [0.0, 1.0, 1.0]]
    noisy = mf.Problem(model, emb, mf.DataLaw(x, [1.0, -1.0]), 1.0)
    assert premises.FUNCTION.on(noisy).standing == Standing.BROKEN
    assert on(premises.FUNCTION, DEFAULT).standing == Standing.HOLDS


def test_a_loss_that_is_not_convex_asks_for_labels_that_can_be_attained():
    problem = mf.Blueprint(loss="geman_mcclure").problem()
    assert premises.ONE_OF_THE_CASES.on(problem).standing == Standing.HOLDS
    x = [[0.0, 1.0, 1.0], [0.0, 1.0, 1.0]]
    noisy = mf.Problem(problem.model, problem.emb, mf.DataLaw(x, [1.0, -1.0]), 1.0)
    assert premises.ONE_OF_THE_CASES.on(noisy).standing == Standing.BROKEN


def test_the_losses_that_are_drawn_as_convex_are_derived_to_be():
    assert [name for name in LOSSES if regularity.loss(name).convex.holds] == list(CONVEX)


def test_full_support_is_read_off_the_law():
    problem = INDEPENDENT.problem()
    wide = mf.IIDEmbedding({**problem.emb.W, 1: mf.Normal(0, 1, dim=2)})
    assert premises.FULL_SUPPORT.on(problem).standing == Standing.BROKEN
    full = mf.Problem(problem.model, wide, problem.data, 1.0)
    assert premises.FULL_SUPPORT.on(full).standing == Standing.HOLDS
    strip = mf.IIDEmbedding({**problem.emb.W, 1: mf.Independent(mf.Normal(), mf.Uniform())})
    flat = mf.Problem(problem.model, strip, problem.data, 1.0)
    assert premises.FULL_SUPPORT.on(flat).standing == Standing.BROKEN


def test_every_layer_above_the_first_must_be_bounded():
    problem = INDEPENDENT.problem()
    for i in range(2, problem.L + 1):
        emb = mf.IIDEmbedding({**problem.emb.W, i: mf.Normal(1.0, 0.5)})
        wide = mf.Problem(problem.model, emb, problem.data, 1.0)
        assert premises.BOUNDED_WEIGHTS.on(wide).standing == Standing.BROKEN
