"""The law of Z = (X, Y): finitely many atoms with probabilities, so that E_Z is exact."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from mfcheck.arrays import probabilities, quantile, tensor
from mfcheck.errors import invalid


@dataclass(frozen=True, eq=False)
class DataLaw:
    """A law on finitely many data points.

    x: (n, d) inputs; a bias of the first layer is a constant coordinate of x. y: (n,) targets.
    q: (n,) probabilities, uniform by default. y and q take the dtype of x; q is renormalised
    after a cast, whose rounding would spoil its sum. Source: the law P of (X, Y) in Pham & Nguyen,
    ICLR 2021, section 2, restricted to finite support so that expectations carry no error.

    Raises InvalidArgument for shapes that do not match, numbers that are not finite, and
    probabilities that do not sum to one.
    """

    x: Tensor
    y: Tensor
    q: Tensor

    def __init__(self, x: Any, y: Any, q: Any = None) -> None:
        x, y = tensor("x", x, dims=2), tensor("y", y, dims=1)
        if min(x.shape) < 1:
            raise invalid("x.shape", tuple(x.shape), "needs n >= 1 and d >= 1", "pass (n, d)")
        if len(y) != len(x):
            raise invalid("y.shape", tuple(y.shape), f"x has {len(x)} points", "pass one y each")
        y = y.to(x)
        q = torch.full_like(y, 1 / len(y)) if q is None else _cast(probabilities("q", q), x)
        if q.shape != y.shape:
            raise invalid("q.shape", tuple(q.shape), f"x has {len(x)} points", "pass one q each")
        for name, value in (("x", x), ("y", y), ("q", q)):
            object.__setattr__(self, name, value)

    @property
    def n(self) -> int:
        """Number of atoms."""
        return self.x.shape[0]

    @property
    def d(self) -> int:
        """Input dimension, constant coordinate included."""
        return self.x.shape[1]

    def to(self, like: Tensor) -> "DataLaw":
        """The same law in the dtype and on the device of `like`; q is renormalised after a cast."""
        if self.x.dtype == like.dtype and self.x.device == like.device:
            return self
        return DataLaw(self.x.to(like), self.y.to(like), self.q)

    def draw(self, u: np.ndarray) -> Tensor:
        """Indices of atoms drawn with probabilities q, by the quantile function at uniforms u."""
        return quantile(self.q, u)

    def __repr__(self) -> str:
        weights = "uniform" if bool((self.q == self.q[0]).all()) else "weighted"
        return f"DataLaw(n={self.n}, d={self.d}, {weights})"


def _cast(q: Tensor, like: Tensor) -> Tensor:
    if q.dtype == like.dtype:
        return q.to(like)
    rounded = q.to(like)
    return rounded / rounded.sum()
