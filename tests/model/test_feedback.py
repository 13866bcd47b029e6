"""Feedback alignment: what carries errors back, against a loop over neurons."""

import pytest
import torch

import mfcheck as mf
from mfcheck.model.feedback import FeedbackModel
from mfcheck.problems.explicit import ExplicitSpec
from tests.plain import law, network

PLAIN = mf.Model(("tanh", "sigmoid", "identity"), "huber", xi={2: 0.5})
TABLES = {2: torch.linspace(-1, 1, 12).reshape(3, 4).double(), 3: torch.ones(4, 1).double()}


def looped(state, data):
    """G_1 of the model above in one neuron and one data point after another."""
    W, b, P, G = state.W, state.b, state.P, torch.zeros_like(state.W[1])
    H = mf.forward(PLAIN, state, data.x)
    for n, (x, y, q) in enumerate(zip(data.x, data.y, data.q, strict=True)):
        error = (H[3][n, 0] - y).clamp(-1, 1)
        for j in range(3):
            back = 0.0
            for k in range(4):
                s = torch.sigmoid(b[2][k] + sum(P[1] * W[2][:, k] * H[1][n].tanh()))
                back += P[2][k] * TABLES[2][j, k] * TABLES[3][k, 0] * error * s * (1 - s)
            G[j] += q * back * (1 - H[1][n, j].tanh() ** 2) * x
    return G


def test_errors_go_back_through_the_feedback():
    state, data = network([3, 4], 2, weighted=True), law(5, 2)
    G = mf.gradient(FeedbackModel(PLAIN, TABLES), state, data)
    assert torch.allclose(G.W[1], looped(state, data), atol=1e-14)
    plain = mf.gradient(PLAIN, state, data)
    assert torch.equal(G.W[3], plain.W[3]) and not torch.allclose(G.W[2], plain.W[2])


def test_the_weights_themselves_as_feedback_are_the_gradient():
    state, data = network([3, 4], 2, replicates=(2,)), law(5, 2)
    own = FeedbackModel(PLAIN, {i: state.W[i] for i in (2, 3)})
    ours, plain = (mf.gradient(model, state, data).W for model in (own, PLAIN))
    assert all(torch.equal(ours[i], plain[i]) for i in plain)


def test_other_schedules_keep_the_feedback():
    model = FeedbackModel(PLAIN, TABLES)
    assert model.xi[2] == 0.5 and model != FeedbackModel(PLAIN, TABLES)
    twin = model.trained_by(xi={1: 0.0})
    assert twin.feedback is model.feedback and twin.rates(0.0)[0] == {1: 0.0, 2: 1.0, 3: 1.0}


def test_feedback_that_does_not_fit_is_told():
    with pytest.raises(mf.InvalidArgument, match=r"every layer 2\.\.3 has feedback"):
        FeedbackModel(PLAIN, {2: TABLES[2]})
    with pytest.raises(mf.InvalidArgument, match="make it fit w"):
        mf.gradient(FeedbackModel(PLAIN, TABLES), network([4, 3], 2), law(5, 2))
    problem = mf.FiniteSpec().problem()
    own = FeedbackModel(problem.model, {i: problem.emb.atoms.W[i] for i in (2, 3)})
    with pytest.raises(mf.InvalidArgument, match="and feedback cannot be written"):
        ExplicitSpec.of(mf.Problem(own, problem.emb, problem.data, 1.0))
