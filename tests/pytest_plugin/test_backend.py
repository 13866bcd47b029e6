"""When the item of a check passes, and when that of a control."""

from dataclasses import dataclass

import pytest

import mfcheck as mf
from mfcheck.problems.finite import FiniteSpec
from mfcheck.pytest_plugin.backend import outcome

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


@dataclass
class Row:
    """As much of a row as a verdict is computed from."""

    verdict: str

    def record(self):
        known = dict.fromkeys(("low", "high", "allowed_low", "allowed_high"))
        told = {"origin": "drawn", "reason": "so", "estimator": "growth", "margin": 0.15}
        return known | told | {"verdict": self.verdict, "problem": {"label": "here"}}


@pytest.mark.parametrize(
    ("kind", "passing"), [("check", "SUPPORTED"), ("report", "REPORTED"), ("control", "REFUTED")]
)
def test_an_item_passes_on_its_own_verdict_alone(kind, passing):
    check = declared()[kind]
    verdicts = ("SUPPORTED", "REFUTED", "INCONCLUSIVE", "REPORTED")
    assert [v for v in verdicts if outcome(check, [Row(v)])[0]] == [passing]


def test_the_words_say_whose_verdict_it_is():
    told = declared()
    assert outcome(told["check"], [Row("REFUTED")])[1].startswith(
        "REFUTED: refuted on 1 of 1 problems"
    )
    assert outcome(told["control"], [Row("REFUTED")])[1].startswith("control REFUTED")
