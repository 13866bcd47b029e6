"""Fixed steps: against the adaptive flow, by hand on one step, and their order."""

import math

import pytest
import torch

import mfcheck as mf
from mfcheck.dynamics.fixed import fixed_steps
from mfcheck.dynamics.integrate import EULER, RK4
from tests.plain import apart, law, network, right_hand_side

MODEL = mf.Model(("tanh", "erf", "identity"), "logcosh", xi={2: lambda t: 1 + t})


def test_many_small_steps_are_the_flow():
    state, data = network([3, 4], 2, (2,), seed=1, weighted=True), law(4, 2)
    exact = mf.flow(MODEL, state, data, 1.0, rtol=1e-11, atol=1e-13).final
    end = fixed_steps(MODEL, state, data, 1.0, 40)
    assert end.replicates == (2,) and apart(end, exact) <= 1e-7


def test_one_step_by_hand():
    """Kutta's four slopes, on the right-hand side that autograd finds."""
    state, data, h = network([2, 3], 2, seed=2, weighted=True), law(3, 2), 0.3
    v, unpack, f = right_hand_side(MODEL, state, data)
    k1 = f(0, v)
    k2 = f(h / 2, v + h / 2 * k1)
    k3 = f(h / 2, v + h / 2 * k2)
    k4 = f(h, v + h * k3)
    by_hand = unpack(v + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4))
    assert apart(fixed_steps(MODEL, state, data, h, 1), by_hand) <= 1e-14
    euler = fixed_steps(MODEL, state, data, h, 1, method=EULER)
    assert apart(euler, unpack(v + h * k1)) <= 1e-14


@pytest.mark.parametrize(("method", "order"), [(EULER, 1), (RK4, 4)])
def test_the_error_falls_with_the_order(method, order):
    state, data = network([4, 4], 2, seed=3), law(5, 2)
    ends = [fixed_steps(MODEL, state, data, 2.0, n, method=method) for n in (20, 40, 80)]
    ratio = apart(ends[0], ends[1]) / apart(ends[1], ends[2])
    assert abs(math.log2(ratio) - order) <= 0.3


def test_the_state_given_is_left_alone_and_nonsense_is_refused():
    state, data = network([3], 2), law(3, 2)
    before, model = state.W[1].clone(), mf.Model(("tanh", "identity"))
    fixed_steps(model, state, data, 1.0, 2)
    assert torch.equal(state.W[1], before)
    for T, steps in ((0.0, 2), (1.0, 0)):
        with pytest.raises(mf.InvalidArgument):
            fixed_steps(model, state, data, T, steps)
