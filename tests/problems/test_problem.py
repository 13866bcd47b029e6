"""Problems: the pieces of a notebook, and what they remember."""

from dataclasses import replace

import pytest
import torch

import mfcheck as mf
from tests.plain import law, network

MODEL, DATA = mf.Model(("tanh", "tanh", "identity")), law(5, 2)
EMB = mf.FiniteEmbedding(network([4, 3], 2, seed=3))
PROBLEM = mf.Problem(MODEL, EMB, DATA, T=1.0, eps=0.1)


def test_the_pieces_of_a_notebook():
    state, C = PROBLEM.sample({1: 40, 2: 40}, replicates=4, seed=0)
    flow, walk, limit = PROBLEM.flow(state), PROBLEM.sgd(state, 0.05, 0), PROBLEM.limit(tracers=C)
    assert flow.times.tolist() == limit.times.tolist() and len(walk.times) == 21
    assert mf.distance(flow, limit, at=C).shape == (4,)
    assert mf.distance(flow, limit, at=C, norm="rms").max() < 1
    assert limit.error_estimate <= 1e-8 and PROBLEM.limit() is limit
    assert PROBLEM.L == 3 and PROBLEM.gd(state).solver["method"] == "gd"
    assert PROBLEM.discrete_limit() is PROBLEM.discrete_limit(0.1)


def test_wider_networks_come_nearer():
    gaps = []
    for N in (16, 256):
        state, C = PROBLEM.sample(N, 8, 0)
        gaps.append(float(mf.distance(PROBLEM.gd(state), PROBLEM.discrete_limit(), at=C).median()))
    assert gaps[1] < gaps[0] / 2


def test_variants_leave_the_original_alone():
    slow, single = PROBLEM.trained_by(xi={1: 0}), PROBLEM.on(torch.float32)
    state, _ = PROBLEM.sample(5)
    assert torch.equal(slow.gd(state).final.W[1], state.W[1])
    assert single.sample(5)[0].W[1].dtype == torch.float32
    assert single.discrete_limit().final.W[1].dtype == torch.float64
    assert PROBLEM.model.xi[1] == 1.0 and PROBLEM.dtype == torch.float64


def test_problems_refuse_what_does_not_fit():
    with pytest.raises(mf.InvalidArgument, match=r"the nearest is T = 0\.9"):
        mf.Problem(MODEL, EMB, DATA, T=1.0, eps=0.3)
    with pytest.raises(mf.InvalidArgument, match="d of x = 3"):
        mf.Problem(MODEL, EMB, law(4, 3), T=1.0)
    with pytest.raises(mf.InvalidArgument, match="no default step"):
        mf.Problem(MODEL, EMB, DATA, T=1.0).gd(EMB.atoms)
    with pytest.raises(mf.InvalidArgument, match="T = -1"):
        mf.Problem(MODEL, EMB, DATA, T=-1.0)


def test_every_option_has_a_limit_of_its_own():
    """The flow's, and those of two steps: what is kept for one is not handed out for another."""
    ends = [PROBLEM.limit(), PROBLEM.discrete_limit(), PROBLEM.discrete_limit(eps=0.05)]
    for k, one in enumerate(ends):
        assert all(not torch.equal(one.y_hat[-1], other.y_hat[-1]) for other in ends[:k])
    assert PROBLEM.discrete_limit(eps=0.05) is ends[2]


def test_a_problem_changed_in_part_has_limits_of_its_own():
    problem = mf.FiniteSpec().problem()
    short, long = problem.discrete_limit(), replace(problem, T=2.0).discrete_limit()
    assert (short.times[-1], long.times[-1]) == (1.0, 2.0)
    assert problem.discrete_limit() is short
