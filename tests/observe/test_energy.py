"""Dissipation: against the derivative of the loss in the flow's direction, by differentiation."""

import math

import pytest
import torch

import mfcheck as mf
from mfcheck.model.maps import gated, inner, shifted
from mfcheck.observe.energy import (
    chebyshev_times,
    dissipation,
    integral,
    panel_times,
    running_integral,
)
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


@pytest.mark.parametrize("degree", [0, 3, 8])
def test_the_rule_integrates_polynomials(degree):
    t = torch.tensor(chebyshev_times(2.0, 8))
    both = torch.stack([t**degree, torch.ones_like(t)], 1)
    whole, doubt = integral(both, 2.0)
    assert torch.allclose(whole, torch.tensor([2.0 ** (degree + 1) / (degree + 1), 2.0]).double())
    assert bool((doubt <= 1e-12).all()) == (degree <= 4)


def test_the_error_is_about_the_square_of_the_doubt():
    t = torch.tensor(chebyshev_times(1.0))
    whole, doubt = integral(1 / (1 + 16 * t * t), 1.0)
    error = abs(float(whole) - math.atan(4) / 4)
    assert error <= 1e-11 and 1e-9 <= float(doubt) <= 1e-5


def test_a_running_integral_is_that_of_the_primitive():
    times = torch.tensor(panel_times(3.0, 5), dtype=torch.float64)
    assert len(times) == 41 and times[0] == 0 and times[-1] == 3 and bool((times.diff() > 0).all())
    rates = torch.stack([times.cos(), (2 * times).exp()], -1)
    ends = 0.6 * torch.arange(1, 6, dtype=torch.float64)
    wanted = torch.stack([ends.sin(), ((2 * ends).exp() - 1) / 2], -1)
    assert torch.allclose(running_integral(rates, 3.0, 5), wanted, rtol=1e-10)


def test_a_kink_costs_the_square_of_a_panel():
    off = [
        float(
            (
                running_integral(torch.tensor(panel_times(1.0, m)).sub(0.4).abs(), 1.0, m)[-1]
                - 0.26
            ).abs()
        )
        for m in (3, 12, 48)
    ]
    assert off[0] < 0.01 and off[1] < off[0] / 8 and off[2] < off[1] / 8
