"""How long a step of SGD takes on the processor and on a GPU, by the same code.

    python -m bench.device [--quick]

prints one Markdown table; docs/performance.md says how to read it. Without a CUDA device its column
is empty.
"""

import argparse
import os
from collections.abc import Callable, Sequence
from statistics import median
from time import perf_counter

import torch

import mfcheck as mf
from bench.peers import networks
from bench.task import Cell, task

CELLS = tuple(
    Cell(N, batch, replicates, steps=20, points=64)
    for batch in (1, 32)
    for N, replicates in ((64, 64), (256, 64), (1024, 16), (2048, 8))
)
QUICK = (Cell(16, 4, 3, 4, 3), Cell(16, 1, 3, 4, 3))


def run(cell: Cell, device: str) -> Callable[[], None]:
    """All steps of the cell on a device, in float32; returns when they are done."""
    given = task(cell)
    model, state, data = networks(given)
    state, stream = state.to(device=device), torch.from_numpy(given.index).to(device)
    T = cell.steps * given.eps

    def steps() -> None:
        end = mf.sgd(model, state, data, given.eps, T, stream=stream, at=[T])
        assert bool(torch.isfinite(end.loss).all())  # reading it waits for the device

    return steps


def microseconds(cell: Cell, device: str, threads: int, repeats: int = 3) -> float:
    """One step of all replicates: the median on the clock, after a run that warms up."""
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        steps = run(cell, device)
        steps()
        return median(_seconds(steps) for _ in range(repeats)) * 1e6 / cell.steps
    finally:
        torch.set_num_threads(before)


def _seconds(steps: Callable[[], None]) -> float:
    start = perf_counter()
    steps()
    return perf_counter() - start


def table(cells: Sequence[Cell]) -> str:
    """A row a cell: one thread, all threads, the GPU, and its ratio to the better of the two."""
    gpu = torch.cuda.get_device_name() if torch.cuda.is_available() else None
    cores = os.cpu_count() or 1
    lines = [f"| batch | N | replicates | 1 thread | {cores} threads | {gpu or 'no GPU'} | ratio |"]
    lines += ["| ---: | ---: | ---: | ---: | ---: | ---: | ---: |"]
    for cell in cells:
        one, many = (microseconds(cell, "cpu", threads) for threads in (1, cores))
        fast = microseconds(cell, "cuda", 1) if gpu else None
        ends = f"{fast:,.0f} µs | **{min(one, many) / fast:.2f}**" if fast else " | "
        shape = f"{cell.batch} | {cell.N} | {cell.replicates}"
        lines.append(f"| {shape} | {one:,.0f} µs | {many:,.0f} µs | {ends} |")
    return "\n".join(lines)


def main(words: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.device")
    parser.add_argument("--quick", action="store_true", help="tiny cells: does it run?")
    print(table(QUICK if parser.parse_args(words).quick else CELLS))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
