"""Sizes of states, of velocities and of local errors, per replicate.

Weights of probability zero count for nothing, but in `largest`.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from mfcheck.arrays import positive, whole
from mfcheck.dynamics.integrate import DORMAND_PRINCE
from mfcheck.dynamics.velocity import Velocity, combine
from mfcheck.model import Ensemble

MOST_STEPS = 100_000
"""Steps, accepted and rejected, after which a flow is given up."""

Masses = tuple[dict[int, Tensor | None], dict[int, Tensor | None]]
"""Which weights and biases of each layer have positive probability; None where all have."""


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


class Norms:
    """Norms under the measures of a state, which do not move."""

    def __init__(self, s: Ensemble, control: Control) -> None:
        self.masses, self.control = _masses(s), control

    def error(self, s: Ensemble, new: Ensemble, h: float, k: list[Velocity]) -> Tensor:
        """ess-sup under P of the scaled local error, per replicate; +inf where not finite."""
        e = combine(list(zip(DORMAND_PRINCE.e, k, strict=True)))
        worst = torch.zeros_like(s.W[1][:, 0, 0])
        parts = [(e.weights(i), s.W[i], new.W[i], self.masses[0][i]) for i in e.moving]
        parts += [(e.b[i], s.b[i], new.b[i], self.masses[1][i]) for i in e.b]
        for error, old, now, mass in parts:
            scale = self.control.atol + self.control.rtol * torch.maximum(old.abs(), now.abs())
            ratio = (h * error / scale).abs()
            ratio = ratio if mass is None else torch.where(mass, ratio, 0.0)
            worst = torch.maximum(worst, ratio.flatten(1).amax(1))
        return torch.nan_to_num(worst, nan=torch.inf)

    def euclidean(self, v: Velocity) -> Tensor:
        """The root of the sum of a velocity's squares, (r,)."""
        parts = [(v.weights(i), self.masses[0][i]) for i in v.moving]
        parts += [(v.biases(i), self.masses[1][i]) for i in v.b]
        there = [p if mass is None else torch.where(mass, p, 0.0) for p, mass in parts]
        return torch.cat([p.flatten(1) for p in there], 1).norm(dim=1)


def largest(s: Ensemble) -> Tensor:
    """The largest |weight| of each replicate, (r,)."""
    parts = [v.flatten(1).abs().amax(1) for v in (*s.W.values(), *s.b.values())]
    return torch.nan_to_num(torch.stack(parts).amax(0), nan=torch.inf)


def _masses(s: Ensemble) -> Masses:
    on = {i: p > 0 for i, p in s.P.items()}
    W = {1: on[1][:, :, None].expand(-1, -1, s.d)}
    W |= {i: on[i - 1][:, :, None] & on[i][:, None, :] for i in range(2, s.L + 1)}
    trim = [{i: None if bool(m.all()) else m for i, m in part.items()} for part in (W, on)]
    return trim[0], trim[1]
