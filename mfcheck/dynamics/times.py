"""When to record: grids of times for flows and for steps of size ε (time t = k·ε)."""

from collections.abc import Iterable
from itertools import pairwise

import numpy as np

from mfcheck.arrays import positive
from mfcheck.errors import invalid

ROWS = 21
"""Rows of the default grid, from 0 to T."""


def flow_times(T: float, at: Iterable[float] | None) -> list[float]:
    """Increasing times in [0, T]; by default 21 of them."""
    positive("T", T)
    times = list(map(float, np.linspace(0, T, ROWS) if at is None else at))
    inside = all(0 <= t <= T * (1 + 1e-12) for t in times)
    if not times or not inside or any(a >= b for a, b in pairwise(times)):
        raise invalid("at", times, f"times increase within [0, T = {T:g}]", "sort and clip them")
    return times


def step_times(steps: int, eps: float, at: Iterable[float] | None) -> list[int]:
    """Step numbers k with t = k·ε; by default at most 21 of them, first and last included."""
    if at is None:
        return sorted(set(np.linspace(0, steps, ROWS).round().astype(int).tolist()))
    times = flow_times(steps * eps, at)
    ks = [round(t / eps) for t in times]
    off = [t for t, k in zip(times, ks, strict=True) if abs(t - k * eps) > 1e-9 * max(eps, t)]
    if off:
        near = [round(t / eps) * eps for t in off]
        raise invalid("at", off, f"times are multiples of eps = {eps:g}", f"nearest: {near}")
    return ks
