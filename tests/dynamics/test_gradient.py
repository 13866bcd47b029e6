"""The engine's H, ŷ and G against witnesses: autograd, finite differences, loops over neurons."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import mfcheck as mf
from mfcheck.model.activation import ACTIVATIONS
from mfcheck.model.loss import LOSSES
from tests.plain import law, network, risk

SMOOTH = [name for name in ACTIVATIONS if name != "relu"]
REL = 1e-10


@st.composite
def cases(draw):
    """(model, state, data) of any depth with unequal widths, biases and weighted measures."""
    widths = draw(st.lists(st.integers(1, 4), min_size=1, max_size=5))
    phis = [draw(st.sampled_from(SMOOTH)) for _ in range(len(widths) + 1)]
    d, n = draw(st.integers(1, 3)), draw(st.integers(1, 4))
    seed, loss = draw(st.integers(0, 2**20)), draw(st.sampled_from(sorted(LOSSES)))
    state = network(widths, d, (), seed, weighted=draw(st.booleans()))
    return mf.Model(phis, loss), state, law(n, d, seed)


def by_autograd(model, state, data):
    """G from the autograd gradient of the looped risk: ∂Risk/∂w = P_{i-1} P_i G."""
    W = {i: w.clone().requires_grad_() for i, w in state.W.items()}
    b = {i: v.clone().requires_grad_() for i, v in state.b.items()}
    risk(model, W, b, state.P, data).backward()
    P = state.P
    G = {1: W[1].grad / P[1][:, None]}
    G |= {i: W[i].grad / (P[i - 1][:, None] * P[i][None, :]) for i in range(2, model.L + 1)}
    return G, {i: b[i].grad / P[i] for i in b}


@settings(max_examples=40, deadline=None, derandomize=True)
@given(cases())
def test_gradient_equals_autograd_of_a_looped_network(case):
    model, state, data = case
    G = mf.gradient(model, state, data)
    W, b = by_autograd(model, state, data)
    scale = max(float(g.abs().max()) for g in W.values()) + 1e-300
    for i in W:
        assert G.W[i].shape == state.W[i].shape
        assert float((G.W[i] - W[i]).abs().max()) <= REL * scale
    for i in b:
        assert float((G.b[i] - b[i]).abs().max()) <= REL * max(scale, float(b[i].abs().max()))


STENCIL = {1: 4 / 5, 2: -1 / 5, 3: 4 / 105, 4: -1 / 280}
"""Central differences of order eight: f'(0) ≈ Σ c_k (f(kh) − f(−kh)) / h."""


@pytest.mark.parametrize("L", [2, 3, 5])
def test_gradient_equals_finite_differences(L):
    model = mf.Model((*("tanh", "sigmoid", "erf", "softplus")[: L - 1], "sin"), "logcosh")
    state, data = network([3, 2, 4, 3][: L - 1], 2, seed=L, weighted=True), law(4, 2)
    G, h = mf.gradient(model, state, data), 1e-2
    scale = max(float(g.abs().max()) for g in G.W.values())
    for i in range(1, L + 1):
        mass = state.P[1][:, None] if i == 1 else state.P[i - 1][:, None] * state.P[i]
        for entry in [(0, 0), (state.W[i].shape[0] - 1, state.W[i].shape[1] - 1)]:

            def at(step, i=i, entry=entry):
                w = state.W[i].clone()
                w[entry] += step
                y_hat = mf.output(model, mf.Ensemble({**state.W, i: w}, state.b, state.P), data.x)
                return float((data.q * model.loss.value(y_hat - data.y)).sum())

            slope = sum(c * (at(k * h) - at(-k * h)) for k, c in STENCIL.items()) / h
            exact = float((mass.expand_as(G.W[i]) * G.W[i])[entry])
            assert abs(slope - exact) <= REL * scale


def test_forward_is_the_loop_over_neurons():
    model = mf.Model(("tanh", "softplus", "identity"))
    state, x = network([3, 4], 2, (2, 5), seed=4, weighted=True), law(6, 2).x
    H = mf.forward(model, state, x)
    assert [tuple(H[i].shape) for i in (1, 2, 3)] == [(2, 5, 6, 3), (2, 5, 6, 4), (2, 5, 6, 1)]
    for r in [(0, 0), (1, 3)]:
        for a, point in enumerate(x):
            V = torch.tanh(state.W[1][r] @ point)
            h = state.b[2][r] + sum(state.P[1][r][j] * state.W[2][r][j] * V[j] for j in range(3))
            assert torch.allclose(H[2][r][a], h, rtol=0, atol=1e-14)
    assert torch.equal(mf.output(model, state, x), H[3][..., 0])


def test_a_batch_is_its_replicates_one_by_one():
    model, data = mf.Model(("tanh", "erf", "identity"), "huber"), law(5, 3)
    state = network([4, 3], 3, (3,), seed=9, weighted=True)
    G = mf.gradient(model, state, data)
    for r in range(3):
        alone = mf.gradient(model, state.map(lambda v, r=r: v[r]), data)
        for i in G.W:
            assert torch.allclose(G.W[i][r], alone.W[i], rtol=1e-13, atol=1e-15)


def test_the_door_names_what_does_not_fit():
    model, state = mf.Model(("tanh", "identity")), network([3], 2)
    with pytest.raises(mf.InvalidArgument, match="d of x = 3"):
        mf.output(model, state, torch.zeros(4, 3))
    with pytest.raises(mf.InvalidArgument, match="L of the state = 3"):
        mf.gradient(model, network([3, 3], 2), law(3, 2))
    with pytest.raises(mf.InvalidArgument, match=r"x\.shape"):
        mf.forward(model, state, torch.zeros(3))
