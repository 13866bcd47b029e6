"""The command line: what it changes, and how it refuses what means nothing."""

import sqlite3
from json import dumps

import pytest

from mfcheck.problems.finite import FiniteSpec
from tests.pytest_plugin.files import rows

pytest_plugins = ["pytester"]

PROBLEM = FiniteSpec(("erf", "identity"), atoms=7, n=6, d=2)
GROWING = """

@claim.check(over=mf.strategies.problems(depth=(2, 2)), expect=mf.AtMost(0))
def growing(problem):
    def ratio(N, seeds):
        return torch.as_tensor(N**-0.5 * (1 + 0.1 * seeds.uniforms("u", N, 1)[:, 0]))

    return mf.growth(ratio, along=(16, 32, 64))
"""


def test_budget_and_seed_are_those_of_the_evidence(pytester, claims, evidence):
    claims("toy", more=GROWING)
    pytester.runpytest("properties", "--mf-budget", "standard", "--mf-seed", "7", "-k", "growing")
    found = evidence()
    assert [found["run"][name] for name in ("budget", "seed", "margin")] == ["standard", 7, 0.08]
    assert len(found["rows"]) == 6
    assert all("--mf-seed 7 --mf-budget standard" in row["replay"] for row in found["rows"])


def test_another_seed_gives_other_numbers_and_the_same_seed_the_same(pytester, claims, evidence):
    claims("toy", more=GROWING)
    curves = []
    for seed, folder in ((0, "a"), (0, "b"), (1, "c")):
        words = ("--mf-seed", str(seed), "--mf-report", folder, "-k", "growing")
        pytester.runpytest("properties", *words)
        curves.append([row["median_curve"] for row in evidence(folder)["rows"]])
    assert curves[0] == curves[1] != curves[2]


def test_one_row_is_replayed_by_its_own_command(pytester, claims, evidence):
    claims("toy", more=GROWING)
    pytester.runpytest("properties", "-k", "growing")
    row = evidence()["rows"][-1]
    _, *words = [word.strip("'") for word in row["replay"].split(" ")]
    pytester.runpytest(*words, "--mf-report", "again").assert_outcomes(passed=1)
    (again,) = evidence("again")["rows"]
    kept = {"origin": "given", "seconds": 0, "cost": None, "figure": None}
    assert again | kept == row | kept


def as_text(folder):
    return PROBLEM.json()


def as_json(folder):
    (folder / "one.json").write_text(PROBLEM.json())
    return "one.json"


def as_python(folder):
    (folder / "one.py").write_text(f"import mfcheck as mf\nproblem = {PROBLEM!r}\n")
    return "one.py"


@pytest.mark.parametrize("given", [as_text, as_json, as_python])
def test_a_problem_of_ones_own(pytester, claims, evidence, given):
    claims("toy")
    words = given(pytester.path)
    pytester.runpytest("properties", "--mf-problem", words).assert_outcomes(passed=2)
    found = [row for row in evidence()["rows"] if not row["control_of"]]
    assert {row["origin"] for row in found} == {"given"}
    assert {row["problem"]["json"] for row in found} == {PROBLEM.json()}


def test_a_problem_written_out(pytester, claims, evidence):
    claims("toy")
    parts = {
        "activations": ["tanh", "identity"],
        "W": {"1": [[0.5, -1.0]], "2": [[1.0]]},
        "x": [[0.5, 1.0]],
        "y": [1.0],
        "T": 1.0,
    }
    (pytester.path / "mine.json").write_text(dumps(parts, indent=2))
    pytester.runpytest("properties", "--mf-problem", "mine.json").assert_outcomes(passed=2)
    row = evidence()["rows"][0]
    assert row["problem"]["label"] == "L=2, 1 points, mine.json"
    assert str(pytester.path / "mine.json") in row["replay"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--mf-budget", "quik"), "choose from"),
        (("--mf-seed", "-1"), "a seed is a whole number of at least 0"),
        (("--mf-seed", "one"), "a seed is a whole number of at least 0"),
        (("--mf-device", "gpu"), "choose auto, cpu, cuda"),
        (("--mf-problem", "none.json"), "neither JSON nor a file"),
        (("--mf-problem", "{"), "is not JSON"),
        (("--mf-problem", '{"atom": 3}'), "did you mean 'atoms'"),
        (("--mf-problem", '{"W": {}}'), "it needs activations"),
        (("--mf-problem", "wrong.py"), "raised ZeroDivisionError"),
    ],
)
def test_what_means_nothing_ends_at_once(pytester, claims, words, told):
    claims("toy")
    (pytester.path / "wrong.py").write_text("1 / 0\n")
    result = pytester.runpytest("properties", *words)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    text = result.stdout.str() + result.stderr.str()
    assert told in text
    assert "INTERNALERROR" not in text
    assert "Traceback" not in text
    assert not (pytester.path / "reports").exists()


@pytest.mark.parametrize("args", [["properties"], ["."]])
def test_a_store_of_another_version_ends_the_run_at_once(pytester, claims, args):
    claims("toy")
    pytester.runpytest("properties")
    store = pytester.path / "reports" / "latest" / "cells.sqlite"
    with sqlite3.connect(store) as db:
        db.execute("PRAGMA user_version=99")
    db.close()
    result = pytester.runpytest(*args)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "--mf-report" in result.stderr.str()


def test_a_report_where_one_wants_it(pytester, claims, evidence):
    claims("toy")
    pytester.runpytest("properties", "--mf-report", str(pytester.path / "a" / "b"))
    assert rows(evidence("a/b"))
    assert not (pytester.path / "reports").exists()
