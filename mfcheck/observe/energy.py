"""How fast the gradient flow loses energy."""

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
