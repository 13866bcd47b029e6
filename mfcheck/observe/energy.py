"""How fast the gradient flow loses energy, and how much of it by a given time."""

import numpy as np
import torch
from torch import Tensor

from mfcheck.data import DataLaw
from mfcheck.dynamics import gradient
from mfcheck.model import AnyModel, Ensemble


def dissipation(model: AnyModel, state: Ensemble, data: DataLaw, t: float = 0.0) -> Tensor:
    """Σ_i ξ_i(t) E|G_i|² + Σ_i ξ_i^b(t) E|G_i^b|², shape (...), at time t of the schedules.

    Along the flow ∂_t E ℓ(Y, ŷ) is minus this number: G is the gradient of the loss in the inner
    products of L²(P_{i-1} × P_i). Source: the chain rule.
    """
    G, (xi, xi_b) = gradient(model, state, data), model.rates(t)
    P = state.P
    total = 0 * state.P[1].sum(-1)
    for i, rate in xi.items():
        pairs = P[1][..., :, None] if i == 1 else P[i - 1][..., :, None] * P[i][..., None, :]
        total = total + rate * (pairs * G.W[i].square()).sum((-2, -1))
    for i, rate in xi_b.items():
        total = total + rate * (P[i] * G.b[i].square()).sum(-1)
    return total


def chebyshev_times(T: float, n: int = 32) -> list[float]:
    """The n + 1 Chebyshev points of [0, T], with both ends: where to record for `integral`."""
    return list(T * (1 - np.cos(np.pi * np.arange(n + 1) / n)) / 2)


def integral(rates: Tensor, T: float) -> tuple[Tensor, Tensor]:
    """∫_0^T of a function known at `chebyshev_times(T, n)`, n even: (n + 1, ...) to (...).

    And how far the rule with half the points is from it. For analytic functions the error of the
    rule is about the square of that distance. Source: Clenshaw & Curtis, Numer. Math. 2 (1960).
    """
    parts = (part.reshape(len(part), -1) for part in (rates, rates[::2]))
    whole, half = (_rule(len(part)).to(part) @ part for part in parts)
    shape = rates.shape[1:]
    return (T / 2 * whole).reshape(shape), (T / 2 * (whole - half)).abs().reshape(shape)


def panel_times(T: float, panels: int, n: int = 8) -> list[float]:
    """The Chebyshev points of so many equal panels of [0, T], each end once: panels·n + 1 times."""
    one = chebyshev_times(T / panels, n)
    return [k * T / panels + t for k in range(panels) for t in one[:-1]] + [T]


def running_integral(rates: Tensor, T: float, panels: int) -> Tensor:
    """∫_0^t of a function known at `panel_times`, at the panels' right ends t, (panels, ...).

    As exact as the rule in each panel: to rounding where the function is smooth, and to second
    order in the panel where it has a kink, as a least eigenvalue may.
    """
    n = (len(rates) - 1) // panels
    parts = [integral(rates[k * n : (k + 1) * n + 1], T / panels)[0] for k in range(panels)]
    return torch.stack(parts).cumsum(0)


def _rule(points: int) -> Tensor:
    """Weights on [−1, 1] that integrate every polynomial through the points."""
    x = np.cos(np.pi * np.arange(points) / (points - 1))
    k = np.arange(0, points, 2)
    moments = np.zeros(points)
    moments[k] = 2 / (1 - k.astype(float) ** 2)
    return torch.as_tensor(
        np.linalg.solve(np.polynomial.chebyshev.chebvander(x, points - 1).T, moments)
    )
