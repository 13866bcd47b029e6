"""Why a look came out as it did, in plain words."""

from math import inf

from mfcheck.stats.counts import Counts
from mfcheck.stats.design import Procedure
from mfcheck.stats.look import Look
from mfcheck.stats.region import Region
from mfcheck.stats.rule import Verdict
from mfcheck.stats.sample_size import MOST


def reason(look: Look, region: Region | None, procedure: Procedure) -> str:
    """One sentence for the look: the bound that decided, or what is missing to decide."""
    if region is None:
        words = f"{_estimand(procedure)} {look.estimate:.3g}, reported without a verdict"
    elif look.verdict is Verdict.SUPPORTED:
        words = _supported(look, region, procedure)
    elif look.verdict is Verdict.REFUTED:
        words = _refuted(look, region, procedure)
    else:
        words = _undecided(look, region)
    return words + _oddities(look.counts)


def rate(alpha: float) -> str:
    """An error rate as it is spoken of: 2e-6, 1e-3."""
    digits, exponent = f"{alpha:.1e}".split("e")
    return f"{float(digits):g}e{int(exponent)}"


def _estimand(procedure: Procedure) -> str:
    return "median" if procedure.quantile == 0.5 else f"{procedure.quantile:g} quantile"


def _supported(look: Look, region: Region, procedure: Procedure) -> str:
    alpha, seen = rate(procedure.alpha_pass), look.at_pass
    if region.two_sided:
        return f"the {alpha} interval {seen} lies within [{region.low:g}, {region.high:g}]"
    if region.high < inf:
        return f"the {alpha} upper bound {seen.high:.3g} is at most {region.high:g}"
    return f"the {alpha} lower bound {seen.low:.3g} is at least {region.low:g}"


def _refuted(look: Look, region: Region, procedure: Procedure) -> str:
    alpha, seen = rate(procedure.alpha_fail), look.at_fail
    if seen.low > region.high:
        return f"the {alpha} lower bound {seen.low:.3g} lies above {region.high:g}"
    return f"the {alpha} upper bound {seen.high:.3g} lies below {region.low:g}"


def _undecided(look: Look, region: Region) -> str:
    n, below, above = look.n, look.counts.below, look.counts.above
    if region.two_sided:
        ends = f"{region.low:g} and {above} above {region.high:g}"
        places = f"{below} of {n} replicates lie below {ends}"
    elif region.high < inf:
        places = f"{above} of {n} replicates lie above {region.high:g}"
    else:
        places = f"{below} of {n} replicates lie below {region.low:g}"
    if look.needed is None:
        remedy = f"no number of replicates up to {MOST} would decide in these proportions"
    else:
        remedy = f"about {look.needed} replicates would decide"
    return f"{places}: undecided; {remedy}"


def _oddities(counts: Counts) -> str:
    """What a reader must know beside the verdict: replicates that diverged or are unknown."""
    diverged = f"; {counts.diverged} of {counts.n} diverged" if counts.diverged else ""
    unknown = f"; {counts.unknown} of {counts.n} are NaN, on neither side" if counts.unknown else ""
    return diverged + unknown
