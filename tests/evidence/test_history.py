"""The history: one line a run, and a word where a row steps away from what it was."""

from json import loads

import pytest

from mfcheck.evidence import history
from mfcheck.files import RunFolder
from tests.records import changed, evidence_record, row_record


def row(estimate=0.0, half=0.1, **more):
    ends = {"estimate": estimate, "low": estimate - half, "high": estimate + half}
    return row_record(**(ends | more))


def run(name, *rows):
    return evidence_record(rows, id=name)


def after(old, new):
    """What a run of the second row says after a run of the first."""
    return history.changes([history.history_entry(run("one", old))], run("two", new))


def test_a_run_is_one_line_and_a_resumed_run_replaces_its_own(tmp_path):
    for name in ("one", "two", "two"):
        history.append(tmp_path, history.history_entry(run(name, row())))
    lines = (tmp_path / history.FILE).read_text("utf-8").splitlines()
    assert [loads(line)["id"] for line in lines] == ["one", "two"]
    assert [found.id for found in history.past(tmp_path)] == ["one", "two"]


def test_a_line_that_was_cut_off_is_left_out(tmp_path):
    history.append(tmp_path, history.history_entry(run("one", row())))
    with (tmp_path / history.FILE).open("a", encoding="utf-8") as file:
        file.write('{"id": "tw')
    assert [found.id for found in history.past(tmp_path)] == ["one"]


@pytest.mark.parametrize("line", ['{"id": "tw', "{}", "[]", "7", '{"id": "two"}', "\xff"])
def test_a_line_that_cannot_be_read_stays_and_says_nothing(tmp_path, line):
    """It may be another version's."""
    history.append(tmp_path, history.history_entry(run("one", row())))
    file = tmp_path / history.FILE
    before = file.read_bytes() + line.encode("latin-1") + b"\n"
    RunFolder(tmp_path).write(history.FILE, before)
    history.append(tmp_path, history.history_entry(run("two", row())))
    assert file.read_bytes().startswith(before)
    assert [found.id for found in history.past(tmp_path)] == ["one", "two"]


def test_an_entry_comes_back_as_it_was(tmp_path):
    made = row(5e-324, floors=[{"name": "rounding", "value": 1e-300}], high=1.7976931348623157e308)
    entry = history.history_entry(run("one", made))
    history.append(tmp_path, entry)
    assert history.past(tmp_path) == [entry]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (row(0.0), row(0.15), None),
        (row(0.0), row(0.3), "[0.2, 0.4], was [-0.1, 0.1]"),
        (row(0.3), row(0.0), "[-0.1, 0.1], was [0.2, 0.4]"),
        (row(0.0), row(0.3, low=None), None),
        (row(0.0), row(0.0, seconds=11.0), "11.0 s, was 1.0 s"),
        (row(0.0), row(0.0, seconds=6.0), None),
        (row(0.0, verdict="NOT APPLICABLE", seconds=0.0), row(5.0, seconds=90.0), None),
        (row(0.0), row(5.0, verdict="NOT APPLICABLE"), None),
    ],
)
def test_a_step_is_two_intervals_that_do_not_meet(old, new, words):
    told = after(old, new)
    assert told == ((f"c::k on here: {words} in run one",) if words else ())


@pytest.mark.parametrize(("residual", "steps"), [(1e-13, False), (5e-12, True), (2e-12, True)])
def test_a_residual_steps_when_it_nears_its_tolerance(residual, steps):
    exact = {"estimator": "identity", "margin": 1e-10, "low": None, "high": None}
    old, new = row(**exact), row(**exact)
    told = after(changed(old, estimate=1e-15), changed(new, estimate=residual))
    assert bool(told) is steps


def test_the_last_run_that_measured_the_row_counts():
    runs = [history.history_entry(run(name, row(at))) for name, at in (("a", 0.0), ("b", 5.0))]
    runs.append(history.history_entry(run("c")))
    assert history.changes(runs, run("d", row(5.0))) == ()
    assert "in run b" in history.changes(runs, run("d", row(0.0)))[0]


def test_a_run_is_not_compared_with_itself_nor_with_rows_of_other_problems():
    assert history.changes([history.history_entry(run("one", row(9.0)))], run("one", row())) == ()
    other = row(9.0, problem={"json": "[]", "label": "there"})
    assert after(other, row()) == ()
