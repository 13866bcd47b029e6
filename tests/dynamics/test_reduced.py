"""Limits under i.i.d. initialisation against witnesses of another kind, and their traps."""

from time import process_time

import numpy as np
import pytest
import torch
from scipy.integrate import solve_ivp

import mfcheck as mf
from mfcheck.dynamics import reduced
from mfcheck.dynamics.reduced import attach_tracers
from mfcheck.model import FiniteEmbedding

X = np.stack([np.linspace(-1, 1, 8), np.ones(8)], 1)
DATA = mf.DataLaw(X, 1.5 * np.sin(3 * X[:, 0]) - 1)


def model(L, loss="squared", **options):
    return mf.Model(("tanh",) * (L - 1) + ("identity",), loss, **options)


def embedding(L, middle=None, b=None):
    middle = mf.Uniform(0.13, 1.87) if middle is None else middle
    W = {1: mf.Uniform(-1.5, 1.5, dim=2), L: mf.Uniform(-0.3, 1.7)}
    return mf.IIDEmbedding(W | {i: middle for i in range(2, L)}, b)


@pytest.mark.parametrize("L", [2, 3, 4, 5, 6])
def test_bounded_laws_are_self_consistent_to_1e_7(L):
    start = process_time()
    path = mf.limit(model(L), embedding(L), DATA, 1.0, tol=1e-7)
    assert path.error_estimate <= 1e-7
    assert process_time() - start < 10  # seconds of one core; two on an idle one


@pytest.mark.parametrize("L", [2, 3, 5])
def test_the_limit_is_the_finite_embedding_of_its_own_nodes(L):
    path = mf.limit(model(L), embedding(L), DATA, 1.0, tol=1e-5)
    own = mf.limit(model(L), FiniteEmbedding(path.states[0]), DATA, 1.0, tol=1e-7)
    assert float((path.y_hat - own.y_hat).abs().max()) <= 1e-6
    steps = mf.limit(model(L), embedding(L), DATA, 1.0, tol=1e-5, eps=0.1)
    again = mf.sgd(model(L), steps.states[0], DATA, 0.1, 1.0, batch=None)
    assert torch.equal(steps.y_hat, again.y_hat)


def hand_coded_three_layers(m, T):
    """The reduced system of depth three, written on plain arrays: ŷ at time T.

    States w_1(u_1), W(u_1, u_3) = E[w_2⁰] + V, w_3(u_3), b_2(u_3), b_3; tanh, tanh, identity.
    """
    z, w = np.polynomial.legendre.leggauss(m)
    u1 = np.stack(np.meshgrid(1.5 * z, 1.5 * z, indexing="ij"), -1).reshape(-1, 2)
    p1, u3, p3 = np.outer(w, w).ravel() / 4, 0.7 + z, w / 2
    x, y, q = X, DATA.y.numpy(), np.full(8, 1 / 8)
    M = len(u1)
    cuts = np.cumsum([2 * M, M * m, m, m])

    def split(v):
        w1, W, w3, b2, b3 = np.split(v, cuts)
        return w1.reshape(M, 2), W.reshape(M, m), w3, b2, b3

    def fields(v):
        w1, W, w3, b2, b3 = split(v)
        s1 = np.tanh(x @ w1.T)
        s2 = np.tanh(b2 + (s1 * p1) @ W)
        return s1, s2, b3 + s2 @ (p3 * w3)

    def f(_, v):
        _, W, w3, *_ = split(v)
        s1, s2, y_hat = fields(v)
        D3 = q * (y_hat - y)
        D2 = D3[:, None] * w3 * (1 - s2**2)
        D1 = (D2 * p3) @ W.T * (1 - s1**2)
        moves = [D1.T @ x, s1.T @ D2, s2.T @ D3, D2.sum(0), np.atleast_1d(D3.sum())]
        return -np.concatenate([move.ravel() for move in moves])

    start = np.concatenate([u1.ravel(), np.ones(M * m), u3, np.zeros(m), np.zeros(1)])
    exact = solve_ivp(f, (0, T), start, "DOP853", rtol=1e-10, atol=1e-11)
    return fields(exact.y[:, -1])[2]


