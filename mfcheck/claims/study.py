"""Studies: what to measure, along what, and which estimator. Nothing runs here.

A check is a pure function from a problem to a study; `run` runs it, cell by cell.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf, isfinite
from operator import index
from typing import Any, Literal, get_args

import numpy as np

from mfcheck.errors import invalid, one_of
from mfcheck.seeds import CHUNK, Seeds
from mfcheck.stats import beyond, slopes
from mfcheck.stats.inputs import inner_share, number

Role = Literal["network", "limit", "band"]
"""What a series shows: a sampled network, what it should tend to, or a range."""

ROLES: tuple[Role, ...] = get_args(Role)

Estimator = Literal["growth", "value", "exceedance", "identity"]
"""What is made of the numbers of a study."""

SYMBOLS: dict[Estimator, str] = {
    "growth": "slope",
    "value": "value",
    "exceedance": "share",
    "identity": "residual",
}
"""What each estimator's number is called in a table."""


@dataclass(frozen=True)
class Series:
    """One curve of a figure: y over x. Series of one label share a place in the legend.

    role: one of `ROLES`. low, high: the edges of a range around y, for a "band" at least.
    """

    label: str
    x: Sequence[float]
    y: Sequence[float]
    role: Role = "network"
    low: Sequence[float] | None = None
    high: Sequence[float] | None = None

    def __post_init__(self) -> None:
        one_of("role", self.role, ROLES)
        given = {name: getattr(self, name) for name in ("y", "low", "high")}
        for name, numbers in given.items():
            if numbers is not None and len(numbers) != len(self.x):
                rule = f"x has {len(self.x)} numbers"
                raise invalid(f"{name} of {self.label!r}", len(numbers), rule, "pass one each")
        if (self.low is None) != (self.high is None) or (self.role == "band" and self.low is None):
            raise invalid(f"low of {self.label!r}", self.low, "a range has two edges", "pass both")


@dataclass(frozen=True)
class Figure:
    """A picture as plain data: what to draw is the property's, how to draw it the report's."""

    title: str
    x: str
    y: str
    series: tuple[Series, ...]


Draw = Callable[[Seeds], Figure]


@dataclass(frozen=True)
class Study:
    """A measurement that has been described and not made.

    measure: (point, seeds) ↦ one number per replicate of `seeds`. points: where along the axis.
    estimator: "growth", the slope of log measure against log point, per replicate; "value", the
    number itself; "exceedance", the share of replicates whose number exceeds `above`; or
    "identity", residuals that ought to be zero. axis: its letter in tables.
    figure: seeds ↦ a picture beside the row of the check's first problem; nothing is judged by it.
    quantile: the estimand, a quantile of the number over replicates; 1/2 is the median.
    rate: point ↦ what the theorem says of `measure` but for a constant; "growth" judges the ratio.
    """

    measure: Callable[[float, Seeds], Any]
    points: tuple[float, ...]
    estimator: Estimator
    axis: str | None = None
    figure: Draw | None = None
    quantile: float = 0.5
    above: float | None = None
    rate: Callable[[Any], float] | None = None

    @property
    def symbol(self) -> str:
        """What the estimator's number is called in a table."""
        return SYMBOLS[self.estimator]

    def judged(self, values: np.ndarray) -> np.ndarray:
        """What is judged of the numbers (points, replicates) of `measure`: their ratio to the rate,
        or they themselves."""
        return values if self.rate is None else values / self._rates

    def raw(self, values: np.ndarray) -> np.ndarray:
        """The numbers of `measure` that are judged as these (points, replicates)."""
        return values if self.rate is None else values * self._rates

    @property
    def _rates(self) -> np.ndarray:
        assert self.rate is not None
        return np.array([[self.rate(point)] for point in self.points], dtype=float)

    def statistic(self, values: np.ndarray) -> np.ndarray:
        """What is judged (replicates,) of values (points, replicates): slopes, numbers or flags."""
        if self.estimator == "growth":
            return slopes(self.points, values)
        return values[0] if self.above is None else beyond(values[0], self.above)


IDENTITY_REPLICATES = 8
"""Random networks on which an exact identity is tried, per problem."""


def growth(
    measure: Callable[[Any, Seeds], Any],
    along: Sequence[float],
    axis: str = "N",
    figure: Draw | None = None,
    rate: Callable[[Any], float] | None = None,
) -> Study:
    """Does `measure` grow along the axis? Its log-log slope, one per replicate, over nested draws.

    measure(N, seeds): positive numbers, shape (replicates,). along: at least three increasing
    points above zero; whole numbers stay whole. rate(N): what the theorem allows but for a
    constant; then the ratio is judged: a theorem A_N ≤ C·B_N is put as growth(A, ..., rate=B),
    expected AtMost(0.0), and the row says A's own exponent too. figure: as in `Study`.
    """
    points = tuple(_point(value) for value in along)
    if len(points) < 3 or points[0] <= 0 or any(a >= b for a, b in pairwise(points)):
        rule = "needs three or more increasing points above 0"
        raise invalid("along", points, rule, "use e.g. (16, 32, 64)")
    if rate is not None and not all(0 < rate(point) < inf for point in points):
        rule = "a theorem's rate is positive and finite at every point"
        raise invalid("rate", [rate(point) for point in points], rule, "leave its constant out")
    return Study(measure, points, "growth", axis, figure, rate=rate)


def _point(value: Any) -> float:
    """A builtin number: a point is part of an address, and travels as JSON."""
    return index(value) if hasattr(value, "__index__") else float(value)


def value(
    measure: Callable[[Seeds], Any], quantile: float = 0.5, figure: Draw | None = None
) -> Study:
    """A number of order one, `measure(seeds)`, one per replicate: a constant, a ratio of two sizes.

    The budget's margin is added to the region, so scale the number accordingly. quantile: what
    is held against the region; a bound "with probability at least 1 − δ" is put as 1 − δ.
    figure: as in `Study`.
    """
    share = inner_share("quantile", quantile)
    return Study(lambda _, seeds: measure(seeds), (0,), "value", figure=figure, quantile=share)


def exceedance(measure: Callable[[Seeds], Any], above: float, figure: Draw | None = None) -> Study:
    """An event's probability: the share of replicates in which `measure(seeds)` exceeds `above`.

    A theorem's "X ≤ K with probability at least 1 − δ" is put as exceedance(X, above=K), expected
    AtMost(δ). A number that is infinite or NaN exceeds. The budget's margin is a share of δ: at
    the quick budget P(X > K) ≤ 1.15 δ is judged. figure: as in `Study`.
    """
    bound = number("above", above)
    if not isfinite(bound):
        raise invalid("above", above, "is the finite bound K", "scale the measure so that K is 1")
    return Study(lambda _, seeds: measure(seeds), (0,), "exceedance", figure=figure, above=bound)


def identity(residual: Callable[[Seeds], Any]) -> Study:
    """An exact statement: `residual(seeds)`, one number per replicate, is zero to rounding."""
    return Study(lambda _, seeds: residual(seeds), (0,), "identity")


def cell_size(study: Study) -> int:
    """Replicates of one cell."""
    return IDENTITY_REPLICATES if study.estimator == "identity" else CHUNK
