"""The record of one look at a row."""

from dataclasses import dataclass

from mfcheck.stats.counts import Counts
from mfcheck.stats.interval import Interval
from mfcheck.stats.rule import Verdict


@dataclass(frozen=True)
class Look:
    """What was seen at one look, what follows, and why in plain words.

    estimate: the sample quantile. interval: the one to draw beside it, each end at the level with
    which it is compared. at_pass, at_fail: both ends at the level of SUPPORTED, of REFUTED. The
    verdict is SUPPORTED if the region contains at_pass, REFUTED if it excludes at_fail.
    needed: replicates that would decide in these proportions (n if they did), None if no
    affordable number would, and for rows without statistics.
    """

    verdict: Verdict
    reason: str
    counts: Counts
    estimate: float
    interval: Interval
    at_pass: Interval
    at_fail: Interval
    needed: int | None

    @property
    def n(self) -> int:
        """Replicates seen."""
        return self.counts.n
