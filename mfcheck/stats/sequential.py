"""The whole procedure: round after round of replicates, until a look decides."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from mfcheck.errors import invalid
from mfcheck.stats.design import Procedure
from mfcheck.stats.inputs import numbers
from mfcheck.stats.judge import judge
from mfcheck.stats.look import Look
from mfcheck.stats.region import Region
from mfcheck.stats.rule import Verdict

Judge = Callable[[Any, Region | None, Procedure, int], Look]
"""A judge of the values at one look: `judge`, or `exceedance`."""

Drawing = Callable[[int, int], Any]
"""draw(a, b): the values (b − a,) of replicates a ... b − 1, the same however they are asked."""


def looks(
    draw: Drawing, region: Region | None, procedure: Procedure, judged: Judge = judge
) -> Iterator[Look]:
    """One `Look` per round, up to and including the first that decides.

    The caller may stop in between (out of time): the looks that were taken keep their levels.
    A row without a region is reported after its first round.

    Raises InvalidArgument if `draw` returns another number of values than it was asked for.
    """
    values = np.empty(0)
    for index, n in enumerate(procedure.rounds):
        fresh = numbers("draw(a, b)", draw(len(values), n), dims=1)
        if len(fresh) != n - len(values):
            rule = f"was asked for replicates {len(values)} to {n - 1}"
            raise invalid("len(draw(a, b))", len(fresh), rule, "return b - a values")
        values = np.concatenate([values, fresh])
        look = judged(values, region, procedure, index)
        yield look
        if look.verdict is not Verdict.INCONCLUSIVE:
            return


def decide(
    draw: Drawing, region: Region | None, procedure: Procedure, judged: Judge = judge
) -> Look:
    """The last look: the one that decided, or the last round's INCONCLUSIVE."""
    *_, last = looks(draw, region, procedure, judged)
    return last
