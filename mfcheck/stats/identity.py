"""Exact identities: residuals against the rounding tolerance of their dtype, without statistics."""

from math import inf
from typing import Any

import numpy as np

from mfcheck.errors import invalid
from mfcheck.stats.counts import Counts, count_sides
from mfcheck.stats.inputs import margin, numbers
from mfcheck.stats.interval import Interval
from mfcheck.stats.look import Look
from mfcheck.stats.region import Region
from mfcheck.stats.rule import Verdict


def judge_identity(residuals: Any, tolerance: float) -> Look:
    """Judge the (n,) magnitudes of an identity's two sides' difference.

    REFUTED if any residual exceeds the tolerance (+inf does), else INCONCLUSIVE if any is NaN,
    else SUPPORTED. One counterexample refutes: nothing is random here but the choice of cases.
    The estimate is the largest known residual, the interval the range of the residuals.

    Raises InvalidArgument for a negative residual and for a negative or infinite tolerance.
    """
    r, most = numbers("residuals", residuals, dims=1), margin("tolerance", tolerance)
    if np.any(r < 0):
        worst = int(np.argmax(r < 0))
        rule = "a residual is a magnitude, at least 0"
        raise invalid(f"residuals[{worst}]", float(r[worst]), rule, "take absolute values")
    counts = count_sides(r, Region(0.0, most))
    known = r[~np.isnan(r)]
    seen = Interval(0.0, inf) if counts.unknown else Interval(r.min(), r.max())
    largest = float(known.max()) if len(known) else np.nan
    verdict, why = _ruling(counts, largest, most)
    return Look(verdict, why, counts, largest, seen, seen, seen, needed=None)


def _ruling(counts: Counts, largest: float, most: float) -> tuple[Verdict, str]:
    """The verdict on the counted residuals, and the sentence for it."""
    if counts.above:
        end = f"exceed {most:.3g}, the largest is {largest:.3g}"
        return Verdict.REFUTED, f"{counts.above} of {counts.n} residuals {end}"
    if counts.unknown:
        return Verdict.INCONCLUSIVE, f"{counts.unknown} of {counts.n} residuals are NaN"
    end = f"{largest:.3g}, is at most {most:.3g}"
    return Verdict.SUPPORTED, f"the largest of {counts.n} residuals, {end}"
