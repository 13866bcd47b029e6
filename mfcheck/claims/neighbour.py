"""Neighbours: false statements near the one that a check makes, each a family in one size x.

What would have been measured if the false statement held is made from what was measured, times,
plus or mixed with something of size x, so that it costs no simulation. A row that is SUPPORTED says
how small an x would have been REFUTED by the same replicates and the same rule: how far the nearest
false statement is that it excludes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf

import numpy as np

from mfcheck.claims.study import Study
from mfcheck.errors import invalid
from mfcheck.stats import Region, slopes
from mfcheck.stats.inputs import number

Plant = Callable[[np.ndarray, np.ndarray, float], np.ndarray]
"""(points (m, 1), what was measured there (m, replicates), x) ↦ what would have been measured."""

Says = Callable[[float, float], str]
"""(x, the estimate of what was planted) ↦ the false statement in words."""

EXPONENTS_TRIED = 64.0
"""The largest change of an exponent that is tried."""

FLOORS_TRIED = 10.0 * 2**20
"""The largest floor that is tried, in medians at the first point: some errors fall like N^-12."""


@dataclass(frozen=True)
class Neighbour:
    """A family of false statements: none at x = 0, the farther from the truth the larger x.

    most: the largest x that is tried.
    """

    name: str
    plant: Plant
    says: Says
    most: float

    def __post_init__(self) -> None:
        if not 0 < number("most", self.most) < inf:
            raise invalid("most", self.most, "is the largest size tried", "use e.g. most=1.0")


def standard_neighbours(study: Study, expect: Region) -> tuple[Neighbour, ...]:
    """Those that every study of its estimator has: they lead out of the region."""
    if study.estimator == "identity":
        return (Neighbour("error", _raised, lambda x, r: f"a residual of {r:.1e}", 1.0),)
    if study.estimator == "exceedance":
        words = "a bound that is smaller by a factor {:.3g}"
        return (Neighbour("tighter", _scaled, lambda x, _: words.format(1 + x), 1e3),)
    return (_rates if study.estimator == "growth" else _values)(study, expect)


def _values(_: Study, expect: Region) -> tuple[Neighbour, ...]:
    """A value that is larger, or smaller."""
    larger = Neighbour("larger", _raised, lambda _, v: f"{v:.3g} or more", 1e6)
    smaller = Neighbour("smaller", lambda _, v, x: v - x, lambda _, v: f"{v:.3g} or less", 1e6)
    return _on_sides(expect, larger, smaller)


def _rates(study: Study, expect: Region) -> tuple[Neighbour, ...]:
    """Another exponent, and a floor under what ought to fall to zero."""
    base = f"({study.axis})" if "/" in (study.axis or "") else study.axis

    def power(sign: int) -> Plant:
        return lambda at, v, x: v * (at / at[0]) ** (sign * x)

    slower = Neighbour(
        "slower", power(1), lambda _, s: f"{base}^{s:.2f} or slower", EXPONENTS_TRIED
    )
    faster = Neighbour(
        "faster", power(-1), lambda _, s: f"{base}^{s:.2f} or faster", EXPONENTS_TRIED
    )
    found = _on_sides(expect, slower, faster)
    falls = expect.high + rate_exponent(study) < -0.1
    return (*found, floor_under(study)) if falls else found


def floor_under(study: Study) -> Neighbour:
    """A term that no size removes, as a share of the median at the first point."""
    where = f"{study.axis} = {study.points[0]:g}"

    def plant(_: np.ndarray, v: np.ndarray, x: float) -> np.ndarray:
        with np.errstate(all="ignore"):
            size = float(np.median(v[0]))
        return v + x * (size if 0 < size < inf else 1.0)

    return Neighbour(
        "floor", plant, lambda x, _: f"a floor of {x:.1%} of the size at {where}", FLOORS_TRIED
    )


def rate_exponent(study: Study) -> float:
    """The slope of the theorem's own rate over the points; 0 for a study without one."""
    if study.rate is None:
        return 0.0
    rate = np.array([[study.rate(point)] for point in study.points], dtype=float)
    return float(slopes(study.points, rate)[0])


def _on_sides(expect: Region, above: Neighbour, below: Neighbour) -> tuple[Neighbour, ...]:
    """Those that leave the region by an end that it has."""
    sides = ((expect.high < inf, above), (expect.low > -inf, below))
    return tuple(neighbour for has, neighbour in sides if has)


def _raised(_: np.ndarray, v: np.ndarray, x: float) -> np.ndarray:
    return v + x


def _scaled(_: np.ndarray, v: np.ndarray, x: float) -> np.ndarray:
    return v * (1 + x)
