"""What runs, what passes, and what is left behind: rows, evidence, report, exit code."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from mfcheck.engine.store import Store
from mfcheck.pytest_plugin import backend
from tests.pytest_plugin.files import ODD, ODD_ITEMS, last_line, rows, verdicts

pytest_plugins = ["pytester"]
OK, FAILED = pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED


def test_a_run_that_holds(pytester, claims, evidence):
    claims("toy")
    result = pytester.runpytest("properties")
    assert result.ret == OK
    result.assert_outcomes(passed=2)
    assert last_line(result) == "report: reports/latest/index.html"
    found = evidence()
    assert verdicts(found) == {"holds": "SUPPORTED", "broken": "REFUTED"}
    assert found["claims"][0]["verdict"] == "SUPPORTED"
    assert found["run"]["command"].startswith("pytest properties ")
    assert (found["run"]["interrupted"], found["notes"]) == (False, [])
    assert found["procedure"]["slots_used"] == 0  # identities
    assert found["claims"][0]["checks"][0]["nodeid"] == "properties/toy.py::holds"
    assert len((pytester.path / "reports/latest/history.jsonl").read_text().splitlines()) == 1


def test_every_row_is_printed_once(pytester, claims):
    claims("toy")
    text = pytester.runpytest("properties").stdout.str()
    assert text.count("SUPPORTED          toy::holds") == 2
    assert text.count("control REFUTED    toy::broken") == 2


def test_what_a_measurement_does_is_a_row(pytester, claims, evidence):
    claims("toy", more=ODD)
    result = pytester.runpytest("properties")
    assert result.ret == FAILED
    result.assert_outcomes(passed=2, failed=4)
    found = evidence()
    assert {name: verdicts(found)[name] for name in ODD_ITEMS} == ODD_ITEMS
    assert len(found["rows"]) == 12
    reasons = {row["check"]: row["reason"] for row in found["rows"]}
    assert "on purpose (toy.py:" in reasons["raising"]
    assert "NaN" in reasons["undefined"]
    text = result.stdout.str()
    assert "REFUTED: refuted on 2 of 2 problems" in text
    assert "Traceback" not in text


def test_a_control_that_is_not_refuted_fails_and_its_claim_is_open(pytester, claims, evidence):
    blind = "\n\n@claim.control(of=holds)\ndef blind(problem):\n    return full(0)\n"
    claims("toy", more=blind)
    result = pytester.runpytest("properties")
    assert result.ret == FAILED
    result.assert_outcomes(passed=2, failed=1)
    assert evidence()["claims"][0]["verdict"] == "INCONCLUSIVE"
    assert "control not refuted: blind" in evidence()["claims"][0]["reason"]


def test_one_item(pytester, claims, evidence):
    claims("toy")
    pytester.runpytest("properties/toy.py::holds").assert_outcomes(passed=1)
    found = evidence()
    assert verdicts(found) == {"holds": "SUPPORTED"}
    assert found["claims"][0]["verdict"] == "INCONCLUSIVE"


@pytest.mark.parametrize("words", [("-k", "broken"), ("-m", "mf_claim", "-k", "broken")])
def test_what_is_not_selected_is_not_run_and_still_listed(pytester, claims, evidence, words):
    claims("toy")
    pytester.runpytest("properties", *words).assert_outcomes(passed=1, deselected=1)
    found = evidence()
    assert verdicts(found) == {"holds": "NOT RUN", "broken": "REFUTED"}
    assert rows(found) == [("toy", "broken", "REFUTED")] * 2
    store = Store(pytester.path / "reports" / "latest")
    assert store.notes(found["run"]["id"], "plan", int) == [2]


def test_stopping_at_the_first_failure(pytester, claims, evidence):
    claims("toy", more=ODD)
    pytester.runpytest("properties", "-x").assert_outcomes(passed=2, failed=1)
    found = evidence()
    assert found["run"]["interrupted"]
    assert [verdicts(found)[name] for name in ("undefined", "false")] == ["INCONCLUSIVE", "NOT RUN"]


def test_the_last_failures_again(pytester, claims):
    claims("other")
    path = claims("toy", more=ODD)
    pytester.runpytest("properties").assert_outcomes(passed=4, failed=4)
    path.write_text(path.read_text().replace("full(0.5)", "full(0)"))
    pytester.runpytest("properties", "--lf").assert_outcomes(passed=1, failed=3)


def test_verbose_lines_tell_the_verdict(pytester, claims):
    claims("toy")
    result = pytester.runpytest("properties", "-v")
    wanted = "properties/toy.py::broken control REFUTED: refuted on all 2 problems*"
    result.stdout.fnmatch_lines([wanted])


def test_junit(pytester, claims):
    claims("toy", more=ODD)
    pytester.runpytest("properties", "--junitxml=out.xml")
    suite = ElementTree.parse(pytester.path / "out.xml").getroot()[0]
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("6", "4", "0")
    told = {
        case.get("name"): {p.get("name"): p.get("value") for p in case.iter("property")}
        for case in suite.iter("testcase")
    }
    assert told["holds"] == {
        "mf_claim": "toy",
        "mf_outcome": "SUPPORTED: supported on all 2 problems",
    }
    assert told["false"]["mf_outcome"].startswith("REFUTED: ")


def test_from_another_folder(pytester, claims, evidence, monkeypatch):
    path = claims("toy")
    (pytester.path / "elsewhere").mkdir()
    monkeypatch.chdir(pytester.path / "elsewhere")
    result = pytester.runpytest(str(path), "--mf-report", "mine", "--rootdir", str(pytester.path))
    result.assert_outcomes(passed=2)
    assert last_line(result) == "report: mine/index.html"
    assert len(evidence("elsewhere/mine")["rows"]) == 4


def test_from_within_the_folder(pytester, claims, evidence, monkeypatch):
    """Without an ini file the folder itself is the root, and node ids do not name it."""
    claims("toy")
    claims("wrong", text="import mfcheck\n1 / 0\n")
    monkeypatch.chdir(pytester.path / "properties")
    result = pytester.runpytest("toy.py", "wrong.py")
    result.assert_outcomes(passed=2, errors=1)
    assert len(evidence("properties/reports/latest")["notes"]) == 1


@pytest.mark.parametrize("without", ["xdist", "cacheprovider", "terminal", "timeout"])
def test_without_other_plugins(pytester, claims, evidence, without):
    claims("toy")
    assert pytester.runpytest("properties", "-p", f"no:{without}").ret == OK
    assert len(evidence()["rows"]) == 4


def test_runs_in_one_folder_keep_their_rows_apart(pytester, claims, evidence):
    claims("toy")
    pytester.runpytest("properties")
    first = evidence()
    pytester.runpytest("properties", "-k", "holds")
    second = evidence()
    assert (len(first["rows"]), len(second["rows"])) == (4, 2)
    assert first["run"]["id"] < second["run"]["id"]


@pytest.mark.parametrize("args", [["tests"], ["."], ["-k", "plain"]])
def test_a_run_without_claims_leaves_nothing(pytester, args):
    (pytester.path / "tests").mkdir()
    (pytester.path / "tests" / "test_plain.py").write_text("def test_plain(): pass\n")
    result = pytester.runpytest(*args)
    result.assert_outcomes(passed=1)
    assert "report:" not in result.stdout.str()
    assert not (pytester.path / "reports").exists()


def test_a_run_without_claims_imports_nothing_heavy(pytester):
    heavy = "torch", "scipy", "sympy", "mfcheck.stats"
    text = f"import sys\ndef test_light(): assert not [m for m in {heavy} if m in sys.modules]\n"
    pytester.makepyfile(text)
    result = pytester.runpytest_subprocess("-p", "no:hypothesispytest")
    result.assert_outcomes(passed=1)


def test_deselecting_every_claim_leaves_nothing(pytester, claims):
    claims("toy")
    pytester.makepyfile("def test_plain(): pass")
    pytester.runpytest(".", "-k", "plain").assert_outcomes(passed=1, deselected=2)
    assert not (pytester.path / "reports").exists()


def test_a_page_that_cannot_be_written_hides_no_result(pytester, claims, evidence, monkeypatch):
    claims("toy")
    assert pytester.runpytest("properties").ret == OK

    def wrong(found, folder):
        raise ValueError("a template is wrong")

    monkeypatch.setattr(backend, "write_report", wrong)
    result = pytester.runpytest("properties")
    assert result.ret == pytest.ExitCode.INTERNAL_ERROR
    result.assert_outcomes(passed=2)
    assert "ValueError: a template is wrong" in result.stdout.str()
    assert last_line(result) == "no report; what was measured: reports/latest"
    assert len(evidence()["rows"]) == 4


def test_a_limit_on_tests_is_none_on_rows(pytester, claims):
    """A project's ini may give each test its minute; a check has the time of its budget."""
    claims("toy", more="\n\n@exact\ndef slow(problem):\n    time.sleep(0.7)\n    return full(0)\n")
    pytester.makeini("[pytest]\ntimeout = 1")
    pytester.runpytest("properties").assert_outcomes(passed=3)
    result = pytester.runpytest("properties", "--timeout", "1", "--mf-seed", "1")
    result.assert_outcomes(passed=2, failed=1)


def test_a_file_is_imported_once(pytester, claims):
    claims("toy", more="\n\nwith open('imported', 'a') as log:\n    log.write('x')\n")
    pytester.runpytest("properties").assert_outcomes(passed=2)
    assert Path(pytester.path / "imported").read_text() == "x"
