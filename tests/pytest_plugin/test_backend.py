"""When the item of a check passes, and when that of a control."""

import pytest

import mfcheck as mf
from mfcheck.problems.finite import FiniteSpec
from mfcheck.pytest_plugin.backend import outcome
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


@pytest.mark.parametrize(
    ("kind", "passing"), [("check", "SUPPORTED"), ("report", "REPORTED"), ("control", "REFUTED")]
)
def test_an_item_passes_on_its_own_verdict_alone(kind, passing):
    check = declared()[kind]
    verdicts = ("SUPPORTED", "REFUTED", "INCONCLUSIVE", "REPORTED")
    assert [v for v in verdicts if outcome(check, [row_record(verdict=v)])[0]] == [passing]


def test_the_words_say_whose_verdict_it_is():
    told = declared()
    assert outcome(told["check"], [row_record(verdict="REFUTED")])[1].startswith(
        "REFUTED: refuted on 1 of 1 problems"
    )
    assert outcome(told["control"], [row_record(verdict="REFUTED")])[1].startswith(
        "control REFUTED"
    )
