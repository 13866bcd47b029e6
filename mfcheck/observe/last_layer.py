r"""What a last layer at rest says of the loss, at any depth.

Write p(x) = ∂₂ℓ(Y, ŷ(x)) φ_L'(H_L(x)), with Y a function of X, and let

    S_L = max_j |E_X[ p φ_{L−1}(H_{L−1}(X, j)) ]| ,

the speed of the fastest weight of the last layer at the rate one. If the features of the neurons
there are the terms of a sum Σ_j a_j φ_{L−1}(H_{L−1}(x, j)) = g(x) at all inputs, then

    E_X[p g] <= S_L Σ_j |a_j| ,

and with g = ℓ / p, for a loss ℓ >= 0 and the least such sum Γ,

    E ℓ <= Γ S_L .

Γ is finite if the features span R^n and p vanishes only where ℓ does, and infinite where all
neurons have one feature, if g is none of its multiples. On one point it is |g| / max_j |φ_{L−1}|,
and both sides are equal. Source: makes the last step of the proof quantitative that Pham, One World
Seminar, 2020, gives for any number of layers; derived here, for every width and at every time.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from mfcheck.data import DataLaw
from mfcheck.dynamics.equations import everything
from mfcheck.dynamics.meanfield import mean_fields
from mfcheck.model import Ensemble, Model
from mfcheck.observe.combination import least_sums
from mfcheck.observe.rest import Sides


def loss_by_last_speed(model: Model, states: Sequence[Ensemble], data: DataLaw) -> Sides:
    """E ℓ <= Γ S_L at the states, (K, r)."""
    left, right = zip(*(_sides(model, state, data) for state in states), strict=True)
    return Sides(torch.stack(left), torch.stack(right))


def _sides(model: Model, state: Ensemble, data: DataLaw) -> tuple[Tensor, Tensor]:
    """E ℓ and Γ S_L of every replicate, (r,), in float64."""
    s = state.flat().to(torch.float64)
    law = everything(model, s, data)
    fields, L = mean_fields(model, s, law.x), model.L
    value, features = fields.V[L][..., 0], fields.V[L - 1]
    rest = value - law.y
    loss, bend = model.loss.value(rest), model.phi(L).slope_at(fields.H[L], fields.V[L])[..., 0]
    pull = model.loss.slope(rest) * bend
    S = ((law.q * pull)[:, None] @ features).abs().amax((1, 2))
    gamma = _prices(torch.where(loss == 0, 0.0, loss / pull), features)
    return loss @ law.q, torch.where(gamma.isinf(), gamma, gamma * S)


def _prices(targets: Tensor, features: Tensor) -> Tensor:
    """Γ of each replicate, (r,); targets (r, n), features (r, n, N)."""
    pairs = zip(targets.cpu().numpy(), features.cpu().numpy(), strict=True)
    return targets.new_tensor([float(least_sums(g[None], terms)[0]) for g, terms in pairs])
