"""Rows on the terminal as they end, what a hunt finds, and progress: one thread reads the store.

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

from mfcheck.claims.study import SYMBOLS
from mfcheck.engine.store import Store
from mfcheck.errors import Unavailable
from mfcheck.evidence import HuntRecord, Row

PERIOD = 0.4
"""Seconds between two looks at the store."""


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
        """Print the rows that have ended since the last look, and the worst problem of a hunt."""
        with self._lock, suppress(Unavailable, Error):
            store = Store(self.folder)
            rows = store.rows(self.session, Row)
            planned = store.notes(self.session, "plan", int)
            hunts = store.notes(self.session, "hunt", HuntRecord)
            fresh = [row for row in rows if row.id not in self.shown]
            lines = [lead(hunt) for hunt in hunts if self._leads(hunt)] + [
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
            tried = sum(hunt.tried for hunt in hunts)
            words = f"hunting, {tried} problems tried" if hunts else "measuring"
            self._bar.update(self._task, completed=len(rows), total=total, description=words)

    def _leads(self, hunt: HuntRecord) -> bool:
        """Whether a hunt has found something worse since the last look."""
        key, number = (hunt.claim, hunt.check), len(hunt.leads)
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
    """One row: the verdict, the check, the rate with its interval and region, the problem."""
    control, verdict = row.control_of is not None, row.verdict
    good = verdict in (("REFUTED",) if control else ("SUPPORTED", "REPORTED"))
    bad = verdict == ("SUPPORTED" if control else "REFUTED")
    mark, style = ("✓", "green") if good else ("✗", "red") if bad else ("?", "yellow")
    text = Text(f"{mark} {'control ' * control}{verdict}".ljust(18), style=style)
    text.append(f"{row.claim}::{row.check} ".ljust(40), style="bold")
    text.append(f"{row_measured(row)}  ")
    words = f"{row.problem.label} · n={row.n} · {row.seconds:.1f} s"
    found = row.origin in ("corpus", "shrunk", "hunted")
    text.append(f"{words} · {row.origin}" if found else words, style="dim")
    return text if good else text.append(f"\n    {row.reason}", style=style)


def lead(hunt: HuntRecord) -> Text:
    """The worst problem that a hunt has found so far; it is no verdict."""
    text = Text("↑ hunting".ljust(18), style="blue")
    text.append(f"{hunt.claim}::{hunt.check} ".ljust(40), style="bold")
    at, score = hunt.leads[-1]
    text.append(f"score {_number(score, '.2f')} at problem {at} (border 1)  ".ljust(42))
    return text.append(hunt.worst.label if hunt.worst else "", style="dim")


def row_measured(row: Row) -> str:
    """The estimate, its interval and what is allowed."""
    if row.estimator == "identity":
        return f"residual {_number(row.estimate, '.1e')} (allowed {row.margin:.0e})".ljust(42)
    low, high, margin = row.allowed_low, row.allowed_high, row.margin
    interval = f"[{_number(row.low, '.2f')}, {_number(row.high, '.2f')}]"
    words = f"{_symbol(row)} {_number(row.estimate, '.2f')} {interval}"
    words += "" if low is high is None else f" ({_allowed(low, high, margin)})"
    return words.ljust(42)


def _symbol(row: Row) -> str:
    """What the estimate is called: slope, value, share > 1."""
    return SYMBOLS[row.estimator] + ("" if row.above is None else f" > {row.above:g}")


def _allowed(low: float | None, high: float | None, margin: float) -> str:
    """The region with its margin: ≤ 0 + 0.15, = 1 ± 0.15, in [0, 1] ± 0.15."""
    if low is None or high is None:
        return f"≤ {high:g} + {margin:g}" if low is None else f"≥ {low:g} − {margin:g}"
    return f"= {low:g} ± {margin:g}" if low == high else f"in [{low:g}, {high:g}] ± {margin:g}"


def _number(value: float | None, form: str) -> str:
    return "—" if value is None else format(value, form).replace("-", "−")