def test_three_layers_against_a_hand_coded_system():
    path = mf.limit(model(3), embedding(3), DATA, 2.0, tol=1e-7)
    y_hat = hand_coded_three_layers(20, 2.0)
    assert float(np.abs(path.y_hat[-1].numpy() - y_hat).max()) <= 1e-6


def hand_coded_translation(L, T):
    """g_i − m_i, 3 <= i <= L−2, of the reduced system of depth L >= 5, on plain arrays."""
    z, w = np.polynomial.legendre.leggauss(20)
    u1 = np.stack(np.meshgrid(1.5 * z, 1.5 * z, indexing="ij"), -1).reshape(-1, 2)
    p1, uL, pL = np.outer(w, w).ravel() / 4, 0.7 + z, w / 2
    x, y, M, m, mid = X, DATA.y.numpy(), len(u1), len(z), L - 4
    cuts = np.cumsum([2 * M, M, mid, m, m, L - 3, m])

    def f(_, v):
        w1, a, g, gL, wL, b, bL1, bL = np.split(v, cuts)
        s = {1: np.tanh(x @ w1.reshape(M, 2).T)}
        s[2] = np.tanh(b[0] + s[1] @ (p1 * a))
        for i in range(3, L - 1):
            s[i] = np.tanh(b[i - 2] + g[i - 3] * s[i - 1])
        s[L - 1] = np.tanh(bL1 + np.outer(s[L - 2], gL))
        D = {L: (bL + s[L - 1] @ (pL * wL) - y) / 8}
        D[L - 1] = D[L][:, None] * wL * (1 - s[L - 1] ** 2)
        D[L - 2] = (1 - s[L - 2] ** 2) * (D[L - 1] @ (pL * gL))
        for i in range(L - 2, 2, -1):
            D[i - 1] = (1 - s[i - 1] ** 2) * g[i - 3] * D[i]
        D1 = np.outer(D[2], a) * (1 - s[1] ** 2)
        moves = [(D1.T @ x).ravel(), s[1].T @ D[2]]
        moves += [np.array([D[i] @ s[i - 1] for i in range(3, L - 1)])]
        moves += [D[L - 1].T @ s[L - 2], s[L - 1].T @ D[L]]
        moves += [np.array([D[i].sum() for i in range(2, L - 1)]), D[L - 1].sum(0)]
        return -np.concatenate([*moves, [D[L].sum()]])

    ones, zeros = np.ones, np.zeros
    parts = [u1.ravel(), ones(M), ones(mid), ones(m), uL, zeros(L - 3), zeros(m), zeros(1)]
    exact = solve_ivp(f, (0, T), np.concatenate(parts), "DOP853", rtol=1e-10, atol=1e-11)
    return exact.y[cuts[1] : cuts[2], -1] - 1


@pytest.mark.parametrize("L", [5, 6])
def test_translations_against_a_hand_coded_system(L):
    path = mf.limit(model(L), embedding(L), DATA, 2.0, tol=1e-7)
    exact = hand_coded_translation(L, 2.0)
    for i in range(3, L - 1):
        assert float(path.translation(i)[-1]) == pytest.approx(exact[i - 3], abs=1e-6)
        assert float(path.translation(i)[0]) == 0.0


@pytest.mark.parametrize("b", [None, {2: mf.Uniform(-1, 1), 3: mf.Uniform(-1, 1)}])
def test_networks_approach_the_limit(b):
    """From N = 16 to N = 256 the rms distance of weights and ŷ falls at least threefold."""
    emb, m, gaps = embedding(4, b=b), model(4), []
    rough = mf.limit(m, emb, DATA, 2.0, tol=1e-4, eps=0.1)
    for N in (16, 256):
        state, C = emb.sample(N, 6, seed=1)
        near = mf.limit(m, emb, DATA, 2.0, eps=0.1, tracers=C, nodes=rough)
        path = mf.sgd(m, state, DATA, 0.1, 2.0, batch=None)
        D = mf.distance(path, near, at=C, norm="rms").square().mean().sqrt()
        y = (path.y_hat[-1] - near.y_hat[-1]).square().mean().sqrt()
        gaps.append((float(D), float(y)))
        assert near.read is not None
        assert float((near.read(near.states[0]).W[2] - C.W[2]).abs().max()) <= 1e-14
    assert gaps[0][0] / gaps[1][0] > 3 and gaps[0][1] / gaps[1][1] > 3


