"""Plant each mutant of the table in a copy of the project and see that its catchers catch it.

    python -m tools.mutation.mutate [-n WORKERS] [--fresh] [--select NODE,...] [name ...]

Every catcher must be green on the sound copy, and each catcher of a mutant fail on the mutant. One
Markdown row per mutant is printed. A run over the whole table in which all is as it should be
renews the record, tools/mutation/record.json, and docs/mutants.md. What an interrupted run has
found is kept in reports/mutants and not tried again while no source has changed.

With --select, pytest runs these nodes in the place of the catchers (`--select properties`: all
the claims, minutes a mutant), and nothing is recorded. Exit code 1 if a mutant survives, one marked
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

from tools.mutation import record
from tools.mutation.attempt import Words
from tools.mutation.fork_server import ForkServer
from tools.mutation.kept import Kept
from tools.mutation.mutant import Mutant
from tools.mutation.mutants import MUTANTS
from tools.mutation.tried import Tried, job, tried, unsound

ROOT = Path(__file__).resolve().parents[2]
PARTS = (
    *("mfcheck", "properties", "tests", "docs"),
    *("Makefile", "README.md", "CONTRIBUTING.md", "pyproject.toml"),
)
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


def plant(mutant: Mutant, folder: Path) -> None:
    """Put the mutant into the copy in `folder`. Raises Stale if the source has changed under it."""
    path = folder / "mfcheck" / mutant.file
    path.write_text(mutant.planted(path.read_text("utf-8")), "utf-8")


class Workers:
    """So many fork servers on one folder, asked from as many threads; a context."""

    def __init__(self, home: Path, count: int, kept: Kept) -> None:
        self.kept, self.count, self.free = kept, count, Queue[ForkServer]()
        self.servers = [ForkServer(home) for _ in range(count)]
        for fork_server in self.servers:
            self.free.put(fork_server)
        self.pool = ThreadPoolExecutor(count)

    def __enter__(self) -> "Workers":
        return self

    def __exit__(self, *error: object) -> None:
        self.pool.shutdown(cancel_futures=True)
        for fork_server in self.servers:
            fork_server.close()

    def ask(self, name: str, asked: Words) -> Words:
        """The answer as it was kept, or of the first fork_server that is free."""
        if (known := self.kept.get(name, asked)) is not None:
            return known
        fork_server = self.free.get()
        try:
            answer = fork_server.ask(asked)
        finally:
            self.free.put(fork_server)
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


def attempts(
    workers: Workers, mutants: Sequence[Mutant], nodes: list[str], home: Path
) -> list[Tried]:
    """Every mutant tried, each row of the table printed as it is known."""
    known, found = {mutant.name: mutant for mutant in mutants}, {}
    more = {"limit": LONG} if nodes else {}
    jobs = {mutant.name: job(mutant, home, nodes) | more for mutant in mutants}
    for name, answer in workers.answers(jobs):
        found[name] = tried(known[name], answer, nodes)
        shown = {"by": list(found[name].red)} if nodes else {}
        print(record.line(record.entry(found[name]) | shown), flush=True)
    return [found[mutant.name] for mutant in mutants]


def main(words: Sequence[str] | None = None) -> int:
    """The command line; the exit code."""
    known = {mutant.name: mutant for mutant in MUTANTS}
    parser = argparse.ArgumentParser(prog="python -m tools.mutation.mutate")
    parser.add_argument("-n", type=int, default=2, dest="workers", help="processes (default 2)")
    parser.add_argument("--fresh", action="store_true", help="try again what was found before")
    parser.add_argument("--select", default="", help="what pytest runs, instead of the catchers")
    parser.add_argument("names", nargs="*", metavar="name", help="mutants of the table, or all")
    options = parser.parse_args(words)
    if strange := [name for name in options.names if name not in known]:
        parser.error(f"unknown: {', '.join(strange)}; known: {', '.join(known)}")
    mutants = [known[name] for name in options.names or known]
    nodes, start = [node for node in options.select.split(",") if node], perf_counter()
    with TemporaryDirectory() as scratch:
        home = copy(ROOT, Path(scratch))
        kept = Kept(ROOT / "reports" / "mutants" / "answers.jsonl", home, options.fresh)
        with Workers(home, options.workers, kept) as workers:
            red = faults(
                workers, nodes or sorted({node for mutant in mutants for node in mutant.by})
            )
            print(*(f"not green on the sound copy: {node}" for node in red), record.HEAD, sep="\n")
            found = attempts(workers, mutants, nodes, home)
        wrong = [one.mutant.name for one in found if not one.expected]
        seconds = perf_counter() - start
        if not (options.names or nodes or red or wrong):
            record.write(ROOT, home, found, seconds)
    killed = sum(one.killed for one in found)
    print(
        f"\n{killed} of {len(found)} killed, {seconds:.0f} s; not as expected: {wrong or 'none'}."
    )
    return 1 if wrong or red else 0


if __name__ == "__main__":
    sys.exit(main())
