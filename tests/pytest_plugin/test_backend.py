"""When the item of a check passes, and when that of a control."""

import pytest

import mfcheck as mf
from mfcheck.evidence import RulingRecord
from mfcheck.problems.finite import FiniteSpec
from mfcheck.pytest_plugin.backend import outcome
from mfcheck.report.wording.row_text import in_one_line
from tests.records import row_record

CLAIM = mf.Claim("c", text="It holds.", source="here", section="A")
SOME = [FiniteSpec()]


def declared():
    """A check, a report and a control, none of which is ever measured."""

    def named(problem):
        """It holds."""

    check = CLAIM.check(over=SOME, expect=mf.AtMost(0))(named)
    return {
        "check": check,
        "report": CLAIM.report(over=SOME)(named),
        "control": CLAIM.control(of=check)(named),
    }


def ruled(verdict):
    """A ruling of that verdict."""
    return RulingRecord(nodeid="c.py::named", verdict=verdict, reason="on one problem")


@pytest.mark.parametrize(
    ("kind", "passing"), [("check", "SUPPORTED"), ("report", "REPORTED"), ("control", "REFUTED")]
)
def test_an_item_passes_on_its_own_verdict_alone(kind, passing):
    check = declared()[kind]
    verdicts = ("SUPPORTED", "REFUTED", "INCONCLUSIVE", "REPORTED")
    assert [v for v in verdicts if outcome(check, ruled(v))[0]] == [passing]


def test_the_words_say_whose_verdict_it_is():
    told = declared()
    assert outcome(told["check"], ruled("REFUTED"))[1] == "REFUTED: on one problem"
    assert outcome(told["control"], ruled("REFUTED"))[1] == "control REFUTED: on one problem"


def test_a_failure_shows_the_rows_against_it():
    """Beside what is allowed, in the words of the page; no more of them than fit."""
    rows = [row_record(verdict="REFUTED", problem={"label": name}) for name in "abcd"]
    rows.insert(0, row_record(verdict="SUPPORTED", problem={"label": "fine"}))
    held, words = outcome(declared()["check"], ruled("REFUTED"), rows)
    assert not held
    first, *lines = words.splitlines()
    assert first == "REFUTED: on one problem"
    assert lines == [f"  {row.problem.label}: {in_one_line(row)}" for row in rows[1:4]]
