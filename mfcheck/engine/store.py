"""One SQLite file per run: cells (numbers), rows (rulings), the catalogue of checks, notes.

Asking the store first is the one mechanism of resuming. Cells are addressed by what they depend
on, so they outlive a run; rows and entries belong to one session of pytest.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from sqlite3 import Connection, DatabaseError, connect
from threading import Lock
from time import time
from typing import Any, TypeVar
from weakref import finalize

import numpy as np
from msgspec.json import Decoder

from mfcheck.engine.json_text import json_text
from mfcheck.errors import NotOwned, Unavailable
from mfcheck.files import RunFolder, is_link, stands
from mfcheck.files.layout import STORE as FILE
from mfcheck.files.lock import PATIENCE
from mfcheck.stats import ErrorBudget

Form = TypeVar("Form")
"""What a body of JSON is read into: a record, or a type of builtins."""

STORE_VERSION = 1
"""Of the tables below; a file of another version is refused, never mended."""

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

TABLES = frozenset(("cell", "row", "entry", "slot"))

SLOTS = "SELECT name FROM slot WHERE session=?"


def create_store(folder: Path) -> "Store":
    """The store of a run folder, made if it is not there.

    A new file is written whole, in WAL mode already, and linked into place, so that processes
    which start together cannot lock each other out while they switch it.
    """
    refuse_other(folder)
    RunFolder(folder).create(FILE, _empty())
    refuse_other(folder)
    return Store(folder)


@cache
def _empty() -> bytes:
    """The bytes of a store without cells."""
    with closing(connect(":memory:")) as db, db:
        db.executescript(SCHEMA)
        db.execute(f"PRAGMA user_version={STORE_VERSION}")
        legacy = db.serialize()
    return legacy[:18] + b"\x02\x02" + legacy[20:]  # SQLite's format: read and written with a WAL


def refuse_other(folder: Path) -> None:
    """Refuse a store of another version, and whatever else has a name that a store would take.

    A file that is no store is read and never opened for writing.
    """
    path = folder / FILE
    beside = [path.with_name(FILE + ending) for ending in ("-wal", "-shm", "-journal")]
    found = [p for p in (path, *beside) if stands(p)]
    if not found:
        return
    plain = path.is_file() and not any(map(is_link, found))
    rule = _reason(path) if plain else "is no store of mfcheck"
    if rule:
        culprit = path if plain else next((p for p in found if is_link(p)), found[0])
        repair = "name another folder with --mf-report, or move it away"
        raise NotOwned(f"{culprit} {rule} and is left as it is: {repair}.")


def _reason(path: Path) -> str:
    """Why a file is no store of this version, empty if it is one."""
    foreign = "is no store of mfcheck"
    try:
        # immutable: no lock and no file beside it; a store has its tables from its first byte on
        with closing(connect(f"{path.resolve().as_uri()}?immutable=1", uri=True)) as db:
            tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master")}
        if not tables >= TABLES:
            return foreign
        with closing(connect(path, timeout=PATIENCE)) as db:
            version = db.execute("PRAGMA user_version").fetchone()[0]
    except DatabaseError as error:
        return f"{foreign} ({error})"
    if version != STORE_VERSION:
        return f"is a store of version {version}, not {STORE_VERSION},"
    return ""


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

    def keep_row(self, session: str, name: str, row: Any) -> None:
        """Store one ruling; NaN and infinities are refused, they are not JSON."""
        entry = (session, name, json_text(row))
        with self._open() as db:
            db.execute("INSERT OR REPLACE INTO row VALUES(?, ?, ?)", entry)

    def rows(self, session: str, form: type[Form]) -> list[Form]:
        """The rulings of a session, in the order in which they were made, each in its form."""
        read = Decoder(form).decode
        with self._open() as db:
            found = db.execute("SELECT body FROM row WHERE session=? ORDER BY rowid", (session,))
            return [read(body) for (body,) in found]

    def note(self, session: str, kind: str, name: str, body: Any) -> None:
        """Store an entry: a "check" of the catalogue, what is "ended", the "plan"."""
        with self._open() as db:
            entry = (session, kind, name, json_text(body))
            db.execute("INSERT OR REPLACE INTO entry VALUES(?, ?, ?, ?)", entry)

    def notes(self, session: str, kind: str, form: type[Form]) -> list[Form]:
        """The entries of one kind, in the order of their names, each in its form."""
        query = "SELECT body FROM entry WHERE session=? AND kind=? ORDER BY name"
        read = Decoder(form).decode
        with self._open() as db:
            return [read(body) for (body,) in db.execute(query, (session, kind))]

    def enter(self, session: str, name: str, slots: int) -> None:
        """Take a slot of the ledger for (check, problem); a name that has one keeps it.

        Raises InvalidArgument, from `ErrorBudget`, when every slot is taken.
        """
        with self._open() as db:
            db.execute("BEGIN IMMEDIATE")
            taken = frozenset(name for (name,) in db.execute(SLOTS, (session,)))
            ErrorBudget(slots, taken).take(name)
            db.execute("INSERT OR IGNORE INTO slot VALUES(?, ?)", (session, name))

    def leave(self, session: str, name: str) -> None:
        """Give the slot of (check, problem) back: nothing was asked of it after all."""
        with self._open() as db:
            db.execute("DELETE FROM slot WHERE session = ? AND name = ?", (session, name))

    def slots_used(self, session: str) -> int:
        """Slots of the session's ledger that are taken."""
        with self._open() as db:
            return len(db.execute(SLOTS, (session,)).fetchall())
