"""With xdist: the workers measure, the controller gathers, and the evidence is the same."""

from xml.etree import ElementTree

import pytest

from tests.pytest_plugin.files import ODD, last_line, rows, verdicts

pytest.importorskip("xdist")
pytest_plugins = ["pytester"]


def test_two_workers_find_what_one_process_finds(pytester, claims, evidence, monkeypatch):
    """From another folder, with a file that raises, grouped, and with a file for other programs."""
    claims("toy", more=ODD)
    claims("other")
    claims("wrong", text="import mfcheck\n1 / 0\n")
    args = ("--rootdir", str(pytester.path), str(pytester.path / "properties"))
    (pytester.path / "elsewhere").mkdir()
    monkeypatch.chdir(pytester.path / "elsewhere")
    words = ("-n", "2", "--dist", "loadgroup", "--junitxml=out.xml", "--mf-report", "two")
    two = pytester.runpytest(*args, *words)
    one = pytester.runpytest(*args, "--mf-report", "one")
    assert two.ret == one.ret == pytest.ExitCode.TESTS_FAILED
    two.assert_outcomes(passed=4, failed=4, errors=two.parseoutcomes()["errors"])
    assert last_line(two) == "report: two/index.html"
    found, alone = evidence("elsewhere/two"), evidence("elsewhere/one")
    assert rows(found) == rows(alone)
    assert verdicts(found) == verdicts(alone)
    assert found["notes"] == alone["notes"]
    assert [note["where"] for note in found["notes"]] == ["properties/wrong.py"]
    assert [c["name"] for c in found["claims"]] == [c["name"] for c in alone["claims"]]
    assert not found["run"]["interrupted"]
    curves = [{row["id"]: row["curves"] for row in each["rows"]} for each in (found, alone)]
    assert curves[0] == curves[1]
    text = two.stdout.str()
    assert text.count("SUPPORTED          toy::holds") == 2
    assert text.count("control REFUTED    other::broken") == 2
    cases = ElementTree.parse(pytester.path / "elsewhere" / "out.xml").getroot().iter("testcase")
    told = {p.get("name") for case in cases for p in case.iter("property")}
    assert told == {"mf_claim", "mf_outcome"}


def test_within_the_folder_itself(pytester, claims, evidence, monkeypatch):
    claims("toy")
    monkeypatch.chdir(pytester.path / "properties")
    result = pytester.runpytest("toy.py", "-n", "2")
    assert result.ret == pytest.ExitCode.OK
    assert last_line(result) == "report: reports/latest/index.html"
    assert len(evidence("properties/reports/latest")["rows"]) == 4


def test_files_that_raise_alone_still_make_a_report(pytester, claims, evidence):
    claims("wrong", text="import mfcheck\n1 / 0\n")
    result = pytester.runpytest("properties", "-n", "2")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert "INTERNALERROR" not in result.stdout.str()
    (note,) = evidence()["notes"]
    assert note["text"] == "ZeroDivisionError: division by zero"


def test_somebody_elses_folder_of_that_name(pytester, claims):
    """It holds tests, one of which mentions mfcheck; there are no claims and no report."""
    claims("test_plain", text="# not of mfcheck\ndef test_plain(): pass\n")
    result = pytester.runpytest("properties", "-n", "2")
    result.assert_outcomes(passed=1)
    assert result.ret == pytest.ExitCode.OK
    assert not (pytester.path / "reports").exists()