def test_the_limit_sees_middle_laws_through_their_means_only():
    paths = [
        mf.limit(model(4), embedding(4, law), DATA, 1.0, tol=1e-6)
        for law in (mf.Dirac(1.0), mf.Rademacher(1.0, 0.7), mf.Normal(1.0, 2.0))
    ]
    assert all(torch.equal(path.y_hat, paths[0].y_hat) for path in paths)


def test_a_fixed_stream_has_its_own_recursion():
    """One stream: the limit repeats SGD on the nodes, and another stream gives another limit."""
    emb, m = embedding(3), model(3)
    state, C = emb.sample(400, 2, seed=3)
    streams = np.random.default_rng(0).integers(0, 8, (2, 10, 1))
    rough = mf.limit(m, emb, DATA, 1.0, tol=1e-4, eps=0.1)
    options = {"eps": 0.1, "tracers": C, "nodes": rough}
    lim = mf.limit(m, emb, DATA, 1.0, stream=streams, **options)
    path = mf.sgd(m, state, DATA, 0.1, 1.0, stream=streams)
    other = mf.limit(m, emb, DATA, 1.0, stream=streams[::-1].copy(), **options)
    near = mf.distance(path, lim, at=C, norm="rms")
    assert float(near.max()) < 0.5 * float(mf.distance(path, other, at=C, norm="rms").min())


def test_tracers_do_not_move_the_nodes():
    emb = embedding(4)
    nodes, C = emb.nodes(8), emb.sample(5, 3, seed=1)[1]
    start, _ = attach_tracers(emb, nodes, C)
    a = mf.sgd(model(4), nodes, DATA, 0.1, 1.0, batch=None)
    b = mf.sgd(model(4), start, DATA, 0.1, 1.0, batch=None)
    assert float((a.y_hat[:, None] - b.y_hat).abs().max()) <= 1e-13
    assert start.widths == {1: 69, 2: 6, 3: 13, 4: 1}


def test_two_layers_share_a_label():
    emb = embedding(2)
    state, C = emb.sample(2000, 4, seed=0)
    lim = mf.limit(model(2), emb, DATA, 1.0, tol=1e-4, eps=0.1, tracers=C)
    path = mf.sgd(model(2), state, DATA, 0.1, 1.0, batch=None)
    assert float(mf.distance(path, lim, at=C, norm="rms").max()) < 0.02


def test_high_dimensions_take_sobol_points_and_state_their_spread():
    rng = np.random.default_rng(1)
    x = rng.uniform(-1, 1, (8, 8))
    data = mf.DataLaw(x, np.sin(x.sum(1)))
    emb = mf.IIDEmbedding({1: mf.Normal(0, 0.5, dim=8), 2: mf.Uniform(0, 2), 3: mf.Uniform()})
    path = mf.limit(model(3), emb, data, 1.0, tol=0.02)
    finer = mf.limit(model(3), emb, data, 1.0, tol=0.006)
    assert path.error_estimate is not None and finer.error_estimate is not None
    assert 0 < path.error_estimate <= 0.02
    gap = float((path.y_hat - finer.y_hat).abs().max())
    assert gap <= path.error_estimate + finer.error_estimate


def test_the_error_over_scramblings_is_three_standard_errors_of_their_mean(monkeypatch):
    """Scramblings that gave 0, 1, ..., 7: three times √6 / √8."""
    told = iter(torch.arange(100.0).double()[:, None])
    monkeypatch.setattr(reduced, "functionals", lambda path, read: next(told))
    emb = mf.IIDEmbedding({1: mf.Normal(0, 0.5, dim=5), 2: mf.Uniform(), 3: mf.Uniform()})
    still = lambda nodes, control: None  # noqa: E731
    assert reduced.refine(emb, still, 3.0).error == pytest.approx(3 * 6**0.5 / 8**0.5)


