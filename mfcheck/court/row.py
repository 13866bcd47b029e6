"""One row of evidence: a check on one problem, its numbers and the ruling on them."""

from dataclasses import asdict, dataclass, field
from math import isfinite
from typing import Any

import numpy as np

from mfcheck.stats import Look, Region, Verdict

CURVES = 32
"""Replicates whose curves are kept for the picture."""


@dataclass(frozen=True)
class Row:
    """What was measured on one problem, and what follows.

    points: the axis. curves: (at most 32, points), one per replicate; median_curve: over all of
    them. estimate, low, high: the median over replicates and its interval. allowed_low,
    allowed_high: the region of the claim, None where unbounded; margin: what the budget adds
    (for an identity the tolerance). excluded: how far above θ0 the interval still reaches.
    floors: errors of the reference, relative to the measured quantity, by name. None stands
    for "not finite" everywhere; the reason then says why.
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
    excluded: float | None
    curvature: dict[str, float | None] | None
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

    def record(self) -> dict[str, Any]:
        """The row as JSON will have it."""
        return asdict(self)


@dataclass
class Measured:
    """The numbers of a row while they come in: values (points, replicates) and their cost."""

    values: np.ndarray
    looks: list[Look] = field(default_factory=list)
    seconds: float = 0.0
    floors: dict[str, float] = field(default_factory=dict)
    curvature: dict[str, float | None] | None = None

    def figures(self, allowed: Region) -> dict[str, Any]:
        """The fields of a row that follow from the numbers and the last look."""
        last = self.looks[-1] if self.looks else None
        with np.errstate(all="ignore"):
            medians = np.median(self.values, axis=1) if len(self.values) > 1 else []
        return {
            "curves": [[plain(v) for v in curve] for curve in self.values.T[:CURVES]],
            "median_curve": [plain(v) for v in medians],
            "n": self.values.shape[1],
            "estimate": plain(last.estimate) if last else None,
            "low": plain(last.interval.low) if last else None,
            "high": plain(last.interval.high) if last else None,
            "excluded": _beyond(last, allowed),
            "curvature": self.curvature,
            "rounds": [_round(look) for look in self.looks],
            "diverged": int(np.isinf(self.values).any(0).sum()),
            "undefined": int(np.isnan(self.values).any(0).sum()),
            "verdict": str(last.verdict if last else Verdict.INCONCLUSIVE),
            "reason": last.reason if last else "",
            "seconds": round(self.seconds, 4),
            "floors": [{"name": name, "value": plain(v)} for name, v in self.floors.items()],
        }


def plain(value: float) -> float | None:
    """A number as JSON may hold it: None for NaN and infinities."""
    return float(value) if isfinite(value) else None


def _beyond(look: Look | None, allowed: Region) -> float | None:
    """How far beyond what the claim allows the interval still reaches; negative if it does not."""
    if look is None or allowed.low == allowed.high:
        return None
    ends = (look.interval.high - allowed.high, allowed.low - look.interval.low)
    return plain(max(ends))


def _round(look: Look) -> dict[str, int]:
    counts = look.counts
    return {"n": look.n, "below": counts.below + counts.inside, "above": counts.above}
