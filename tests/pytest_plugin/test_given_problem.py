"""A problem of the user's before several files: what speaks of it is ruled, the rest is skipped."""

import pytest

from tests.pytest_plugin.files import rows, verdicts

pytest_plugins = ["pytester"]
OK = pytest.ExitCode.OK

RINGS = '''

from dataclasses import dataclass


@dataclass(frozen=True, repr=False)
class Rings(mf.ProblemSpec):
    """A kind of one's own."""

    radius: float = 1.0
    init: str = "rings"

    def problem(self):
        return mf.FiniteSpec(atoms=6).problem()


@claim.check(over=[Rings()], expect=mf.Equals(0))
def of_rings(problem):
    return full(0)


@claim.control(of=of_rings)
def of_rings_broken(problem):
    return full(1)
'''


def test_a_kind_that_no_check_takes_is_no_failure(pytester, claims, evidence):
    claims("toy")
    result = pytester.runpytest("properties", "--mf-problem", '{"init": "iid"}')
    result.assert_outcomes(skipped=2)
    assert result.ret == OK
    assert verdicts(evidence()) == {"holds": "NOT APPLICABLE", "broken": "NOT APPLICABLE"}
    assert "toy" in evidence()["claims"][0]["name"]


def test_controls_keep_their_own(pytester, claims, evidence):
    claims("toy")
    result = pytester.runpytest("properties", "--mf-problem", '{"atoms": 7}')
    result.assert_outcomes(passed=2)
    assert len(rows(evidence())) == 3
    assert {row["origin"] for row in evidence()["rows"] if row["control_of"]} == {"always"}


def test_a_kind_of_one_file_is_put_to_the_checks_that_take_it(pytester, claims, evidence):
    claims("toy")
    claims("own", more=RINGS)
    result = pytester.runpytest("properties", "--mf-problem", '{"init": "rings", "radius": 2.0}')
    result.assert_outcomes(passed=2, skipped=4)
    assert result.ret == OK
    kinds = {row["problem"]["label"] for row in evidence()["rows"] if row["claim"] == "toy"}
    assert kinds == {"a problem of kind rings"}


def test_a_kind_that_no_file_knows_is_refused(pytester, claims):
    claims("toy")
    claims("own", more=RINGS)
    result = pytester.runpytest("properties", "--mf-problem", '{"init": "ringz"}')
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*is no kind of problem that is known here*"])
