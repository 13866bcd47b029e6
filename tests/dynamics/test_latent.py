"""Limits of diverse embeddings: approached by networks, honest about their error."""

import pytest
import torch

import mfcheck as mf
from mfcheck.dynamics.latent import attach_latent_tracers, sobol

EMB = mf.DiverseEmbedding(4, mf.Uniform(-1.5, 1.5, dim=2), m=2, seed=1)
MODEL = mf.Model(("tanh", "erf", "tanh", "identity"))
DATA = mf.data.sine(6, 2, seed=1)
PROBLEM = mf.Problem(MODEL, EMB, DATA, T=1.0, eps=0.25)
LIMIT = PROBLEM.limit(eps=0.25, tol=2e-2)


def test_the_error_estimate_bounds_the_distance_to_finer_nodes():
    assert LIMIT.error_estimate is not None
    assert LIMIT.error_estimate <= 2e-2
    fine = mf.sgd(MODEL, EMB.system(sobol(EMB, 11)), DATA, 0.25, 1.0, batch=None)
    gap = (fine.y_hat - LIMIT.y_hat).abs().max()
    assert float(gap) <= 2 * LIMIT.error_estimate
    assert torch.equal(PROBLEM.limit(eps=0.25, tol=2e-2).y_hat, LIMIT.y_hat)


def test_networks_approach_it_at_the_root_of_their_width():
    gaps = []
    for N in (32, 128):
        path = PROBLEM.gd(PROBLEM.sample(N, 200, seed=1)[0])
        gaps.append(float((path.y_hat - LIMIT.y_hat[:, None]).square().mean().sqrt()))
    assert 1.6 < gaps[0] / gaps[1] < 2.4


def test_sampled_neurons_ride_along_and_move_nothing():
    state, C = PROBLEM.sample({1: 5, 2: 4, 3: 3}, 2, seed=1)
    limit = PROBLEM.limit(C, eps=0.25, tol=2e-2)
    assert limit.read is not None
    assert float((limit.y_hat - LIMIT.y_hat[:, None]).abs().max()) < 1e-10
    start = limit.read(limit.states[0])
    assert all(float((start.W[i] - state.W[i]).abs().max()) < 1e-14 for i in state.W)
    assert start.widths == state.widths


def test_a_sampled_neuron_with_the_label_of_a_node_moves_like_the_node():
    nodes = sobol(EMB, 5)
    C = {i: v[3:7] for i, v in nodes.items()}
    start, read = attach_latent_tracers(EMB, nodes, C)
    end = mf.sgd(MODEL, start, DATA, 0.25, 1.0, batch=None).final
    own = read(end)
    assert float((own.W[2] - end.W[2][3:7, 3:7]).abs().max()) < 1e-13
    assert float((own.b[3] - end.b[3][3:7]).abs().max()) < 1e-13


def test_weights_approach_the_tracers_own():
    means = []
    for N in (16, 64):
        state, C = PROBLEM.sample(N, 20, seed=2)
        limit = PROBLEM.limit(C, eps=0.25, tol=2e-2)
        means.append(float(mf.distance(PROBLEM.gd(state), limit, at=C, norm="rms").mean()))
    assert 1.5 < means[0] / means[1] < 2.6


def test_the_flow_has_a_limit_too():
    path = mf.limit(MODEL, EMB, DATA, T=0.5, tol=5e-2, at=[0.0, 0.5])
    assert path.error_estimate is not None and path.error_estimate <= 5e-2
    assert float(path.loss[1]) < float(path.loss[0])


def test_refusals_say_what_to_do():
    with pytest.raises(mf.InvalidArgument, match=r"ask for tol=0\.01 or so"):
        mf.limit(MODEL, EMB, DATA, T=1.0)
    state, C = PROBLEM.sample(4, 2)
    with pytest.raises(mf.InvalidArgument, match="pass tracers=C"):
        mf.limit(MODEL, EMB, DATA, T=1.0, tol=1e-2, tracers=state)
    with pytest.raises(mf.InvalidArgument, match="pass tracers=C to `limit`"):
        mf.distance(PROBLEM.gd(state, at=LIMIT.times.tolist()), LIMIT, at=C)
