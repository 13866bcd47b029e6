"""`--mf-seconds`: what begins, in which order, and what is said of the rest."""

from types import SimpleNamespace

import pytest

from mfcheck.pytest_plugin.deadline import Deadline
from tests.pytest_plugin.files import verdicts

pytest_plugins = ["pytester"]

SLOW = """

def working(seconds):
    def measure(seeds):
        end = time.process_time() + seconds
        while time.process_time() < end:
            pass
        return torch.zeros(len(seeds.replicates))
    return mf.identity(measure)


@exact
def slow(problem):
    return working(0.2)


@exact
def quick(problem):
    return working(0.001)
"""


def ran(result):
    """The checks in the order in which their items ran."""
    lines = [line for line in result.outlines if line.startswith("properties/") and "%]" in line]
    return [line.split("::")[1].split()[0] for line in lines]


def test_after_a_first_run_the_cheapest_come_first(pytester, claims):
    claims("toy", more=SLOW)
    first = pytester.runpytest("properties", "-v")
    assert ran(first) == ["holds", "broken", "slow", "quick"]
    words = ("--mf-seconds", "60", "--mf-seed", "1", "-v")
    limited = ran(pytester.runpytest("properties", *words))
    assert limited[-1] == "slow" and sorted(limited) == sorted(ran(first))
    assert ran(pytester.runpytest("properties", "-v")) == ran(first)


def test_what_does_not_begin_is_skipped_and_not_run(pytester, claims, evidence):
    claims("toy", more=SLOW)
    pytester.runpytest("properties")
    words = ("--mf-seconds", "1e-9", "--mf-report", "new", "-rs")
    result = pytester.runpytest("properties", *words)
    result.assert_outcomes(passed=1, skipped=3)  # the first one always begins
    assert "not begun within 1e-09 s (--mf-seconds)" in result.stdout.str()
    found = evidence("new")
    assert sorted(verdicts(found).values()) == [*["NOT RUN"] * 3, "SUPPORTED"]
    assert "not run" in found["claims"][0]["reason"]


def test_other_tests_are_left_alone(pytester, claims):
    claims("toy")
    pytester.makepyfile("def test_x(): pass")
    result = pytester.runpytest(".", "properties", "--mf-seconds", "1e-9")
    result.assert_outcomes(passed=2, skipped=1)


@pytest.mark.parametrize("limit", ["0", "-1", "soon", "inf", "nan"])
def test_a_limit_is_a_positive_number(pytester, claims, limit):
    claims("toy")
    result = pytester.runpytest("properties", f"--mf-seconds={limit}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "a limit is a positive number of seconds" in result.stderr.str()


def test_a_search_has_its_own_minutes(pytester, claims):
    claims("toy")
    result = pytester.runpytest("properties", "--mf-search", "1", "--mf-seconds", "1")
    assert result.ret == pytest.ExitCode.USAGE_ERROR


@pytest.mark.parametrize(("dist", "piles"), [("worksteal", 3), ("load", 1)])
def test_workers_are_told(dist, piles):
    """A worker cannot ask: its share of a worksteal session is a contiguous one."""
    option = SimpleNamespace(mf_seconds=60.0, mf_search=None, numprocesses=3, dist=dist)
    limit = Deadline(SimpleNamespace(config=SimpleNamespace(option=option)))
    node = SimpleNamespace(workerinput={})
    limit.tell(node)
    there = SimpleNamespace(option=option, workerinput=node.workerinput)
    assert Deadline(SimpleNamespace(config=there)).piles == piles
