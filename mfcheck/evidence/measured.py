"""The numbers of a row while they come in, and what follows from them.

None stands for "not finite" everywhere; the reason then says why.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import inf, isfinite
from typing import TypedDict

import numpy as np

from mfcheck.claims.assumption import AssumptionStatus
from mfcheck.claims.study import Study
from mfcheck.evidence.cost import Cost
from mfcheck.evidence.picture import FigureRecord
from mfcheck.evidence.record import Numbers, json_number
from mfcheck.evidence.row import CURVES, RowVerdict
from mfcheck.evidence.row_parts import (
    CostRecord,
    CurvatureRecord,
    FloorRecord,
    MedianRecord,
    NeighbourRecord,
    RoundRecord,
)
from mfcheck.stats import Look, Region, Verdict, bounds, curvature, end_slopes, median


class Findings(TypedDict):
    """The fields of a row that follow from what was measured on its problem."""

    curves: tuple[Numbers, ...]
    median_curve: Numbers
    n: int
    estimate: float | None
    low: float | None
    high: float | None
    excluded: float | None
    curvature: CurvatureRecord | None
    rounds: tuple[RoundRecord, ...]
    diverged: int
    undefined: int
    verdict: RowVerdict
    reason: str
    figure: FigureRecord | None
    neighbours: tuple[NeighbourRecord, ...]
    seconds: float
    cost: CostRecord | None
    floors: tuple[FloorRecord, ...]
    gave_up: bool


@dataclass
class Measured:
    """The numbers of a row while they come in: values (points, replicates) and their cost.

    gave_up: a solver did.
    """

    values: np.ndarray
    looks: list[Look] = field(default_factory=list)
    seconds: float = 0.0
    cost: Cost = field(default_factory=Cost)
    floors: dict[str, float] = field(default_factory=dict)
    curvature: CurvatureRecord | None = None
    figure: FigureRecord | None = None
    neighbours: tuple[NeighbourRecord, ...] = ()
    note: str = ""
    gave_up: bool = False
    statuses: list[AssumptionStatus] = field(default_factory=list)

    def figures(self, allowed: Region | None, estimator: str) -> Findings:
        """The fields of a row that follow from the numbers and the last look."""
        last, n = self.looks[-1] if self.looks else None, self.values.shape[1]
        exact, event = estimator == "identity", estimator == "exceedance"
        with np.errstate(all="ignore"):
            medians = np.median(self.values, axis=1) if n and estimator == "growth" else []
        diverged = np.isinf(self.values).any(0)
        undefined = int((np.isnan(self.values).any(0) & ~diverged).sum())
        return {
            "curves": tuple(_numbers(curve) for curve in self.values.T[:CURVES]),
            "median_curve": _numbers(medians),
            "n": n,
            "estimate": json_number(last.estimate) if last else None,
            "low": json_number(last.interval.low) if last else None,
            "high": json_number(last.interval.high) if last else None,
            "excluded": None if exact else _beyond(last, allowed),
            "curvature": self.curvature,
            "rounds": tuple(_round(look, allowed) for look in self.looks),
            "diverged": int(diverged.sum()),
            "undefined": last.counts.unknown if last and not event else undefined,
            "verdict": _ruled(last.verdict) if last else "INCONCLUSIVE",
            "reason": (last.reason if last else "") + self.note,
            "figure": self.figure,
            "neighbours": self.neighbours,
            "seconds": round(self.seconds, 4),
            "cost": self.cost.record(self.seconds),
            "floors": _floors(self.floors),
            "gave_up": self.gave_up,
        }

    def unsafe(self, allowed: Region | None, control_of: str | None) -> str:
        """Why a row whose replicates support it is not SUPPORTED all the same, if so.

        allowed: the region with its margin. A plateau does not pass on its average, no bound from
        below by infinities, and no check whose row would have passed whatever is false near it.
        """
        look = self.looks[-1] if self.looks else None
        if look is None or allowed is None or look.verdict is not Verdict.SUPPORTED:
            return ""
        if look.estimate == inf:
            return "no finite number: what grows beyond all bounds is no evidence of the bound"
        end = self.curvature.end if self.curvature else None
        low, high = (end.low, end.high) if end else (None, None)
        if (low is not None and low > allowed.high) or (high is not None and high < allowed.low):
            slopes = f"the slope at the last point, {low:.3g} to {high:.3g}"
            return f"the curve bends: {slopes}, lies outside what the slope over all points meets"
        if control_of is None and all(one.size is None for one in self.neighbours):
            tried = ", ".join(one.words for one in self.neighbours)
            return f"it excludes no false statement near it: {tried or 'none was planted'}"
        return ""

    def coarse(self, most: float) -> str:
        """Why the reference is too coarse to judge by, if one of its errors exceeds `most`."""
        big = {name: value for name, value in self.floors.items() if not value <= most}
        words = ", ".join(f"{name} {value:.2g}" for name, value in big.items())
        rule = f"more than a tenth of the margin, {most:g}: no number of replicates mends that"
        return f"{words}: {rule}" if big else ""


def fitted_curvature(study: Study, values: np.ndarray, alpha: float) -> CurvatureRecord:
    """Does a power law fit? The curvature of the curves, and their slope at the last point.

    Both are medians over replicates with their intervals, which miss with probability alpha each
    at a number of replicates fixed beforehand; nothing is judged by them.
    """
    bend = _around(curvature(study.points, values), alpha)
    end = _around(end_slopes(study.points, values), alpha)
    return CurvatureRecord(
        estimate=bend.estimate, low=bend.low, high=bend.high, level=1 - alpha, end=end
    )


def _around(each: np.ndarray, alpha: float) -> MedianRecord:
    """The median of the replicates' values and its interval of level alpha."""
    seen = bounds(each, alpha / 2, alpha / 2)
    estimate, low, high = map(json_number, (median(each), seen.low, seen.high))
    return MedianRecord(estimate=estimate, low=low, high=high)


