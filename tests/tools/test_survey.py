"""The survey's own counting, on a made-up claim."""

import json
from dataclasses import dataclass, replace
from math import inf

import pytest

from mfcheck.claims.budget import budget
from mfcheck.engine.executor import Executor
from mfcheck.run.check_run import CheckRun
from mfcheck.stats import Region
from tools.calibration import survey

CLAIM = '''"""A made-up claim."""

import mfcheck as mf
from mfcheck.strategies.families import problems

claim = mf.Claim("made_up", text=__doc__, source="here", section="S")


@claim.check(over=problems(depth=(2, 3)), expect=mf.Equals(0))
def depth_is_even(problem):
    """The depth is even."""
    return mf.identity(lambda seeds: problem.data.x.new_full((8,), problem.L % 2))


@claim.check(over=[mf.FiniteSpec()], expect=mf.Equals(0))
def draws_nothing(problem):
    """It has a stated problem only."""
    return mf.identity(lambda seeds: problem.data.x.new_zeros(8))


@claim.control(of=depth_is_even)
def seen(problem):
    """A control."""
    return mf.identity(lambda seeds: problem.data.x.new_ones(8))
'''


@pytest.fixture
def file(tmp_path):
    (tmp_path / "properties").mkdir()
    path = tmp_path / "properties" / "made_up.py"
    path.write_text(CLAIM)
    return path


def test_it_asks_what_draws_problems(file):
    found = list(survey.checks(file.parent))
    assert found == [(f"made_up::{it}", str(file), it) for it in ("depth_is_even", "seen")]
    assert not list(survey.checks(file.parent, ["other"]))


def test_a_seed_draws_what_a_run_of_that_seed_draws_after_the_simplest(file):
    executor = Executor()
    check = executor.module(str(file)).depth_is_even
    trial = CheckRun(check, str(file), "made_up.py::k", budget("quick"), executor, "s", seed=7)
    rows = [row for row in trial.run() if row.origin == "drawn"]
    ours = [repr(problem) for problem in survey.drawn(check, 7)]
    assert [row.problem.code.removesuffix(".problem()") for row in rows[1::2]] == ours[:1]
    assert len(ours) == 2


def test_problems_are_ruled_on_once(file, tmp_path):
    for _ in range(2):
        survey.survey(str(file), "depth_is_even", range(3, 6), 60.0, tmp_path)
    found = survey.lines(tmp_path / "made_up.depth_is_even.jsonl")
    assert [it["seed"] for it in found] == [3, 3, 4, 4, 5, 5]
    assert {it["verdict"] for it in found[::2]} == {"SUPPORTED"}
    assert {it["verdict"] for it in found[1::2]} == {"REFUTED"}
    text = survey.table(found)
    assert "3 of 6 problems came out otherwise" in text and found[1]["code"] in text
    survey.survey(str(file), "depth_is_even", range(6, 9), 0.0, tmp_path)
    assert len(survey.lines(tmp_path / "made_up.depth_is_even.jsonl")) == 6


@pytest.mark.parametrize(
    ("low", "high", "estimate", "expected"),
    [
        (None, 0.0, 0.0, 1.0),
        (None, 0.0, 0.15, 0.0),
        (None, 0.0, -0.3, 3.0),
        (-0.5, -0.5, -0.6, 1 / 3),
        (0.2, None, 0.05, 0.0),
        (None, 0.0, None, -inf),
    ],
)
def test_the_room_of_a_row(low, high, estimate, expected):
    row = Row(estimate)
    allowed = Region(-inf if low is None else low, inf if high is None else high)
    assert survey.room(row, allowed) == pytest.approx(expected)
    assert survey.room(replace(row, control_of="k"), allowed) == pytest.approx(-expected)


@dataclass
class Row:
    """What the survey reads of a row."""

    estimate: float | None
    margin: float = 0.15
    control_of: str | None = None
    verdict: str = "REFUTED"


def told(check, room, verdict="SUPPORTED", n=32):
    known = {"check": check, "room": room, "verdict": verdict, "n": n, "wanted": "SUPPORTED"}
    return known | {"seed": 1, "code": "it", "reason": "because"}


def test_the_table_begins_with_the_least_room():
    found = [told("a", 0.5), told("b", 0.7), told("b", 0.2, n=64), told("c", -inf, "INCONCLUSIVE")]
    rows = survey.table(found).splitlines()
    assert rows[2:5] == [
        "| c | 1 | 1 | 32 | -inf |",
        "| b | 2 | 0 | 64 | 0.20 |",
        "| a | 1 | 0 | 32 | 0.50 |",
    ]
    assert "1 of 4 problems came out otherwise" in rows[6] and "because" in rows[7]


def test_the_command_resumes_and_tells(file, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(survey, "PROPERTIES", file.parent)
    kept = tmp_path / "out"
    kept.mkdir()
    (kept / "made_up.other.jsonl").write_text(json.dumps(told("made_up::other", 0.9)) + "\n")
    words = ["--seeds", "1", "--workers", "1", "--folder", str(kept)]
    assert survey.main(words) == 1
    out = capsys.readouterr().out
    assert "made_up::other" in out and "1 of 5 problems came out otherwise" in out
    assert "| made_up::seen | 2 | 0 |" in out
