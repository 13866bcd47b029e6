"""How far a measurement lies towards refutation: the number that a search climbs.

0 is what the theorem allows and 1 is the border of REFUTED, whatever the estimator:

    a rate or a value    (θ̂ − θ₀) / m for an upper bound, (θ₀ − θ̂) / m for a lower one, the
                         larger of the two where both ends are stated; m is the margin
    an identity          1 + log₁₀(r / tolerance), r its largest residual

with θ̂ the sample quantile of the replicates that the study asks for, or the share of them in
which an event took place. So one unit is one margin, or one decade of a residual. It ranks
problems of one check; it decides nothing.
"""

from math import isnan, log10

import numpy as np

from mfcheck.claims.study import Study
from mfcheck.stats import Region, point

FAR = 99.0
"""Scores end here on both sides, so that a divergence or an exact zero is a number too."""


def score(study: Study, values: np.ndarray, allowed: Region, unit: float) -> float | None:
    """The score of values (points, replicates), None if no replicate gave a number.

    unit: the margin that a row would have, the tolerance of an identity.
    """
    each = study.statistic(values)
    known = each[~np.isnan(each)]
    if not len(known):
        return None
    if study.estimator == "identity":
        return _clipped(residual_decades(float(known.max()), unit))
    event = study.estimator == "exceedance"
    estimate = float(known.mean()) if event else point(known, study.quantile)
    return None if isnan(estimate) else _clipped(reach(estimate, allowed, unit))


def reach(estimate: float, allowed: Region, margin: float) -> float:
    """How far an estimate lies beyond a region, in margins; negative inside it."""
    return max(estimate - allowed.high, allowed.low - estimate) / margin


def residual_decades(residual: float, tolerance: float) -> float:
    """1 + log₁₀(residual / tolerance)."""
    return 1 + log10(residual / tolerance) if residual > 0 else -FAR


def _clipped(number: float) -> float:
    return min(max(number, -FAR), FAR)
