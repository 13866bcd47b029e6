"""How far the nearest false statements are that a check excludes, on all its problems together."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from markupsafe import Markup, escape

from mfcheck.evidence import Evidence, NeighbourRecord, Row
from mfcheck.report.outline import ClaimEntry, outline


@dataclass(frozen=True)
class Nearest:
    """A family of false statements: on which problem it comes nearest, unseen, and how near."""

    name: str
    words: str
    excluded: bool
    label: str
    rows: int


def nearest(rows: Sequence[Row]) -> tuple[Nearest, ...]:
    """For each family the row that excludes the least of it; only supported rows have any."""
    found: dict[str, list[tuple[NeighbourRecord, Row]]] = {}
    for row in rows:
        for one in row.neighbours:
            found.setdefault(one.name, []).append((one, row))
    return tuple(_widest(name, pairs) for name, pairs in found.items())


def _widest(name: str, pairs: Sequence[tuple[NeighbourRecord, Row]]) -> Nearest:
    one, row = max(pairs, key=lambda pair: inf if pair[0].size is None else pair[0].size)
    return Nearest(name, one.words, one.size is not None, row.problem.label, len(pairs))


def powers(text: str) -> Markup:
    """Text with its exponents raised: N^−0.44 as N and a superscript; anything else is inert."""
    return Markup(re.sub(r"\^(−?\d+(?:\.\d+)?)", r"<sup>\1</sup>", str(escape(text))))


HEAD_LINE = (
    "| claim | check | rows | would have been refuted on every problem |\n|---|---|---:|---|"
)


def resolution_table(evidence: Evidence) -> str:
    """A run as a Markdown table: for every check that is judged, what it excludes at the least."""
    claims = [claim for section in outline(evidence) for claim in section.claims]
    return "\n".join([HEAD_LINE, *(line for claim in claims for line in _lines(claim))])


def _lines(claim: ClaimEntry) -> list[str]:
    lines = []
    for check in claim.checks:
        rows = [entry.row for entry in check.entries if entry.row.applies]
        told = "; ".join(_told(one) for one in nearest(rows))
        if told:
            cells = (f"`{claim.declared.name}`", f"`{check.declared.name}`", str(len(rows)), told)
            lines.append(f"| {' | '.join(cells)} |")
    return lines


def _told(one: Nearest) -> str:
    return one.words if one.excluded else f"not even {one.words}"
