"""What a theorem allows: a closed region of the extended line, declared before any data exist.

A claim states the region (`expect=AtMost(0.0)`), the budget states a margin, and what is judged
is the region widened by the margin: a sharp bound, met with equality, could otherwise never be
told from a violation by any number of replicates.
"""

from dataclasses import dataclass
from math import inf
from typing import Any

from mfcheck.errors import invalid
from mfcheck.stats.inputs import margin as checked_margin
from mfcheck.stats.inputs import number
from mfcheck.stats.interval import Interval


@dataclass(frozen=True)
class Region:
    """The allowed values [low, high]; low = −inf or high = +inf leaves that side free.

    Raises InvalidArgument for an end that is NaN, for low > high, for an end at the far infinity,
    and for the whole line: a claim that nothing could refute is none.
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        for end in ("low", "high"):
            object.__setattr__(self, end, number(end, getattr(self, end)))
        ends = (self.low, self.high)
        if self.low > self.high:
            raise invalid("region", ends, "low exceeds high", "swap the ends")
        if self.low == inf or self.high == -inf:
            raise invalid("region", ends, "allows no finite value", "give a finite border")
        if self.low == -inf and self.high == inf:
            rule = "allows every value, so nothing could refute it"
            raise invalid("region", ends, rule, "give a border, or report without a region")

    @property
    def two_sided(self) -> bool:
        """Whether both ends are finite, so that a value can be too small or too large."""
        return self.low > -inf and self.high < inf

    def widened(self, margin: float) -> "Region":
        """[low − margin, high + margin], the region that is judged."""
        width = checked_margin("margin", margin)
        return Region(self.low - width, self.high + width)

    def contains(self, interval: Interval) -> bool:
        """Whether every point of the interval is allowed."""
        return self.low <= interval.low and interval.high <= self.high

    def excludes(self, interval: Interval) -> bool:
        """Whether no point of the interval is allowed."""
        return interval.high < self.low or self.high < interval.low

    def describe(self, symbol: str) -> str:
        """The region in words of mathematics, e.g. "slope ≤ 0" or "0.4 ≤ slope ≤ 0.6"."""
        if self.low == self.high:
            return f"{symbol} = {self.low:g}"
        left = "" if self.low == -inf else f"{self.low:g} ≤ "
        right = "" if self.high == inf else f" ≤ {self.high:g}"
        return f"{left}{symbol}{right}" if right else f"{symbol} ≥ {self.low:g}"


def AtMost(theta0: Any) -> Region:
    """The values up to theta0: an upper bound, never refuted by something smaller."""
    return Region(-inf, theta0)


def AtLeast(theta0: Any) -> Region:
    """The values from theta0 on."""
    return Region(theta0, inf)


def Between(low: Any, high: Any) -> Region:
    """The values from low to high, both included: a claim that a rate is sharp."""
    return Region(low, high)


def Equals(value: Any) -> Region:
    """One value only: an exact identity, or a limit to be met within the margin."""
    return Region(value, value)
