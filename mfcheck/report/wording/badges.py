"""A verdict as the reader meets it: a word, a shape, a colour class; never a colour alone.

The words come from the evidence. Two things are added: what was never measured is NOT RUN,
whatever it is called, and a control is read the other way round, because it must be refuted.
"""

from dataclasses import dataclass

from mfcheck.evidence import CheckRecord, ClaimRecord, Row


@dataclass(frozen=True)
class Badge:
    """The word to print and the class that gives it its colour and shape in style.css."""

    word: str
    css: str


ASIDE = "NOT APPLICABLE"
THEOREM = {
    "SUPPORTED": Badge("supported", "supported"),
    "REFUTED": Badge("refuted", "refuted"),
    "INCONCLUSIVE": Badge("inconclusive", "inconclusive"),
    "REPORTED": Badge("reported", "reported"),
    "NOT RUN": Badge("not run", "not-run"),
    ASIDE: Badge("not applicable", "aside"),
}
BLIND = "control not refuted: the instrument was blind"
CONTROL = {
    "SUPPORTED": Badge(BLIND, "blind"),
    "REFUTED": Badge("refuted, as it must be", "expected"),
    "INCONCLUSIVE": Badge(f"{BLIND} (inconclusive)", "blind"),
    "REPORTED": Badge("reported", "reported"),
    "NOT RUN": Badge("control not run", "not-run"),
    ASIDE: Badge("control not applicable", "aside"),
}
CONTROL_ROW = CONTROL | {
    "SUPPORTED": Badge("not refuted (supported)", "blind"),
    "INCONCLUSIVE": Badge("not refuted (inconclusive)", "blind"),
}


def badge(declared: ClaimRecord | CheckRecord, *, measured: bool = True) -> Badge:
    """The badge of a claim or of a check; `measured` is false if it has no row."""
    control = isinstance(declared, CheckRecord) and declared.control_of
    words = CONTROL if control else THEOREM
    return words[declared.verdict if measured or declared.verdict == ASIDE else "NOT RUN"]


def row_badge(row: Row) -> Badge:
    """The badge of one row, shorter than that of its check."""
    return (CONTROL_ROW if row.control_of else THEOREM)[row.verdict]
