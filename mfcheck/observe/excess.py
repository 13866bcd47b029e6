"""How far a loss is above the least that any function of x could reach.

The infimum over all measurable ỹ of E ℓ(Y, ỹ(X)) is attained point by point: at each x the best
number against the labels that occur there. It is 0 if Y is a function of X.
"""

import torch
from torch import Tensor

from mfcheck.data import DataLaw
from mfcheck.dynamics import Trajectory
from mfcheck.model import Loss

CANDIDATES, ZOOMS = 201, 6
"""Candidates between the least and the greatest label at one x, and how often we zoom in."""


def excess(loss: Loss, path: Trajectory, data: DataLaw) -> Tensor:
    """Loss above the least risk at the recorded times, (K, r)."""
    return path.loss.reshape(len(path.times), -1) - least_risk(loss, data)


def least_risk(loss: Loss, data: DataLaw) -> float:
    """inf over functions ỹ of E ℓ(Y, ỹ(X)), for losses ρ(ŷ − y) that grow with |ŷ − y|.

    Source: the infimum of the theorem's case 1, Pham & Nguyen, ICLR 2021, Theorem 8.
    """
    _, group = torch.unique(data.x, dim=0, return_inverse=True)
    risk = 0.0
    for k in range(int(group.max()) + 1):
        y, q = data.y[group == k], data.q[group == k]
        risk += float(_best(loss, y, q))
    return risk


def _best(loss: Loss, y: Tensor, q: Tensor) -> Tensor:
    """The minimum over numbers c of Σ q ρ(c − y), to about the square of the last grid's step."""
    low, high = y.min(), y.max()
    value = q @ loss.value(low - y)
    for _ in range(ZOOMS if bool(high > low) else 0):
        c = low + (high - low) * torch.linspace(0, 1, CANDIDATES, dtype=y.dtype, device=y.device)
        risks = loss.value(c[:, None] - y) @ q
        k, step = int(risks.argmin()), (high - low) / (CANDIDATES - 1)
        value, low, high = risks[k], c[k] - step, c[k] + step
    return value
