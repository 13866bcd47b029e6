"""How strongly the controls were refuted: an instrument shows what it can see."""

from dataclasses import dataclass
from math import inf

from mfcheck.evidence import Row
from mfcheck.report.outline import CheckEntry, ClaimEntry
from mfcheck.report.wording.numbers import plain, scientific


@dataclass(frozen=True)
class Effect:
    """A control with the row that was refuted least: by how much, in words."""

    claim: ClaimEntry
    control: CheckEntry
    words: str


def effects(claims: list[ClaimEntry]) -> list[Effect]:
    """The controls that ran, each with its weakest row that applies."""
    controls = [
        (claim, control) for claim in claims for k in claim.checks for control in k.controls
    ]
    return [
        Effect(claim, control, _words(min(rows, key=distance_beyond)))
        for claim, control in controls
        if (rows := [e.row for e in control.entries if e.row.applies])
    ]


def distance_beyond(row: Row) -> float:
    """How far the interval lies beyond what is allowed, in margins: 1 is just refuted.

    Of an identity, how many tolerances its largest residual is. −∞ if it was not refuted.
    """
    margin = row.margin or 1.0
    if row.verdict != "REFUTED":
        return -inf
    if row.estimator == "identity":
        return inf if row.estimate is None else row.estimate / margin
    over = -inf if row.allowed_high is None else _gap(row.low, row.allowed_high)
    under = -inf if row.allowed_low is None else _gap(row.allowed_low, row.high)
    return max(over, under) / margin


def _gap(upper: float | None, lower: float | None) -> float:
    """upper − lower; ∞ if the estimate itself is beyond every number."""
    return inf if upper is None or lower is None else upper - lower


def _words(row: Row) -> str:
    size = distance_beyond(row)
    if size == -inf:
        return "not refuted"
    if size == inf:
        return "beyond every number"
    unit = "tolerances" if row.estimator == "identity" else "margins"
    return f"{scientific(size) if size >= 1e3 else plain(float(f'{size:.2g}'))} {unit}"
