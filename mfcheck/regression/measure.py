"""A problem run in several orders: its numbers, what was drawn, and how far rounding carries it.

The floor of a reading is the largest change of any of its numbers, at any time, when neurons and
data points are numbered otherwise and adaptive solvers are asked for tenfold tighter tolerances.
It is at least ULPS units in the last place of the problem's largest number, since two orders may
round alike by luck. A version may differ by SAFETY floors: other processors and libraries round
sums, exp and tanh otherwise too, and no drift of half a percent is anywhere near.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from math import ceil, floor, inf, log10

import torch
from torch import Tensor

from mfcheck.regression.case import Case
from mfcheck.regression.observables import CaseRun, Values, tensor_digest
from mfcheck.regression.reordering import AS_WRITTEN, REORDERINGS

SAFETY = 100
"""A version may differ by so many floors."""

ULPS = 8
"""Units in the last place that no floor lies below."""

FEW = 4
"""Rows of a problem that a golden file keeps: the first two, the middle and the last."""

NamedNumbers = dict[str, list[float]]


@dataclass(frozen=True)
class Recorded:
    """A problem as one version of the simulator runs it.

    rows: (t, numbers by reading, in the order of computation). floors: by reading; empty where
    they were not measured. bits, start, drawn: hashes of every number of every row, of the
    weights that were drawn, and of whole numbers that were drawn.
    """

    name: str
    words: str
    rows: list[tuple[float, NamedNumbers]]
    floors: dict[str, float]
    bits: str
    start: str
    drawn: dict[str, str]

    def thinned(self, count: int = FEW) -> "Recorded":
        """The same with at most `count` rows: the first two, and others up to the last."""
        n = len(self.rows)
        if n <= count:
            return self
        later = {round(k * (n - 1) / (count - 2)) for k in range(1, count - 1)}
        return replace(self, rows=[self.rows[k] for k in sorted({0, 1} | later)])


@dataclass(frozen=True)
class Found:
    """What a version made of the problems: measured, or the error that one of them raised."""

    problems: dict[str, Recorded]
    failed: dict[str, str] = field(default_factory=dict)
    written_by: dict[str, str] = field(default_factory=dict)


def measure_all(cases: Iterable[Case], floors: bool = True) -> Found:
    """Every case, whatever becomes of the others."""
    problems, failed = {}, {}
    for case in cases:
        try:
            problems[case.name] = measure(case, floors)
        except Exception as error:
            failed[case.name] = f"{type(error).__name__}: {error}"
    return Found(problems, failed)


def measure(case: Case, floors: bool = True) -> Recorded:
    """The case in its plain order; with floors, in the other orders too."""
    torch.set_num_threads(1)
    run = case.run(AS_WRITTEN)
    return Recorded(
        case.name,
        case.words,
        [(t, {name: tensor_digest(v) for name, v in values.items()}) for t, values in run.rows],
        _floors(run, [case.run(order) for order in REORDERINGS]) if floors else {},
        tensors_fingerprint(v for _, values in run.rows for v in values.values()),
        tensors_fingerprint(run.start.values()),
        {name: tensors_fingerprint([v]) for name, v in run.drawn.items()},
    )


def tensors_fingerprint(tensors: Iterable[Tensor]) -> str:
    """A hash of shapes and bits."""
    h = sha256()
    for v in tensors:
        h.update(repr((tuple(v.shape), str(v.dtype))).encode())
        h.update(v.detach().contiguous().numpy().tobytes())
    return h.hexdigest()[:16]


def _floors(run: CaseRun, others: Sequence[CaseRun]) -> dict[str, float]:
    """What rounding does to each reading, rounded up to 1, 2 or 5 times a power of ten."""
    sizes = [_size(v) for _, values in run.rows for v in values.values()]
    largest = max((size for size in sizes if 0 < size < inf), default=1.0)
    least = ULPS * torch.finfo(torch.float64).eps * largest
    found = {name: least for _, values in run.rows for name in values}
    for other in others:
        for (_, a), (_, b) in zip(run.rows, other.rows, strict=True):
            finite = {name: gap for name, gap in _gaps(a, b) if gap < inf}
            found |= {name: max(found[name], gap) for name, gap in finite.items()}
    return {name: rounded_up(gap) for name, gap in found.items()}


def _gaps(a: Values, b: Values) -> Iterable[tuple[str, float]]:
    return ((name, _size(v - b[name])) for name, v in a.items())


def _size(v: Tensor) -> float:
    return float(v.abs().max())


def rounded_up(x: float) -> float:
    """The least of 1, 2, 5 times a power of ten that is not below x > 0."""
    power = floor(log10(x))
    for lead in (1, 2, 5, 10):
        if (up := float(f"{lead}e{power}")) >= x:
            return up
    return float(f"1e{power + 1}")


def places(floor: float) -> int:
    """Decimals that are promised under a tolerance of SAFETY floors: to a quarter of it."""
    return max(0, ceil(-log10(SAFETY * floor / 4)))
