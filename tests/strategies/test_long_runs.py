"""Generated long runs: what is drawn stays within the assumptions, and what is fixed is fixed."""

from hypothesis import given, settings
from hypothesis import strategies as st

from mfcheck.problems.long_horizon import LongHorizonSpec
from mfcheck.strategies.long_runs import long_runs

FAMILY = long_runs(3, hidden=("tanh", "erf"), d=2, T=3.0)


@settings(max_examples=40, deadline=None)
@given(st.one_of(*FAMILY.strata))
def test_drawn_problems_keep_to_the_theorem(blueprint):
    assert (blueprint.L, blueprint.d, blueprint.T, blueprint.first) == (3, 2, 3.0, "normal")
    assert set(blueprint.activations[:2]) <= {"tanh", "erf"}
    assert blueprint.labels == "exact" and blueprint.constant
    assert blueprint.train_last == (blueprint.last == "better")
    problem = blueprint.problem()
    assert problem.data.n == blueprint.n and problem.L == 3


def test_strata_and_the_problems_that_always_run():
    assert len(FAMILY.strata) == 2 and len(long_runs(2).strata) == 1
    given_ = LongHorizonSpec()
    assert long_runs(3, always=[given_]).always == (given_,)
