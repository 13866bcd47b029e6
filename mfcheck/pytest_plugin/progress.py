"""Rows on the terminal as they end, what a search finds, and progress: one thread reads the store.

A bar counts the rows, and says of a solve that takes long at which t of T it is.

It works alike in one process and with workers, since rows reach the store either way.
"""

import os
import sys
from contextlib import suppress
from io import UnsupportedOperation
from pathlib import Path
from sqlite3 import Error
from threading import Event, Lock, Thread, current_thread, main_thread
from typing import Any, TextIO

from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar
from rich.text import Text

from mfcheck.engine.store import Store
from mfcheck.errors import Unavailable
from mfcheck.evidence import Row, SearchRecord
from mfcheck.report.wording.numbers import fixed
from mfcheck.report.wording.row_text import in_one_line
from mfcheck.run.telling import KIND

PERIOD = 0.4
"""Seconds between two looks at the store."""

MEASURED_COLUMNS = 52
"""Columns for what was measured and what is allowed."""


class Progress:
    """Prints each new row of a session; on a terminal a bar counts them."""

    def __init__(self, folder: Path, session: str, writer: Any) -> None:
        self.folder, self.session, self.writer = folder, session, writer
        shared = getattr(writer, "_file", sys.stderr)
        self.file = _beside(shared)
        self._ours = self.file is not shared
        self.console = Console(file=self.file, highlight=False, soft_wrap=True)
        self.shown: set[str] = set()
        self.leads: dict[tuple[str, str], int] = {}
        count = TextColumn("{task.completed}/{task.total} rows")
        columns = (TextColumn("{task.description}"), BarColumn(), count, TimeElapsedColumn())
        hidden = not self.console.is_terminal
        self._bar = Bar(*columns, console=self.console, transient=True, disable=hidden)
        self._task = self._bar.add_task("measuring", total=None)
        self._lock, self._end = Lock(), Event()
        self._thread = Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self.writer.line()
        self.writer.flush()
        self._bar.start()
        self._thread.start()

    def stop(self) -> None:
        """Show what is left and end."""
        self._end.set()
        self._thread.join(timeout=10)
        self.look()
        self._bar.stop()
        if self._ours:
            self.file.close()

    def _run(self) -> None:
        while not self._end.wait(PERIOD):
            self.look()

    def look(self) -> None:
        """Print the rows that have ended since the last look, and the worst problem of a search."""
        with self._lock, suppress(Unavailable, Error):
            store = Store(self.folder)
            rows = store.rows(self.session, Row)
            planned = store.notes(self.session, "plan", int)
            searches = store.notes(self.session, "search", SearchRecord)
            fresh = [row for row in rows if row.id not in self.shown]
            lines = [lead(search) for search in searches if self._leads(search)] + [
                row_line(r) for r in fresh
            ]
            if lines and self.writer.width_of_current_line:
                self.writer.line()  # pytest was in the middle of one
            if current_thread() is main_thread():
                self.writer.flush()
            for text in lines:
                self.console.print(text)
            self.shown |= {row.id for row in fresh}
            total = max(planned[0], len(rows)) if planned else None
            tried = sum(search.tried for search in searches)
            words = f"searching, {tried} problems tried" if searches else "measuring"
            solves = [text for text in store.notes(self.session, KIND, str) if text]
            words += f" {solves[0]}" if solves else ""
            self._bar.update(self._task, completed=len(rows), total=total, description=words)

    def _leads(self, search: SearchRecord) -> bool:
        """Whether a search has found something worse since the last look."""
        key, number = (search.claim, search.check), len(search.leads)
        before, self.leads[key] = self.leads.get(key, 0), number
        return number > before


def _beside(file: TextIO) -> TextIO:
    """The same terminal under a descriptor of its own.

    While an item runs pytest points the descriptor of its terminal at a file, to capture what the
    item prints; rows must not end there.
    """
    try:
        return os.fdopen(os.dup(file.fileno()), "w", encoding=file.encoding, errors="replace")
    except (AttributeError, OSError, UnsupportedOperation):
        return file


def row_line(row: Row) -> Text:
    """One row: the verdict, the check, what was measured and what is allowed, the problem.

    Of one that does not apply, why.
    """
    control, verdict = row.control_of is not None, row.verdict
    if not row.applies:
        text = Text(f"· {'control ' * control}not applicable".ljust(20) + " ", style="dim")
        return text.append(f"{row.claim}::{row.check} ".ljust(40) + row.reason)
    good = verdict in (("REFUTED",) if control else ("SUPPORTED", "REPORTED"))
    bad = verdict == ("SUPPORTED" if control else "REFUTED")
    mark, style = ("✓", "green") if good else ("✗", "red") if bad else ("?", "yellow")
    text = Text(f"{mark} {'control ' * control}{verdict}".ljust(20) + " ", style=style)
    text.append(f"{row.claim}::{row.check} ".ljust(40), style="bold")
    text.append(f"{in_one_line(row)}  ".ljust(MEASURED_COLUMNS))
    words = f"{row.problem.label} · n={row.n} · {row.seconds:.1f} s"
    found = row.origin in ("corpus", "shrunk", "searched")
    text.append(f"{words} · {row.origin}" if found else words, style="dim")
    return text if good else text.append(f"\n    {row.reason}", style=style)


def lead(search: SearchRecord) -> Text:
    """The worst problem that a search has found so far; it is no verdict."""
    text = Text("↑ searching".ljust(21), style="blue")
    text.append(f"{search.claim}::{search.check} ".ljust(40), style="bold")
    at, score = search.leads[-1]
    text.append(f"score {fixed(score, 2)} at problem {at} (border 1)  ".ljust(MEASURED_COLUMNS))
    return text.append(search.worst.label if search.worst else "", style="dim")
