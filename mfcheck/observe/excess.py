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
    best = best_numbers(loss, data)[_groups(data)]
    return float(data.q @ loss.value(best - data.y))


def best_numbers(loss: Loss, data: DataLaw) -> Tensor:
    """At each distinct input the number of least expected loss against the labels there, (n',)."""
    group = _groups(data)
    each = [
        _best(loss, data.y[group == k], data.q[group == k]) for k in range(int(group.max()) + 1)
    ]
    return torch.stack(each)


def _groups(data: DataLaw) -> Tensor:
    """Which of the distinct inputs, in their order by coordinates, each data point has, (n,)."""
    return torch.unique(data.x, dim=0, return_inverse=True)[1]


def _best(loss: Loss, y: Tensor, q: Tensor) -> Tensor:
    """The minimum's place over numbers c of Σ q ρ(c − y), to about the last grid's step."""
    low, high = y.min(), y.max()
    best = low
    for _ in range(ZOOMS if bool(high > low) else 0):
        c = low + (high - low) * torch.linspace(0, 1, CANDIDATES, dtype=y.dtype, device=y.device)
        risks = loss.value(c[:, None] - y) @ q
        k, step = int(risks.argmin()), (high - low) / (CANDIDATES - 1)
        best, low, high = c[k], c[k] - step, c[k] + step
    return best
