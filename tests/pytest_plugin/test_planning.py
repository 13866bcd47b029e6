"""`--mf-plan` runs nothing and tells what a run takes; a run says so in a line at its start."""

import pytest

from mfcheck.engine.store import Store
from mfcheck.files import RunFolder
from tests.pytest_plugin.test_options import GROWING

pytest_plugins = ["pytester"]


def test_a_plan_runs_nothing_and_its_cells_serve_the_run(pytester, claims, evidence):
    claims("toy", more=GROWING)
    result = pytester.runpytest("properties", "--mf-plan")
    assert result.ret == pytest.ExitCode.OK
    result.assert_outcomes()
    text = result.stdout.str()
    assert "No earlier run" in text and "3 checks, 6 rows at the quick budget" in text
    assert "every row will probably be decided" in text and "report:" not in text
    folder = pytester.path / "reports/latest"
    assert not (folder / "evidence.json").exists() and not (folder / "index.html").exists()
    pytester.runpytest("properties", "-k", "growing").assert_outcomes(passed=1)
    assert Store(folder).slots_used(evidence()["run"]["id"]) == 2


def test_an_earlier_run_is_named_and_the_selection_kept(pytester, claims):
    claims("toy", more=GROWING)
    assert "about" not in pytester.runpytest("properties", "--mf-report", "old").stdout.str()
    words = ("--mf-plan=old", "--mf-seed", "5", "-k", "growing", "-v")
    text = pytester.runpytest("properties", *words).stdout.str()
    assert "From the run of 20" in text and "seed 0, budget quick." in text
    assert "1 check, 2 rows at the quick budget" in text
    assert "  growing " in text and "broken" not in text.split("collected")[1]


def test_a_run_in_the_same_folder_begins_with_a_line(pytester, claims):
    claims("toy", more=GROWING)
    pytester.runpytest("properties")
    lines = pytester.runpytest("properties", "--mf-seed", "3").stdout.str().splitlines()
    (told,) = [k for k, line in enumerate(lines) if line.startswith("about ")]
    first = next(k for k, line in enumerate(lines) if "SUPPORTED" in line)
    assert told < first and "as the run of 20" in lines[told]


@pytest.mark.parametrize("spoilt", ["{", "{}", "[]", '{"run": {}, "rows": [{}]}'])
def test_a_spoilt_evidence_keeps_no_run_from_starting(pytester, claims, spoilt):
    claims("toy")
    RunFolder(pytester.path / "reports/latest").write("evidence.json", spoilt.encode())
    result = pytester.runpytest("properties")
    result.assert_outcomes(passed=2)
    assert "about " not in result.stdout.str()


@pytest.mark.parametrize("spoilt", [None, "{", "{}", "[]", '{"schema": 2}'])
def test_a_plan_from_a_folder_without_a_run_is_refused_in_one_line(pytester, claims, spoilt):
    claims("toy")
    (pytester.path / "old").mkdir()
    if spoilt is not None:
        (pytester.path / "old" / "evidence.json").write_text(spoilt)
    result = pytester.runpytest("properties", "--mf-plan=old")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    (line,) = [line for line in result.errlines if line.strip()]
    assert "old/evidence.json" in line and "run its claims again" in line
    assert "Traceback" not in result.stdout.str() + result.stderr.str()


def test_nothing_to_plan(pytester):
    pytester.makepyfile("def test_x(): pass")
    result = pytester.runpytest("--mf-plan")
    result.assert_outcomes()
    assert "core" not in result.stdout.str()


def test_processes_are_counted_and_none_is_started(pytester, claims):
    claims("toy")
    result = pytester.runpytest("properties", "-n", "3", "--mf-plan")
    assert "on the clock with 3 processes" in result.stdout.str()
    assert "workers" not in result.stdout.str()