def change(values: np.ndarray, exact: np.ndarray) -> float:
    """The largest relative change from `exact` to `values`; infinite where only one is finite.

    Where both are infinite, undefined or zero alike they agree.
    """
    same = (values == exact) | (np.isnan(values) & np.isnan(exact))
    with np.errstate(all="ignore"):
        apart = np.where(same, 0.0, np.abs(values / exact - 1))
    return float(np.where(np.isnan(apart), np.inf, apart).max(initial=0.0))


def _numbers(values: Iterable[float]) -> Numbers:
    return tuple(json_number(value) for value in values)


def _floors(found: Mapping[str, float]) -> tuple[FloorRecord, ...]:
    """Those that are numbers."""
    return tuple(FloorRecord(name=k, value=v) for k, v in found.items() if isfinite(v))


def _ruled(verdict: Verdict) -> RowVerdict:
    """The verdict of a look, which is never that nothing was run."""
    assert verdict != Verdict.NOT_RUN
    return verdict.value


def _beyond(look: Look | None, allowed: Region | None) -> float | None:
    """How far beyond what the claim allows the interval still reaches; negative if it does not."""
    if look is None or allowed is None:
        return None
    over, under = look.interval.high - allowed.high, allowed.low - look.interval.low
    ends = [over] if isfinite(allowed.high) else []
    return json_number(max([*ends, under] if isfinite(allowed.low) else ends))


def _round(look: Look, allowed: Region | None) -> RoundRecord:
    """Replicates at or below the border and above it: the upper border, where there is one."""
    counts = look.counts
    lower = allowed is not None and isfinite(allowed.low) and not isfinite(allowed.high)
    below = counts.below + (0 if lower else counts.inside)
    above = look.n - counts.unknown - below
    return RoundRecord(n=look.n, below=below, above=above)
