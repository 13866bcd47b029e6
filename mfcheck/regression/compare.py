"""Where two versions of a problem part: the first time, the first reading, and by how much.

At the first time at which any reading differs by more than its tolerance, the first one in the
order of computation is named; among weights, which move at once, the one that is off by most
tolerances. So a drift of one layer's rate or gradient is found in that layer.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf
from typing import NamedTuple

from mfcheck.regression.measure import SAFETY, Found, NamedNumbers, Recorded

TIME_DECIMALS = 9
"""Decimals to which two times must agree to be one: k·ε may round otherwise too."""


class Gap(NamedTuple):
    """One reading at one time: the largest difference, and what may be."""

    name: str
    gap: float
    tolerance: float

    @property
    def share(self) -> float:
        """The difference in tolerances; a number that is not finite is infinitely far off."""
        if self.gap == 0:
            return 0.0
        return self.gap / self.tolerance if self.gap < inf and self.tolerance else inf


@dataclass(frozen=True)
class Parting:
    """The first time t at which two versions differ, where first, and which others with it."""

    t: float
    first: Gap
    others: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """One problem in two versions.

    parting: None if all readings agree. worst: the largest difference in tolerances. bits: the
    same to the last bit. redrawn: what was drawn otherwise. missing: why there is nothing to
    compare, if so; excused: and why that is no fault.
    """

    name: str
    parting: Parting | None = None
    worst: float = 0.0
    bits: bool = False
    redrawn: tuple[str, ...] = ()
    missing: str = ""
    excused: bool = False
    same_start: bool = True

    @property
    def same(self) -> bool:
        """Whether nothing of this problem has changed but rounding."""
        return self.excused or not (self.parting or self.redrawn or self.missing)


def outcomes(old: Found, new: Found) -> list[Outcome]:
    """Every problem of either version; a problem that only the new one can run is no fault."""
    names = dict.fromkeys((*new.problems, *new.failed, *old.problems, *old.failed))
    return [_outcome(name, old, new) for name in names]


def _outcome(name: str, old: Found, new: Found) -> Outcome:
    if name in old.problems and name in new.problems:
        return compared(old.problems[name], new.problems[name])
    if name in new.failed:
        if name in old.failed:
            return Outcome(name, missing=f"runs in neither: {new.failed[name]}", excused=True)
        return Outcome(name, missing=f"no longer runs: {new.failed[name]}")
    if name in old.failed:
        return Outcome(
            name, missing=f"only the new version runs it ({old.failed[name]})", excused=True
        )
    gone = name in old.problems
    words = "is no longer among the problems" if gone else "is not in the golden file yet"
    return Outcome(name, missing=f"{words}: mfcheck guard save")


def compared(old: Recorded, new: Recorded) -> Outcome:
    """Two runs of one problem, at the times at which the old one was recorded."""
    recorded = {round(t, TIME_DECIMALS): numbers for t, numbers in new.rows}
    tolerances = _tolerances(old, new)
    rows = [
        (t, list(_gaps(numbers, recorded.get(round(t, TIME_DECIMALS), {}), tolerances)))
        for t, numbers in old.rows
    ]
    drawn = old.drawn.keys() | new.drawn.keys()
    return Outcome(
        old.name,
        next((_parting(t, gaps) for t, gaps in rows if any(g.share > 1 for g in gaps)), None),
        max((g.share for _, gaps in rows for g in gaps), default=0.0),
        old.bits == new.bits,
        tuple(sorted(k for k in drawn if old.drawn.get(k) != new.drawn.get(k))),
        same_start=old.start == new.start,
    )


def _tolerances(old: Recorded, new: Recorded) -> dict[str, float]:
    """SAFETY floors, of the version with the lower one: a wrong one may be rough."""
    sides = [m.floors for m in (old, new) if m.floors]
    names = {name for floors in sides for name in floors}
    return {k: SAFETY * min(floors.get(k, inf) for floors in sides) for k in names}


def _gaps(old: NamedNumbers, new: NamedNumbers, tolerances: dict[str, float]) -> Iterator[Gap]:
    """Every reading of either side; one that only one of them has is infinitely far off."""
    for name in dict.fromkeys((*old, *new)):
        one, other, gap = old.get(name, []), new.get(name, []), inf
        if len(one) == len(other):
            gap = max((_apart(a, b) for a, b in zip(one, other, strict=True)), default=0.0)
        yield Gap(name, gap, tolerances.get(name, 0.0))


def _apart(a: float, b: float) -> float:
    gap = abs(a - b)
    return gap if gap < inf else inf


def _parting(t: float, gaps: list[Gap]) -> Parting:
    apart = [g for g in gaps if g.share > 1]
    moved = [g for g in apart if _of_the_state(g.name)]
    first = max(moved, key=lambda g: g.share) if moved else apart[0]
    return Parting(t, first, tuple(g.name for g in apart if g is not first))


def _of_the_state(name: str) -> bool:
    return name.startswith(("w_", "b_")) or name in ("a", "h")
