"""Dissipation: against the derivative of the loss in the flow's direction, by differentiation."""

import pytest
import torch

import mfcheck as mf
from mfcheck.model.maps import gated, inner, shifted
from mfcheck.observe.energy import dissipation
from tests.plain import law, network

SCHEDULES = {"xi": {1: lambda t: 1 + t, 3: 0.0}, "xi_b": {2: 0.5}}
MODELS = [
    mf.Model(("tanh", "sigmoid", "identity"), "logcosh", **SCHEDULES),
    mf.Model.general((inner, gated, shifted), "tanh", "squared", **SCHEDULES),
]


@pytest.mark.parametrize("model", MODELS, ids=("standard", "general"))
def test_it_is_minus_the_derivative_of_the_loss_in_the_flow_s_direction(model):
    state, data, t = network([3, 4], 2, (2,), seed=1, weighted=True), law(5, 2), 0.7
    G, (xi, xi_b) = mf.gradient(model, state, data), model.rates(t)
    motion = [*(-xi[i] * G.W[i] for i in xi), *(-xi_b[i] * G.b[i] for i in xi_b)]

    def loss(*weights):
        W, b = (
            dict(zip((1, 2, 3), weights[:3], strict=True)),
            dict(zip((2, 3), weights[3:], strict=True)),
        )
        y_hat = mf.output(model, mf.Ensemble.of(W, b, state.P), data.x)
        return (data.q * model.loss.value(y_hat - data.y)).sum(-1)

    pull = torch.func.vjp(loss, *state.W.values(), *state.b.values())[1]
    slopes = pull(torch.ones(2, dtype=torch.float64))
    slope = sum((s * v).flatten(1).sum(1) for s, v in zip(slopes, motion, strict=True))
    D = dissipation(model, state, data, t)
    assert D.shape == (2,) and bool((D > 0).all())
    assert torch.allclose(D, -slope, rtol=1e-12, atol=0)


def test_one_network_without_replicates():
    state, data, model = network([3], 2, seed=1), law(3, 2), mf.Model(("tanh", "identity"))
    assert dissipation(model, state, data).shape == ()
