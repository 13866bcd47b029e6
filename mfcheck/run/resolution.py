"""How near a false statement may come: the smallest of each family that a row would have refuted.

It is found by bisection in what was measured, at the row's own number of replicates, its levels and
its margin. A violation that is refuted is taken to be refuted in every larger size too.
"""

from collections.abc import Callable, Iterable

import numpy as np

from mfcheck.claims.neighbour import Neighbour
from mfcheck.claims.study import Study
from mfcheck.evidence.row_parts import NeighbourRecord
from mfcheck.stats import point, slopes

HALVINGS = 60
"""How often `most` is halved to come below the smallest size that is refuted."""

BISECTIONS = 7
"""Bisections after that: the size is known to 1 % of itself."""

Refutes = Callable[[np.ndarray], bool]
"""Whether the row's rule refutes these values (points, replicates)."""


def resolved(
    neighbours: Iterable[Neighbour], study: Study, values: np.ndarray, refutes: Refutes
) -> tuple[NeighbourRecord, ...]:
    """For each neighbour the smallest size that the rule refutes, planted in the values.

    values (points, replicates): as they are judged, divided by the theorem's rate if there is one.
    """
    return tuple(_resolved(one, study, values, refutes) for one in neighbours)


def _resolved(
    neighbour: Neighbour, study: Study, values: np.ndarray, refutes: Refutes
) -> NeighbourRecord:
    points, raw = np.array(study.points, dtype=float)[:, None], study.raw(values)

    def planted(x: float) -> np.ndarray:
        return neighbour.plant(points, raw, x)

    def seen(x: float) -> bool:
        return refutes(study.judged(planted(x)))

    with np.errstate(all="ignore"):
        size = _least(seen, neighbour.most)
        x = neighbour.most if size is None else size
        words = neighbour.says(x, _estimate(study, planted(x)))
    return NeighbourRecord(name=neighbour.name, size=size, words=words.replace("-", "−"))


def _least(seen: Callable[[float], bool], most: float) -> float | None:
    """The least x up to `most` that is seen, to 1 %; None if `most` is not."""
    if not seen(most):
        return None
    high = most
    for _ in range(HALVINGS):
        if not seen(high / 2):
            break
        high /= 2
    low = high / 2
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        low, high = (low, middle) if seen(middle) else (middle, high)
    return high


def _estimate(study: Study, planted: np.ndarray) -> float:
    """What the row would have said of what was planted: its exponent, value, share or residual."""
    if study.estimator == "growth":
        return point(slopes(study.points, planted), study.quantile)
    if study.estimator == "identity":
        return float(planted.max())
    each = study.statistic(planted)
    return float(each.mean()) if study.estimator == "exceedance" else point(each, study.quantile)
