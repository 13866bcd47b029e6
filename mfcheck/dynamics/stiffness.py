"""Whether stability, and not accuracy, keeps the steps of the explicit march short.

Hairer & Wanner, Solving ODEs II, section IV.2: the last two stages of Dormand–Prince are taken at
one time and at two states, so the quotient of their differences is about h|λ|, λ the dominant
eigenvalue. The method is stable up to 3.3 on the negative axis; where the quotient stays there, the
step is as long as stability lets it be. What is measured changes no step.
"""

from collections.abc import Callable

import torch
from torch import Tensor

from mfcheck.dynamics.integrate import DORMAND_PRINCE
from mfcheck.dynamics.velocity import Velocity, combine

BORDER, ENOUGH, CALM = 3.25, 15, 6
"""h|λ| from which a step is a sign of stiffness; the signs that make it certain, and the calm steps
in a row that make all of them forgotten."""

EVERY = 100
"""Accepted steps between two looks, as long as no sign is seen."""

_APART = [
    (b - a, j)
    for j, (b, a) in enumerate(zip(DORMAND_PRINCE.a[-1], (*DORMAND_PRINCE.a[-2], 0.0), strict=True))
]
"""The states of the last two stages are apart by h times this combination of the others."""


class StiffnessTest:
    """Counts the signs of stiffness along a march; size: the norm of a velocity, per replicate."""

    def __init__(self, size: Callable[[Velocity], Tensor]) -> None:
        self.size = size
        self.steps = self.signs = self.calm = 0

    def certain(self, k: list[Velocity], live: Tensor) -> bool:
        """Whether stiffness is certain, after an accepted step with the stages k."""
        self.steps += 1
        if self.signs or self.steps % EVERY == 0:
            self._look(self.reach(k)[live])
        return self.signs >= ENOUGH

    def reach(self, k: list[Velocity]) -> Tensor:
        """h|λ| of each replicate; zero where the two states are one."""
        above = self.size(combine([(1.0, k[-1]), (-1.0, k[-2])]))
        below = self.size(combine([(c, k[j]) for c, j in _APART]))
        return torch.where(below > 0, above / below, 0.0)

    def _look(self, reach: Tensor) -> None:
        if float(reach.max()) > BORDER:
            self.signs, self.calm = self.signs + 1, 0
            return
        self.calm += 1
        self.signs = self.signs if self.calm < CALM else 0
