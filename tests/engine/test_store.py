"""The store: one file per run, many processes, and nothing computed twice."""

import multiprocessing
import os
import sqlite3
import sys
from contextlib import closing
from math import copysign

import numpy as np
import pytest
from msgspec import structs

from mfcheck.engine import store as module
from mfcheck.engine.store import FILE, Store, create_store, refuse_other
from mfcheck.errors import InvalidArgument, NotOwned, Unavailable
from mfcheck.evidence import Row
from mfcheck.files import lock, place
from mfcheck.stats import ErrorBudget
from tests.records import row_record

CELLS = 500


@pytest.fixture
def store(tmp_path):
    return create_store(tmp_path / "run")


def test_a_cell_comes_back_to_the_bit(store):
    value = np.array([np.pi, -0.0, np.inf, -np.inf, np.nan, 5e-324])
    store.keep_cell("a", "{}", value, 0.25)
    found, seconds = store.cell("a")
    assert found.tobytes() == value.tobytes()
    assert seconds == 0.25
    assert store.cell("b") is None


def test_a_cell_of_a_strided_array_of_another_type(store):
    value = np.arange(8, dtype=np.float32)[::2]
    store.keep_cell("a", "{}", value, 0.0)
    np.testing.assert_array_equal(store.cell("a")[0], value)


def test_a_cell_outlives_the_store_that_wrote_it(tmp_path):
    create_store(tmp_path).keep_cell("a", "{}", np.ones(2), 1.0)
    np.testing.assert_array_equal(create_store(tmp_path).cell("a")[0], np.ones(2))


def test_rows_belong_to_a_session_and_keep_their_order(store):
    for k in (3, 1, 2):
        store.keep_row("one", str(k), {"k": k})
    store.keep_row("two", "1", {"k": 9})
    assert [row["k"] for row in store.rows("one", dict)] == [3, 1, 2]
    assert store.rows("two", dict) == [{"k": 9}]
    assert store.rows("three", dict) == []


def test_a_record_comes_back_as_it_was(store):
    made = row_record(estimate=5e-324, low=-0.0, high=1.7976931348623157e308)
    store.keep_row("one", made.id, made)
    (found,) = store.rows("one", Row)
    assert found == made and copysign(1, found.low) == -1
    with pytest.raises(ValueError, match="not JSON compliant"):
        store.keep_row("one", made.id, structs.replace(made, estimate=float("nan")))
    assert store.rows("one", Row) == [made]


def test_a_row_that_comes_again_replaces_the_first(store):
    store.keep_row("one", "a", {"k": 1})
    store.keep_row("one", "a", {"k": 2})
    assert store.rows("one", dict) == [{"k": 2}]


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_json_is_refused(store, value):
    with pytest.raises(ValueError, match="not JSON compliant"):
        store.keep_row("one", "a", {"k": value})
    with pytest.raises(ValueError, match="not JSON compliant"):
        store.note("one", "plan", "rows", value)
    assert store.rows("one", dict) == []


def test_notes_come_by_session_kind_and_name(store):
    store.note("one", "check", "00002", "b")
    store.note("one", "check", "00001", "a")
    store.note("one", "check", "00001", "a again")
    store.note("one", "plan", "rows", 7)
    store.note("two", "check", "00001", "c")
    assert store.notes("one", "check", str) == ["a again", "b"]
    assert store.notes("one", "plan", int) == [7]
    assert store.notes("two", "plan", int) == []


def test_the_ledger_refuses_one_slot_too_many(store):
    for k in range(500):
        store.enter("one", f"row {k}", 500)
    with pytest.raises(InvalidArgument, match="500 slots"):
        store.enter("one", "row 500", 500)
    store.enter("one", "row 3", 500)
    assert store.slots_used("one") == 500


def test_a_row_keeps_its_slot_and_a_session_its_ledger(store):
    for _ in range(3):
        store.enter("one", "a", 2)
    store.enter("two", "b", 2)
    assert (store.slots_used("one"), store.slots_used("two")) == (1, 1)
    store.leave("one", "b")
    store.leave("one", "a")
    assert (store.slots_used("one"), store.slots_used("two")) == (0, 1)


