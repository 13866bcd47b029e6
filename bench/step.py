"""How long a step of SGD takes, here and elsewhere.

    python -m bench.step [--quick] [--json FILE]

prints one Markdown table; docs/performance.md says how to read it. JAX takes part where it is
installed: pip install 'mfcheck[bench]'.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import torch

from bench.measure import Measured, measure
from bench.peers import installed
from bench.table import table
from bench.task import Cell

CELLS = tuple(
    Cell(N, batch, replicates, steps, points)
    for batch, points, steps in ((32, 12, 50), (32, 64, 50), (1, 12, 200))
    for N, replicates in ((64, 32), (256, 16), (1024, 4))
)
QUICK = (Cell(16, 4, 3, 4, 3), Cell(16, 4, 3, 4), Cell(16, 1, 3, 4, 3))


def bench(cells: Sequence[Cell], repeats: int) -> list[Measured]:
    """Every cell measured, on one thread."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        return [measure(cell, installed(), repeats) for cell in cells]
    finally:
        torch.set_num_threads(threads)


def main(words: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.step")
    parser.add_argument("--quick", action="store_true", help="tiny cells: does it run?")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep all timings")
    options = parser.parse_args(words)
    measured = bench(QUICK, 2) if options.quick else bench(CELLS, 5)
    if options.json:
        options.json.write_text(json.dumps([asdict(m) for m in measured], indent=1), "utf-8")
    print(table(measured))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
