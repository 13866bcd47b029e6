"""Measurements as a Markdown table: one row a cell, one column a peer."""

from collections.abc import Sequence
from math import prod

from bench.measure import Measured, Timing
from bench.peers import PEERS

ENGINE, *RIVALS = PEERS


def table(measured: Sequence[Measured]) -> str:
    """The table, the geometric means, what JAX took to compile, and where this engine loses."""
    names = ["batch", "points", "N", "replicates", *PEERS]
    lines = [_row(names), _row(["---:"] * len(names))]
    lines += [_row([*_size(m), *(_entry(m, peer) for peer in PEERS)]) for m in measured]
    for words, kept in groups(measured).items():
        lines += [_row(["", "", "", "", f"geometric mean, {words}", *_means(kept)])]
    return "\n".join([*lines, "", *_remarks(measured)])


def groups(measured: Sequence[Measured]) -> dict[str, list[Measured]]:
    """The grid of the goals, on few data points, and the same grid with no repeats to count."""
    few = min(m.cell.points for m in measured)
    return {
        f"{few} points": [m for m in measured if m.cell.points == few],
        "batches not larger than the data": [m for m in measured if m.cell.batch <= m.cell.points],
    }


def geometric(ratios: Sequence[float]) -> float:
    """The geometric mean."""
    return prod(ratios) ** (1 / len(ratios))


def ratios(measured: Sequence[Measured], peer: str) -> list[float]:
    """The peer's ratio in every cell; empty where it is not installed."""
    return [m.ratio(peer) for m in measured if peer in m.timings]


def losses(measured: Sequence[Measured]) -> list[str]:
    """The cells where a peer's median is below this engine's."""
    return [
        f"{peer} at N = {m.cell.N}, batch {m.cell.batch} of {m.cell.points} points: "
        f"{m.ratio(peer):.2f}"
        for m in measured
        for peer in RIVALS
        if peer in m.timings and m.ratio(peer) < 1
    ]


def _entry(m: Measured, peer: str) -> str:
    if peer not in m.timings:
        return "not installed"
    t = m.timings[peer]
    ratio = "" if peer == ENGINE else f"**{m.ratio(peer):.2f}** · "
    return f"{ratio}{t.median:,.0f} µs ({min(t.times):,.0f}..{max(t.times):,.0f})"


def _means(measured: Sequence[Measured]) -> list[str]:
    found = [ratios(measured, peer) for peer in RIVALS]
    return [f"**{geometric(r):.2f}**" if r else "not installed" for r in found]


def _remarks(measured: Sequence[Measured]) -> list[str]:
    every = [t for m in measured for t in m.timings.values()]
    lost = losses(measured)
    return [
        f"Largest relative difference of final weights: {max(t.gap for t in every):.1e}.",
        f"Compiling, once a shape and in no time above: {_compiling(every)}.",
        f"This engine loses: {'; '.join(lost) if lost else 'nowhere'}.",
    ]


def _compiling(timings: Sequence[Timing]) -> str:
    seconds = [t.setup for t in timings if t.peer.startswith("JAX")]
    return f"JAX {min(seconds):.1f}..{max(seconds):.1f} s" if seconds else "JAX is not installed"


def _size(m: Measured) -> list[str]:
    c = m.cell
    return [str(n) for n in (c.batch, c.points, c.N, c.replicates)]


def _row(entries: Sequence[str]) -> str:
    return f"| {' | '.join(entries)} |"
