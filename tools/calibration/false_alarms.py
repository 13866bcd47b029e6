"""False-alarm calibration: the quick suite under many seeds, and how often a row came out red.

    python -m tools.calibration.false_alarms [--seeds 20] [--first 1] [--afresh] [--folder FOLDER]

Each seed has a folder of its own, from whose cells an interrupted run resumes. What a finished
run came to is kept in false_alarms.json beside this file, with the commit it was measured at; a
seed on record is not run again, but with --afresh. Expected: no false REFUTED, and at most one run
in twenty with any red row. docs/statistics.md shows the table.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from mfcheck import evidence
from mfcheck.evidence import Evidence
from mfcheck.stats.interval import proportion

RECORD = Path(__file__).with_name("false_alarms.json")


@dataclass(frozen=True)
class SeedRun:
    """What the quick suite came to under one seed.

    refuted: checks' rows that were; undecided: those neither refuted nor supported; blind:
    controls that were not refuted. All as claim::check.
    """

    seed: int
    commit: str
    rows: int
    refuted: tuple[str, ...]
    undecided: tuple[str, ...]
    blind: tuple[str, ...]
    core_seconds: float

    @property
    def red(self) -> bool:
        """Whether any row is not as it should be."""
        return bool(self.refuted or self.undecided or self.blind)


def night(found: Evidence) -> SeedRun:
    """The sum of a run's evidence."""
    cried: dict[str, list[str]] = {"refuted": [], "undecided": [], "blind": []}
    for row in found.rows:
        name = f"{row.claim}::{row.check}"
        if row.origin == "shrunk" or row.verdict in ("REPORTED", "NOT APPLICABLE"):
            continue
        if row.control_of:
            cried["blind"] += [name] * (row.verdict != "REFUTED")
        elif row.verdict != "SUPPORTED":
            cried["refuted" if row.verdict == "REFUTED" else "undecided"].append(name)
    run, names = found.run, {kind: tuple(some) for kind, some in cried.items()}
    seconds = round(run.core_seconds)
    return SeedRun(run.seed, (run.commit or "")[:7], len(found.rows), **names, core_seconds=seconds)


def finished(folder: Path) -> Evidence | None:
    """The evidence of a run that came to its end, or None."""
    if not (folder / evidence.FILE).exists():
        return None
    found = evidence.read_evidence(folder)
    return None if found.run.interrupted else found


def run(seed: int, folder: Path, workers: int) -> SeedRun:
    """The quick suite under one seed; measured unless its evidence is there."""
    if finished(folder) is None:
        options = f"-q -n {workers} --dist worksteal --mf-seed {seed} --mf-report {folder}"
        command = [sys.executable, "-m", "pytest", "properties", *options.split()]
        subprocess.run(command, check=False)
    found = finished(folder)
    if found is None:
        raise SystemExit(f"seed {seed} did not come to its end; run the same command again")
    return night(found)


def recorded(file: Path) -> dict[int, SeedRun]:
    """What is on record, by seed."""
    if not file.exists():
        return {}
    kinds = ("refuted", "undecided", "blind")
    lines = json.loads(file.read_text("utf-8"))
    return {it["seed"]: SeedRun(**it | {kind: tuple(it[kind]) for kind in kinds}) for it in lines}


def record(file: Path, nights: dict[int, SeedRun]) -> None:
    """Put on record, one line a seed."""
    lines = (json.dumps(asdict(nights[seed]), ensure_ascii=False) for seed in sorted(nights))
    file.write_text("[\n" + ",\n".join(lines) + "\n]\n", "utf-8")


def table(nights: Sequence[SeedRun]) -> str:
    """One Markdown row a seed, and the share of runs with a red row with its exact interval."""
    lines = ["| seed | commit | rows | refuted | undecided | controls not refuted | core-seconds |"]
    lines += ["|---:|---|---:|---:|---:|---:|---:|"]
    for it in nights:
        cried = {"refuted": it.refuted, "undecided": it.undecided, "blind": it.blind}
        counts = " | ".join(str(len(names)) for names in cried.values())
        lines.append(f"| {it.seed} | {it.commit} | {it.rows} | {counts} | {it.core_seconds:.0f} |")
        lines += [
            f"|  | {name} ({kind}) | | | | | |" for kind, some in cried.items() for name in some
        ]
    red = sum(it.red for it in nights)
    share = proportion(red, len(nights), 0.05)
    words = f"{red} of {len(nights)} runs hold a row that is not as it should be"
    return "\n".join([*lines, "", f"{words}; 95 % interval of that share {share}."])


def main(words: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tools.calibration.false_alarms")
    parser.add_argument("--seeds", type=int, default=20, help="how many")
    parser.add_argument("--first", type=int, default=1, help="the first of them")
    parser.add_argument("--afresh", action="store_true", help="run seeds on record again")
    parser.add_argument("--folder", type=Path, default=Path("reports/calibrate"))
    parser.add_argument("--record", type=Path, default=RECORD)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args(words)
    known, nights = recorded(options.record), []
    for seed in range(options.first, options.first + options.seeds):
        if options.afresh or seed not in known:
            known[seed] = run(seed, options.folder / f"seed-{seed}", options.workers)
            record(options.record, known)
        nights.append(known[seed])
    print(table(nights))
    return int(any(it.refuted for it in nights))


if __name__ == "__main__":
    raise SystemExit(main())
