"""The history of a run folder: what each run measured, and where a run steps away from the last.

One line of JSON a run, appended when the run ends. Rows are known by claim, check and problem, so
that runs of other seeds are compared too: their intervals are of the same quantity, and two that
do not meet are a step change, of the simulator, of the libraries or of the property.
"""

from hashlib import blake2b
from json import dumps, loads
from math import inf
from pathlib import Path
from typing import Any

from mfcheck.files import RunFolder
from mfcheck.files.layout import HISTORY as FILE

SLOWER, NOTED = 5.0, 10.0
"""A row is slower if it takes so many times as long as before, and so many seconds at least."""

ROUNDING = 100.0
"""An identity has changed if its residual grew by so much and is a hundredth of its tolerance."""

Record = dict[str, Any]


def history_entry(evidence: Record) -> Record:
    """What the history keeps of a run."""
    run = evidence["run"]
    kept = {name: run[name] for name in ("id", "started", "commit", "version", "seed", "budget")}
    return kept | {"rows": {key(row): _kept(row) for row in evidence["rows"]}}


def key(row: Record) -> str:
    """A row's name in the history, the same whatever the seed."""
    problem = blake2b(row["problem"]["json"].encode(), digest_size=6).hexdigest()
    return f"{row['claim']}::{row['check']}::{problem}"


def _kept(row: Record) -> Record:
    names = ("estimator", "estimate", "low", "high", "n", "margin", "verdict", "seconds")
    floors = {floor["name"]: floor["value"] for floor in row.get("floors") or []}
    return {name: row[name] for name in names} | {"floors": floors}


def past(folder: Path) -> list[Record]:
    """The runs in a folder's history, oldest first; a line that is cut off is left out."""
    file = folder / FILE
    lines = file.read_text("utf-8").splitlines() if file.exists() else []
    return [found for line in lines if (found := _parsed(line)) is not None]


def append(folder: Path, made: Record) -> None:
    """Add a run to the history; one that went on replaces its earlier line."""
    runs = [run for run in past(folder) if run["id"] != made["id"]]
    text = "".join(dumps(run, separators=(",", ":"), ensure_ascii=False) + "\n" for run in runs)
    last = dumps(made, separators=(",", ":"), ensure_ascii=False) + "\n"
    RunFolder(folder).write(FILE, (text + last).encode())


def changes(runs: list[Record], evidence: Record) -> list[str]:
    """Where a run steps away from the last earlier one that measured the same row, in words."""
    earlier = [run for run in reversed(runs) if run["id"] != evidence["run"]["id"]]
    told = []
    for row in evidence["rows"]:
        before = next((run for run in earlier if key(row) in run["rows"]), None)
        if before is not None:
            where = f"{row['claim']}::{row['check']} on {row['problem']['label']}"
            found = _step(before["rows"][key(row)], _kept(row))
            told += [f"{where}: {words} in run {before['id']}" for words in found]
    return told


def _step(old: Record, new: Record) -> list[str]:
    """What changed between two measurements of one row."""
    found = []
    if old["estimator"] == new["estimator"] == "identity":
        a, b = old["estimate"], new["estimate"]
        if None not in (a, b) and b > max(ROUNDING * a, new["margin"] / 100):
            found.append(f"residual {b:.1e}, was {a:.1e}")
    elif _apart(old, new) or _apart(new, old):
        found.append(f"{_interval(new)}, was {_interval(old)}")
    if new["seconds"] > max(SLOWER * old["seconds"], NOTED):
        found.append(f"{new['seconds']:.1f} s, was {old['seconds']:.1f} s")
    return found


def _apart(one: Record, other: Record) -> bool:
    """Whether one interval ends before the other begins; an end that is missing has no bound."""
    return (inf if one["high"] is None else one["high"]) < (
        -inf if other["low"] is None else other["low"]
    )


def _interval(row: Record) -> str:
    low, high = ("·" if v is None else f"{v:.3g}" for v in (row["low"], row["high"]))
    return f"[{low}, {high}]"


def _parsed(line: str) -> Record | None:
    try:
        return loads(line)
    except ValueError:
        return None
