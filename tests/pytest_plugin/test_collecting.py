"""Which files and functions become items, and what happens to files that cannot be read."""

import pytest

from tests.pytest_plugin.files import rows, verdicts

pytest_plugins = ["pytester"]


def test_checks_and_controls_are_items(pytester, claims):
    claims("toy")
    result = pytester.runpytest("properties", "--collect-only", "-q")
    found = [line for line in result.outlines if "::" in line]
    assert found == ["properties/toy.py::holds", "properties/toy.py::broken"]


@pytest.mark.parametrize("args", [["properties"], ["."], [], ["properties/toy.py"]])
def test_claims_are_found_from_wherever_one_points(pytester, claims, args):
    claims("toy")
    result = pytester.runpytest(*args, "--collect-only", "-q")
    assert result.ret == 0
    assert len([line for line in result.outlines if "::" in line]) == 2


def test_nothing_is_made_when_nothing_runs(pytester, claims):
    claims("toy")
    claims("broken_file", text="import mfcheck\n1 / 0\n")
    pytester.runpytest("properties", "--collect-only")
    assert not (pytester.path / "reports").exists()


def test_other_files_are_left_alone(pytester, claims):
    claims("plain", text="raise RuntimeError('never imported')\n")
    claims("conftest", text="# of mfcheck\n")
    claims("__init__", text="# of mfcheck\n")
    claims("elsewhere", folder="laws")
    claims("below", folder="properties/deep")
    result = pytester.runpytest("--collect-only", "-q")
    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_python_files_that_pytest_takes_itself_are_taken_once(pytester, claims):
    claims("test_toy", more="\n\ndef test_plain():\n    pass\n")
    result = pytester.runpytest("--collect-only", "-q")
    assert len([line for line in result.outlines if "::" in line]) == 3


def test_an_imported_check_is_an_item_of_its_own_file_only(pytester, claims, evidence):
    claims("one")
    claims("two", more="\n\nfrom properties.one import holds, broken as other\n")
    pytester.syspathinsert()
    result = pytester.runpytest("properties", "--import-mode=importlib")
    result.assert_outcomes(passed=3)
    assert len(evidence()["rows"]) == 6


def test_another_name_for_a_check_is_not_another_check(pytester, claims):
    claims("one", more="\n\nagain = holds\n")
    result = pytester.runpytest("properties", "--collect-only", "-q")
    assert len([line for line in result.outlines if "::" in line]) == 2


def test_a_file_that_raises_is_a_note_and_the_others_run(pytester, claims, evidence):
    claims("toy")
    claims("wrong", text="import mfcheck\n\nraise RuntimeError('not today')\n")
    result = pytester.runpytest("properties")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(passed=2, errors=1)
    found = evidence()
    assert found["notes"] == [{"where": "properties/wrong.py", "text": "RuntimeError: not today"}]
    assert not found["run"]["interrupted"]
    assert verdicts(found) == {"holds": "SUPPORTED", "broken": "REFUTED"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("import mfcheck\nimport no_such_module\n", "No module named 'no_such_module'"),
        ("import mfcheck\nprint(\n", "SyntaxError"),
        ("import mfcheck as mf\nmf.Claim('a', text=None, source='', section='')\n", "text=__doc__"),
    ],
)
def test_files_that_raise_alone_still_make_a_report(pytester, claims, evidence, text, words):
    claims("wrong", text=text)
    assert pytester.runpytest("properties").ret == pytest.ExitCode.TESTS_FAILED
    (note,) = evidence()["notes"]
    assert words in note["text"]


def test_a_broken_claim_beside_tests_stops_neither(pytester, claims, evidence):
    claims("wrong", text="import mfcheck\n1 / 0\n")
    pytester.makepyfile("def test_a(): pass")
    pytester.runpytest(".").assert_outcomes(passed=1, errors=1)
    assert len(evidence()["notes"]) == 1


def test_a_broken_test_stops_the_run_as_it_always_did(pytester, claims, evidence):
    claims("toy")
    claims("wrong", text="import mfcheck\n1 / 0\n")
    pytester.makepyfile("1 / 0")
    result = pytester.runpytest(".")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert evidence()["run"]["interrupted"]
    pytester.runpytest(".", "--continue-on-collection-errors").assert_outcomes(passed=2, errors=2)


def test_two_files_cannot_state_the_same_claim(pytester, claims, evidence):
    """Copied and not renamed: their rows could not be told apart."""
    claims("one")
    text = (pytester.path / "properties" / "one.py").read_text()
    claims("two", text=text.replace("They do", "They really do"))
    claims("three", text=text)
    pytester.runpytest("properties").assert_outcomes(passed=2, errors=2)
    found = evidence()
    assert len(found["claims"]) == 1
    assert all("'one' stands in one.py too" in note["text"] for note in found["notes"])
    assert len(found["notes"]) == 2


def test_a_control_may_stand_in_another_file(pytester, claims, evidence):
    claims("one")
    more = "from properties.one import claim, full, holds\n\n@claim.control(of=holds)\n"
    claims("two", text=f"import mfcheck\n{more}def elsewhere(problem):\n    return full(1)\n")
    pytester.syspathinsert()
    pytester.runpytest("properties", "--import-mode=importlib").assert_outcomes(passed=3)
    assert ("one", "elsewhere", "REFUTED") in rows(evidence())


def test_a_relative_import_of_a_helper(pytester, claims, evidence):
    claims("__init__", text="")
    claims("helper", text="value = 0\n")
    more = (
        "\n\nfrom .helper import value\n\n\n@exact\ndef helped(problem):\n    return full(value)\n"
    )
    claims("toy", more=more)
    pytester.runpytest("properties").assert_outcomes(passed=3)
    assert verdicts(evidence())["helped"] == "SUPPORTED"
