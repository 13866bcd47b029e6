"""An upper bound of S = sup_w speed(w) over all of R^d, by interval arithmetic on cells.

w = r v with v on the surface of the cube [−1, 1]^d and 0 <= r <= ∞. On a cell of directions and
radii each ⟨w, x_k⟩ lies in an interval, and so, φ_1 being increasing with limits at ±∞, does
φ_1(⟨w, x_k⟩) = m_k ± δ_k. The speed is convex in these numbers, hence

    speed(w) <= E_{C_2} | Σ_k q_k Δ_2(z_k; C_2) m_k | + Σ_k q_k E_{C_2}|Δ_2(z_k; C_2)| δ_k ,

and for the d − 1 widest intervals, which stay wide at r = ∞ beside a plane ⟨v, x_k⟩ = 0, the
largest value at their ends stands in for m_k and δ_k. Cells whose bound is above what a search
has found are halved. What is left is a bound whatever the search has missed, up to rounding,
which is not counted. Source: ours.
"""

from itertools import product
from typing import NamedTuple

import torch
from torch import Tensor

from mfcheck.errors import invalid
from mfcheck.model.activation import ODD, SIGMOIDAL
from mfcheck.observe.stationarity import Speed, greatest_speed

TOGETHER = 4096
"""Cells bounded at once."""

CELL_HALVINGS = 80
"""How often a cell is halved at most."""


class Cells(NamedTuple):
    """Boxes low <= (p, s) <= high, each (m, d): face coordinates p and s = r / (1 + r).

    face: (m,), the coordinate of v that is ±1; sign: (m,), which.
    """

    low: Tensor
    high: Tensor
    face: Tensor
    sign: Tensor

    def take(self, which: Tensor) -> "Cells":
        return Cells(*(part[which] for part in self))


def speed_ceiling(v: Speed, slack: float = 0.1, cells: int = 50_000) -> Tensor:
    """A number that no speed(w), w in R^d, exceeds, for each replicate, (r,).

    Cells are halved until it is within (1 + slack) of the largest speed found, or there are
    more of them than `cells`, or they are too small; it is an upper bound in any case. Raises
    InvalidArgument for a φ_1 that is not monotone.
    """
    if v.phi.name not in SIGMOIDAL:
        rule = "the ceiling needs a bounded monotone φ_1"
        raise invalid("φ_1", v.phi.name, rule, f"use one of {', '.join(SIGMOIDAL)}")
    goal = (1 + slack) * greatest_speed(v)
    v = _merged(v)
    open_ = _faces(v.x)
    bound = _bounds(v, open_)
    for _ in range(CELL_HALVINGS):
        above = (bound > goal).any(1)
        if int(above.sum()) > cells or not bool(above.any()):
            break
        open_ = _halved(open_.take(above))
        bound = _bounds(v, open_)
    return torch.maximum(goal, bound.amax(0))


def _merged(v: Speed) -> Speed:
    """The same speed with data points that coincide, or are opposite, written as one.

    Their intervals would be treated as independent, though what they add may cancel exactly: where
    φ is odd, x and −x are one point with opposite pulls.
    """
    lead = v.x.gather(1, (v.x != 0).int().argmax(1, keepdim=True)).sign()
    turn = torch.where(lead == 0, 1.0, lead) if v.phi.name in ODD else torch.ones_like(lead)
    x, group = torch.unique(v.x * turn, dim=0, return_inverse=True)
    pull = v.pull.new_zeros(v.pull.shape[0], len(x), v.pull.shape[2])
    return v._replace(pull=pull.index_add(1, group, v.pull * turn), x=x)


def _faces(x: Tensor) -> Cells:
    """The 2d faces of the cube, with all radii."""
    d = x.shape[1]
    low, high = x.new_full((2 * d, d), -1.0), x.new_ones(2 * d, d)
    low[:, -1] = 0.0
    face = torch.arange(d, device=x.device).repeat(2)
    return Cells(low, high, face, torch.cat([x.new_ones(d), -x.new_ones(d)]))


def _halved(cells: Cells) -> Cells:
    """Every cell cut in two across its widest coordinate."""
    width = cells.high - cells.low
    width[:, -1] *= 2
    across = torch.nn.functional.one_hot(width.argmax(1), width.shape[1]).bool()
    middle = (cells.low + cells.high) / 2
    first = Cells(cells.low, torch.where(across, middle, cells.high), cells.face, cells.sign)
    second = Cells(torch.where(across, middle, cells.low), cells.high, cells.face, cells.sign)
    return Cells(*(torch.cat(parts) for parts in zip(first, second, strict=True)))


def _bounds(v: Speed, cells: Cells) -> Tensor:
    """The bound of every cell for every replicate, (m, r)."""
    size = (v.pull.abs() @ v.P[..., None])[..., 0]
    each = []
    for part in torch.arange(len(cells.face), device=v.x.device).split(TOGETHER):
        low, high = (v.phi.value(h) for h in _intervals(cells.take(part), v.x))
        centre, radius = (low + high) / 2, (high - low) / 2
        count = min(v.x.shape[1] - 1, v.x.shape[0])
        wide = (radius * size.amax(0)).topk(count, dim=1).indices
        reach, rest = radius.gather(1, wide), radius.scatter(1, wide, 0.0)
        ends = [
            _mean(v, centre.scatter_add(1, wide, reach * reach.new_tensor(signs)))
            for signs in product((-1.0, 1.0), repeat=count)
        ]
        each.append(torch.stack(ends).amax(0) + rest @ size.mT)
    return torch.cat(each)


def _mean(v: Speed, value: Tensor) -> Tensor:
    """E_{C_2} |Σ_k q_k Δ_2 φ_k| at numbers φ (m, n), shape (m, r)."""
    return ((value @ v.pull).abs() @ v.P[..., None])[..., 0].mT


def _intervals(cells: Cells, x: Tensor) -> tuple[Tensor, Tensor]:
    """The ends of ⟨w, x_k⟩ over each cell, (m, n), which may be infinite."""
    d = x.shape[1]
    slots = torch.arange(d - 1, device=x.device)
    columns = slots + (slots >= cells.face[:, None])
    others = x.mT[columns]
    middle = (cells.low + cells.high)[:, None, :-1] / 2
    half = (cells.high - cells.low)[:, None, :-1] / 2
    centre = (middle @ others)[:, 0] + cells.sign[:, None] * x.mT[cells.face]
    reach = (half @ others.abs())[:, 0]
    near, far = (end[:, -1:] / (1 - end[:, -1:]) for end in (cells.low, cells.high))
    low, high = centre - reach, centre + reach
    least = torch.minimum(_times(near, low), _times(far, low))
    return least, torch.maximum(_times(near, high), _times(far, high))


def _times(r: Tensor, a: Tensor) -> Tensor:
    """r a with ∞ · 0 = 0: at a = 0 the interval's other end speaks for ±∞."""
    return torch.where(a == 0, 0.0, r * a)
