"""Measuring one cell: the peers agree first, then run in turn.

Time is processor time of this process: with one thread each it is what a clock shows on an idle
machine, and on a shared one it does not count the work of others.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median
from time import process_time

import numpy as np

from bench.peers import Peer
from bench.task import Cell, Run, Weights, task

ROUNDING = 256 * float(np.finfo(np.float32).eps)
"""By how much final weights may differ, relative to the largest: float32 rounding of a run."""


@dataclass(frozen=True)
class Timing:
    """Microseconds per step, one for each repetition.

    gap: the distance of the final weights to the engine's. setup: seconds before the first run,
    compiling included.
    """

    peer: str
    times: tuple[float, ...]
    gap: float
    setup: float

    @property
    def median(self) -> float:
        """The median over repetitions."""
        return median(self.times)


@dataclass(frozen=True)
class Measured:
    """A cell and the timings of the peers that ran, by name."""

    cell: Cell
    timings: dict[str, Timing]

    def ratio(self, peer: str) -> float:
        """The peer's median time over that of the first, this engine: above 1, the engine wins."""
        return self.timings[peer].median / next(iter(self.timings.values())).median


def measure(cell: Cell, peers: Mapping[str, Peer], repeats: int) -> Measured:
    """Let the peers agree on the cell, which warms them up, then time them in rotating order."""
    arrays, runs, setup, final = task(cell), {}, {}, {}
    for name, peer in peers.items():
        begin = process_time()
        runs[name] = peer(arrays)
        setup[name] = process_time() - begin
        final[name] = runs[name]()
    gaps = agree(final)
    names, seconds = list(runs), {name: [] for name in runs}
    for k in range(repeats):
        turn = k % len(names)
        for name in names[turn:] + names[:turn]:
            seconds[name].append(_seconds(runs[name]) * 1e6 / cell.steps)
    timings = {n: Timing(n, tuple(seconds[n]), gaps[n], setup[n]) for n in names}
    return Measured(cell, timings)


def agree(final: Mapping[str, Weights]) -> dict[str, float]:
    """The distance of each peer's final weights to the first's; too large a one is an error."""
    first = next(iter(final.values()))
    gaps = {name: _gap(first, weights) for name, weights in final.items()}
    for name, gap in gaps.items():
        if not gap <= ROUNDING:
            raise ArithmeticError(f"{name} differs by {gap:.2g}, allowed is {ROUNDING:.2g}")
    return gaps


def _gap(one: Weights, other: Weights) -> float:
    pairs = list(zip(one, other, strict=True))
    return max(float(np.abs(a - b).max() / np.abs(a).max()) for a, b in pairs)


def _seconds(run: Run) -> float:
    begin = process_time()
    run()
    return process_time() - begin
