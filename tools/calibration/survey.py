"""How near do rows come to their borders? Checks and controls on many new problems.

    python -m tools.calibration.survey [--seeds 20] [--first 1000] [--seconds 40] [WORD ...]

A seed of the calibration shows each check one or two problems a stratum that no other seed has;
what one problem in a hundred would do is seen only by asking a hundred. Here a seed draws for each
stratum one problem, as a run of that seed would after the simplest, and it is ruled on as the quick
budget rules. WORD: only what has it in its claim::check. What a problem came to is a line in the
folder, and is not measured again.

The room of a row is how far its estimate lies on the right side of the border as judged, in
margins: for a check 1 is the theorem's own border, and for a control 0 is out of sight.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from math import inf
from multiprocessing import get_context
from pathlib import Path
from time import process_time
from typing import Any

import torch

from mfcheck.claims.budget import budget
from mfcheck.claims.claim import Check
from mfcheck.engine.executor import Executor
from mfcheck.run.check_run import CheckRun
from mfcheck.run.explore import draw, stream
from mfcheck.search.score import reach
from mfcheck.stats import Region
from mfcheck.strategies.families import ProblemSpec

PROPERTIES = Path(__file__).parents[2] / "properties"

Found = dict[str, Any]
"""What a problem came to: check, seed, code, wanted, room, and fields of its row."""


def checks(folder: Path, words: Sequence[str] = ()) -> Iterator[tuple[str, str, str]]:
    """(claim::check, file, check) of all checks and controls that draw problems."""
    for file in sorted(folder.glob("[!_]*.py")):
        module = Executor().module(str(file))
        for name, it in vars(module).items():
            if isinstance(it, Check) and it.name == name and it.expect and it.over.strata:
                full = f"{it.claim.name}::{name}"
                if not words or any(word in full for word in words):
                    yield full, str(file), name


def drawn(check: Check, seed: int) -> Iterator[ProblemSpec]:
    """What a run of that seed draws after the simplest problem, one for each stratum."""
    for i, stratum in enumerate(check.over.strata):
        met: list[ProblemSpec] = []
        names = (seed, check.claim.name, check.name, i)
        draw(stratum, lambda problem, _, met=met: bool(met.append(problem)), 2, stream(*names))
        yield met[-1]


def wanted(row: Any) -> str:
    """The verdict that a row should have."""
    return "SUPPORTED" if row.control_of is None else "REFUTED"


def room(row: Any, allowed: Region) -> float:
    """How far inside the judged region an estimate is, or outside of it for a control, in margins;
    ±∞ without a finite estimate, as the verdict is what it should be or not."""
    if row.estimate is None:
        return inf if row.verdict == wanted(row) else -inf
    inside = 1 - reach(row.estimate, allowed, row.margin)
    return inside if row.control_of is None else -inside


def survey(file: str, name: str, seeds: Sequence[int], seconds: float, folder: Path) -> None:
    """Rule on one check's problems until the seeds or the processor's time are spent."""
    torch.set_num_threads(1)
    executor = Executor()
    check: Any = getattr(executor.module(file), name)
    full = f"{check.claim.name}::{name}"
    trial = CheckRun(check, file, f"{Path(file).name}::{name}", budget("quick"), executor, "survey")
    kept = folder / f"{check.claim.name}.{name}.jsonl"
    known = {(it["seed"], it["code"]) for it in lines(kept)}
    start = process_time()
    with kept.open("a", encoding="utf-8") as out:
        for seed in seeds:
            for problem in drawn(check, seed):
                if process_time() - start > seconds:
                    return
                if (seed, repr(problem)) in known:
                    continue
                row = replace(trial, seed=seed).row(problem, "drawn")
                if not row.applies:
                    continue
                told = ("verdict", "reason", "estimate", "n", "median_curve", "seconds")
                found = {"check": full, "seed": seed, "code": repr(problem)}
                found |= {"wanted": wanted(row), "room": room(row, check.expect)}
                found |= {field: getattr(row, field) for field in told}
                print(json.dumps(found), file=out, flush=True)


def lines(kept: Path) -> list[Found]:
    """What was found for one check, or nothing yet."""
    text = kept.read_text("utf-8") if kept.exists() else ""
    return [json.loads(line) for line in text.splitlines()]


def table(found: Sequence[Found]) -> str:
    """One Markdown row a check, least room first, and the problems that came out otherwise."""
    by_check: dict[str, list[Found]] = {}
    for it in found:
        by_check.setdefault(it["check"], []).append(it)
    text = ["| check | problems | not as wanted | most replicates | least room |"]
    text += ["|---|---:|---:|---:|---:|"]
    for full, some in sorted(by_check.items(), key=lambda item: least(item[1])):
        counts = (len(some), len(wrong(some)), max(it["n"] for it in some))
        text.append(f"| {full} | {' | '.join(map(str, counts))} | {least(some):.2f} |")
    text += ["", f"{len(wrong(found))} of {len(found)} problems came out otherwise than wanted."]
    text += [f"- {it['check']}: {it['reason']}\n  {it['code']}" for it in wrong(found)]
    return "\n".join(text)


def wrong(found: Sequence[Found]) -> list[Found]:
    """Checks that were not supported, controls that were not refuted."""
    return [it for it in found if it["verdict"] != it["wanted"]]


def least(found: Sequence[Found]) -> float:
    """The least room."""
    return min(it["room"] for it in found)


def main(words: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tools.calibration.survey")
    parser.add_argument("words", nargs="*", metavar="WORD", help="parts of claim::check")
    parser.add_argument("--seeds", type=int, default=20, help="how many")
    parser.add_argument("--first", type=int, default=1000, help="the first of them")
    parser.add_argument("--seconds", type=float, default=40.0, help="processor time of a check")
    parser.add_argument("--folder", type=Path, default=Path("reports/survey"))
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args(words)
    options.folder.mkdir(parents=True, exist_ok=True)
    seeds = range(options.first, options.first + options.seeds)
    chosen = list(checks(PROPERTIES, options.words))
    with ProcessPoolExecutor(options.workers, mp_context=get_context("spawn")) as pool:
        given = (seeds, options.seconds, options.folder)
        jobs = [(full, pool.submit(survey, file, name, *given)) for full, file, name in chosen]
        for full, job in jobs:
            job.result()
            print(full, file=sys.stderr, flush=True)
    found = [it for kept in sorted(options.folder.glob("*.jsonl")) for it in lines(kept)]
    print(table(found))
    return int(bool(wrong(found)))


if __name__ == "__main__":
    raise SystemExit(main())
