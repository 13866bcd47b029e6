"""The history of a run folder: what each run measured, and where a run steps away from the last.

One line of JSON a run, appended when the run ends. Rows are known by claim, check and problem, so
that runs of other seeds are compared too: their intervals are of the same quantity, and two that
do not meet are a step change, of the simulator, of the libraries or of the property.
"""

from collections.abc import Sequence
from hashlib import blake2b
from math import inf
from pathlib import Path

from msgspec import DecodeError
from msgspec.json import decode

from mfcheck.engine.json_text import json_text
from mfcheck.evidence.history_entry import HistoryEntry, HistoryRow
from mfcheck.evidence.records import Evidence
from mfcheck.evidence.row import Row
from mfcheck.files import RunFolder
from mfcheck.files.layout import HISTORY as FILE

SLOWER, NOTED = 5.0, 10.0
"""A row is slower if it takes so many times as long as before, and so many seconds at least."""

GROWN = 100.0
"""An identity has changed if its residual grew by so much and is a hundredth of its tolerance."""


def history_entry(evidence: Evidence) -> HistoryEntry:
    """What the history keeps of a run."""
    run = evidence.run
    return HistoryEntry(
        id=run.id,
        started=run.started,
        commit=run.commit,
        version=run.version,
        seed=run.seed,
        budget=run.budget,
        trainer=run.trainer,
        rows={key(row): _kept(row) for row in evidence.rows},
    )


def key(row: Row) -> str:
    """A row's name in the history, the same whatever the seed."""
    problem = blake2b(row.problem.json.encode(), digest_size=6).hexdigest()
    return f"{row.claim}::{row.check}::{problem}"


def _kept(row: Row) -> HistoryRow:
    return HistoryRow(
        estimator=row.estimator,
        estimate=row.estimate,
        low=row.low,
        high=row.high,
        n=row.n,
        margin=row.margin,
        verdict=row.verdict,
        seconds=row.seconds,
        floors={floor.name: floor.value for floor in row.floors},
    )


def past(folder: Path) -> list[HistoryEntry]:
    """The runs in a folder's history, oldest first; a line that is cut off is left out."""
    return [found for line in _lines(folder) if (found := _parsed(line)) is not None]


def append(folder: Path, made: HistoryEntry) -> None:
    """Add a run to the history; one that went on replaces its earlier line.

    Every other line stays as it is, those that cannot be read among them.
    """
    others = [line for line in _lines(folder) if not _is_of(line, made.id)]
    text = json_text(made, separators=(",", ":"), ensure_ascii=False).encode()
    RunFolder(folder).write(FILE, b"".join(line + b"\n" for line in (*others, text)))


def changes(runs: Sequence[HistoryEntry], evidence: Evidence) -> tuple[str, ...]:
    """Where a run steps away from the last earlier one that measured the same row, in words.

    Runs of other trainers are another history.
    """
    trainer, own = evidence.run.trainer, evidence.run.id
    earlier = [run for run in reversed(runs) if run.id != own and run.trainer == trainer]
    told = []
    for row in evidence.rows:
        before = next((run for run in earlier if key(row) in run.rows), None)
        if before is not None:
            where = f"{row.claim}::{row.check} on {row.problem.label}"
            found = _step(before.rows[key(row)], _kept(row))
            told += [f"{where}: {words} in run {before.id}" for words in found]
    return tuple(told)


def _step(old: HistoryRow, new: HistoryRow) -> list[str]:
    """What changed between two measurements of one row; where one has none, nothing did."""
    if "NOT APPLICABLE" in (old.verdict, new.verdict):
        return []
    found = []
    if old.estimator == new.estimator == "identity":
        a, b = old.estimate, new.estimate
        if a is not None and b is not None and b > max(GROWN * a, new.margin / 100):
            found.append(f"residual {b:.1e}, was {a:.1e}")
    elif _apart(old, new) or _apart(new, old):
        found.append(f"{_interval(new)}, was {_interval(old)}")
    if new.seconds > max(SLOWER * old.seconds, NOTED):
        found.append(f"{new.seconds:.1f} s, was {old.seconds:.1f} s")
    return found


def _apart(one: HistoryRow, other: HistoryRow) -> bool:
    """Whether one interval ends before the other begins; an end that is missing has no bound."""
    return (inf if one.high is None else one.high) < (-inf if other.low is None else other.low)


def _interval(row: HistoryRow) -> str:
    low, high = ("·" if v is None else f"{v:.3g}" for v in (row.low, row.high))
    return f"[{low}, {high}]"


def _lines(folder: Path) -> list[bytes]:
    file = folder / FILE
    return file.read_bytes().splitlines() if file.exists() else []


def _is_of(line: bytes, run: str) -> bool:
    found = _parsed(line)
    return found is not None and found.id == run


def _parsed(line: bytes) -> HistoryEntry | None:
    try:
        return decode(line, type=HistoryEntry)
    except DecodeError:
        return None
