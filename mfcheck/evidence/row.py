"""One row of evidence: a check on one problem, its numbers and the ruling on them."""

from dataclasses import asdict, dataclass, field
from math import isfinite
from typing import Any

import numpy as np

from mfcheck.claims.assumption import AssumptionStatus
from mfcheck.claims.study import Figure, Study
from mfcheck.evidence.cost import Cost
from mfcheck.stats import Look, Region, Verdict, bounds, curvature, end_slopes, median

CURVES = 32
"""Replicates whose curves are kept for the picture."""


@dataclass(frozen=True)
class Row:
    """What was measured on one problem, and what follows.

    points: the axis. curves: (at most 32, points), one per replicate; median_curve: over all of
    them. estimate, low, high: the quantile over replicates (1/2: the median) and its interval.
    allowed_low, allowed_high: the region of the claim, None where unbounded; margin: what the
    budget adds (for an identity the tolerance). excluded: how far above θ0 the interval still
    reaches. floors: errors of the reference, relative to the measured quantity, by name. None
    stands for "not finite" everywhere; the reason then says why. figure: the study's, as `drawn`
    gives it. assumptions: how each of the claim's stands on this problem, in their order. above: of
    an exceedance the bound; its estimate and interval are of the share of replicates beyond. cost:
    as `Cost.record` gives it.
    """

    id: str
    claim: str
    check: str
    control_of: str | None
    problem: dict[str, str]
    origin: str
    estimator: str
    axis: str | None
    points: list[float]
    curves: list[list[float | None]]
    median_curve: list[float | None]
    n: int
    estimate: float | None
    low: float | None
    high: float | None
    allowed_low: float | None
    allowed_high: float | None
    margin: float
    quantile: float
    excluded: float | None
    curvature: dict[str, Any] | None
    rounds: list[dict[str, int]]
    diverged: int
    undefined: int
    verdict: str
    reason: str
    dtype: str
    device: str
    floors: list[dict[str, Any]]
    seconds: float
    replay: str
    assumptions: list[dict[str, str]] = field(default_factory=list)
    figure: dict[str, Any] | None = None
    above: float | None = None
    cost: dict[str, Any] | None = None

    def record(self) -> dict[str, Any]:
        """The row as JSON will have it."""
        return asdict(self)


@dataclass
class Measured:
    """The numbers of a row while they come in: values (points, replicates) and their cost."""

    values: np.ndarray
    looks: list[Look] = field(default_factory=list)
    seconds: float = 0.0
    cost: Cost = field(default_factory=Cost)
    floors: dict[str, float] = field(default_factory=dict)
    curvature: dict[str, Any] | None = None
    figure: dict[str, Any] | None = None
    note: str = ""
    statuses: list[AssumptionStatus] = field(default_factory=list)

    def figures(self, allowed: Region | None, estimator: str) -> dict[str, Any]:
        """The fields of a row that follow from the numbers and the last look."""
        last, n = self.looks[-1] if self.looks else None, self.values.shape[1]
        exact, event = estimator == "identity", estimator == "exceedance"
        with np.errstate(all="ignore"):
            medians = np.median(self.values, axis=1) if n and estimator == "growth" else []
        diverged = np.isinf(self.values).any(0)
        undefined = int((np.isnan(self.values).any(0) & ~diverged).sum())
        return {
            "curves": [[json_number(v) for v in curve] for curve in self.values.T[:CURVES]],
            "median_curve": [json_number(v) for v in medians],
            "n": n,
            "estimate": json_number(last.estimate) if last else None,
            "low": json_number(last.interval.low) if last else None,
            "high": json_number(last.interval.high) if last else None,
            "excluded": None if exact else _beyond(last, allowed),
            "curvature": self.curvature,
            "rounds": [_round(look, allowed) for look in self.looks],
            "diverged": int(diverged.sum()),
            "undefined": last.counts.unknown if last and not event else undefined,
            "verdict": str(last.verdict if last else Verdict.INCONCLUSIVE),
            "reason": (last.reason if last else "") + self.note,
            "figure": self.figure,
            "seconds": round(self.seconds, 4),
            "cost": self.cost.record(self.seconds),
            "floors": [{"name": k, "value": v} for k, v in self.floors.items() if isfinite(v)],
        }

    def coarse(self, most: float) -> str:
        """Why the reference is too coarse to judge by, if one of its errors exceeds `most`."""
        big = {name: value for name, value in self.floors.items() if not value <= most}
        words = ", ".join(f"{name} {value:.2g}" for name, value in big.items())
        rule = f"more than a tenth of the margin, {most:g}: no number of replicates mends that"
        return f"{words}: {rule}" if big else ""


def fitted_curvature(study: Study, values: np.ndarray, alpha: float) -> dict[str, Any]:
    """Does a power law fit? The curvature of the curves, and their slope at the last point.

    Both are medians over replicates with their intervals, which miss with probability alpha each
    at a number of replicates fixed beforehand; nothing is judged by them.
    """
    around = _around(curvature(study.points, values), alpha)
    return {**around, "level": 1 - alpha, "end": _around(end_slopes(study.points, values), alpha)}


def _around(each: np.ndarray, alpha: float) -> dict[str, float | None]:
    """The median of the replicates' values and its interval of level alpha."""
    seen = bounds(each, alpha / 2, alpha / 2)
    ends = (median(each), seen.low, seen.high)
    return dict(zip(("estimate", "low", "high"), map(json_number, ends), strict=True))


def change(values: np.ndarray, exact: np.ndarray) -> float:
    """The largest relative change from `exact` to `values`; infinite where only one is finite.

    Where both are infinite, undefined or zero alike they agree.
    """
    same = (values == exact) | (np.isnan(values) & np.isnan(exact))
    with np.errstate(all="ignore"):
        apart = np.where(same, 0.0, np.abs(values / exact - 1))
    return float(np.where(np.isnan(apart), np.inf, apart).max(initial=0.0))


def drawn(figure: Figure) -> dict[str, Any]:
    """A figure as JSON may hold it."""
    kept = asdict(figure)
    for series in kept["series"]:
        for name in ("x", "y", "low", "high"):
            numbers = series[name]
            series[name] = None if numbers is None else [json_number(number) for number in numbers]
    return kept | {"series": list(kept["series"])}


def json_number(value: float) -> float | None:
    """A number as JSON may hold it: None for NaN and infinities."""
    return float(value) if isfinite(value) else None


def _beyond(look: Look | None, allowed: Region | None) -> float | None:
    """How far beyond what the claim allows the interval still reaches; negative if it does not."""
    if look is None or allowed is None:
        return None
    over, under = look.interval.high - allowed.high, allowed.low - look.interval.low
    ends = [over] if isfinite(allowed.high) else []
    return json_number(max([*ends, under] if isfinite(allowed.low) else ends))


def _round(look: Look, allowed: Region | None) -> dict[str, int]:
    """Replicates at or below the border and above it: the upper border, where there is one."""
    counts = look.counts
    lower = allowed is not None and isfinite(allowed.low) and not isfinite(allowed.high)
    below = counts.below + (0 if lower else counts.inside)
    return {"n": look.n, "below": below, "above": look.n - counts.unknown - below}
