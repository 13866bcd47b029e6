"""What does not apply is skipped: no item fails for it, and the report says why."""

import pytest

from tests.pytest_plugin.files import rows, verdicts

pytest_plugins = ["pytester"]

ELSEWHERE = """

@exact
def elsewhere(problem):
    raise mf.NotApplicable("it speaks of other problems")


@claim.control(of=elsewhere)
def elsewhere_broken(problem):
    raise mf.NotApplicable("it speaks of other problems")


@exact
def in_part(problem):
    if problem.data.x[0, 0] < HEART:
        raise mf.NotApplicable("it speaks of other data")
    return full(0)
"""


def test_what_does_not_apply_is_skipped_with_its_reason(pytester, claims, evidence):
    data = "sorted(float(s.problem().data.x[0, 0]) for s in SOME)[1]"
    claims("toy", more=ELSEWHERE.replace("HEART", data))
    result = pytester.runpytest("properties", "-rs")
    result.assert_outcomes(passed=3, skipped=2)
    assert result.ret == pytest.ExitCode.OK
    text = result.stdout.str()
    assert "NOT APPLICABLE: it speaks of other problems" in text
    assert "· not applicable" in text and "· control not applicable" in text
    found = evidence()
    assert verdicts(found) == {
        "holds": "SUPPORTED",
        "broken": "REFUTED",
        "elsewhere": "NOT APPLICABLE",
        "elsewhere_broken": "NOT APPLICABLE",
        "in_part": "SUPPORTED",
    }
    assert found["claims"][0]["verdict"] == "SUPPORTED"
    assert len([row for row in rows(found) if row[2] == "NOT APPLICABLE"]) == 5


def test_a_claim_that_says_nothing_here(pytester, claims, evidence):
    """Its control is refuted, and that is no matter."""
    text = claims("toy").read_text("utf-8").split("@exact")[0]
    check = """@exact
def holds(problem):
    raise mf.NotApplicable("it speaks of other problems")


@claim.control(of=holds)
def broken(problem):
    return full(1)
"""
    claims("toy", text=text + check)
    result = pytester.runpytest("properties")
    result.assert_outcomes(passed=1, skipped=1)
    assert result.ret == pytest.ExitCode.OK
    found = evidence()
    assert found["claims"][0]["verdict"] == "NOT APPLICABLE"
    assert verdicts(found) == {"holds": "NOT APPLICABLE", "broken": "NOT APPLICABLE"}
