"""The history: one line a run, and a word where a row steps away from what it was."""

from json import loads

import pytest

from mfcheck.evidence import history


def row(estimate=0.0, half=0.1, **more):
    known = {"claim": "c", "check": "k", "problem": {"json": "{}", "label": "here"}, "n": 32}
    known |= {"estimator": "growth", "margin": 0.15, "verdict": "SUPPORTED", "seconds": 1.0}
    return known | {"estimate": estimate, "low": estimate - half, "high": estimate + half} | more


def run(name, *rows):
    told = {"id": name, "started": "now", "commit": None, "version": "0", "seed": 0}
    return {"run": told | {"budget": "quick", "margin": 0.15}, "rows": list(rows)}


def after(old, new):
    """What a run of the second row says after a run of the first."""
    return history.changes([history.history_entry(run("one", old))], run("two", new))


def test_a_run_is_one_line_and_a_resumed_run_replaces_its_own(tmp_path):
    for name in ("one", "two", "two"):
        history.append(tmp_path, history.history_entry(run(name, row())))
    lines = (tmp_path / history.FILE).read_text("utf-8").splitlines()
    assert [loads(line)["id"] for line in lines] == ["one", "two"]
    assert [found["id"] for found in history.past(tmp_path)] == ["one", "two"]


def test_a_line_that_was_cut_off_is_left_out(tmp_path):
    history.append(tmp_path, history.history_entry(run("one", row())))
    with (tmp_path / history.FILE).open("a", encoding="utf-8") as file:
        file.write('{"id": "tw')
    assert [found["id"] for found in history.past(tmp_path)] == ["one"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (row(0.0), row(0.15), None),
        (row(0.0), row(0.3), "[0.2, 0.4], was [-0.1, 0.1]"),
        (row(0.3), row(0.0), "[-0.1, 0.1], was [0.2, 0.4]"),
        (row(0.0), row(0.3, low=None), None),
        (row(0.0), row(0.0, seconds=11.0), "11.0 s, was 1.0 s"),
        (row(0.0), row(0.0, seconds=6.0), None),
    ],
)
def test_a_step_is_two_intervals_that_do_not_meet(old, new, words):
    told = after(old, new)
    assert told == ([f"c::k on here: {words} in run one"] if words else [])


@pytest.mark.parametrize(("residual", "steps"), [(1e-13, False), (5e-12, True), (2e-12, True)])
def test_a_residual_steps_when_it_nears_its_tolerance(residual, steps):
    exact = {"estimator": "identity", "margin": 1e-10, "low": None, "high": None}
    assert (
        bool(after(row(**exact) | {"estimate": 1e-15}, row(**exact) | {"estimate": residual}))
        is steps
    )


def test_the_last_run_that_measured_the_row_counts():
    runs = [history.history_entry(run(name, row(at))) for name, at in (("a", 0.0), ("b", 5.0))]
    runs.append(history.history_entry(run("c")))
    assert history.changes(runs, run("d", row(5.0))) == []
    assert "in run b" in history.changes(runs, run("d", row(0.0)))[0]


def test_a_run_is_not_compared_with_itself_nor_with_rows_of_other_problems():
    assert history.changes([history.history_entry(run("one", row(9.0)))], run("one", row())) == []
    other = row(9.0) | {"problem": {"json": "[]", "label": "there"}}
    assert after(other, row()) == []
