"""How far weights are from where they end, in the moments of the global convergence theorem.

With w̄ the weights at the last recorded time, at L = 3

    E[(1 + |w̄_3|) |w̄_3| |w̄_2| |w_1 − w̄_1|],
    E[(1 + |w̄_3|) |w̄_3| |w_2 − w̄_2|],
    E[(1 + |w̄_3|) |w_3 − w̄_3|] .

The theorem asks that they vanish as t → ∞, w̄ being the limit there.
Source: Pham & Nguyen, ICLR 2021, assumption 3, (3)–(5).
"""

import torch
from torch import Tensor

from mfcheck.dynamics import Trajectory
from mfcheck.errors import invalid


def still_to_go(path: Trajectory, k: int) -> Tensor:
    """The three moments between the k-th recorded state and the last one, (3, r)."""
    now, end = path.states[k].flat(), path.states[-1].flat()
    if end.L != 3:
        raise invalid("L", end.L, "the moments are those of three layers", "pass L = 3")
    W = {i: end.W[i].double() for i in end.W}
    gap = {i: W[i] - now.W[i].double() for i in W}
    P = {i: end.P[i].double() for i in (1, 2)}
    size = W[3][..., 0].abs()
    heavy = P[2] * (1 + size) * size
    first = P[1] * gap[1].norm(dim=-1) * (W[2].abs() @ heavy[..., None])[..., 0]
    second = P[1] * (gap[2].abs() @ heavy[..., None])[..., 0]
    third = P[2] * (1 + size) * gap[3][..., 0].abs()
    return torch.stack([each.sum(-1) for each in (first, second, third)])
