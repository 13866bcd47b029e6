"""The assumptions of a claim beside what became of them."""

from mfcheck.report.outline import CheckEntry, ClaimEntry, Entry
from mfcheck.report.sections.assumptions import ledger
from mfcheck.report.wording.badges import Badge
from tests.records import check_record, claim_record, row_record

BADGE = Badge("supported", "supported")


def claim(*rows, texts=("bounded", "smooth", "at last")):
    entries = tuple(Entry(k, row, BADGE) for k, row in enumerate(rows))
    check = CheckEntry(check_record(), BADGE, entries)
    return ClaimEntry(claim_record(assumptions=list(texts)), "x", BADGE, (check,))


def row(*marks, control=None):
    named = [{"standing": standing, "why": why} for standing, why in marks]
    return row_record(control_of=control, assumptions=named)


def standing(*rows):
    return [(line.standing, line.why) for line in ledger(claim(*rows, texts=("one",)))]


def test_every_assumption_has_a_line_in_its_place():
    lines = ledger(
        claim(row(("holds", "|φ| ≤ 1"), ("by construction", ""), ("cannot be checked", "t → ∞")))
    )
    assert [line.text for line in lines] == ["bounded", "smooth", "at last"]
    assert [line.standing for line in lines] == ["holds", "by construction", "cannot be checked"]
    assert [line.why for line in lines] == ["|φ| ≤ 1", "", "t → ∞"]


def test_each_reason_is_quoted_once_and_the_rest_is_counted():
    rows = [row(("holds", f"why {k % 4}")) for k in range(8)]
    assert standing(*rows) == [("holds on all 8 problems", "why 0; why 1; why 2; and 1 more")]


def test_one_problem_that_breaks_it_is_not_hidden_among_the_others():
    rows = [row(("holds", "")), row(("broken", "relu")), row(("holds", ""))]
    assert standing(*rows) == [("broken", "on 1 of 3 problems")]


def test_a_problem_of_which_it_is_not_known_does_not_break_it():
    rows = [row(("cannot be checked", "a general model")), *[row(("holds", "yes"))] * 3]
    words = "holds on 3 of 4 problems, cannot be checked on 1 of 4 problems"
    assert standing(*rows) == [(words, "a general model; yes")]
    assert standing(*rows, row(("broken", "no"))) == [("broken", "on 1 of 5 problems")]


def test_controls_break_assumptions_and_do_not_count():
    assert standing(row(("holds", "yes")), row(("broken", "no"), control="x")) == [("holds", "yes")]


def test_a_claim_that_was_not_run_has_its_words_alone():
    assert standing() == [("", "")]
