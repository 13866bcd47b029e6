"""Supports of laws of a number, as closed sets: intervals, points, lattices and their unions."""

from dataclasses import dataclass
from math import ceil, floor, inf

import torch
from torch import Tensor

from mfcheck.errors import invalid

Ends = tuple[float, float]
"""(low, high) of a closed interval, low <= high; a point if they are equal, infinite where open."""


@dataclass(frozen=True)
class Support:
    """A closed set of numbers: a union of intervals and of pieces of lattices.

    intervals: (low, high); those that overlap or touch become one. lattices: (step, low, high), the
    multiples of step > 0 between low and high. Raises InvalidArgument for a set without a point.
    """

    intervals: tuple[Ends, ...] = ()
    lattices: tuple[tuple[float, float, float], ...] = ()

    def __post_init__(self) -> None:
        wrong = [part for part in self.intervals if not part[0] <= part[1]]
        wrong += [part for part in self.lattices if not _has_points(*part)]
        if wrong or not (self.intervals or self.lattices):
            raise invalid("support", wrong, "is a set with a point at least", "order the ends")
        object.__setattr__(self, "intervals", _joined(self.intervals))

    @property
    def ends(self) -> Ends:
        """The smallest and the largest number, infinite if there is none."""
        parts = [*self.intervals, *(_inner(*part) for part in self.lattices)]
        return min(low for low, _ in parts), max(high for _, high in parts)

    @property
    def whole(self) -> bool:
        """Whether it is all of R."""
        return self.intervals == ((-inf, inf),)

    def distance(self, u: Tensor) -> Tensor:
        """The distance of every number of u to the set, in u's shape; exact."""
        gaps = [(low - u).clamp(min=0) + (u - high).clamp(min=0) for low, high in self.intervals]
        for step, *ends in self.lattices:
            low, high = _inner(step, *ends)
            gaps.append((u - (step * (u / step).round()).clamp(low, high)).abs())
        return torch.stack(gaps).amin(0)


def union(*supports: Support) -> Support:
    """The numbers in one of the sets at least."""
    return Support(
        tuple(part for one in supports for part in one.intervals),
        tuple(part for one in supports for part in one.lattices),
    )


def _joined(parts: tuple[Ends, ...]) -> tuple[Ends, ...]:
    """Disjoint intervals in rising order, with the same union."""
    joined: list[Ends] = []
    for low, high in sorted(parts):
        if joined and low <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(high, joined[-1][1]))
        else:
            joined.append((low, high))
    return tuple(joined)


def _inner(step: float, low: float, high: float) -> Ends:
    """The first and the last multiple of step between low and high."""
    first = low if low == -inf else step * ceil(low / step)
    return first, high if high == inf else step * floor(high / step)


def _has_points(step: float, low: float, high: float) -> bool:
    if not 0 < step < inf or not low <= high:
        return False
    first, last = _inner(step, low, high)
    return first <= last
