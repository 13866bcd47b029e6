"""Plant each bug of the table in a copy of the project and see that its catchers catch it.

    python -m tests.mutants.plant [-n WORKERS] [--fresh] [--select NODE,...] [name ...]

Every catcher must be green on the sound copy, and each catcher of a bug fail on the bug. One
Markdown row per bug is printed. A run over the whole table in which all is as it should be renews
the record, mfcheck/report/planted.json, and docs/planted-bugs.md. What an interrupted run has
found is kept in reports/mutants and not tried again while no source has changed.

With --select, pytest runs these nodes in the place of the catchers (`--select properties`: all
the claims, minutes a bug), and nothing is recorded. Exit code 1 if a bug survives, one marked
equivalent does not, or a catcher fails on the sound copy.
"""

import argparse
import shutil
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from queue import Queue
from tempfile import TemporaryDirectory
from time import perf_counter

from tests.mutants import record
from tests.mutants.attempt import Words
from tests.mutants.bug import Bug
from tests.mutants.kept import Kept
from tests.mutants.nursery import Nursery
from tests.mutants.planted import BUGS
from tests.mutants.tried import Tried, job, tried, unsound

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("mfcheck", "properties", "tests", "docs", "Makefile", "README.md", "pyproject.toml")
"""What tests and claims read."""

LONG = 3600.0
"""Seconds after which an attempt with --select is given up."""


def copy(source: Path, folder: Path) -> Path:
    """The project's files in another folder."""
    for name in PARTS:
        if (source / name).is_dir():
            away = shutil.ignore_patterns("__pycache__")
            shutil.copytree(source / name, folder / name, ignore=away)
        else:
            shutil.copy(source / name, folder)
    return folder


def plant(bug: Bug, folder: Path) -> None:
    """Put the bug into the copy in `folder`. Raises Stale if the source has changed under it."""
    path = folder / "mfcheck" / bug.file
    path.write_text(bug.planted(path.read_text("utf-8")), "utf-8")


class Workers:
    """So many nurseries on one folder, asked from as many threads; a context."""

    def __init__(self, home: Path, count: int, kept: Kept) -> None:
        self.kept, self.count, self.free = kept, count, Queue[Nursery]()
        self.nurseries = [Nursery(home) for _ in range(count)]
        for nursery in self.nurseries:
            self.free.put(nursery)
        self.pool = ThreadPoolExecutor(count)

    def __enter__(self) -> "Workers":
        return self

    def __exit__(self, *error: object) -> None:
        self.pool.shutdown(cancel_futures=True)
        for nursery in self.nurseries:
            nursery.close()

    def ask(self, name: str, asked: Words) -> Words:
        """The answer as it was kept, or of the first nursery that is free."""
        if (known := self.kept.get(name, asked)) is not None:
            return known
        nursery = self.free.get()
        try:
            answer = nursery.ask(asked)
        finally:
            self.free.put(nursery)
        self.kept.keep(name, asked, answer)
        return answer

    def answers(self, jobs: dict[str, Words]) -> Iterator[tuple[str, Words]]:
        """Name and answer of each job, as they come in."""
        asked = {self.pool.submit(self.ask, name, one): name for name, one in jobs.items()}
        for done in as_completed(asked):
            yield asked[done], done.result()


def batches(nodes: Sequence[str], count: int) -> dict[str, Words]:
    """The nodes in at most `count` jobs, those of one file together."""
    files = list(dict.fromkeys(node.split("::")[0] for node in nodes))
    shares = [set(files[k::count]) for k in range(count)]
    groups = [[node for node in nodes if node.split("::")[0] in share] for share in shares]
    return {f"sound {k}": {"nodes": group} for k, group in enumerate(groups) if group}


def faults(workers: Workers, nodes: Sequence[str]) -> list[str]:
    """What is wrong with the catchers on the sound copy: nothing, if each of them is green."""
    jobs, found = batches(nodes, 4 * workers.count), []  # few are lost if it is interrupted
    for name, answer in workers.answers({k: v | {"limit": LONG} for k, v in jobs.items()}):
        found += [answer["broken"]] if answer["broken"] else unsound(jobs[name]["nodes"], answer)
    return found


def attempts(workers: Workers, bugs: Sequence[Bug], nodes: list[str], home: Path) -> list[Tried]:
    """Every bug tried, each row of the table printed as it is known."""
    known, found = {bug.name: bug for bug in bugs}, {}
    more = {"limit": LONG} if nodes else {}
    jobs = {bug.name: job(bug, home, nodes) | more for bug in bugs}
    for name, answer in workers.answers(jobs):
        found[name] = tried(known[name], answer, nodes)
        shown = {"by": list(found[name].red)} if nodes else {}
        print(record.line(record.entry(found[name]) | shown), flush=True)
    return [found[bug.name] for bug in bugs]


def main(words: Sequence[str] | None = None) -> int:
    """The command line; the exit code."""
    known = {bug.name: bug for bug in BUGS}
    parser = argparse.ArgumentParser(prog="python -m tests.mutants.plant")
    parser.add_argument("-n", type=int, default=2, dest="workers", help="processes (default 2)")
    parser.add_argument("--fresh", action="store_true", help="try again what was found before")
    parser.add_argument("--select", default="", help="what pytest runs, instead of the catchers")
    parser.add_argument("names", nargs="*", metavar="name", help="bugs of the table, or all")
    options = parser.parse_args(words)
    if strange := [name for name in options.names if name not in known]:
        parser.error(f"unknown: {', '.join(strange)}; known: {', '.join(known)}")
    bugs = [known[name] for name in options.names or known]
    nodes, start = [node for node in options.select.split(",") if node], perf_counter()
    with TemporaryDirectory() as scratch:
        home = copy(ROOT, Path(scratch))
        kept = Kept(ROOT / "reports" / "mutants" / "answers.jsonl", home, options.fresh)
        with Workers(home, options.workers, kept) as workers:
            red = faults(workers, nodes or sorted({node for bug in bugs for node in bug.by}))
            print(*(f"not green on the sound copy: {node}" for node in red), record.HEAD, sep="\n")
            found = attempts(workers, bugs, nodes, home)
        wrong = [one.bug.name for one in found if not one.expected]
        seconds = perf_counter() - start
        if not (options.names or nodes or red or wrong):
            record.write(ROOT, home, found, seconds)
    caught = sum(one.caught for one in found)
    print(
        f"\n{caught} of {len(found)} caught, {seconds:.0f} s; not as expected: {wrong or 'none'}."
    )
    return 1 if wrong or red else 0


if __name__ == "__main__":
    sys.exit(main())
