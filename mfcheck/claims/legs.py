"""What is measured of theorems on coupling: the gap between SGD and the mean-field limit.

The gap is at most

    e^{K_T} (N^{-1/2} + ε^{1/2}) log^{1/2}(3 (T + 1) N² / δ + e)     with probability 1 − O(δ).

`Coupled` measures it on networks of any width drawn from finitely many atoms. Source: Pham &
Nguyen, ICLR 2021, Theorem 3.
"""

from collections.abc import Callable
from functools import cache
from math import e, log, sqrt

from torch import Tensor

from mfcheck.dynamics import Trajectory
from mfcheck.dynamics.interpolate import interpolated
from mfcheck.model import Labels
from mfcheck.observe.coupling import distance
from mfcheck.problems.problem import Problem
from mfcheck.seeds import Seeds

Widths = int | dict[int, int]
Paths = tuple[Trajectory, Trajectory, Labels]


def two_terms(N: int, eps: float) -> float:
    """N^{-1/2} + ε^{1/2}: the right-hand side without its constant and its logarithm."""
    return N**-0.5 + eps**0.5


def envelope(N: int, eps: float, T: float, delta: float = 0.05) -> float:
    """The right-hand side without the constant e^{K_T}."""
    return two_terms(N, eps) * sqrt(log(3 * (T + 1) * N**2 / delta + e))


class Coupled:
    """A problem whose networks are trained by SGD and held against its limit, a gradient flow.

    Networks are counted by their atoms, so that any width has the price of the narrowest. walked:
    the problem whose networks are trained, where a control has another.
    """

    def __init__(self, problem: Problem, walked: Problem | None = None) -> None:
        self.problem, self.walked = problem, walked or problem
        self._limit = cache(self._solved)

    def gap(self, widths: Widths, steps: int, seeds: Seeds) -> Tensor:
        """D_T of each network after T/ε steps of one fresh sample each, (replicates,).

        The supremum is over all steps. The samples have their own name for every number of steps.
        """
        walk, limit, C = self.paths(widths, steps, seeds)
        return distance(walk, limit, at=C)

    def gap_in_width(
        self,
        widths: Widths,
        seeds: Seeds,
        seen: Callable[[Labels], Labels] = lambda C: C,
        norm: str = "max",
    ) -> Tensor:
        """D_T of each network where it and the limit take the same steps of full-batch descent.

        seen: labels ↦ those at which the limit is read. norm: as in `distance`.
        """
        state, C = self.walked.empirical(widths, seeds)
        limit = self.problem.discrete_limit()
        return distance(self.walked.gd(state), limit, at=seen(C), norm=norm)

    def paths(self, widths: Widths, steps: int, seeds: Seeds) -> Paths:
        """The networks and the limit at every step, and the networks' labels."""
        eps, at = self.problem.T / steps, self._times(steps)
        state, C = self.walked.empirical(widths, seeds)
        walk = self.walked.sgd(state, eps, seeds.fold("samples", steps), at=at)
        return walk, self._limit(steps), C

    def _times(self, steps: int) -> list[float]:
        return [k * self.problem.T / steps for k in range(steps + 1)]

    def _solved(self, steps: int) -> Trajectory:
        """The limit at every step, by interpolation: its error is far below N^-1/2."""
        problem = self.problem
        return interpolated(problem.model, problem.data, problem.limit(), self._times(steps))
