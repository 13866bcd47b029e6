"""Velocities kept factored, and the arithmetic that motion needs of them.

The velocity of an N×N matrix w_i is a sum over b data points, so it is stored as
rows_iᵀ cols_i with b rows: never N×N. A linear combination of velocities is again one, of
higher rank, so a Runge–Kutta stage costs one pass over each weight matrix. Where the model is
not linear in w there are no such factors, and the velocity is stored whole.
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from mfcheck.dynamics.products import add_product_
from mfcheck.model.ensemble import Ensemble, Layers


class Velocity(NamedTuple):
    """∂_t w_i = c_i rows[i]ᵀ cols[i] and ∂_t b_i = c_i^b b[i]; a frozen layer has no entry.

    rows[i], cols[i]: (r, rank, ·), the product shaped like W[i]. b[i]: (r, N_i). c, c_b: the
    numbers c_i and c_i^b, kept apart because they cost nothing where the velocity is used.
    dense[i]: shaped like W[i], in place of the product for layers without factors.
    """

    rows: Layers
    cols: Layers
    b: Layers
    c: dict[int, float]
    c_b: dict[int, float]
    dense: Layers

    @property
    def moving(self) -> list[int]:
        """The layers whose weights move."""
        return [*self.rows, *self.dense]

    def weights(self, i: int) -> Tensor:
        """∂_t w_i as a dense array, shaped like W[i] with one leading axis."""
        if i in self.dense:
            return self.dense[i] * self.c[i]
        return self.rows[i].mT @ (self.cols[i] * self.c[i])

    def biases(self, i: int) -> Tensor:
        """∂_t b_i, shaped like b[i] with one leading axis."""
        return self.b[i] * self.c_b[i]


def combine(terms: Sequence[tuple[float, Velocity]]) -> Velocity:
    """Σ c_m v_m as one velocity; terms with c_m = 0, and layers frozen in a term, add nothing."""
    terms = [(c, v) for c, v in terms if c]
    moving = sorted({i for _, v in terms for i in v.rows})
    biased = sorted({i for _, v in terms for i in v.b})
    rows = {i: torch.cat([v.rows[i] for _, v in terms if i in v.rows], 1) for i in moving}
    cols = {
        i: torch.cat([v.cols[i] * (c * v.c[i]) for c, v in terms if i in v.rows], 1) for i in moving
    }
    b = {i: _sum([(c * v.c_b[i], v.b[i]) for c, v in terms if i in v.b]) for i in biased}
    full = sorted({i for _, v in terms for i in v.dense})
    dense = {i: _sum([(c * v.c[i], v.dense[i]) for c, v in terms if i in v.dense]) for i in full}
    ones = dict.fromkeys([*rows, *dense], 1.0)
    return Velocity(rows, cols, b, ones, dict.fromkeys(b, 1.0), dense)


def _sum(terms: Sequence[tuple[float, Tensor]]) -> Tensor:
    total = terms[0][1] * terms[0][0]
    for c, v in terms[1:]:
        total.add_(v, alpha=c)
    return total


def move_(s: Ensemble, h: float, v: Velocity) -> None:
    """s ← s + h·v, in place."""
    for i, rows in v.rows.items():
        add_product_(s.W[i], h * v.c[i], rows, v.cols[i])
    for i, w in v.dense.items():
        s.W[i].add_(w, alpha=h * v.c[i])
    for i, b in v.b.items():
        s.b[i].add_(b, alpha=h * v.c_b[i])


def moved(s: Ensemble, h: float, v: Velocity) -> Ensemble:
    """s + h·v; frozen layers are shared with s, not copied."""
    W = {
        i: add_product_(w.clone(), h * v.c[i], v.rows[i], v.cols[i]) if i in v.rows else w
        for i, w in s.W.items()
    }
    W |= {i: s.W[i].add(w, alpha=h * v.c[i]) for i, w in v.dense.items()}
    b = {i: c.add(v.b[i], alpha=h * v.c_b[i]) if i in v.b else c for i, c in s.b.items()}
    return s.at(W, b)