def test_gaussian_laws_state_what_they_reach():
    """Gauss–Hermite with tanh converges slowly: a narrow law reaches 1e-6, a wide one says no."""
    narrow = mf.IIDEmbedding({1: mf.Normal(0, 0.5, dim=2), 2: mf.Uniform(0, 2), 3: mf.Uniform()})
    assert mf.limit(model(3), narrow, DATA, 1.0, tol=1e-6).error_estimate <= 1e-6
    wide = mf.IIDEmbedding({1: mf.Normal(0, 3, dim=2), 2: mf.Uniform(0, 2), 3: mf.Uniform()})
    with pytest.raises(mf.InvalidArgument, match="was reached within 40000 nodes; ask for tol="):
        mf.limit(model(3), wide, DATA, 1.0, tol=1e-9, eps=0.5)  # nodes are what runs out


def test_translation_says_where_it_lives():
    four, random = embedding(4), embedding(5, b={2: mf.Uniform(-1, 1)})
    for emb, i, said in [
        (four, 3, "has none; use L >= 5"),
        (embedding(5), 2, r"has 3\.\.3"),
        (random, 3, "biases of layer 2 are random"),
    ]:
        path = mf.limit(model(emb.L), emb, DATA, 0.5, tol=1e-3)
        with pytest.raises(mf.InvalidArgument, match=said):
            path.translation(i)
    with pytest.raises(mf.InvalidArgument, match="only a limit under i"):
        mf.flow(model(2), mf.Ensemble({1: [[1.0, 0]], 2: [[1]]}), DATA, 0.5).translation(3)
    with pytest.raises(mf.InvalidArgument, match="pass tracers=C"):
        mf.limit(model(4), four, DATA, 0.5, tracers={1: torch.zeros(2, 3)})


class TestTraps:
    """Each trap of testing these limits, shown together with its guard."""

    def test_centred_deep_limits_stand_still_so_relative_spread_is_zero_over_zero(self):
        frozen = {"xi_b": dict.fromkeys(range(2, 6), 0.0)}
        centred = embedding(5, mf.Uniform(-1.5, 1.5))
        path = mf.limit(model(5, **frozen), centred, DATA, 2.0, tol=1e-6)
        assert float(path.translation(3).abs().max()) == 0.0
        state, _ = centred.sample(64, 4)
        moved = (
            mf.sgd(model(5, **frozen), state, DATA, 0.1, 2.0, batch=None).final.W[3] - state.W[3]
        )
        assert float(moved.abs().max()) > 0  # so spread / |mean| would be read as huge
        guard = mf.IIDSpec().problem().discrete_limit()
        assert abs(float(guard.translation(3)[-1])) > 0.01

    def test_trained_biases_wake_a_centred_limit(self):
        path = mf.limit(model(5), embedding(5, mf.Uniform(-1.5, 1.5)), DATA, 2.0, tol=1e-6)
        assert float((path.y_hat[-1] - path.y_hat[0]).abs().max()) > 0.1

    def test_stiff_flows_need_error_control(self):
        """Middle means of two at L = 6: a small fixed step is wrong, the adaptive flow is not."""
        emb = embedding(6, mf.Dirac(2.0))
        nodes = emb.nodes(12)
        exact = mf.flow(model(6), nodes, DATA, 2.0, rtol=1e-10, atol=1e-12).y_hat[-1]
        euler = mf.sgd(model(6), nodes, DATA, 0.1, 2.0, batch=None).y_hat[-1]
        adaptive = mf.flow(model(6), nodes, DATA, 2.0, rtol=1e-6, atol=1e-8).y_hat[-1]
        assert float((euler - exact).abs().max()) > 1e-2
        assert float((adaptive - exact).abs().max()) < 1e-4

    def test_a_plateau_makes_the_rms_over_seeds_heavy_tailed(self):
        """Wide positive middle laws at L = 6: the mean square is ruled by few replicates, the
        median is not; rows therefore follow medians."""
        emb, m = embedding(6, mf.Uniform(0.5, 2.5)), model(6)
        state, C = emb.sample(32, 24, seed=2)
        lim = mf.limit(m, emb, DATA, 3.0, tol=1e-3, eps=0.1)
        path = mf.sgd(m, state, DATA, 0.1, 3.0, batch=None)
        gap = (path.y_hat[-1] - lim.y_hat[-1]).square().mean(-1).sqrt()
        assert float(gap.square().mean().sqrt()) > 1.2 * float(gap.median())
        assert C.widths[1] == 32
