"""Gradient flow against scipy's DOP853, its order, its invariances, and its honest failures."""

import numpy as np
import pytest
import torch
from scipy.integrate import solve_ivp

import mfcheck as mf
from mfcheck.dynamics import march
from mfcheck.dynamics.equations import everything, velocity
from mfcheck.dynamics.integrate import DORMAND_PRINCE, EULER, Tableau, step
from mfcheck.errors import Unresolved
from mfcheck.model.transforms import add_tracers, permute, split
from tests.plain import apart, law, network, right_hand_side

DEPTHS = [
    mf.Model(("tanh", "identity"), "logcosh"),
    mf.Model(("tanh", "sigmoid", "identity"), xi={2: 0.5}),
    mf.Model(("erf", "softplus", "tanh", "sigmoid"), "geman_mcclure", xi_b={3: 0.0}),
]


@pytest.mark.parametrize("model", DEPTHS, ids=lambda m: f"L={m.L}")
def test_flow_agrees_with_dop853_on_autograd_gradients(model):
    state, data = network([2, 3, 2][: model.L - 1], 2, seed=model.L, weighted=True), law(3, 2)
    vector, unpack, f = right_hand_side(model, state, data)
    times = [0.0, 0.4, 1.0]
    exact = solve_ivp(f, (0, 1), vector, "DOP853", t_eval=times, rtol=1e-11, atol=1e-12)
    path = mf.flow(model, state, data, 1.0, at=times, rtol=1e-10, atol=1e-12)
    for k, at in enumerate(path.states):
        assert apart(at, unpack(exact.y[:, k])) <= 1e-8


def test_flow_agrees_with_dop853_under_a_moving_schedule():
    model = mf.Model(("tanh", "identity"), xi={1: lambda t: 1 + np.sin(3 * t), 2: lambda t: t})
    state, data = network([3], 2, seed=3, weighted=True), law(4, 2)
    vector, unpack, f = right_hand_side(model, state, data)
    exact = solve_ivp(f, (0, 1), vector, "DOP853", rtol=1e-11, atol=1e-12)
    path = mf.flow(model, state, data, 1.0, rtol=1e-10, atol=1e-12)
    assert apart(path.final, unpack(exact.y[:, -1])) <= 1e-8


@pytest.mark.parametrize(("method", "order"), [(EULER, 1), (DORMAND_PRINCE, 5)])
def test_order_of_the_methods(method, order):
    """Halving the step divides the error by 2^order, above the rounding floor.

    The rates move in time: on an autonomous flow the leading error terms of Dormand–Prince are
    so small that steps of this size still show order six.
    """
    moving = dict.fromkeys((1, 2, 3), lambda t: 1 + np.sin(3 * t))
    model, data = mf.Model(("tanh", "sigmoid", "identity"), xi=moving), law(4, 2)
    state, T = network([4, 3], 2, (1,), seed=1), 2.0
    z = everything(model, state, data)
    exact = mf.flow(model, state, data, T, at=[T], rtol=1e-13, atol=1e-15).final
    errors = []
    for n in (16, 32, 64):
        s = state
        for k in range(n):
            s, _ = step(method, lambda t, u: velocity(model, u, z, t), k * T / n, s, T / n)
        errors.append(apart(s, exact))
    assert errors[-1] > 1e-12
    assert np.log2(np.array(errors[:-1]) / errors[1:]) == pytest.approx(order, abs=0.15)


def elementary_weights(method, b):
    """The rooted trees' conditions up to order five: (order, Φ(b), wanted)."""
    s = len(method.b)
    A, c = np.zeros((s, s)), np.array(method.c, dtype=float)
    for i, row in enumerate(method.a):
        A[i, : len(row)] = row
    Ac, Ac2 = A @ c, A @ c**2
    trees = [(1, c**0, 1), (2, c, 2), (3, c**2, 3), (3, Ac, 6), (4, c**3, 4), (4, c * Ac, 8)]
    trees += [(4, Ac2, 12), (4, A @ Ac, 24), (5, c**4, 5), (5, c**2 * Ac, 10), (5, Ac**2, 20)]
    trees += [(5, c * Ac2, 15), (5, A @ c**3, 20), (5, c * (A @ Ac), 30), (5, A @ (c * Ac), 40)]
    trees += [(5, A @ Ac2, 60), (5, A @ A @ Ac, 120)]
    return [(order, float(b @ phi), 1 / gamma) for order, phi, gamma in trees]


def test_order_conditions_of_dormand_prince():
    """Butcher's conditions hold to order five for b, to order four and not five for b − e."""
    b, e = np.array(DORMAND_PRINCE.b), np.array(DORMAND_PRINCE.e)
    for _, value, wanted in elementary_weights(DORMAND_PRINCE, b):
        assert value == pytest.approx(wanted, abs=1e-15)
    embedded = elementary_weights(DORMAND_PRINCE, b - e)
    assert all(abs(v - w) <= 1e-15 for order, v, w in embedded if order <= 4)
    assert any(abs(v - w) > 1e-5 for order, v, w in embedded if order == 5)


