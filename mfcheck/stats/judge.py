"""The judge: values of independent replicates against a region, at one look of the procedure."""

from dataclasses import replace
from math import inf
from typing import Any

from mfcheck.errors import invalid
from mfcheck.stats.counts import count_sides
from mfcheck.stats.design import Procedure
from mfcheck.stats.inputs import numbers
from mfcheck.stats.interval import Interval, bounds, point
from mfcheck.stats.look import Look
from mfcheck.stats.reason import reason
from mfcheck.stats.region import Region
from mfcheck.stats.rule import Verdict, rule
from mfcheck.stats.sample_size import replicates_needed


def judge(values: Any, region: Region | None, procedure: Procedure, look: int) -> Look:
    """Judge the (n,) values of replicates 0 ... n − 1 by a region that already has its margin.

    look: which look of the procedure this is, from 0; n must be its number of replicates, or the
    split of the error rates over the looks would not hold. Without a region: REPORTED.

    Raises InvalidArgument for values of another number and for a look that is not there.
    """
    v = numbers("values", values, dims=1)
    if len(v) != procedure.size(look):
        wanted = f"look {look} takes {procedure.size(look)} replicates"
        raise invalid("len(values)", len(v), wanted, "pass the replicates of every round so far")
    counts, p = count_sides(v, region), procedure.quantile
    fail = procedure.fail_level(region is not None and region.two_sided)
    at_pass = bounds(v, procedure.pass_level, procedure.pass_level, p)
    at_fail = bounds(v, fail, fail, p)
    bare = Look(
        verdict=rule(counts, region, procedure) if region else Verdict.REPORTED,
        reason="",
        counts=counts,
        estimate=point(v, p),
        interval=_drawn(region, at_pass, at_fail),
        at_pass=at_pass,
        at_fail=at_fail,
        needed=replicates_needed(v, region, procedure) if region else None,
    )
    return replace(bare, reason=reason(bare, region, procedure))


def _drawn(region: Region | None, at_pass: Interval, at_fail: Interval) -> Interval:
    """Each end at the level with which it meets the border; two-sided rows draw the pass level."""
    if region is None or region.two_sided:
        return at_pass
    if region.high < inf:
        return Interval(at_fail.low, at_pass.high)
    return Interval(at_pass.low, at_fail.high)