def test_nobody_takes_a_slot_while_another_counts_them(store, monkeypatch):
    tried = []

    class Watched(ErrorBudget):
        def take(self, key):
            with closing(sqlite3.connect(store.path, timeout=0)) as db:
                try:
                    db.execute("INSERT INTO slot VALUES('one', 'b')")
                except sqlite3.OperationalError as error:
                    tried.append(str(error))
            return super().take(key)

    monkeypatch.setattr(module, "ErrorBudget", Watched)
    store.enter("one", "a", 500)
    assert tried == ["database is locked"]


def test_a_store_that_was_not_made_is_refused(tmp_path):
    with pytest.raises(Unavailable, match="start one first"):
        Store(tmp_path)
    assert not list(tmp_path.iterdir())


def test_making_it_again_keeps_what_is_there_and_leaves_nothing_behind(tmp_path):
    create_store(tmp_path).keep_row("one", "a", {})
    assert create_store(tmp_path).rows("one", dict) == [{}]
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_a_store_of_another_version_is_refused_with_the_repair(tmp_path):
    path = create_store(tmp_path).path
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version=99")
    db.close()
    for opened in (create_store, refuse_other):
        with pytest.raises(NotOwned, match=r"99.*--mf-report"):
            opened(path.parent)


def test_a_file_that_is_no_store_is_refused_with_the_repair(tmp_path):
    (tmp_path / FILE).write_text("these are not the cells that you are looking for" * 99)
    with pytest.raises(NotOwned, match="--mf-report"):
        create_store(tmp_path)


def test_a_database_of_somebody_elses_is_left(tmp_path):
    with closing(sqlite3.connect(tmp_path / FILE)) as db, db:
        db.execute("CREATE TABLE mine(words)")
        db.execute("PRAGMA user_version=1")
    before = (tmp_path / FILE).read_bytes()
    with pytest.raises(NotOwned, match="no store of mfcheck and is left as it is"):
        create_store(tmp_path)
    assert (tmp_path / FILE).read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


@pytest.mark.parametrize("name", [FILE, f"{FILE}-wal", f"{FILE}-shm", f"{FILE}-journal"])
@pytest.mark.parametrize("kind", ["file", "link", "folder"])
def test_what_has_the_name_of_a_store_is_left(tmp_path, name, kind):
    run, other = tmp_path / "run", tmp_path / "other"
    run.mkdir()
    create_store(tmp_path / "real")
    if kind == "folder":
        (run / name).mkdir()
    elif kind == "file":
        (run / name).write_text("precious")
    else:
        (tmp_path / "real" / FILE).rename(other)
        (run / name).symlink_to(other)
    with pytest.raises(NotOwned, match=f"{name} is no store"):
        create_store(run)
    assert [path.name for path in run.iterdir()] == [name]


def test_a_file_system_without_links(tmp_path, monkeypatch):
    def no_links(source, target):
        raise PermissionError("no links here")

    monkeypatch.setattr(place.os, "link", no_links)
    create_store(tmp_path).keep_row("one", "a", {})
    assert create_store(tmp_path).rows("one", dict) == [{}]
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_the_one_who_comes_second_does_not_wipe_the_first(tmp_path, monkeypatch):
    """Two processes see no file and no lock; one makes it first and has written already."""
    link = os.link
    monkeypatch.setattr(lock, "_taken", lambda handle: True)

    def late(source, target):
        monkeypatch.setattr(place.os, "link", link)
        create_store(tmp_path).keep_row("one", "a", {})
        link(source, target)

    monkeypatch.setattr(place.os, "link", late)
    assert create_store(tmp_path).rows("one", dict) == [{}]


def _write(folder, name, together):
    together.wait()
    store = create_store(folder)
    for k in range(CELLS):
        store.keep_cell(f"{name} {k}", "{}", np.full(32, k), 0.0)
        if k % 50 == 0:
            store.enter("one", f"{name} {k}", 500)
            store.keep_row("one", f"{name} {k}", {})


@pytest.mark.skipif(sys.platform == "win32", reason="forks")
def test_two_processes_start_together_and_write_at_once(tmp_path):
    together = multiprocessing.get_context("fork").Barrier(2)
    context = multiprocessing.get_context("fork")
    names = ("a", "b")
    workers = [context.Process(target=_write, args=(tmp_path, n, together)) for n in names]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0, 0]
    store = Store(tmp_path)
    assert all(store.cell(f"{n} {k}")[0][0] == k for n in names for k in range(0, CELLS, 7))
    assert len(store.rows("one", dict)) == store.slots_used("one") == 20