def test_global_error_follows_the_tolerance():
    model, data, state = mf.Model(("tanh", "tanh", "identity")), law(5, 2), network([5, 4], 2)
    exact = mf.flow(model, state, data, 2.0, rtol=1e-12, atol=1e-14).final
    errors = [
        apart(mf.flow(model, state, data, 2.0, at=[2.0], rtol=tol, atol=tol).final, exact)
        for tol in (1e-4, 1e-6, 1e-8)
    ]
    assert errors[0] > errors[1] > errors[2]
    assert errors[2] <= 1e-7


def test_energy_identity():
    """dLoss/dt = −Σ ξ E|G|², by central differences of order four along the flow."""
    model = mf.Model(("tanh", "erf", "identity"), xi={1: 0.5})
    state, data, h = network([4, 3], 2, seed=6, weighted=True), law(5, 2), 1e-2
    at = [0.3 + k * h for k in (-2, -1, 0, 1, 2)]
    path = mf.flow(model, state, data, 1.0, at=at, rtol=1e-12, atol=1e-14)
    slope = float(path.loss @ torch.tensor([1.0, -8, 0, 8, -1], dtype=torch.float64)) / (12 * h)
    s, G = path.states[2], mf.gradient(model, path.states[2], data)
    rates, rates_b = model.rates(0.3)
    fall = rates[1] * float((s.P[1][:, None] * G.W[1] ** 2).sum())
    for i in (2, 3):
        fall += rates[i] * float((s.P[i - 1][:, None] * s.P[i] * G.W[i] ** 2).sum())
        fall += rates_b[i] * float((s.P[i] * G.b[i] ** 2).sum())
    assert slope == pytest.approx(-fall, rel=1e-6)


def test_splitting_and_permuting_change_nothing_along_the_flow():
    model, data = mf.Model(("tanh", "sigmoid", "identity"), "huber"), law(5, 3)
    state = network([4, 5], 3, (2,), seed=8, weighted=True)
    other = permute(
        split(split(state, 1, 2, (0.1, 0.9)), 2, 0, (0.25, 0.5, 0.25)), 2, [6, 1, 0, 2, 5, 4, 3]
    )
    a, b = (mf.flow(model, s, data, 2.0, rtol=1e-7, atol=1e-9) for s in (state, other))
    assert a.solver == b.solver
    assert float((a.y_hat - b.y_hat).abs().max()) <= 1e-12
    assert float((a.loss - b.loss).abs().max()) <= 1e-12
    copies = b.final.W[1][:, 3] - b.final.W[1][:, 4]
    assert float(copies.abs().max()) <= 1e-12


def test_tracers_are_inert_and_follow_the_atoms_they_copy():
    model, data = mf.Model(("tanh", "erf", "identity")), law(5, 2)
    state = network([4, 3], 2, seed=2, weighted=True)
    copy = {"W_in": state.W[1][[1]], "W_out": state.W[2][[1]]}
    other = add_tracers(state, 1, copy)
    far = {"W_in": state.W[2][:, [0]] * 30, "W_out": state.W[3][[0]] * -20}
    other = add_tracers(other, 2, {**far, "W_in": torch.cat([far["W_in"], far["W_in"][:1]])})
    a, b = (mf.flow(model, s, data, 1.5) for s in (state, other))
    assert a.solver == b.solver
    assert float((a.y_hat - b.y_hat).abs().max()) <= 1e-12
    assert float((b.final.W[1][4] - b.final.W[1][1]).abs().max()) <= 1e-12
    assert float((b.final.W[2][4, :3] - b.final.W[2][1, :3]).abs().max()) <= 1e-12


def test_limit_states_its_error():
    state, data = network([4, 3], 2, seed=5, weighted=True), law(5, 2)
    model, emb = mf.Model(("tanh", "tanh", "identity")), mf.FiniteEmbedding(state)
    path = mf.limit(model, emb, data, 1.0, tol=1e-6)
    exact = mf.flow(model, state, data, 1.0, rtol=1e-13, atol=1e-15)
    true = max(apart(a, b) for a, b in zip(path.states, exact.states, strict=True))
    assert path.error_estimate is not None
    assert true <= path.error_estimate <= 1e-6
    with pytest.raises(mf.InvalidArgument, match="not an embedding"):
        mf.limit(model, state, data, 1.0)
    with pytest.raises(mf.InvalidArgument, match="float64 does not reach it"):
        mf.limit(model, emb, data, 1.0, tol=1e-17)


