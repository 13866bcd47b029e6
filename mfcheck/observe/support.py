"""The first layer's motion as a map M(t, ·) of R^d, and where its preimages lie.

For L >= 3 and independent initial weights a neuron that starts at w_1(0) = u stands at M(t, u) at
time t: the fields that move it are averages over all neurons, and the neuron itself has
probability zero. So M is read from tracers, on any u and not only where neurons were drawn, and
the law of w_1(t) is the image of ρ¹ under M(t, ·). It has full support if every target u* has a
preimage in supp ρ¹. Source: Pham & Nguyen, ICLR 2021, section 4.3; that |M(t, u) − u| is bounded
in u, and hence M(t, ·) onto by Brouwer's theorem, is derived here.
"""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from mfcheck.dynamics import Trajectory
from mfcheck.errors import invalid
from mfcheck.model import Ensemble, Independent
from mfcheck.model.laws import Law, coordinates

PointMap = Callable[[Tensor], Tensor]
"""u ↦ M(u), both (m, d): a map of R^d, point by point."""

Solve = Callable[[Ensemble], Trajectory]
"""Tracers C ↦ the limit that carries them, such as `lambda C: problem.limit(C, at=[t])`."""


def first_layer_map(solve: Solve, L: int) -> PointMap:
    """u ↦ M(t, u) at the last recorded time t of `solve`, for L >= 3 and constant biases.

    Raises InvalidArgument for L = 2, where w_1(t) depends on w_2(0) too, and for a limit that
    carries no tracers (one of a finite embedding).
    """
    if L < 3:
        raise invalid("L", L, "at L = 2 a neuron's motion depends on w_2(0) too", "use L >= 3")

    def follow(u: Tensor) -> Tensor:
        u = u.to(torch.float64)
        none = {i: u.new_zeros(len(u) if i == 2 else 1, 1) for i in range(2, L + 1)}
        path = solve(Ensemble({1: u, **none}))
        if path.read is None:
            rule = "this limit carries no tracers"
            raise invalid("solve", solve, rule, "solve the limit of an IIDEmbedding")
        return path.read(path.final).W[1]

    return follow


def displacement(move: PointMap, R: float, directions: Tensor) -> Tensor:
    """max over the directions v of |M(R v) − R v|, shape (r,). directions: unit (r, m, d)."""
    u = R * directions
    gap = move(u.flatten(0, 1)).reshape(u.shape) - u
    return gap.norm(dim=-1).amax(-1)


def distance_to_support(law: "Law | Independent", u: Tensor) -> Tensor:
    """Euclidean distance of u (..., d) to the smallest box that holds the support of `law`.

    It is the distance to the support itself for products of normal, uniform and Dirac laws, and
    a lower bound of it for laws with gaps (Rademacher, Mixture).
    """
    ends = np.array([one.support for one in coordinates(law)])
    if u.shape[-1] != len(ends):
        raise invalid("d of u", u.shape[-1], f"the law has {len(ends)} coordinates", "match them")
    low, high = torch.as_tensor(ends, dtype=u.dtype, device=u.device).T
    return ((low - u).clamp(min=0) + (u - high).clamp(min=0)).norm(dim=-1)
