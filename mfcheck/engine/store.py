"""One SQLite file per run: cells (numbers), rows (rulings), the catalogue of checks, notes.

Asking the store first is the one mechanism of resuming. Cells are addressed by what they depend
on, so they outlive a run; rows and entries belong to one session of pytest.
"""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from json import dumps, loads
from pathlib import Path
from sqlite3 import Connection, DatabaseError, connect
from threading import Lock
from time import time
from typing import Any
from weakref import finalize

import numpy as np

from mfcheck.errors import Unavailable
from mfcheck.stats import Ledger

FILE = "cells.sqlite"
VERSION = 1
"""Of the tables below; a file of another version is refused, never mended."""

PATIENCE = 30
"""Seconds that a process waits for another one's transaction."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS cell(
  key TEXT PRIMARY KEY, input TEXT NOT NULL, value BLOB NOT NULL, seconds REAL, created REAL
) STRICT;
CREATE TABLE IF NOT EXISTS row(
  session TEXT, id TEXT, body TEXT NOT NULL, PRIMARY KEY (session, id)) STRICT;
CREATE TABLE IF NOT EXISTS entry(
  session TEXT, kind TEXT, name TEXT, body TEXT NOT NULL, PRIMARY KEY (session, kind, name)) STRICT;
CREATE TABLE IF NOT EXISTS slot(session TEXT, name TEXT, PRIMARY KEY (session, name)) STRICT;
"""

SLOTS = "SELECT name FROM slot WHERE session=?"


def create(folder: Path) -> "Store":
    """The store of a run folder, made if it is not there.

    A new file is built aside and linked into place, so that processes which start together
    cannot lock each other out while they switch it to WAL.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / FILE).exists():
        aside = folder / f"{FILE}.{os.getpid()}"
        with closing(connect(aside)) as db, db:
            db.execute("PRAGMA journal_mode=WAL")
            db.executescript(SCHEMA)
            db.execute(f"PRAGMA user_version={VERSION}")
        _into_place(aside, folder / FILE)
    of_this_version(folder / FILE)
    return Store(folder)


def _into_place(aside: Path, target: Path) -> None:
    """Give the new file its name, unless another process was first."""
    try:
        os.link(aside, target)
    except FileExistsError:
        pass
    except OSError:  # a file system without links
        if not target.exists():
            os.replace(aside, target)
    aside.unlink(missing_ok=True)


def of_this_version(path: Path) -> None:
    """Refuse a file that is no store, or one of another version of mfcheck."""
    try:
        with closing(connect(path, timeout=PATIENCE)) as db:
            found = db.execute("PRAGMA user_version").fetchone()[0]
    except DatabaseError as error:
        found = str(error)
    if found != VERSION:
        rule = f"is no store of this version of mfcheck ({found}, not {VERSION})"
        raise Unavailable(f"{path} {rule}; name another folder with --mf-report, or delete it.")


class Store:
    """A run's store; every method is one transaction.

    The connection stays open while the store is in use: closing the last one of a file writes
    the log back into it, which costs more than a cell.
    """

    def __init__(self, folder: Path) -> None:
        self.path = Path(folder) / FILE
        if not self.path.exists():
            raise Unavailable(f"no run in {folder}: expected a file {FILE}; start one first.")
        self._db = connect(self.path, timeout=PATIENCE, check_same_thread=False)
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._lock = Lock()
        finalize(self, self._db.close)

    @contextmanager
    def _open(self) -> Iterator[Connection]:
        with self._lock, self._db:
            yield self._db

    def cell(self, key: str) -> tuple[np.ndarray, float] | None:
        """The numbers of a cell and the seconds they took, or None."""
        with self._open() as db:
            found = db.execute("SELECT value, seconds FROM cell WHERE key=?", (key,)).fetchone()
        return None if found is None else (np.frombuffer(found[0], dtype="<f8"), found[1])

    def keep_cell(self, key: str, inputs: str, value: np.ndarray, seconds: float) -> None:
        """Store the numbers of a cell."""
        blob = np.ascontiguousarray(value, dtype="<f8").tobytes()
        with self._open() as db:
            row = (key, inputs, blob, seconds, time())
            db.execute("INSERT OR REPLACE INTO cell VALUES(?, ?, ?, ?, ?)", row)

    def keep_row(self, session: str, row: dict[str, Any]) -> None:
        """Store one ruling; NaN and infinities are refused, they are not JSON."""
        body = dumps(row, allow_nan=False)
        with self._open() as db:
            db.execute("INSERT OR REPLACE INTO row VALUES(?, ?, ?)", (session, row["id"], body))

    def rows(self, session: str) -> list[dict[str, Any]]:
        """The rulings of a session, in the order in which they were made."""
        with self._open() as db:
            found = db.execute("SELECT body FROM row WHERE session=? ORDER BY rowid", (session,))
            return [loads(body) for (body,) in found]

    def note(self, session: str, kind: str, name: str, body: Any) -> None:
        """Store an entry: a "check" of the catalogue, what is "ended", the "plan"."""
        with self._open() as db:
            entry = (session, kind, name, dumps(body, allow_nan=False))
            db.execute("INSERT OR REPLACE INTO entry VALUES(?, ?, ?, ?)", entry)

    def notes(self, session: str, kind: str) -> list[Any]:
        """The entries of one kind, in the order of their names."""
        query = "SELECT body FROM entry WHERE session=? AND kind=? ORDER BY name"
        with self._open() as db:
            return [loads(body) for (body,) in db.execute(query, (session, kind))]

    def enter(self, session: str, name: str, slots: int) -> None:
        """Take a slot of the ledger for (check, problem); a name that has one keeps it.

        Raises InvalidArgument, from `Ledger`, when every slot is taken.
        """
        with self._open() as db:
            db.execute("BEGIN IMMEDIATE")
            taken = frozenset(name for (name,) in db.execute(SLOTS, (session,)))
            Ledger(slots, taken).take(name)
            db.execute("INSERT OR IGNORE INTO slot VALUES(?, ?)", (session, name))

    def slots_used(self, session: str) -> int:
        """Slots of the session's ledger that are taken."""
        with self._open() as db:
            return len(db.execute(SLOTS, (session,)).fetchall())
