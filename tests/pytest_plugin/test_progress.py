"""Rows on the terminal: one line each, read at a glance, shown once."""

from io import StringIO

import pytest

from mfcheck.engine.store import create_store
from mfcheck.pytest_plugin.progress import Progress, row_line
from mfcheck.report.wording.row_text import in_one_line
from tests.records import row_record


class Writer:
    """As much of pytest's terminal writer as a ticker needs."""

    def __init__(self):
        self._file, self.width_of_current_line = StringIO(), 0

    def line(self, text=""):
        self._file.write(text + "\n")
        self.width_of_current_line = 0

    def flush(self):
        pass


def row(**changes):
    """A row as a ticker reads it."""
    usual = {
        "claim": "toy",
        "check": "holds",
        "estimate": -0.5,
        "low": -0.625,
        "allowed_high": 0.0,
        "seconds": 0.25,
        "problem": {"label": "L=2"},
    }
    return row_record(**(usual | changes))


def keep(store, session, **changes):
    """Store a row."""
    made = row(**changes)
    store.keep_row(session, made.id, made)


@pytest.mark.parametrize(
    ("changes", "mark", "told"),
    [
        ({}, "✓ SUPPORTED", False),
        ({"verdict": "REFUTED"}, "✗ REFUTED", True),
        ({"verdict": "INCONCLUSIVE"}, "? INCONCLUSIVE", True),
        ({"control_of": "x", "verdict": "REFUTED"}, "✓ control REFUTED", False),
        ({"control_of": "x", "verdict": "SUPPORTED"}, "✗ control SUPPORTED", True),
        ({"control_of": "x", "verdict": "INCONCLUSIVE"}, "? control INCONCLUSIVE", True),
    ],
)
def test_a_line_has_a_mark_and_says_why_it_is_not_green(changes, mark, told):
    text = row_line(row(**changes)).plain
    assert text.startswith(mark)
    assert ("because" in text) is told
    assert "toy::holds" in text
    assert "L=2 · n=32" in text
    assert in_one_line(row(**changes)) in text


def test_a_line_leaves_its_columns_apart():
    """Also where a verdict is as long as it gets."""
    text = row_line(row(control_of="x", verdict="INCONCLUSIVE")).plain
    assert "? control INCONCLUSIVE toy::holds " in " ".join(text.split())


def test_an_illustration_is_called_so():
    assert row_line(row(origin="shrunk")).plain.endswith("shrunk")


def test_every_row_is_shown_once_and_starts_a_line(tmp_path):
    store, writer = create_store(tmp_path), Writer()
    ticker = Progress(tmp_path, "one", writer)
    keep(store, "one")
    keep(store, "other", id="z", claim="elsewhere")
    writer.width_of_current_line = 7
    ticker.start()
    ticker.look()
    ticker.look()
    keep(store, "one", id="b", check="other")
    keep(store, "one")  # the same row again, now the last
    ticker.stop()
    text = writer._file.getvalue()
    assert text.count("toy::holds") == text.count("toy::other") == 1
    assert "elsewhere" not in text
    assert not ticker._thread.is_alive()


def test_a_store_that_is_not_there_yet_is_waited_for(tmp_path):
    ticker = Progress(tmp_path, "one", Writer())
    ticker.look()
    keep(create_store(tmp_path), "one")
    ticker.look()
    assert ticker.shown == {"a"}


def test_a_long_solve_stands_beside_the_bar(tmp_path):
    store = create_store(tmp_path)
    ticker = Progress(tmp_path, "one", Writer())
    store.note("one", "solve", "a", "")
    ticker.look()
    assert ticker._bar.tasks[0].description == "measuring"
    store.note("one", "solve", "b", "toy::holds, t = 0.3 of 4")
    ticker.look()
    assert ticker._bar.tasks[0].description == "measuring toy::holds, t = 0.3 of 4"


@pytest.mark.parametrize(("control", "words"), [(None, ""), ("x", "control ")])
def test_a_line_of_what_does_not_apply_says_why_and_no_number(control, words):
    text = row_line(row(verdict="NOT APPLICABLE", control_of=control)).plain
    assert text.startswith(f"· {words}not applicable ")
    assert text.endswith("because") and "toy::holds" in text and "slope" not in text
