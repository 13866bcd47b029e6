"""Preimages under a map of R^d, by Newton's method on finite differences.

There is no going back along the characteristics: at L = 3 they carry W(t; u, ·) with them, which
is known at t = 0 only. So M(u) = u* is solved forwards. Each step is cut off at `STRIDE`, and what
comes out is verified by the map itself: the residual |M(u) − u*| is returned, never assumed.
"""

import torch
from torch import Tensor

from mfcheck.observe.support import PointMap

STRIDE = 0.7
"""The longest step of one iteration, for maps that move points by distances of order one."""

NUDGE = 1e-6
"""Step of the finite differences."""


def preimages(
    move: PointMap, targets: Tensor, iterations: int = 40, tol: float = 1e-12
) -> tuple[Tensor, Tensor]:
    """u (m, d) with M(u) = u* as nearly as was reached, and |M(u) − u*| (m,), for each target.

    targets: (m, d). Newton starts at the targets themselves and leaves a target alone once its
    residual is at most tol (1 + |u*|). A target without a preimage keeps its best u and a
    residual above zero; so does one that the method misses.
    """
    u, best = targets.clone(), targets.clone()
    least = torch.full_like(targets[:, 0], torch.inf)
    open_ = torch.arange(len(targets), device=targets.device)
    goal = tol * (1 + targets.norm(dim=-1))
    for _ in range(iterations):
        value, jacobian = linearised(move, u[open_])
        gap = targets[open_] - value
        better = gap.norm(dim=-1) < least[open_]
        least[open_[better]], best[open_[better]] = gap[better].norm(dim=-1), u[open_[better]]
        todo = least[open_] > goal[open_]
        open_, gap, jacobian = open_[todo], gap[todo], jacobian[todo]
        if not len(open_):
            break
        u[open_] = u[open_] + _cut((torch.linalg.pinv(jacobian) @ gap[..., None])[..., 0])
    return best, least


def linearised(move: PointMap, u: Tensor) -> tuple[Tensor, Tensor]:
    """M(u) (m, d) and its Jacobian (m, d, d) by forward differences, in one call of the map."""
    m, d = u.shape
    nudged = u[None] + NUDGE * torch.eye(d, dtype=u.dtype, device=u.device)[:, None]
    values = move(torch.cat([u[None], nudged]).reshape(-1, d)).reshape(d + 1, m, d)
    return values[0], ((values[1:] - values[0]) / NUDGE).permute(1, 2, 0)


def _cut(step: Tensor) -> Tensor:
    length = step.norm(dim=-1, keepdim=True)
    return step * (STRIDE / length.clamp(min=STRIDE))
