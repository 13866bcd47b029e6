"""Where a log-log curve bends: by how much its slope changes, and where that would matter.

A slope is read over the whole grid. With log v = a + b x + c x², x = log N, it changes by 2 c log 2
from N to 2 N, and at the last point it is b + 2 c x. Shown, and never judged.
"""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR
from math import log

from mfcheck.evidence import Row
from mfcheck.evidence.row_parts import MedianRecord
from mfcheck.report.outline import ClaimEntry
from mfcheck.report.wording.numbers import UNDEFINED, decimals, fixed, plain
from mfcheck.report.wording.row_text import NOTHING

DECIMALS = 3
"""Decimals: a bend of 0.001 a doubling changes no verdict."""


@dataclass(frozen=True)
class Bent:
    """A row whose last slope stands on the other side of its border, with its claim."""

    claim: ClaimEntry
    row: Row
    words: str


def bend(row: Row) -> str:
    """The change of the slope from N to 2 N, with its interval: near 0 if a power law fits."""
    found = row.curvature
    if found is None:
        return NOTHING
    estimate, low, high = map(_doubled, (found.estimate, found.low, found.high))
    return _measured(MedianRecord(estimate=estimate, low=low, high=high))


def end(row: Row) -> str:
    """The slope at the last point, with its interval; empty if it is not known."""
    found = _end(row)
    if found is None or found.estimate is None:
        return ""
    return f"{_measured(found)} at {row.axis} = {plain(row.points[-1])}"


def bends(row: Row) -> bool:
    """Whether the interval of the curvature excludes 0."""
    if row.curvature is None:
        return False
    low, high = row.curvature.low, row.curvature.high
    return (low is not None and low > 0) or (high is not None and high < 0)


def flag(row: Row) -> str:
    """What a reader of a decided row must know: that at its end the curve says otherwise."""
    last = _end(row)
    if row.control_of or not bends(row) or last is None or last.estimate is None:
        return ""
    inside = _inside(row, last.estimate)
    if (row.verdict, inside) not in (("SUPPORTED", False), ("REFUTED", True)):
        return ""
    side = "within" if inside else "beyond"
    words = f"{side} what is allowed with the margin; shown, and not judged"
    return f"The curve bends, and its slope is {end(row)}: {words}."


def bent(claims: list[ClaimEntry]) -> list[Bent]:
    """Every row that is flagged."""
    rows = [(claim, row) for claim in claims for row in claim.rows]
    return [Bent(claim, row, flag(row)) for claim, row in rows if flag(row)]


def bending(claims: list[ClaimEntry]) -> tuple[int, int]:
    """How many rows of checks bend beyond chance, of how many whose bend was measured."""
    rows = [row for claim in claims for row in claim.rows if not row.control_of]
    known = [row for row in rows if row.curvature is not None]
    return sum(map(bends, known)), len(known)


def _end(row: Row) -> MedianRecord | None:
    """The slope at the last point, None where it was not fitted."""
    return (row.curvature and row.curvature.end) or None


def _doubled(c: float | None) -> float | None:
    return None if c is None else 2 * c * log(2)


def _measured(found: MedianRecord) -> str:
    """Estimate and interval with at most three decimals, rounded outwards."""
    low, high = found.low, found.high
    if low is high is None:
        return UNDEFINED
    places = min(decimals(low, high), DECIMALS)
    ends = fixed(low, places, ROUND_FLOOR), fixed(high, places, ROUND_CEILING)
    shown = f"[{ends[0]}, {ends[1]}]".replace(UNDEFINED, "not finite")
    return f"{fixed(found.estimate, places)} {shown}"


def _inside(row: Row, slope: float) -> bool:
    low, high, margin = row.allowed_low, row.allowed_high, row.margin
    short = low is not None and slope < low - margin
    return not short and not (high is not None and slope > high + margin)
