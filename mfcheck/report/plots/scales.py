"""Axes: where a number stands on the paper, and which numbers stand beside the axis."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor, isfinite, log10

from mfcheck.report.wording.numbers import MINUS, plain, scientific


@dataclass(frozen=True)
class Scale:
    """Maps [low, high] to [start, end] on the paper, linearly or by logarithm.

    A number outside is drawn at the edge: an outlier may not squeeze the picture.
    """

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def __call__(self, x: float) -> float:
        """The place of `x`."""
        low, high, at = self.low, self.high, x
        if self.log:
            low, high, at = log10(low), log10(high), log10(x) if x > 0 else log10(low)
        part = min(max((at - low) / (high - low), 0.0), 1.0)
        return self.start + part * (self.end - self.start)

    def holds(self, x: float | None) -> bool:
        """Whether `x` lies on the axis."""
        return x is not None and self.low <= x <= self.high

    def ticks(self, most: int = 6) -> list[tuple[float, str]]:
        """At most `most` round numbers on the axis, with their names."""
        if self.log:
            return [(x, _power(x)) for x in _round_powers(self.low, self.high, most)]
        step = _round_step((self.high - self.low) / max(most - 1, 1))
        first, last = ceil(self.low / step - 1e-9), floor(self.high / step + 1e-9)
        places = max(0, -floor(log10(step) + 1e-9))
        named = ((k * step, f"{k * step:.{places}f}") for k in range(first, last + 1))
        return [(x, name.replace("-", MINUS)) for x, name in named]


def finite_numbers(numbers: Iterable[float | None]) -> list[float]:
    """The numbers that are numbers."""
    return [x for x in numbers if x is not None and isfinite(x)]


def positive_numbers(numbers: Iterable[float | None]) -> list[float]:
    """The numbers that a logarithmic axis can show."""
    return [x for x in finite_numbers(numbers) if x > 0]


def around(numbers: Iterable[float | None], pad: float = 0.06) -> tuple[float, float]:
    """A range that holds the numbers with some air around them; never empty."""
    found = finite_numbers(numbers)
    low, high = (min(found), max(found)) if found else (0.0, 0.0)
    if high - low < 1e-9 * max(1.0, abs(low), abs(high)):
        low, high = low - 0.5, high + 0.5
    air = pad * (high - low)
    return low - air, high + air


def _round_step(rough: float) -> float:
    size = 10.0 ** floor(log10(rough))
    return size * next(m for m in (1, 2, 5, 10) if m * size >= rough * (1 - 1e-9))


def _round_powers(low: float, high: float, most: int) -> list[float]:
    decades = range(floor(log10(low)), ceil(log10(high)) + 1)
    for mantissas in ((1, 2, 5), (1, 3), (1,)):
        found = [m * 10.0**k for k in decades for m in mantissas if low <= m * 10.0**k <= high]
        if 2 <= len(found) <= most:
            return found
    found = [10.0**k for k in decades if low <= 10.0**k <= high]
    return found[:: ceil(len(found) / most) or 1] if found else [low, high]


def _power(x: float) -> str:
    return plain(float(f"{x:.3g}")) if 1e-3 <= x < 1e4 else scientific(x)
