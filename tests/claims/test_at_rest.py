"""The study of an inequality between loss, slopes and S."""

import pytest
import torch

import mfcheck as mf
from mfcheck.claims.at_rest import (
    broken_in_the_limit,
    long_trained,
    scaled,
    seen,
    share_broken,
    thirds,
)
from mfcheck.observe import rest
from mfcheck.observe.stationarity import stationarity
from mfcheck.problems.long_horizon import LongHorizonSpec

PROBLEM = LongHorizonSpec(("tanh", "identity"), data="teacher", n=4, d=2, last="signs", T=6.0)
SEEDS = mf.Seeds(0, range(3))


def test_the_worst_time_counts_and_the_right_side_can_be_changed():
    problem = PROBLEM.problem()
    path = long_trained(problem, SEEDS)
    assert path.times.tolist() == pytest.approx(thirds(6.0)) == [0.0, 2.0, 4.0, 6.0]
    left, right = rest.slope_by_speed(*seen(problem, path))
    study = share_broken(rest.slope_by_speed, problem, changed=scaled(0.1))
    assert study.estimator == "identity"
    assert torch.allclose(study.measure(0, SEEDS), (left / (0.1 * right) - 1).clamp(min=0).amax(0))
    assert bool((share_broken(rest.slope_by_speed, problem).measure(0, SEEDS) <= 1e-12).all())


def test_neurons_may_stand_for_the_space():
    problem = PROBLEM.problem()
    path = long_trained(problem, SEEDS, at=[6.0])
    S = stationarity(problem.model, path, problem.data, over="neurons")
    wanted = rest.slope_by_speed(problem.model, path, problem.data, S).broken()
    found = share_broken(rest.slope_by_speed, problem, at=[6.0], over="neurons").measure(0, SEEDS)
    assert torch.equal(found, wanted)


def test_the_limit_is_the_same_for_all_replicates():
    found = broken_in_the_limit(PROBLEM.problem()).measure(0, SEEDS)
    assert found.tolist() == [0.0, 0.0, 0.0]
