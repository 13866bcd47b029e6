"""The rule of decision: a verdict from counts alone.

For an upper bound with border B this is the rule of `design`: SUPPORTED if at least
n − k_pass + 1 values are <= B, REFUTED if at least n − k_fail + 1 are > B. A lower bound is its
mirror image. A two-sided region is SUPPORTED if it is so from both sides, each at the full pass
level (whichever side the truth is on, one bound must fail), and REFUTED if either side is, each
at half the fail level. It says the same as comparing the bounds of `interval` with the region.
"""

from enum import StrEnum
from math import inf

from mfcheck.stats.counts import Counts
from mfcheck.stats.design import Procedure
from mfcheck.stats.interval import critical
from mfcheck.stats.region import Region


class Verdict(StrEnum):
    """What became of a row. Only SUPPORTED is green; a REPORTED row had no region to meet.

    NOT_APPLICABLE: its statement does not speak of what was given; it counts for nothing.
    """

    SUPPORTED = "SUPPORTED"
    REFUTED = "REFUTED"
    INCONCLUSIVE = "INCONCLUSIVE"
    REPORTED = "REPORTED"
    NOT_RUN = "NOT RUN"
    NOT_APPLICABLE = "NOT APPLICABLE"


def rule(counts: Counts, region: Region, procedure: Procedure) -> Verdict:
    """SUPPORTED, REFUTED or INCONCLUSIVE, from the counts at one look of the procedure."""
    p, fail = procedure.quantile, procedure.fail_level(region.two_sided)
    if _enough(counts.above, counts.n, fail, p) or _enough(counts.below, counts.n, fail, 1 - p):
        return Verdict.REFUTED
    at_most, at_least = counts.below + counts.inside, counts.inside + counts.above
    passing = procedure.pass_level
    low_held = region.low == -inf or _enough(at_least, counts.n, passing, p)
    high_held = region.high == inf or _enough(at_most, counts.n, passing, 1 - p)
    return Verdict.SUPPORTED if low_held and high_held else Verdict.INCONCLUSIVE


def _enough(votes: int, n: int, alpha: float, quantile: float) -> bool:
    """Whether the votes of n place the bound of level alpha on their side of the border."""
    return votes >= n - critical(n, alpha, quantile) + 1
