"""How many replicates a decision would take, if the observed proportions stayed as they are."""

from collections.abc import Iterator
from typing import Any

from mfcheck.stats.counts import count_sides
from mfcheck.stats.design import Procedure
from mfcheck.stats.region import Region
from mfcheck.stats.rule import Verdict, rule

MOST = 2**20
"""The largest number of replicates that is considered; beyond it no budget goes."""


def replicates_needed(values: Any, region: Region, procedure: Procedure) -> int | None:
    """The first round at which the (n,) observed values, in the same proportions, would decide.

    Candidates are n itself, the later rounds, and doublings of the last round up to `MOST`. None
    if none of them decides: about as many replicates lie on one side of the border as on the
    other, or too many are NaN. An extrapolation for the reader, which decides nothing.
    """
    counts = count_sides(values, region)
    for n in _candidates(counts.n, procedure):
        if rule(counts.scaled(n), region, procedure) is not Verdict.INCONCLUSIVE:
            return n
    return None


def _candidates(n: int, procedure: Procedure) -> Iterator[int]:
    """n, then the rounds and the doublings of the last one that exceed n."""
    yield n
    yield from (size for size in procedure.rounds if size > n)
    size = procedure.rounds[-1]
    while (size := 2 * size) <= MOST:
        if size > n:
            yield size
