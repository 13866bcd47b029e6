"""Excess loss against the speed of the second layer: the parts put together."""

import pytest
import torch

from mfcheck.observe.excess import excess
from mfcheck.observe.plateau import certified_plateau, plateau, share_left
from mfcheck.observe.stationarity import stationarity
from mfcheck.problems.long_horizon import LongHorizonSpec

PROBLEM = LongHorizonSpec(("tanh", "tanh", "identity"), last="signs", T=4.0).problem()
MODEL, DATA = PROBLEM.model, PROBLEM.data
PATH = PROBLEM.gd(PROBLEM.sample(16, 2, 0)[0], at=[0.0, 2.0, 4.0])


def test_the_worst_time_counts():
    S = stationarity(MODEL, PATH, DATA)
    ratios = [float((excess(MODEL.loss, PATH, DATA)[k] / S[k])[0]) for k in range(3)]
    assert float(plateau(MODEL, PATH, DATA)[0]) == pytest.approx(max(ratios))


def test_the_certified_ratio_is_the_smaller_one():
    S = stationarity(MODEL, PATH, DATA)[-1]
    searched = excess(MODEL.loss, PATH, DATA)[-1] / S
    certified = certified_plateau(MODEL, PATH, DATA)
    assert (certified <= searched * (1 + 1e-12)).all() and (certified > 0).all()


def test_what_is_left_is_one_for_the_zero_predictor_and_less_after_training():
    still = PROBLEM.trained_by({1: 0.0, 2: 0.0, 3: 0.0})
    state = PROBLEM.sample(16, 2, 0)[0]
    nothing = state.map(torch.zeros_like)
    path = still.gd(type(state).of(nothing.W, nothing.b, state.P), at=[4.0])
    assert share_left(MODEL, path, DATA) == pytest.approx(torch.ones(2))
    assert (share_left(MODEL, PATH, DATA) < 1).all()
