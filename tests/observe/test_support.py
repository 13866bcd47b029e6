"""The map of the first layer, integrated a second time by hand; displacements and supports."""

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest
import torch
from scipy.integrate import solve_ivp

import mfcheck as mf
from mfcheck.observe.support import displacement, first_layer_map
from mfcheck.problems.long_horizon import LongHorizonSpec

SMALL = LongHorizonSpec(
    ("tanh", "erf", "identity"), data="sine", n=4, d=2, scale=1.0, T=1.0, eps=0.1
)


def solver(problem, tol=1e-2):
    return first_layer_map(lambda C: problem.limit(C, at=[problem.T], tol=tol), problem.L)


def by_hand(problem, nodes, u):
    """M(T, u) by DOP853 on nodes and one passive neuron, written out in numpy."""
    x, y, q = (v.numpy() for v in (problem.data.x, problem.data.y, problem.data.q))
    p1, p2 = nodes.P[1].numpy(), nodes.P[2].numpy()
    phi1, phi2 = (problem.model.phi(i) for i in (1, 2))
    d, m1, m2 = 2, len(p1) + 1, len(p2)
    measure = np.append(p1, 0.0)

    def call(f, h):
        return f(torch.as_tensor(h)).numpy()

    def split(v):
        a, b = m1 * d, m1 * d + m1 * m2
        return v[:a].reshape(m1, d), v[a:b].reshape(m1, m2), v[b:]

    def rhs(_, v):
        w1, w2, w3 = split(v)
        h1 = x @ w1.T
        f1 = call(phi1.value, h1)
        h2 = (f1 * measure) @ w2
        f2 = call(phi2.value, h2)
        d3 = (f2 @ (p2 * w3) - y) * q
        d2 = d3[:, None] * w3 * call(phi2.slope, h2)
        d1 = ((d2 * p2) @ w2.T) * call(phi1.slope, h1)
        return -np.concatenate([(d1.T @ x).ravel(), (f1.T @ d2).ravel(), d3 @ f2])

    w1 = np.vstack([nodes.W[1].numpy(), u])
    w2 = np.full((m1, m2), 1.0)
    v = np.concatenate([w1.ravel(), w2.ravel(), nodes.W[3].numpy()[:, 0]])
    end = solve_ivp(rhs, (0, problem.T), v, "DOP853", rtol=1e-10, atol=1e-12).y[:, -1]
    return split(end)[0][-1]


def test_the_map_is_the_flow_of_a_passive_neuron():
    problem = SMALL.problem()
    nodes = problem.limit(at=[1.0], tol=1e-2).system.nodes
    u = torch.tensor([[0.3, -0.7], [2.0, 1.0], [-40.0, 25.0]], dtype=torch.float64)
    moved = solver(problem)(u)
    for start, end in zip(u, moved, strict=True):
        assert end.numpy() == pytest.approx(by_hand(problem, nodes, start.numpy()), abs=2e-3)
    assert float((moved - u).norm(dim=1)[0]) > 0.05


def test_passive_neurons_do_not_see_one_another():
    move = solver(SMALL.problem())
    u = torch.linspace(-2, 2, 10, dtype=torch.float64).reshape(5, 2)
    assert torch.allclose(move(u)[2:3], move(u[2:3]), atol=1e-13)


def test_networks_move_along_the_map():
    """Neurons of wide networks end near M(T, w_1(0)), nearer with width."""
    problem = SMALL.problem()
    gaps = []
    for N in (16, 256):
        start = problem.sample(N, 4)[0]
        end = problem.gd(start, eps=0.02, at=[1.0]).final.W[1]
        gaps.append((end - solver(problem)(start.W[1].flatten(0, 1)).reshape(end.shape)).norm())
        gaps[-1] = float(gaps[-1]) / sqrt(N)
    assert gaps[1] < gaps[0] / 2


def test_two_layers_carry_the_second_weight_of_a_neuron():
    """M(t, u; v) is where a network's neurons with w_1(0) = u, w_2(0) = v go as it widens."""
    problem = replace(SMALL, activations=("tanh", "identity")).problem()
    move, gaps = solver(problem, 1e-3), []
    for N in (32, 1024):
        start = problem.sample(N, 4)[0]
        pairs = torch.cat([start.W[1], start.W[2]], -1)
        end = problem.gd(start, eps=0.02, at=[1.0]).final.W[1]
        there = move(pairs.flatten(0, 1)).reshape(pairs.shape)
        assert torch.equal(there[..., 2:], start.W[2])
        gaps.append(float((there[..., :2] - end).norm()) / sqrt(N))
    assert gaps[1] < gaps[0] / 3


def test_displacement_is_the_largest_over_directions():
    def shear(u):
        return u + torch.stack([0.1 * u[:, 1], torch.zeros(len(u), dtype=u.dtype)], 1)

    v = torch.tensor([[[1.0, 0], [0, 1]], [[1, 0], [-1, 0]]], dtype=torch.float64)
    assert displacement(shear, 3.0, v).tolist() == pytest.approx([0.3, 0.0])


def test_what_has_no_map_is_refused():
    finite = mf.FiniteSpec().problem()
    with pytest.raises(mf.InvalidArgument, match="IIDEmbedding"):
        first_layer_map(lambda C: finite.limit(at=[1.0], tol=1e-3), 3)(torch.zeros(1, 3))
