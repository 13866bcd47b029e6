"""Badges: what a verdict is called and how it is coloured, for claims, controls and rows."""

import pytest

from mfcheck.report.wording.badges import badge, row_badge
from tests.records import check_record, claim_record, row_record

VERDICTS = ("SUPPORTED", "REFUTED", "INCONCLUSIVE", "REPORTED", "NOT RUN")


@pytest.mark.parametrize("verdict", VERDICTS)
def test_only_supported_is_green(verdict):
    shown = [badge(claim_record(verdict=verdict)), badge(check_record(verdict=verdict))]
    if verdict != "NOT RUN":
        shown.append(row_badge(row_record(verdict=verdict)))
    assert {b.css for b in shown} == {verdict.lower().replace(" ", "-")}
    assert {b.word for b in shown} == {verdict.lower()}


@pytest.mark.parametrize(
    ("verdict", "css"),
    [
        ("SUPPORTED", "blind"),
        ("REFUTED", "expected"),
        ("INCONCLUSIVE", "blind"),
        ("REPORTED", "reported"),
        ("NOT RUN", "not-run"),
    ],
)
def test_a_control_is_read_the_other_way_round(verdict, css):
    """And so are its rows: nothing of a control is ever green."""
    declared = check_record(verdict=verdict, control_of="leg")
    assert badge(declared).css == css
    blind = css == "blind"
    assert ("blind" in badge(declared).word) is blind
    if verdict != "NOT RUN":
        row = row_record(verdict=verdict, control_of="leg")
        assert row_badge(row).css == css
        assert row_badge(row).word.startswith("not refuted") is blind


@pytest.mark.parametrize("control", [None, "leg"])
def test_what_has_no_row_was_not_run_whatever_it_is_called(control):
    declared = check_record(verdict="SUPPORTED", control_of=control)
    assert badge(declared, measured=False).css == "not-run"


@pytest.mark.parametrize("control", [None, "leg"])
def test_what_does_not_apply_is_grey_with_rows_and_without(control):
    declared = check_record(verdict="NOT APPLICABLE", control_of=control)
    for shown in (badge(declared), badge(declared, measured=False)):
        assert shown.css == "aside" and "not applicable" in shown.word
    assert row_badge(row_record(verdict="NOT APPLICABLE", control_of=control)).css == "aside"
