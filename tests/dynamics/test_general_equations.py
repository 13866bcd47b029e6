"""The general model's equations: against the standard model, autograd of a plain network, scipy."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

import mfcheck as mf
from mfcheck.dynamics import general_equations
from mfcheck.model.transforms import add_tracers, permute, split
from mfcheck.problems.problem import Problem
from tests.plain import apart, law, network, pack


def inner(w, x):
    return (w * x).sum(-1)


def kernel(w, x):
    return torch.exp(-(w - x).square().sum(-1))


def squash(w, b, h):
    return torch.tanh(w * h) + b


def gated(w, b, h):
    return w * torch.tanh(w * h + b)


def wild(w, b, h):
    return torch.sin(w * h + b) * torch.exp(-w * w) + 0.3 * w * b


MAPS = (squash, gated, wild)


def linear(phi):
    """w φ(h) + b as a map of the general model."""
    value = phi.value
    return lambda w, b, h: w * value(h) + b


def twins(names, loss="logcosh", **rates):
    """The standard model, and the same one posed as a general one."""
    standard = mf.Model(names, loss, **rates)
    maps = [inner, *(linear(standard.phi(i)) for i in range(1, standard.L))]
    return standard, mf.Model.general(maps, names[-1], loss, **rates)


TWINS = [
    twins(("tanh", "sin")),
    twins(("erf", "tanh", "identity"), "squared", xi={1: lambda t: 1 + t, 2: 0.0}, xi_b={3: 0.5}),
    twins(("sigmoid", "softplus", "tanh", "sigmoid"), "huber"),
]


def scenes(model):
    """State and data for a pair of models."""
    widths = [3, 4, 2][: model.L - 1]
    return network(widths, 3, (2,), seed=model.L, weighted=True), law(5, 3, model.L)


@pytest.mark.parametrize("pair", TWINS, ids=lambda pair: f"L={pair[0].L}")
def test_where_w_enters_linearly_it_is_the_standard_model(pair):
    state, data = scenes(pair[0])
    H, H_too = (mf.forward(model, state, data.x) for model in pair)
    assert all(torch.allclose(H[i], H_too[i], rtol=0, atol=1e-13) for i in H)
    y, y_too = (mf.output(model, state, data.x) for model in pair)
    assert torch.allclose(y, y_too, rtol=0, atol=1e-13)
    G, G_too = (mf.gradient(model, state, data) for model in pair)
    for one, other in ((G.W, G_too.W), (G.b, G_too.b)):
        assert all(torch.allclose(one[i], other[i], rtol=0, atol=1e-13) for i in one)
    descent = [mf.sgd(model, state, data, 0.1, 2.0, batch=None) for model in pair]
    walk = [mf.sgd(model, state, data, 0.1, 2.0, batch=2, seed=3) for model in pair]
    march = [mf.flow(model, state, data, 2.0) for model in pair]
    for a, b in (descent, walk, march):
        assert max(apart(s, t) for s, t in zip(a.states, b.states, strict=True)) <= 1e-12
        assert float((a.loss - b.loss).abs().max()) <= 1e-12


def loops(model, W, b, P, data):
    """E ℓ(Y, ŷ(X)), every neuron averaged in a Python loop under its own probability."""
    total = 0.0
    for x, y, q in zip(data.x, data.y, data.q, strict=True):
        H = [model.phi(1)(w, x) for w in W[1]]
        for i in range(2, model.L + 1):
            H = [
                sum(P[i - 1][j] * model.phi(i)(W[i][j, k], b[i][k], h) for j, h in enumerate(H))
                for k in range(W[i].shape[1])
            ]
        total = total + q * model.loss.value(model.output.value(H[0]) - y)
    return total


def by_autograd(model, state, data):
    """G from the autograd gradient of the looped risk: ∂Risk/∂w = P_{i-1} P_i G."""
    W = {i: w.clone().requires_grad_() for i, w in state.W.items()}
    b = {i: v.clone().requires_grad_() for i, v in state.b.items()}
    loops(model, W, b, state.P, data).backward()
    P = state.P
    G = {1: W[1].grad / P[1][:, None]}
    G |= {i: W[i].grad / (P[i - 1][:, None] * P[i]) for i in range(2, model.L + 1)}
    return G, {i: b[i].grad / P[i] for i in b}


@st.composite
def cases(draw):
    """(model, state, data) of any depth, non-linear in w, with weighted measures."""
    widths = draw(st.lists(st.integers(1, 4), min_size=1, max_size=3))
    maps = [draw(st.sampled_from((inner, kernel)))]
    maps += [draw(st.sampled_from(MAPS)) for _ in widths]
    output, loss = (
        draw(st.sampled_from(("identity", "tanh"))),
        draw(st.sampled_from(("squared", "huber"))),
    )
    seed = draw(st.integers(0, 2**20))
    state = network(widths, 2, (), seed, weighted=draw(st.booleans()))
    return mf.Model.general(maps, output, loss), state, law(3, 2, seed)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(cases())
def test_gradient_equals_autograd_of_a_looped_network(case):
    model, state, data = case
    G, (W, b) = mf.gradient(model, state, data), by_autograd(model, state, data)
    scale = max(float(g.abs().max()) for g in (*W.values(), *b.values())) + 1e-300
    for i in W:
        assert float((G.W[i] - W[i]).abs().max()) <= 1e-12 * scale
    for i in b:
        assert float((G.b[i] - b[i]).abs().max()) <= 1e-12 * scale


DEEP = mf.Model.general((inner, squash, gated, wild), "tanh", "logcosh")


def test_descent_is_torch_sgd_of_a_plain_network():
    """torch.optim.SGD on a 1/N network with learning rates ε N_{i-1} N_i, same samples."""
    state, data, eps, steps = network([3, 4, 2], 2, seed=1), law(5, 2), 0.1, 12
    stream = np.random.default_rng(0).integers(0, 5, (steps, 2))
    W = {i: w.clone().requires_grad_() for i, w in state.W.items()}
    b = {i: v.clone().requires_grad_() for i, v in state.b.items()}
    N = {0: 1, **state.widths}
    groups = [{"params": [W[i]], "lr": eps * N[i - 1] * N[i]} for i in W]
    groups += [{"params": [b[i]], "lr": eps * N[i]} for i in b]
    optimiser = torch.optim.SGD(groups, lr=1.0)
    for batch in stream:
        h = data.x[batch] @ W[1].T
        for i in (2, 3, 4):
            h = DEEP.phi(i)(W[i], b[i], h[:, :, None]).sum(1) / N[i - 1]
        optimiser.zero_grad()
        torch.log(torch.cosh(torch.tanh(h[:, 0]) - data.y[batch])).mean().backward()
        optimiser.step()
    path = mf.sgd(DEEP, state, data, eps, eps * steps, stream=stream)
    moved = apart(path.final, state)
    assert moved > 0.05
    for i in W:
        assert float((path.final.W[i] - W[i].detach()).abs().max()) <= 1e-13
    for i in b:
        assert float((path.final.b[i] - b[i].detach()).abs().max()) <= 1e-13


def test_flow_is_the_flow_of_the_looped_network_by_scipy():
    model = mf.Model.general((kernel, squash, gated))
    state, data = network([3, 2], 2, seed=5, weighted=True), law(4, 2)
    vector, unpack = pack(state)

    def f(t, v):
        G, G_b = by_autograd(model, unpack(v), data)
        return -torch.cat([g.flatten() for g in (*G.values(), *G_b.values())]).numpy()

    exact = solve_ivp(f, (0, 1.5), vector, method="DOP853", rtol=1e-11, atol=1e-12).y[:, -1]
    assert apart(mf.flow(model, state, data, 1.5).final, unpack(exact)) <= 1e-8


def test_blocks_change_nothing(monkeypatch):
    state, data = network([5, 4, 3], 2, (3,), seed=2, weighted=True), law(4, 2)
    whole, H = mf.gradient(DEEP, state, data), mf.forward(DEEP, state, data.x)
    for most in (1, 37, 90):
        monkeypatch.setattr(general_equations, "ENTRIES", most)
        part, H_too = mf.gradient(DEEP, state, data), mf.forward(DEEP, state, data.x)
        assert all(torch.allclose(whole.W[i], part.W[i], rtol=0, atol=1e-14) for i in whole.W)
        assert all(torch.allclose(whole.b[i], part.b[i], rtol=0, atol=1e-14) for i in whole.b)
        assert all(torch.allclose(H[i], H_too[i], rtol=0, atol=1e-14) for i in H)


@pytest.mark.parametrize("most", [1, 7, 1000, 10**9])
def test_blocks_cover_every_pair_once_within_the_limit(most, monkeypatch):
    monkeypatch.setattr(general_equations, "ENTRIES", most)
    state = network([5, 4, 3], 2, (6,), seed=2)
    for i in range(1, 5):
        seen, column = torch.zeros(6, state.widths[i]), 7 * (2 if i == 1 else state.widths[i - 1])
        for r, k in general_equations._blocks(state, i, 7):
            seen[r, k] += 1
            assert seen[r, k].numel() * column <= max(most, column)
        assert bool((seen == 1).all())


def test_frozen_layers_stand_still_and_the_rest_moves():
    model = DEEP.trained_by(xi={1: 0.0, 3: 0.0}, xi_b={2: 0.0})
    state, data = network([3, 4, 2], 2, seed=1), law(5, 2)
    for path in (mf.sgd(model, state, data, 0.1, 1.0), mf.flow(model, state, data, 1.0)):
        still = {i for i in state.W if torch.equal(path.final.W[i], state.W[i])}
        assert still == {1, 3}
        assert {i for i in state.b if torch.equal(path.final.b[i], state.b[i])} == {2}


def test_what_the_measure_does_not_see():
    state, data = network([3, 4, 2], 2, seed=1, weighted=True), law(5, 2)
    other = permute(split(split(state, 1, 0, (0.3, 0.7)), 3, 1), 2, [2, 0, 3, 1])
    extra = {"W_in": torch.ones(4, 2), "W_out": 2 * torch.ones(2, 1)}
    tracer = add_tracers(state, 3, {k: v.double() for k, v in extra.items()})
    for changed in (other, tracer):
        a, b = (mf.sgd(DEEP, s, data, 0.1, 2.0, seed=4) for s in (state, changed))
        assert float((a.y_hat - b.y_hat).abs().max()) <= 1e-13


def test_single_precision_follows_double():
    state, data = network([6, 5, 4], 2, (2,), seed=1), law(5, 2)
    fine = mf.sgd(DEEP, state, data, 0.1, 1.0, batch=None)
    rough = mf.sgd(DEEP, state.to(torch.float32), data, 0.1, 1.0, batch=None)
    assert rough.final.W[2].dtype == torch.float32
    assert float((rough.y_hat - fine.y_hat).abs().max()) <= 1e-5


def test_the_limit_of_a_finite_embedding_is_the_motion_of_its_atoms():
    atoms, data = network([3, 4, 2], 2, seed=1, weighted=True), law(5, 2)
    emb = mf.FiniteEmbedding(atoms)
    exact = mf.limit(DEEP, emb, data, 1.0)
    assert exact.error_estimate is not None and exact.error_estimate <= 1e-8
    assert apart(exact.final, mf.flow(DEEP, atoms, data, 1.0, rtol=1e-11, atol=1e-13).final) <= 1e-8
    problem = Problem(DEEP, emb, data, 1.0, 0.1)
    assert problem.discrete_limit().final.widths == atoms.widths
    slower = problem.trained_by(xi={2: 0.0})
    assert torch.equal(slower.gd(atoms).final.W[2], atoms.W[2])


def test_independent_weights_have_no_reduced_system_here():
    emb = mf.IIDEmbedding({1: mf.Uniform(-1, 1, dim=2), 2: mf.Dirac(1.0), 3: mf.Uniform(0, 1)})
    model = mf.Model.general((inner, squash, gated))
    with pytest.raises(mf.InvalidArgument, match="only where w enters linearly"):
        mf.limit(model, emb, law(3, 2), 1.0)
    state = emb.sample(4, 2)[0]
    assert mf.output(model, state, law(3, 2).x).shape == (2, 3)


def test_a_first_map_must_reduce_the_last_axis_alone():
    model = mf.Model.general((lambda w, x: w * x, squash))
    with pytest.raises(mf.InvalidArgument, match=r"shape of phi_1.* reduce the last axis"):
        mf.gradient(model, network([3], 2), law(4, 2))
