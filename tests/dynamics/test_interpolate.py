"""A flow between its recorded times is the flow recorded there."""

import pytest
import torch

import mfcheck as mf
from mfcheck.dynamics.interpolate import interpolated
from mfcheck.errors import InvalidArgument
from mfcheck.problems.finite import FiniteSpec


def gap(a, b):
    return max(
        float((x - y).abs().max())
        for s, r in zip(a.states, b.states, strict=True)
        for one, other in ((s.W, r.W), (s.b, r.b))
        for x, y in zip(one.values(), other.values(), strict=True)
    )


@pytest.fixture(scope="module")
def problem():
    return FiniteSpec(("tanh", "erf", "identity"), atoms=5, n=6, T=1.0).problem()


TIMES = [0.0, 0.013, 0.1, 0.37, 0.731, 1.0]


def test_it_is_of_fourth_order(problem):
    exact = problem.limit(at=TIMES)
    errors = [
        gap(
            interpolated(
                problem.model, problem.data, problem.limit(at=[k / n for k in range(n + 1)]), TIMES
            ),
            exact,
        )
        for n in (5, 10, 20)
    ]
    assert errors[2] < 1e-6
    assert errors[0] / errors[1] > 8 and errors[1] / errors[2] > 8


def test_loss_and_outputs_are_those_of_the_states(problem):
    path = interpolated(problem.model, problem.data, problem.limit(), TIMES)
    exact = problem.limit(at=TIMES)
    assert torch.allclose(path.loss, exact.loss, atol=1e-6)
    assert torch.allclose(path.y_hat, exact.y_hat, atol=1e-6)
    assert path.times.tolist() == TIMES


def test_recorded_times_are_met_exactly(problem):
    path = problem.limit()
    assert gap(interpolated(problem.model, problem.data, path, path.times.tolist()), path) < 1e-15


def test_a_frozen_layer_and_a_moving_clock(problem):
    moved = problem.trained_by(
        xi={1: lambda t: 1 + t, 2: 0},
        xi_b={2: 0, 3: lambda t: max(0.0, 4 * (t - 0.5) ** 2 * (t > 0.5))},
    )
    path = interpolated(moved.model, moved.data, moved.limit(), TIMES)
    assert gap(path, moved.limit(at=TIMES)) < 1e-6
    assert torch.equal(path.final.W[2], moved.emb.atoms.W[2])


@pytest.mark.parametrize("times", [[], [-0.1, 0.5], [0.5, 1.1]])
def test_times_outside_are_refused(problem, times):
    with pytest.raises(InvalidArgument, match="recorded from 0 to 1"):
        interpolated(problem.model, problem.data, problem.limit(), times)


def test_replicates_are_refused(problem):
    state, _ = problem.sample(4, 2)
    with pytest.raises(InvalidArgument, match="no single flow"):
        interpolated(problem.model, problem.data, problem.flow(state), [0.5])


def test_the_law_of_a_weighted_embedding_is_kept():
    problem = FiniteSpec(("tanh", "identity"), atoms=5, n=6, weighted=True).problem()
    path = interpolated(problem.model, problem.data, problem.limit(), [0.5])
    assert torch.equal(path.final.P[1], problem.emb.atoms.P[1])
    assert isinstance(path, type(mf.flow(problem.model, problem.emb.atoms, problem.data, 0.1)))
