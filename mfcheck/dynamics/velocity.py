"""Velocities kept factored, and the arithmetic that motion needs of them.

The velocity of an N×N matrix w_i is a sum over b data points, so it is stored as
rows_iᵀ cols_i with b rows: never N×N. A linear combination of velocities is again one, of
higher rank, so a Runge–Kutta stage costs one pass over each weight matrix.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from mfcheck.model.ensemble import Ensemble, Layers

NARROW, WIDE = 8, 1024
"""Up to how many columns a matrix is narrow, and from how many on it is wide, for the choice of a
kernel: the product is the same. Measured in docs/performance.md."""


@dataclass(frozen=True)
class Velocity:
    """(∂_t w_i, ∂_t b_i) with ∂_t w_i = rows[i]ᵀ cols[i]; a frozen layer has no entry.

    rows[i], cols[i]: (r, rank, ·), the product shaped like W[i]. b[i]: (r, N_i).
    """

    rows: Layers
    cols: Layers
    b: Layers

    def weights(self, i: int) -> Tensor:
        """∂_t w_i as a dense array, shaped like W[i] with one leading axis."""
        return self.rows[i].mT @ self.cols[i]


def combine(terms: Sequence[tuple[float, Velocity]]) -> Velocity:
    """Σ c_m v_m as one velocity; terms with c_m = 0, and layers frozen in a term, add nothing."""
    terms = [(c, v) for c, v in terms if c]
    moving = sorted({i for _, v in terms for i in v.rows})
    biased = sorted({i for _, v in terms for i in v.b})
    rows = {i: torch.cat([v.rows[i] for _, v in terms if i in v.rows], 1) for i in moving}
    cols = {i: torch.cat([v.cols[i] * c for c, v in terms if i in v.rows], 1) for i in moving}
    b = {i: torch.stack([v.b[i] * c for c, v in terms if i in v.b]).sum(0) for i in biased}
    return Velocity(rows, cols, b)


def times(v: Tensor, w: Tensor) -> Tensor:
    """v w for v (r, b, j) and w (r, j, k), by the kernel that is fast at these shapes."""
    if w.shape[1] == 1:
        return v * w
    if w.shape[2] == 1:
        return (v * w.mT).sum(-1, keepdim=True)
    if v.shape[1] == 1 and min(w.shape[1:]) >= WIDE and w.mT.is_contiguous():
        return w.mT.bmm(v.mT).mT
    return v.bmm(w)


def add_product_(w: Tensor, h: float, rows: Tensor, cols: Tensor) -> Tensor:
    """w ← w + h·rowsᵀ cols, in place, by the kernel that is fast at these shapes."""
    if rows.shape[1] == 1:
        return w.addcmul_(rows.mT, cols, value=h)
    if w.shape[2] <= NARROW:
        return w.add_(cols.mT.bmm(rows).mT, alpha=h)
    return w.baddbmm_(rows.mT, cols, alpha=h)


def move_(s: Ensemble, h: float, v: Velocity) -> None:
    """s ← s + h·v, in place."""
    for i, rows in v.rows.items():
        add_product_(s.W[i], h, rows, v.cols[i])
    for i, b in v.b.items():
        s.b[i].add_(b, alpha=h)


def moved(s: Ensemble, h: float, v: Velocity) -> Ensemble:
    """s + h·v; frozen layers are shared with s, not copied."""
    W = {
        i: add_product_(w.clone(), h, v.rows[i], v.cols[i]) if i in v.rows else w
        for i, w in s.W.items()
    }
    b = {i: c.add(v.b[i], alpha=h) if i in v.b else c for i, c in s.b.items()}
    return Ensemble.of(W, b, s.P)
