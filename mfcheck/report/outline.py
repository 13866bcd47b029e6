"""The evidence as a table of contents: sections, claims, checks with their controls, entries.

An entry is a row with the number under which the reader finds it in the figure and in the table;
the rows of a check come first, those of its controls carry on counting.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mfcheck.evidence import CheckRecord, ClaimRecord, Evidence, Row
from mfcheck.report.wording.badges import Badge, badge, row_badge


@dataclass(frozen=True)
class Entry:
    """One row of evidence and its number within the check."""

    number: int
    row: Row
    badge: Badge


@dataclass(frozen=True)
class CheckEntry:
    """A check or a control; only a check has controls."""

    declared: CheckRecord
    badge: Badge
    entries: tuple[Entry, ...]
    controls: tuple["CheckEntry", ...] = ()

    @property
    def typical(self) -> Row:
        """The row by which the table of the check is laid out: the first that applies."""
        rows = [entry.row for entry in self.entries]
        return next((row for row in rows if row.applies), rows[0])

    @property
    def everything(self) -> tuple[Entry, ...]:
        """The entries of the check and of its controls, in the order of their numbers."""
        return self.entries + tuple(e for c in self.controls for e in c.entries)


@dataclass(frozen=True)
class ClaimEntry:
    """A claim, the anchor of its place on the page, and its checks."""

    declared: ClaimRecord
    anchor: str
    badge: Badge
    checks: tuple[CheckEntry, ...]

    @property
    def whose(self) -> str:
        """The heading of its statement: a paper's theorem or ours."""
        if self.declared.ours:
            return "Statement (ours)"
        return f"The theorem, after {'; '.join(self.declared.papers) or self.declared.source}"

    @property
    def rows(self) -> list[Row]:
        """Every row of the claim, controls included."""
        return [e.row for check in self.checks for e in check.everything]


@dataclass(frozen=True)
class Section:
    """Claims that stand under one heading."""

    title: str
    claims: tuple[ClaimEntry, ...]


def outline(evidence: Evidence) -> list[Section]:
    """Sections in the order in which the claims first name them."""
    claims = [(c.section, _claim(c, evidence.rows)) for c in evidence.claims]
    titles = dict.fromkeys(title for title, _ in claims)
    return [Section(t, tuple(c for title, c in claims if title == t)) for t in titles]


def strays(evidence: Evidence) -> list[Row]:
    """Rows that belong to no listed check: they appear in no figure, so they must be named."""
    homes = {(c.name, k.name) for c in evidence.claims for k in c.checks}
    return [r for r in evidence.rows if (r.claim, r.check) not in homes]


def slug(text: str) -> str:
    """`text` as an anchor: letters, digits, dots and dashes."""
    return re.sub(r"[^A-Za-z0-9._]+", "-", text) or "-"


def _claim(declared: ClaimRecord, rows: Sequence[Row]) -> ClaimEntry:
    own = [row for row in rows if row.claim == declared.name]
    known = {check.name for check in declared.checks if not check.control_of}
    heads = [c for c in declared.checks if not c.control_of or c.control_of not in known]
    checks = tuple(_check(head, declared.checks, own) for head in heads)
    measured = any(check.everything for check in checks)
    return ClaimEntry(declared, slug(declared.name), badge(declared, measured=measured), checks)


def _check(head: CheckRecord, siblings: Sequence[CheckRecord], rows: Sequence[Row]) -> CheckEntry:
    entries = _entries(head, rows, 1)
    controls, number = [], 1 + len(entries)
    for sibling in siblings:
        if sibling.control_of == head.name:
            found = _entries(sibling, rows, number)
            number += len(found)
            controls.append(CheckEntry(sibling, badge(sibling, measured=bool(found)), found))
    return CheckEntry(head, badge(head, measured=bool(entries)), entries, tuple(controls))


def _entries(check: CheckRecord, rows: Sequence[Row], first: int) -> tuple[Entry, ...]:
    own = (row for row in rows if row.check == check.name)
    return tuple(Entry(n, row, row_badge(row)) for n, row in enumerate(own, first))
