"""By what a row is judged: its region with the margin, the procedure, what false it excludes."""

from dataclasses import dataclass, replace

import numpy as np
import torch

from mfcheck.arrays import ROUNDING
from mfcheck.claims.budget import Budget
from mfcheck.claims.check import Check
from mfcheck.claims.neighbour import standard_neighbours
from mfcheck.claims.study import Study
from mfcheck.evidence.measured import Measured
from mfcheck.evidence.row_parts import NeighbourRecord
from mfcheck.run.resolution import resolved
from mfcheck.stats import (
    Look,
    Procedure,
    Region,
    Verdict,
    count_sides,
    judge,
    judge_exceedance,
    rule,
)
from mfcheck.stats import judge_identity as judge_identity
from mfcheck.stats.sequential import Judge


@dataclass(frozen=True)
class RowRule:
    """The rule for one study of a check under a budget."""

    check: Check
    budget: Budget
    study: Study

    @property
    def region(self) -> Region | None:
        """What is judged: the region of the check with the margin of the budget."""
        expect = self.check.expect
        return expect and expect.widened(self.check.margin(self.budget, self.study.estimator))

    @property
    def procedure(self) -> Procedure:
        """The budget's, for the quantile that the study asks for."""
        return replace(self.budget.procedure, quantile=self.study.quantile)

    @property
    def judged(self) -> Judge:
        """The judge of numbers, or of an event."""
        return judge if self.study.above is None else judge_exceedance

    def look(self, values: np.ndarray, index: int) -> Look:
        """The look of that number at values (points, replicates)."""
        if self.study.estimator == "identity":
            return judge_identity(values[0], ROUNDING[getattr(torch, self.check.dtype)])
        return self.judged(self.study.statistic(values), self.region, self.procedure, index)

    def nearest(self, measured: Measured) -> tuple[NeighbourRecord, ...]:
        """False statements planted in what was measured, if it supports the check."""
        look, expect = measured.looks[-1], self.check.expect
        if look.verdict != Verdict.SUPPORTED or self.check.control_of or expect is None:
            return ()
        families = (*self.check.neighbours, *standard_neighbours(self.study, expect))
        return resolved(families, self.study, measured.values, self.refutes)

    def beside(self, measured: Measured) -> str:
        """Why replicates that support one value leave it undecided all the same, if the interval
        leaves the value out and the check does not argue that another within the margin is as
        good."""
        look, expect = measured.looks[-1] if measured.looks else None, self.check.expect
        if look is None or look.verdict is not Verdict.SUPPORTED or expect is None:
            return ""
        if self.study.estimator == "identity":
            return ""
        argued = expect.low < expect.high or self.check.equivalence
        if argued or not expect.excludes(look.interval):
            return ""
        words = "and no equivalence of values within the margin is argued"
        return f"the interval {look.interval} leaves out {expect.low:g}, {words}"

    def refutes(self, values: np.ndarray) -> bool:
        """Whether a look at values (points, replicates) would be REFUTED, without its words."""
        if self.region is None or self.study.estimator in ("identity", "exceedance"):
            rounds, n = self.budget.procedure.rounds, values.shape[1]
            index = rounds.index(n) if n in rounds else 0
            return self.look(values, index).verdict == Verdict.REFUTED
        counts = count_sides(self.study.statistic(values), self.region)
        return rule(counts, self.region, self.procedure) == Verdict.REFUTED
