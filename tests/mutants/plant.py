"""Plant each bug of the table in a copy of the simulator and let the claims try the copy.

    python -m tests.mutants.plant [-n WORKERS] [--select FILE,...] [--keep FOLDER] [name ...]

prints one Markdown row per bug: which checks refute it, by an exact identity or by a rate. A
control that is refuted is no catch: controls are refuted on a sound simulator too. First the
claims try a copy without a bug, which none of them may refute. Exit code 1 if that goes wrong,
if a bug survives that is not marked equivalent, or if one so marked is refuted after all.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from tests.mutants.bug import Bug
from tests.mutants.planted import BUGS

ROOT = Path(__file__).resolve().parents[2]
WITNESS = Path(__file__).with_name("witness.py")
SECONDS = 900
"""After this long a run is given up."""

SOUND = "(none)"


@dataclass(frozen=True)
class Outcome:
    """What the claims said of one copy of the simulator.

    refuted: (claim, check) of the checks that were. exact, rate: how many of their rows were
    refuted by an identity and by statistics (a rate or a value). rows: rows of checks in all.
    undecided: claims neither SUPPORTED nor REFUTED, and why. notes: what did not run.
    """

    refuted: tuple[tuple[str, str], ...]
    exact: int
    rate: int
    rows: int
    undecided: tuple[str, ...]
    notes: tuple[str, ...]
    seconds: float


def copy(source: Path, folder: Path) -> Path:
    """What a run of the claims needs: simulator, properties and settings."""
    for name in ("mfcheck", "properties"):
        shutil.copytree(source / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(source / "pyproject.toml", folder)
    return folder


def plant(bug: Bug, folder: Path) -> None:
    """Put the bug into the copy in `folder`. Raises Stale if the source has changed under it."""
    path = folder / "mfcheck" / bug.file
    path.write_text(bug.planted(path.read_text("utf-8")), "utf-8")


def trial(folder: Path, select: Sequence[str] = ("properties",), workers: int = 0) -> Outcome:
    """Let the claims of the copy try the simulator of the copy."""
    shutil.copy(WITNESS, folder / "conftest.py")
    report = folder / "report"
    words = [sys.executable, "-m", "pytest", *select, "-p", "no:cacheprovider"]
    words += ["-n", str(workers)] if workers else ["-p", "no:xdist"]
    start = perf_counter()
    done = subprocess.run(
        [*words, "--mf-report", str(report)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    seconds = perf_counter() - start
    if not (report / "evidence.json").exists():
        raise RuntimeError(f"no evidence was left:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    _refuse_strangers(folder)
    return outcome(json.loads((report / "evidence.json").read_text("utf-8")), seconds)


def _refuse_strangers(folder: Path) -> None:
    """Every process of the run must have imported the copy, and nothing but the copy."""
    home = folder.resolve() / "mfcheck"
    sworn = [json.loads(path.read_text("utf-8")) for path in folder.glob("origins-*.json")]
    if not sworn or not all(str(home / "__init__.py") in files for files in sworn):
        raise RuntimeError(f"the copy in {folder} was not the one imported: {sworn}")
    astray = {f for files in sworn for f in files if home not in Path(f).resolve().parents}
    if astray:
        raise RuntimeError(f"modules from outside the copy took part: {sorted(astray)}")


def outcome(evidence: dict[str, Any], seconds: float) -> Outcome:
    """Read the evidence of a run: checks, never controls."""
    checks = [
        (claim["name"], check)
        for claim in evidence["claims"]
        for check in claim["checks"]
        if check["control_of"] is None
    ]
    tried = [r for r in evidence["rows"] if r["control_of"] is None and r["origin"] != "shrunk"]
    by = [row["estimator"] for row in tried if row["verdict"] == "REFUTED"]
    return Outcome(
        refuted=tuple((name, c["name"]) for name, c in checks if c["verdict"] == "REFUTED"),
        exact=by.count("identity"),
        rate=len(by) - by.count("identity"),
        rows=len(tried),
        undecided=tuple(
            f"{claim['name']} ({claim['reason']})"
            for claim in evidence["claims"]
            if claim["verdict"] not in ("SUPPORTED", "REFUTED")
        ),
        notes=tuple(note["text"] for note in evidence["notes"]),
        seconds=seconds,
    )


HEAD = (
    "| bug | what is wrong | refuted by | exact rows | rate rows | of | undecided | seconds |\n"
    "|---|---|---|---:|---:|---:|---|---:|"
)


def line(name: str, wrong: str, found: Outcome, equivalent: str = "") -> str:
    """The row of the table for one bug."""
    claims = dict.fromkeys(claim for claim, _ in found.refuted)
    by = "; ".join(
        f"{claim}: {', '.join(check for c, check in found.refuted if c == claim)}"
        for claim in claims
    )
    survived = f"survives, rightly: {equivalent}" if equivalent else "**survives**"
    cells = (
        f"`{name}`",
        wrong,
        by or survived,
        str(found.exact),
        str(found.rate),
        str(found.rows),
        "; ".join((*found.undecided, *found.notes)),
        f"{found.seconds:.0f}",
    )
    return f"| {' | '.join(cells)} |"


def expected(bug: Bug, found: Outcome) -> bool:
    """A bug is refuted, unless it is marked equivalent."""
    return bool(found.refuted) is not bool(bug.equivalent)


def tabulate(
    bugs: Iterable[Bug], sound: Path, select: Sequence[str], workers: int, keep: Path | None
) -> list[str]:
    """Print the table row by row; the names of the bugs that did not go as expected.

    keep: a folder in which every bug's evidence stays as NAME.json.
    """
    wrong = []
    for bug in bugs:
        with TemporaryDirectory() as scratch:
            folder = copy(sound, Path(scratch))
            plant(bug, folder)
            found = trial(folder, select, workers)
            if keep:
                keep.mkdir(parents=True, exist_ok=True)
                shutil.copy(folder / "report" / "evidence.json", keep / f"{bug.name}.json")
        print(line(bug.name, bug.wrong, found, bug.equivalent), flush=True)
        wrong += [] if expected(bug, found) else [bug.name]
    return wrong


def main(words: Sequence[str] | None = None) -> int:
    """The command line; the exit code."""
    known = {bug.name: bug for bug in BUGS}
    parser = argparse.ArgumentParser(prog="python -m tests.mutants.plant")
    parser.add_argument("-n", type=int, default=2, dest="workers", help="processes (default 2)")
    parser.add_argument("--select", default="properties", help="what pytest runs (properties)")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep each bug's evidence")
    parser.add_argument("names", nargs="*", metavar="name", help="bugs of the table, or all")
    options = parser.parse_args(words)
    if strange := [name for name in options.names if name not in known]:
        parser.error(f"unknown: {', '.join(strange)}; known: {', '.join(known)}")
    select, start = options.select.split(","), perf_counter()
    with TemporaryDirectory() as scratch:
        sound = copy(ROOT, Path(scratch))
        print(HEAD)
        with TemporaryDirectory() as other:
            before = trial(copy(sound, Path(other)), select, options.workers)
        print(line(SOUND, "Nothing.", before, "there is nothing to refute"), flush=True)
        chosen = [known[name] for name in options.names or known]
        wrong = tabulate(chosen, sound, select, options.workers, options.keep)
    print(f"\n{perf_counter() - start:.0f} seconds in all; not as expected: {wrong or 'none'}.")
    return 1 if wrong or before.refuted or before.undecided else 0


if __name__ == "__main__":
    sys.exit(main())
