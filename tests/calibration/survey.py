"""How near do rows come to their borders? Every check on many new problems, without its controls.

    python -m tests.calibration.survey [--seeds 20] [--first 1000] [--seconds 40] [WORD ...]

A seed of the wolf test shows each check one or two problems a stratum that no other seed has; what
one problem in a hundred would do is seen only by asking a hundred. Here a seed draws for each
stratum the problem that a run of that seed would draw after the simplest, and it is ruled on as the
quick budget rules. WORD: only checks whose claim::check holds one of them. What a problem came to
is a line in the folder, and is not measured again.

The room of a row is how far its estimate is from the border of the region as judged, in margins: 1
on the theorem's own border, 0 on the judged one, below that wrong.
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

from mfcheck.court.budget import budget
from mfcheck.court.claim import Check
from mfcheck.court.explore import draw, stream
from mfcheck.court.strategies import Generated
from mfcheck.engine.executor import Executor
from mfcheck.trial import Trial

PROPERTIES = Path(__file__).parents[2] / "properties"

Found = dict[str, Any]
"""What a problem came to: check, seed, code, verdict, reason, estimate, n, room, seconds."""


def checks(folder: Path, words: Sequence[str] = ()) -> Iterator[tuple[str, str, str]]:
    """(claim::check, file, check) of every check that is judged and draws problems."""
    for file in sorted(folder.glob("[!_]*.py")):
        module = Executor().module(str(file))
        for name, it in vars(module).items():
            if isinstance(it, Check) and it.name == name and it.can_be_hunted:
                full = f"{it.claim.name}::{name}"
                if not words or any(word in full for word in words):
                    yield full, str(file), name


def drawn(check: Check, seed: int) -> Iterator[Generated]:
    """What a run of that seed draws after the simplest problem, one for each stratum."""
    for i, stratum in enumerate(check.over.strata):
        met: list[Generated] = []
        names = (seed, check.claim.name, check.name, i)
        draw(stratum, lambda problem, _, met=met: bool(met.append(problem)), 2, stream(*names))
        yield met[-1]


def room(row: Any) -> float | None:
    """How far inside the judged region a row's estimate is, in margins; None without one."""
    if row.estimate is None:
        return None
    above = inf if row.allowed_high is None else row.allowed_high - row.estimate
    below = inf if row.allowed_low is None else row.estimate - row.allowed_low
    return min(above, below) / row.margin + 1


def survey(file: str, name: str, seeds: Sequence[int], seconds: float, folder: Path) -> None:
    """Rule on one check's problems until the seeds or the processor's time are spent."""
    torch.set_num_threads(1)
    executor = Executor()
    check: Check = getattr(executor.module(file), name)
    full = f"{check.claim.name}::{name}"
    trial = Trial(check, file, f"{Path(file).name}::{name}", budget("quick"), executor, "survey")
    kept = folder / f"{check.claim.name}.{name}.jsonl"
    known = {(it["seed"], it["code"]) for it in lines(kept)}
    start = process_time()
    with kept.open("a", encoding="utf-8") as out:
        for seed in seeds:
            for problem in drawn(check, seed):
                if process_time() - start > seconds:
                    return
                if (seed, f"{problem!r}") in known:
                    continue
                row = replace(trial, seed=seed).row(problem, "drawn")
                told = ("verdict", "reason", "estimate", "n", "median_curve", "seconds")
                found = {"check": full, "seed": seed, "code": f"{problem!r}", "room": room(row)}
                found |= {field: getattr(row, field) for field in told}
                print(json.dumps(found), file=out, flush=True)


def lines(kept: Path) -> list[Found]:
    """What was found for one check, or nothing yet."""
    text = kept.read_text("utf-8") if kept.exists() else ""
    return [json.loads(line) for line in text.splitlines()]


def table(found: Sequence[Found]) -> str:
    """One Markdown row a check, least room first, and the problems that are not supported."""
    by_check: dict[str, list[Found]] = {}
    for it in found:
        by_check.setdefault(it["check"], []).append(it)
    text = ["| check | problems | refuted | undecided | most replicates | least room |"]
    text += ["|---|---:|---:|---:|---:|---:|"]
    ranked = sorted(by_check.items(), key=lambda item: min(map(least, item[1])))
    for full, some in ranked:
        refuted, open_ = (sum(it["verdict"] == v for it in some) for v in ("REFUTED", UNDECIDED))
        most, near = max(it["n"] for it in some), min(map(least, some))
        cells = (full, len(some), refuted, open_, most, f"{near:.2f}")
        text.append(f"| {' | '.join(map(str, cells))} |")
    wrong = [it for it in found if it["verdict"] != "SUPPORTED"]
    text += ["", f"{len(wrong)} of {len(found)} problems are not supported."]
    text += [f"- {it['check']}, seed {it['seed']}: {it['reason']}\n  {it['code']}" for it in wrong]
    return "\n".join(text)


UNDECIDED = "INCONCLUSIVE"


def least(it: Found) -> float:
    """The room of a problem, −∞ if it has none."""
    return -inf if it["room"] is None else it["room"]


def main(words: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.calibration.survey")
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
    return int(any(it["verdict"] == "REFUTED" for it in found))


if __name__ == "__main__":
    raise SystemExit(main())
