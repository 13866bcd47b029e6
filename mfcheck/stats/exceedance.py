"""Exceedances: in how large a share of replicates does a number exceed its bound?

A theorem that says "X ≤ K with probability at least 1 − δ" allows P(X > K) ≤ δ. With A of n
independent replicates beyond K, A is Bin(n, p), and with the border B = δ + margin

    SUPPORTED  if P(Bin(n, B) <= A) <= α_pass,      REFUTED  if P(Bin(n, B) >= A) <= α_fail,

the Clopper-Pearson bounds against B, both levels split over the looks as ever. It is the rule for
the quantile 1 − B of X against K, read the other way round: the same counts give the same verdict.

Source: Clopper & Pearson, Biometrika 26 (1934).
"""

from dataclasses import replace
from math import inf
from typing import Any

import numpy as np

from mfcheck.errors import invalid
from mfcheck.stats.design import Procedure
from mfcheck.stats.inputs import numbers
from mfcheck.stats.interval import Interval, proportion
from mfcheck.stats.judge import judge
from mfcheck.stats.look import Look
from mfcheck.stats.reason import rate
from mfcheck.stats.region import AtMost, Region
from mfcheck.stats.rule import Verdict
from mfcheck.stats.sample_size import MOST


def beyond(values: Any, bound: float) -> np.ndarray:
    """1 where a value exceeds the bound or is NaN, 0 elsewhere, (n,): unknown counts as beyond."""
    return 1.0 - (numbers("values", values, dims=1) <= bound)


def judge_exceedance(flags: Any, region: Region | None, procedure: Procedure, look: int) -> Look:
    """Judge the (n,) flags of `beyond` by a region AtMost(δ) that already has its margin.

    The estimate is the share of ones, the interval its Clopper-Pearson bounds, the lower at the
    level of REFUTED, the upper at that of SUPPORTED. Without a region: REPORTED.

    Raises InvalidArgument for a region that is not 0 < δ < 1 on one side, and as `judge` does.
    """
    flag = numbers("flags", flags, dims=1)
    dual = (
        procedure if region is None else replace(procedure, quantile=1 - exceedance_share(region))
    )
    bare = judge(flag, region and AtMost(0.5), dual, look)
    n, hits = bare.n, int(np.sum(flag))
    passing, fail = procedure.pass_level, procedure.fail_level(two_sided=False)
    at_pass, at_fail = proportion(hits, n, 2 * passing), proportion(hits, n, 2 * fail)
    seen = Interval((at_fail if region else at_pass).low, at_pass.high)
    found = replace(bare, estimate=hits / n, interval=seen, at_pass=at_pass, at_fail=at_fail)
    return replace(found, reason=_reason(found, hits, region, procedure))


def exceedance_share(region: Region) -> float:
    """The δ of a region AtMost(δ), which must be a probability between 0 and 1."""
    if region.low > -inf or not 0 < region.high < 1:
        ends = (region.low, region.high)
        raise invalid("region", ends, "is no bound on a probability", "use e.g. AtMost(0.05)")
    return region.high


def as_percent(p: float) -> str:
    """A share in percent: 0 %, 3.12 %, 93.8 %."""
    return f"{100 * p:.3g} %"


def _reason(look: Look, hits: int, region: Region | None, procedure: Procedure) -> str:
    """One sentence: how often the bound was exceeded, and how large that share may be."""
    words = f"exceeded in {hits} of {look.n} replicates ({as_percent(look.estimate)})"
    if region is None:
        return f"{words}, reported without a verdict"
    border = as_percent(region.high)
    if look.verdict is Verdict.SUPPORTED:
        upper = f"{rate(procedure.alpha_pass)} upper bound {as_percent(look.at_pass.high)}"
        return f"{words}: the {upper} is at most {border}"
    if look.verdict is Verdict.REFUTED:
        lower = f"{rate(procedure.alpha_fail)} lower bound {as_percent(look.at_fail.low)}"
        return f"{words}: the {lower} lies above {border}"
    if look.needed is None:
        remedy = f"no number of replicates up to {MOST} would decide"
    else:
        remedy = f"about {look.needed} replicates would decide"
    return f"{words}: undecided against {border}; {remedy} at this share"
