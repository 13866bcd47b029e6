"""Where the core-seconds went, and whether cost times variance would have spent them otherwise.

A row stops at the first look that decides it, so the number of its replicates follows the
variance of its slope and its distance from the border. Nothing else competes for them, since every
row has error rates of its own. What is left to choose is how a replicate is made. Its slope is a
contrast of log values over nested draws, so a replicate needs all its points, and a grid has the

    price = Var(slope) · Σ cost of its points,

the core-seconds in which a standard error of 1 is reached (for the median up to a factor, which is
the same for all grids if their slopes have laws of one shape). The whole grid is held against two
that are fixed beforehand: its ends, and its ends with the second point. Both are cheaper for the
slope alone; what the others cost is the price of seeing a bend, which no two points can show.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from mfcheck.evidence import Row
from mfcheck.report.outline import ClaimEntry

DEAREST = 12
"""Checks in the table: the dearest ones."""

FEWEST_REPLICATES = 16
"""Replicates below which a variance is not worth printing."""

STILL = 1e-4
"""Standard deviation below which a slope does not vary but for rounding, and has no price."""


@dataclass(frozen=True)
class Spent:
    """A check or control: its rows, core-seconds in all and once per row, replicates of a row.

    ends, three: price of those grids over that of the whole one; None where nothing grows.
    """

    claim: ClaimEntry
    check: str
    rows: int
    seconds: float
    once: float
    replicates: float
    ends: float | None
    three: float | None


def spending(claims: Sequence[ClaimEntry]) -> list[Spent]:
    """The checks and controls that took most, the dearest first."""
    groups: dict[tuple[str, str], tuple[ClaimEntry, list[Row]]] = {}
    for claim in claims:
        for row in (row for row in claim.rows if row.applies):
            groups.setdefault((row.claim, row.check), (claim, []))[1].append(row)
    found = [_spent(claim, rows) for claim, rows in groups.values()]
    return sorted(found, key=lambda spent: -spent.seconds)[:DEAREST]


def totals(claims: Sequence[ClaimEntry]) -> tuple[float, float, float | None, float | None]:
    """Core-seconds in all and once per row; the prices of both smaller grids over all rows."""
    rows = [row for claim in claims for row in claim.rows]
    once = sum(row.cost.once for row in rows if row.cost)
    return (sum(row.seconds for row in rows), once, *_grids(rows))


def row_prices(row: Row) -> tuple[float, float] | None:
    """Price of the ends, and of the ends with the second point, over that of the whole grid."""
    if row.estimator != "growth" or not row.cost:
        return None
    cost = np.array(row.cost.replicate)
    curves = [curve for curve in row.curves if all(v is not None and v > 0 for v in curve)]
    if len(curves) < FEWEST_REPLICATES or len(cost) != len(row.points) or not cost.sum() > 0:
        return None
    x, spread = np.log(row.points), np.cov(np.log(np.array(curves, float)).T)

    def variance(grid: list[int]) -> float:
        u = x[grid] - x[grid].mean()
        return float(u @ spread[np.ix_(grid, grid)] @ u / (u @ u) ** 2)

    grids = [list(range(len(x))), [0, len(x) - 1], [0, 1, len(x) - 1]]
    if variance(grids[0]) <= STILL**2:
        return None
    whole, ends, three = (variance(grid) * float(cost[grid].sum()) for grid in grids)
    return ends / whole, three / whole


def _spent(claim: ClaimEntry, rows: Sequence[Row]) -> Spent:
    once = sum(row.cost.once for row in rows if row.cost)
    seconds, n = sum(row.seconds for row in rows), median(row.n for row in rows)
    return Spent(claim, rows[0].check, len(rows), seconds, once, n, *_grids(rows))


def _grids(rows: Sequence[Row]) -> tuple[float | None, float | None]:
    """The prices of both grids, each row weighted by what its replicates took."""
    known = [(row, found) for row in rows if (found := row_prices(row))]
    weights = [row.seconds - (row.cost.once if row.cost else 0.0) for row, _ in known]
    if not sum(weights) > 0:
        return None, None
    ends, three = np.average([found for _, found in known], axis=0, weights=weights)
    return float(ends), float(three)
