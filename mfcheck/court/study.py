"""Studies: what to measure, along what, and which estimator. Nothing runs here.

A check is a pure function from a problem to a study; `trial` runs it, cell by cell.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from mfcheck.errors import invalid
from mfcheck.seeds import CHUNK, Seeds


@dataclass(frozen=True)
class Study:
    """A measurement that has been described and not made.

    measure: (point, seeds) ↦ one number per replicate of `seeds`. points: where along the axis.
    estimator: "growth", the slope of log measure against log point, per replicate; or
    "identity", residuals that ought to be zero. axis: the letter of the axis in tables.
    """

    measure: Callable[[float, Seeds], Any]
    points: tuple[float, ...]
    estimator: str
    axis: str | None = None

    @property
    def symbol(self) -> str:
        """What the estimator's number is called in a table."""
        return {"growth": "slope", "identity": "residual"}[self.estimator]


IDENTITY_REPLICATES = 8
"""Random networks on which an exact identity is tried, per problem."""


def growth(ratio: Callable[[Any, Seeds], Any], along: Sequence[int], axis: str = "N") -> Study:
    """Does `ratio` grow along the axis? Its log-log slope, one per replicate, over nested draws.

    ratio(N, seeds): positive numbers, shape (replicates,). along: at least three increasing
    points. A theorem A_N ≤ C·B_N is put as ratio = A_N / B_N, expected AtMost(0.0).
    """
    points = tuple(along)
    if len(points) < 3 or any(a >= b for a, b in pairwise(points)):
        raise invalid("along", points, "needs three or more increasing points", "e.g. (16, 32, 64)")
    return Study(ratio, points, "growth", axis)


def identity(residual: Callable[[Seeds], Any]) -> Study:
    """An exact statement: `residual(seeds)`, one number per replicate, is zero to rounding."""
    return Study(lambda _, seeds: residual(seeds), (0,), "identity")


def cell_size(study: Study) -> int:
    """Replicates of one cell."""
    return CHUNK if study.estimator == "growth" else IDENTITY_REPLICATES
