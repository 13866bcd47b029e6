"""Where the replicates lie: the only thing about them that a decision looks at."""

from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np

from mfcheck.stats.inputs import numbers
from mfcheck.stats.region import Region


@dataclass(frozen=True)
class Counts:
    """How many of n values lie below, inside and above a region; NaN values lie nowhere.

    below: v < low. inside: low <= v <= high. above: v > high. unknown: NaN. diverged: v = +inf,
    counted once more on its own. below + inside + above + unknown = n.
    """

    n: int
    below: int
    inside: int
    above: int
    unknown: int
    diverged: int

    def scaled(self, n: int) -> "Counts":
        """The counts of n values in the same proportions, rounded down."""
        parts = (self.below, self.inside, self.above, self.unknown, self.diverged)
        return Counts(n, *(part * n // self.n for part in parts))


def count_sides(values: Any, region: Region | None) -> Counts:
    """Counts of the (n,) values; without a region every known value is inside."""
    v = numbers("values", values, dims=1)
    low, high = (region.low, region.high) if region else (-inf, inf)
    places = (v < low, (low <= v) & (v <= high), v > high, np.isnan(v), v == inf)
    return Counts(len(v), *(int(np.sum(place)) for place in places))
