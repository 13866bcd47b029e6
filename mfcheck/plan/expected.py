"""What one row will probably take, from one that was measured before."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf, nan, sqrt

import numpy as np

from mfcheck.claims.budget import Budget
from mfcheck.evidence import Row
from mfcheck.stats import (
    AtMost,
    Forecast,
    Region,
    forecast,
    forecast_event,
    replicates_needed,
    slopes,
)
from mfcheck.stats.forecast import certain

DOUBTFUL = 0.25
"""Probability from which on a row is said to stay undecided, perhaps."""


@dataclass(frozen=True)
class Expected:
    """Core-seconds of a row with their variance, and the probability that it stays undecided.

    replicates: how many are likely. needed: how many would decide a row that may stay undecided,
    None if none would or it is not known. source: what the numbers are from.
    """

    label: str
    seconds: float
    variance: float
    undecided: float
    replicates: float
    source: str
    needed: int | None = None

    @property
    def sd(self) -> float:
        """Standard deviation of the core-seconds."""
        return sqrt(self.variance)


def again(row: Row, budget: Budget, same: bool, source: str) -> Expected:
    """The row once more. same: at the same seed and budget, where its numbers will be the same.

    Of a row that was decided the mean of the forecast is right on average; of one that was not,
    such as a pilot, it is too large, and what is likely is nearer.
    """
    once, unit = unit_cost(row)
    decided = row.verdict != "INCONCLUSIVE"
    seen = certain(row.n, decided) if same else looks_ahead(row, budget)
    if unit > 0 and not same:
        seen = seen.within(budget.seconds / unit)
    n, label = seen.mean if decided else seen.likely, row.problem.label
    more = needed(row, budget) if seen.undecided >= DOUBTFUL else None
    variance = unit**2 * seen.variance
    return Expected(label, once + unit * n, variance, seen.undecided, n, source, more)


def akin(rows: Sequence[Expected], label: str, source: str) -> Expected:
    """A row on another problem: the mean of rows of its check, as uncertain as these differ."""
    seconds = np.array([row.seconds for row in rows])
    within = float(np.mean([row.variance for row in rows]))
    return Expected(
        label,
        float(seconds.mean()),
        within + float(seconds.var()),
        float(np.mean([row.undecided for row in rows])),
        float(np.mean([row.replicates for row in rows])),
        source,
        max((row.needed for row in rows if row.needed is not None), default=None),
    )


def unit_cost(row: Row) -> tuple[float, float]:
    """Core-seconds that a row takes once, and for every replicate."""
    if row.cost is not None:
        return row.cost.once, sum(row.cost.replicate)
    return (0.0, row.seconds / row.n) if row.n else (row.seconds, 0.0)


def looks_ahead(row: Row, budget: Budget) -> Forecast:
    """When the row will be decided at this budget, on fresh replicates.

    One that does not apply takes none.
    """
    if not row.applies:
        return certain(0)
    region, rounds = allowed_region(row, budget), budget.procedure.rounds
    if not row.n or not row.rounds:
        return certain(row.n, decided=False)
    if row.estimator == "identity" or region is None:
        return certain(row.n if region is not None else rounds[0])
    procedure = replace(budget.procedure, quantile=row.quantile)
    n, outside = _last_count(row)
    if row.estimator == "exceedance":
        return forecast_event(outside, n, region.high, budget.procedure)
    values = statistic_of(row)
    if len(values) < 2:
        return certain(row.n, decided=False)
    counted = (n, outside) if _same_border(row, region) and n > len(values) else None
    return forecast(values, region, procedure, counted)


def allowed_region(row: Row, budget: Budget) -> Region | None:
    """What a row is judged by at this budget."""
    low, high = row.allowed_low, row.allowed_high
    if low is high is None:
        return None
    bare = Region(-inf if low is None else low, inf if high is None else high)
    identity = row.estimator == "identity"
    return bare.widened(row.margin if identity else budget.room(row.estimator, bare) / row.finer)


def statistic_of(row: Row) -> np.ndarray:
    """The statistic of the replicates whose curves were kept, at most 32; NaN if not finite."""
    curves = np.array([[nan if v is None else v for v in curve] for curve in row.curves])
    if row.estimator == "growth":
        return slopes(row.points, curves.T)
    return curves[:, 0]


def needed(row: Row, budget: Budget) -> int | None:
    """How many replicates would decide the row in the proportions seen; None if none would."""
    region = allowed_region(row, budget)
    if region is None or not row.rounds or row.estimator == "identity":
        return None
    if row.estimator == "exceedance":
        n, beyond = _last_count(row)
        flags = np.arange(n) < beyond
        dual = replace(budget.procedure, quantile=1 - region.high)
        return replicates_needed(flags, AtMost(0.5), dual)
    procedure = replace(budget.procedure, quantile=row.quantile)
    return replicates_needed(statistic_of(row), region, procedure)


def _last_count(row: Row) -> tuple[int, int]:
    """Replicates of the last look, and how many lay outside."""
    last = row.rounds[-1]
    lower_only = row.allowed_high is None
    return last.n, last.below if lower_only else last.above


def _same_border(row: Row, region: Region) -> bool:
    """Whether the row was counted at the border that it will be judged by."""
    low, high, margin = row.allowed_low, row.allowed_high, row.margin
    if high is not None:
        return bool(np.isclose(high + margin, region.high))
    return low is not None and bool(np.isclose(low - margin, region.low))
