"""Weights and biases of some replicates as rows of numbers, their velocity and its Jacobian."""

import torch
from torch import Tensor

from mfcheck.dynamics.integrate import Field
from mfcheck.dynamics.velocity import Velocity
from mfcheck.model import Ensemble
from mfcheck.model.ensemble import Layers

COLUMNS = 256
"""Columns of a Jacobian that are differentiated at once."""


class Unknowns:
    """The live replicates of a state, as rows: start (live, n), massive (live, n) where P > 0.

    masses: which weights and which biases have positive probability, None where all of a layer
    have. Layers that never had a velocity keep the weights that they had, to the bit.
    """

    def __init__(
        self, field: Field, s: Ensemble, live: list[int], masses: tuple[dict, dict]
    ) -> None:
        self.field, self.s, self.live = field, s, live
        self.start = flattened(s.W, s.b)[live]
        parts = [
            {i: torch.ones_like(v, dtype=torch.bool) if on[i] is None else on[i] for i, v in of}
            for of, on in zip((s.W.items(), s.b.items()), masses, strict=True)
        ]
        self.massive = flattened(*parts)[live]
        self.moved: set[tuple[str, int]] = set()

    def state(self, y: Tensor) -> Ensemble:
        """The whole ensemble with the live replicates at y; the others as they were."""
        W, b = _shaped(y, self.s)
        W = {i: self._placed(w, self.s.W[i], ("W", i) in self.moved) for i, w in W.items()}
        b = {i: self._placed(v, self.s.b[i], ("b", i) in self.moved) for i, v in b.items()}
        return self.s.at(W, b)

    def velocity(self, t: float, y: Tensor) -> Tensor:
        """The velocity of the live replicates at y, (live, n)."""
        s = self.state(y)
        v = self.field(t, s)
        self.moved |= {("W", i) for i in v.moving} | {("b", i) for i in v.b}
        return dense(v, s)[self.live]

    def jacobian(self, field: Field, t: float, y: Tensor, r: int) -> Tensor:
        """∂ velocity / ∂ y (n, n) of replicate r at y (n,), by its own field.

        One forward derivative moves each copy of the replicate in a direction of its own.
        """
        columns = [self._columns(field, t, y, (r, e)) for e in _directions(y)]
        return torch.cat(columns).mT

    def _columns(self, field: Field, t: float, y: Tensor, along: tuple[int, Tensor]) -> Tensor:
        r, e = along
        P = {i: p[r : r + 1].expand(len(e), -1) for i, p in self.s.P.items()}

        def value(rows: Tensor) -> Tensor:
            s = Ensemble.of(*_shaped(rows, self.s), P)
            return dense(field(t, s), s)

        return torch.func.jvp(value, (y.expand(len(e), -1).clone(),), (e,))[1]

    def _placed(self, rows: Tensor, old: Tensor, moved: bool) -> Tensor:
        if not moved:
            return old
        new = old.clone()
        new[self.live] = rows
        return new


def flattened(W: Layers, b: Layers) -> Tensor:
    """Every number of a replicate in a row, (r, n)."""
    return torch.cat([v.flatten(1) for v in (*W.values(), *b.values())], 1)


def dense(v: Velocity, s: Ensemble) -> Tensor:
    """A velocity as rows, zero where a layer is frozen."""
    W = {i: v.weights(i) if i in v.moving else torch.zeros_like(w) for i, w in s.W.items()}
    b = {i: v.biases(i) if i in v.b else torch.zeros_like(c) for i, c in s.b.items()}
    return flattened(W, b)


def _shaped(y: Tensor, like: Ensemble) -> tuple[Layers, Layers]:
    """The inverse of `flattened`, for any number of rows."""
    parts = [*like.W.values(), *like.b.values()]
    pieces = y.split([p[0].numel() for p in parts], 1)
    made = [piece.reshape(-1, *p.shape[1:]) for piece, p in zip(pieces, parts, strict=True)]
    W, b = made[: like.L], made[like.L :]
    return dict(zip(like.W, W, strict=True)), dict(zip(like.b, b, strict=True))


def _directions(y: Tensor) -> list[Tensor]:
    return list(torch.eye(len(y), dtype=y.dtype, device=y.device).split(COLUMNS))
