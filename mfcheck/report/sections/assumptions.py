"""The assumptions of a claim beside what became of them on its problems."""

from collections import Counter
from dataclasses import dataclass

from mfcheck.claims.assumption import Status
from mfcheck.evidence.row_parts import StandingRecord
from mfcheck.report.outline import ClaimEntry

QUOTED = 3
"""Different reasons that are quoted before the rest are only counted."""

BROKEN = Status.BROKEN


@dataclass(frozen=True)
class AssumptionLine:
    """One assumption: its words, its standing on the problems of the checks, and why."""

    text: str
    standing: str
    why: str


def ledger(claim: ClaimEntry) -> list[AssumptionLine]:
    """The assumptions in their order; a claim with no row that applies has only their words."""
    rows = [row for row in claim.rows if not row.control_of and row.assumptions and row.applies]
    texts = claim.declared.assumptions
    return [_line(text, [row.assumptions[k] for row in rows]) for k, text in enumerate(texts)]


def _line(text: str, marks: list[StandingRecord]) -> AssumptionLine:
    counts = Counter(mark.standing for mark in marks)
    if BROKEN in counts and len(counts) > 1:
        return AssumptionLine(text, BROKEN, f"on {counts[BROKEN]} of {len(marks)} problems")
    why = _reasons([mark.why for mark in marks])
    if len(counts) > 1:
        parts = (
            f"{standing} on {k} of {len(marks)} problems" for standing, k in counts.most_common()
        )
        return AssumptionLine(text, ", ".join(parts), why)
    standing = next(iter(counts), "")
    count = f" on all {len(marks)} problems" if standing == "holds" and len(marks) > 1 else ""
    return AssumptionLine(text, standing + count, why)


def _reasons(whys: list[str]) -> str:
    """Each reason once."""
    known = [part for part in dict.fromkeys(p for why in whys for p in why.split("; ")) if part]
    more = f"; and {len(known) - QUOTED} more" if len(known) > QUOTED else ""
    return "; ".join(known[:QUOTED]) + more