def test_frozen_layers_stay_to_the_bit():
    model = mf.Model(("tanh", "tanh", "identity"), xi={1: 0, 3: 0}, xi_b={2: 0, 3: 0})
    state, data = network([4, 3], 2, seed=5), law(5, 2)
    path = mf.flow(model, state, data, 1.0)
    assert torch.equal(path.final.W[1], state.W[1])
    assert torch.equal(path.final.W[3], state.W[3])
    assert all(torch.equal(path.final.b[i], state.b[i]) for i in (2, 3))
    assert not torch.equal(path.final.W[2], state.W[2])


def test_recorded_times_are_landed_on_and_observers_see_every_step():
    model, data, state = mf.Model(("tanh", "identity")), law(4, 2), network([3], 2, (2,))
    path = mf.flow(model, state, data, 1.0, at=[0.25, 1.0], observe=(lambda t, s: t,))
    assert path.times.tolist() == [0.25, 1.0]
    seen = path.observed[0]
    assert seen[0] == 0 and seen[-1] == 1.0 and 0.25 in seen
    assert len(seen) == path.solver["accepted"] + 1
    assert mf.flow(model, state, data, 1.0).times.tolist() == pytest.approx(np.linspace(0, 1, 21))
    for at in ([], [0.5, 0.2], [1.5], [-0.1]):
        with pytest.raises(mf.InvalidArgument, match="at = "):
            mf.flow(model, state, data, 1.0, at=at)


def test_precision_that_cannot_reach_the_tolerance_is_refused():
    model, data = mf.Model(("tanh", "identity")), law(4, 2)
    state = network([3], 2, dtype=torch.float32)
    with pytest.raises(mf.InvalidArgument, match="cannot resolve"):
        mf.flow(model, state, data, 1.0)
    rough = mf.flow(model, state, data, 1.0, rtol=1e-5, atol=1e-6)
    fine = mf.flow(model, state.to(torch.float64), data, 1.0)
    assert apart(rough.final.to(torch.float64), fine.final) <= 1e-4


def test_blow_up_is_a_result_of_its_replicate_alone():
    """With the loss −r⁴ the flow explodes in finite time; the other replicate goes on."""
    up = mf.Loss(lambda r: -(r**4), lambda r: -4 * r**3)
    model, data = mf.Model(("identity", "identity"), up), mf.DataLaw([[1.0]], [0.0])
    W = {1: torch.tensor([[[1.5]], [[0.0]]]).double(), 2: torch.tensor([[[1.5]], [[0.0]]]).double()}
    path = mf.flow(model, mf.Ensemble(W), data, 2.0)
    assert [lost.replicate for lost in path.diverged] == [0]
    lost = path.diverged[0]
    assert 0 < lost.t < 2.0 and lost.step > 1 and np.isfinite(lost.last_good_loss)
    assert "diverged at step" in str(lost) and "earlier T" in str(lost)
    assert torch.isinf(path.loss[-1, 0]) and path.loss[-1, 1] == 0
    assert float(path.loss[0, 0]) == pytest.approx(-(2.25**4))


def test_a_tableau_refuses_not_to_be_mathematics():
    with pytest.raises(mf.InvalidArgument, match="must sum to"):
        Tableau("wrong", 2, (0.0, 0.5), ((), (0.4,)), (0.0, 1.0))
    with pytest.raises(mf.InvalidArgument, match="must sum to"):
        Tableau("wrong", 1, (0.0,), ((),), (0.9,))


def test_a_stiff_problem_is_no_blow_up(monkeypatch):
    """x and y of a million, for a solver without memory: the loss is bounded, so it gives up."""
    monkeypatch.setattr(march, "MOST_ENTRIES", 168)
    data = mf.DataLaw([[1e6, 1.0], [-1e6, 1.0]], [1e6, -1e6])
    model, words = mf.Model(("identity", "identity")), "13 weights in 1 replicates are too many"
    with pytest.raises(Unresolved, match=f"{words} for .* the problem is stiff"):
        mf.flow(model, network([4], 2), data, 1.0, max_steps=200)


def test_steps_are_bounded():
    model, data = mf.Model(("tanh", "identity")), law(4, 2)
    path = mf.flow(model, network([3], 2), data, 1.0)
    taken = path.solver["accepted"] + path.solver["rejected"]
    same = mf.flow(model, network([3], 2), data, 1.0, max_steps=taken)
    assert torch.equal(same.loss, path.loss)
    with pytest.raises(Unresolved, match=f"max_steps = {taken - 1}: t = .* of 1 was reached"):
        mf.flow(model, network([3], 2), data, 1.0, max_steps=taken - 1)
    with pytest.raises(mf.InvalidArgument, match="max_steps"):
        mf.flow(model, network([3], 2), data, 1.0, max_steps=0)
