"""A REFUTED rate looked at once more, on the grid one step further.

A rate is a statement about large N or small ε. Before a row says that a theorem is false, the same
replicates are measured at one point more, in the same proportion, and seen without the first: where
the estimate on that grid lies within the region, the first one did not reach the regime that the
theorem speaks of. No error rate rests on it: a row can only lose its REFUTED.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from mfcheck.claims.study import Study
from mfcheck.run.row_rule import RowRule
from mfcheck.stats import Look, Verdict, point

MeasureAt = Callable[[Study], np.ndarray]
"""A study with one point ↦ the row's replicates there as they are judged, (1, replicates)."""


def further(study: Study) -> Study:
    """The study on the grid one step further: without its first point, with one beyond the last."""
    last, before = study.points[-1], study.points[-2]
    beyond = last * last / before
    whole = all(isinstance(p, int) for p in study.points)
    return replace(study, points=(*study.points[1:], round(beyond) if whole else beyond))


def confirmed(look: Look, rule: RowRule, values: np.ndarray, measure: MeasureAt) -> Look:
    """The look, or INCONCLUSIVE in its place where the refined grid does not agree.

    values (points, replicates): of the look. A point at which nothing can be measured leaves the
    look as it is, and says why.
    """
    study, region = rule.study, rule.region
    if study.estimator != "growth" or look.verdict is not Verdict.REFUTED or region is None:
        return look
    fine = further(study)
    try:
        more = measure(replace(fine, points=fine.points[-1:]))
    except Exception as error:
        words = f"; the grid could not be refined: {type(error).__name__}: {error}"
        return replace(look, reason=look.reason + words)
    slope = point(fine.statistic(np.concatenate([values[1:], more])), fine.quantile)
    seen = f"on {study.axis} = {fine.points[0]:g} to {fine.points[-1]:g} it is {slope:.3g}"
    if not region.low <= slope <= region.high:
        return replace(look, reason=f"{look.reason}; {seen}")
    words = f"outside its regime? {look.reason}, but {seen}"
    return replace(look, verdict=Verdict.INCONCLUSIVE, reason=words)
