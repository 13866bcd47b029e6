"""What training leaves of the loss, in units of what predicting nothing leaves."""

import pytest
import torch

from mfcheck.observe.plateau import share_left
from mfcheck.problems.long_horizon import LongHorizonSpec

PROBLEM = LongHorizonSpec(("tanh", "tanh", "identity"), last="signs", T=4.0).problem()
MODEL, DATA = PROBLEM.model, PROBLEM.data
PATH = PROBLEM.gd(PROBLEM.sample(16, 2, 0)[0], at=[0.0, 2.0, 4.0])


def test_what_is_left_is_one_for_the_zero_predictor_and_less_after_training():
    still = PROBLEM.trained_by({1: 0.0, 2: 0.0, 3: 0.0})
    state = PROBLEM.sample(16, 2, 0)[0]
    nothing = state.map(torch.zeros_like)
    path = still.gd(type(state).of(nothing.W, nothing.b, state.P), at=[4.0])
    assert share_left(MODEL, path, DATA) == pytest.approx(torch.ones(2))
    assert (share_left(MODEL, PATH, DATA) < 1).all()
