"""The first layer's motion as a map M(t, ·) of R^d, and where its preimages lie.

For L >= 3 and independent initial weights a neuron that starts at w_1(0) = u stands at M(t, u) at
time t: the fields that move it are averages over all neurons, and the neuron itself has
probability zero. So M is read from tracers, on any u and not only where neurons were drawn, and
the law of w_1(t) is the image of ρ¹ under M(t, ·). It has full support if every target u* has a
preimage in supp ρ¹. For L = 2 it stands at M(t, u; v), where v = w_2(0). Source: Pham & Nguyen,
ICLR 2021, section 4.3, for L = 3; that |M(t, u) − u| is bounded in u, and hence M(t, ·) onto by
Brouwer's theorem, and the other depths, are derived here.
"""

from collections.abc import Callable

import torch
from torch import Tensor

from mfcheck.dynamics import Trajectory
from mfcheck.errors import invalid
from mfcheck.model import Ensemble

PointMap = Callable[[Tensor], Tensor]
"""u ↦ M(u), both (m, d): a map of R^d, point by point. For L = 2 they are (m, d + 1)."""

Solve = Callable[[Ensemble], Trajectory]
"""Tracers C ↦ the limit that carries them, such as `lambda C: problem.limit(C, at=[t])`."""


def first_layer_map(solve: Solve, L: int) -> PointMap:
    """u ↦ M(t, u) at the last recorded time t of `solve`, for constant biases.

    For L = 2 it is (u, v) ↦ (M(t, u; v), v) on R^{d+1}: w_1(t) depends on v = w_2(0) too, which
    is written down once more. Raises InvalidArgument for a limit that carries no tracers (one of a
    finite embedding).
    """

    def follow(u: Tensor) -> Tensor:
        u = u.to(torch.float64)
        w, v = (u[:, :-1], u[:, -1:]) if L == 2 else (u, u[:, :0])
        above = {i: u.new_zeros(len(u) if i == 2 else 1, 1) for i in range(2, L + 1)}
        path = solve(Ensemble({1: w, **(above if L > 2 else {2: v})}))
        if path.read is None:
            rule = "this limit carries no tracers"
            raise invalid("solve", solve, rule, "solve the limit of an IIDEmbedding")
        return torch.cat([path.read(path.final).W[1], v], -1)

    return follow


def displacement(move: PointMap, R: float, directions: Tensor) -> Tensor:
    """max over the directions v of |M(R v) − R v|, shape (r,). directions: (r, m, d)."""
    u = R * directions
    gap = move(u.flatten(0, 1)).reshape(u.shape) - u
    return gap.norm(dim=-1).amax(-1)
