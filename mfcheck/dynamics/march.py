"""The adaptive march of a flow: step after step of Dormand–Prince, within bounds.

It stops at a motion that leaves every bound, which is a result, and gives up on one that it cannot
follow, which is none.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from mfcheck.arrays import positive, whole
from mfcheck.dynamics.integrate import DORMAND_PRINCE, Field, step
from mfcheck.dynamics.trajectory import all_finite
from mfcheck.dynamics.velocity import Velocity, combine
from mfcheck.errors import Unresolved
from mfcheck.model import Ensemble

CAUTION, SHRINK, GROW = 0.9, 0.2, 5.0
"""Step-size control of Hairer, Nørsett & Wanner, Solving ODEs I, section II.4."""

MOST_STEPS = 100_000
"""Steps, accepted and rejected, after which a flow is given up."""

LEAST_STEP = 1e-12
"""No step is tried that is shorter than this share of T."""

BLOW_UP = 1e4
"""By so much at least the loss or the weights of a flow have grown that blows up in finite time.
Down a loss that is bounded below no flow does, since ∫ |ẇ|² dt is what it has lost."""

FIRST_STEP = 100
"""The first step tried is T / FIRST_STEP; error control takes it from there."""


@dataclass(frozen=True)
class Control:
    """Local error tolerances per weight, the least number of steps between recorded times, and
    the most steps in all."""

    rtol: float
    atol: float
    least: int = 1
    most: int = MOST_STEPS

    def __post_init__(self) -> None:
        whole("max_steps", self.most)
        positive("rtol", self.rtol)
        positive("atol", self.atol)


class March:
    """The adaptive march: position, last step size, counts, and the replicates given up."""

    def __init__(
        self, field: Field, s: Ensemble, T: float, control: Control, size: Callable[..., Tensor]
    ) -> None:
        self.field, self.s, self.T, self.control = field, s, T, control
        self.t, self.h = 0.0, T / FIRST_STEP
        self.first: Velocity | None = None
        self.live = torch.ones(s.replicates[0], dtype=torch.bool, device=s.W[1].device)
        self.masses, self.size, self.start = _masses(s), size, size(s)
        self.accepted = self.rejected = 0
        self.dropped: dict[int, tuple[int, float, int]] = {}

    def to(self, end: float) -> Iterator[None]:
        """Steps until t = end, yielding after each accepted one."""
        longest = (end - self.t) / self.control.least
        while end - self.t > 1e-13 * self.T and bool(self.live.any()):
            self._bounded()
            h = min(self.h, longest)
            lands = h >= (end - self.t) * (1 - 1e-10)
            h = end - self.t if lands else h
            new, k = step(DORMAND_PRINCE, self.field, self.t, self.s, h, first=self.first)
            error = self._error(new, h, k)
            worst = float(error[self.live].max())
            factor = CAUTION * worst**-0.2 if worst > 0 else GROW
            if worst <= 1:
                self.t = end if lands else self.t + h
                self.s, self.first = new, k[-1]
                self.accepted += 1
                self.h = max(h * min(GROW, max(SHRINK, factor)), self.h if h < self.h else 0.0)
                yield
            else:
                self.rejected += 1
                self.h = h * (max(SHRINK, min(factor, 1.0)) if worst < torch.inf else SHRINK)
                if self.h < LEAST_STEP * self.T:
                    self._drop(error, new)

    def _bounded(self) -> None:
        """Raise Unresolved after too many steps."""
        if self.accepted + self.rejected >= self.control.most:
            where = f"t = {self.t:.3g} of {self.T:g} was reached"
            raise Unresolved(
                f"max_steps = {self.control.most}: {where}; pass a larger one, or a larger rtol."
            )

    def _error(self, new: Ensemble, h: float, k: list[Velocity]) -> Tensor:
        """ess-sup under P of the scaled local error, per replicate; +inf where not finite."""
        e = combine(list(zip(DORMAND_PRINCE.e, k, strict=True)))
        worst = torch.zeros_like(self.s.W[1][:, 0, 0])
        parts = [(e.weights(i), self.s.W[i], new.W[i], self.masses[0][i]) for i in e.moving]
        parts += [(e.b[i], self.s.b[i], new.b[i], self.masses[1][i]) for i in e.b]
        for error, old, now, mass in parts:
            scale = self.control.atol + self.control.rtol * torch.maximum(old.abs(), now.abs())
            ratio = (h * error / scale).abs()
            ratio = ratio if mass is None else torch.where(mass, ratio, 0.0)
            worst = torch.maximum(worst, ratio.flatten(1).amax(1))
        return torch.nan_to_num(worst, nan=torch.inf)

    def _drop(self, error: Tensor, new: Ensemble) -> None:
        """Give up the replicates that no step can carry further, and go on with the rest."""
        lost = self.live & (error > 1)
        stiff = lost & (self.size(self.s) < BLOW_UP * (1 + self.start))
        if bool(stiff.any()):
            words = f"{self.t:.3g} of {self.T:g} after {self.accepted} steps"
            raise Unresolved(
                f"rtol = {self.control.rtol:g}: no step is short enough at t = {words}, and the "
                "loss is bounded: the problem is stiff; scale its data, or take a larger rtol."
            )
        layers = (~all_finite(new)).int().argmax(0) + 1
        for r in torch.nonzero(lost).flatten().tolist():
            self.dropped[r] = (self.accepted + 1, self.t, int(layers[r]))
            for v in (*self.s.W.values(), *self.s.b.values()):
                v[r] = torch.nan
        self.live &= ~lost
        self.h, self.first = self.T / FIRST_STEP, None


def largest(s: Ensemble) -> Tensor:
    """The largest |weight| of each replicate, (r,)."""
    parts = [v.flatten(1).abs().amax(1) for v in (*s.W.values(), *s.b.values())]
    return torch.nan_to_num(torch.stack(parts).amax(0), nan=torch.inf)


def _masses(s: Ensemble) -> tuple[dict[int, Tensor | None], dict[int, Tensor | None]]:
    """Which weights and biases have positive probability; None for a layer where all have."""
    on = {i: p > 0 for i, p in s.P.items()}
    W = {1: on[1][:, :, None].expand(-1, -1, s.d)}
    W |= {i: on[i - 1][:, :, None] & on[i][:, None, :] for i in range(2, s.L + 1)}
    trim = [{i: None if bool(m.all()) else m for i, m in part.items()} for part in (W, on)]
    return trim[0], trim[1]
