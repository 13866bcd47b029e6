"""Does the harness cry wolf? The quick suite under many seeds, and how often a row came out red.

    python -m tests.calibration.wolf [--seeds 20] [--folder reports/calibrate] [--workers 2]

Each seed has a folder of its own. A seed that has finished is not run again, and one that was
interrupted resumes from its cells. Expected: no false REFUTED, and at most one run in twenty with
any red row; the table goes into docs/statistics.md.
"""

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mfcheck import evidence
from mfcheck.stats.interval import proportion


def finished(folder: Path) -> dict[str, Any] | None:
    """The evidence of a run that came to its end, or None."""
    if not (folder / evidence.FILE).exists():
        return None
    found = evidence.read(folder)
    return None if found["run"]["interrupted"] else found


def run(seed: int, folder: Path, workers: int) -> dict[str, Any]:
    """The evidence of the quick suite under one seed; measured unless it is there."""
    if finished(folder) is None:
        options = f"-q -n {workers} --dist worksteal --mf-seed {seed} --mf-report {folder}"
        command = [sys.executable, "-m", "pytest", "properties", *options.split()]
        subprocess.run(command, check=False)
    found = finished(folder)
    if found is None:
        raise SystemExit(f"seed {seed} did not come to its end; run the same command again")
    return found


def wolves(found: dict[str, Any]) -> dict[str, list[str]]:
    """Of one run: checks' rows that were refuted, other rows undecided, controls not refuted."""
    cried: dict[str, list[str]] = {"refuted": [], "undecided": [], "blind": []}
    for row in found["rows"]:
        name = f"{row['claim']}::{row['check']}"
        if row["origin"] == "shrunk" or row["verdict"] == "REPORTED":
            continue
        if row["control_of"]:
            cried["blind"] += [name] * (row["verdict"] != "REFUTED")
        elif row["verdict"] != "SUPPORTED":
            cried["refuted" if row["verdict"] == "REFUTED" else "undecided"].append(name)
    return cried


def table(runs: dict[int, dict[str, Any]]) -> str:
    """One Markdown row a seed, and the share of runs with a red row with its exact interval."""
    lines = ["| seed | rows | refuted | undecided | controls not refuted | core-seconds |"]
    lines += ["|---:|---:|---:|---:|---:|---:|"]
    red = 0
    for seed, found in runs.items():
        cried = wolves(found)
        red += any(cried.values())
        counts = " | ".join(str(len(names)) for names in cried.values())
        core = f"{found['run']['core_seconds']:.0f}"
        lines.append(f"| {seed} | {len(found['rows'])} | {counts} | {core} |")
        lines += [
            f"|  | {name} ({kind}) | | | | |" for kind, some in cried.items() for name in some
        ]
    share = proportion(red, len(runs), 0.05)
    words = f"{red} of {len(runs)} runs hold a row that is not as it should be"
    return "\n".join([*lines, "", f"{words}; 95 % interval of that share {share}."])


def main(words: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.calibration.wolf")
    parser.add_argument("--seeds", type=int, default=20, help="how many, from 1 on")
    parser.add_argument("--folder", type=Path, default=Path("reports/calibrate"))
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args(words)
    runs = {
        seed: run(seed, options.folder / f"seed-{seed}", options.workers)
        for seed in range(1, options.seeds + 1)
    }
    print(table(runs))
    return int(any(wolves(found)["refuted"] for found in runs.values()))


if __name__ == "__main__":
    raise SystemExit(main())
