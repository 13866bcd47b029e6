"""A check of a claim: what is measured, on which problems, and what the theorem allows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from inspect import cleandoc
from math import inf
from typing import TYPE_CHECKING

from mfcheck.claims.assumption import Assumption
from mfcheck.claims.budget import Budget
from mfcheck.claims.neighbour import Neighbour
from mfcheck.claims.study import Estimator, Study
from mfcheck.errors import invalid
from mfcheck.problems.problem import Problem
from mfcheck.problems.spec import ProblemSpec
from mfcheck.stats import Region
from mfcheck.strategies.families import Family

if TYPE_CHECKING:
    from mfcheck.claims.claim import Claim

Measurement = Callable[[Problem], Study]
"""A pure function from a problem to a study."""


@dataclass(frozen=True)
class Check:
    """One measurable consequence of a claim, or a control of it.

    measure: a pure function from a problem to a `Study`. over: the problems. expect: the region
    the theorem allows, or None for a row that is only REPORTED. dtype: precision of the networks.
    control_of: the name of the check whose instrument this control tries out; it must be REFUTED.
    finer: by what the budget's margin is divided; 1 and more. equivalence: why one value and
    another within the margin are the same statement, where one value is expected. beyond: what
    this check assumes beyond its claim. neighbours: what `Claim.neighbour` has added to those that
    every study has. takes: the kinds of problem that a user may put in place of those in `over`,
    (): none; None: the kinds of those.
    """

    name: str
    claim: Claim
    measure: Measurement
    over: Family
    expect: Region | None
    dtype: str = "float64"
    control_of: str | None = None
    finer: float = 1.0
    equivalence: str = ""
    beyond: tuple[Assumption, ...] = ()
    takes: tuple[type[ProblemSpec], ...] | None = None
    neighbours: list[Neighbour] = field(default_factory=list, compare=False, repr=False)

    def __call__(self, problem: Problem) -> Study:
        """The study that the check makes of a problem, once it is sure to be one."""
        study = self.measure(problem)
        if not isinstance(study, Study):
            raise invalid(
                f"{self.name}(problem)", study, "is no study", "return mf.growth(...) or identity"
            )
        ends = self.expect and (self.expect.low, self.expect.high)
        if study.estimator == "identity" and ends != (0, 0):
            region = self.expect.describe("residual") if self.expect else "nothing"
            raise invalid("expect", region, "an identity's residual is zero", "use mf.Equals(0)")
        if study.estimator == "exceedance" and self.expect and not _rare(self.expect):
            region = self.expect.describe("share")
            rule = "an exceedance has a probability of at most 1/2"
            raise invalid("expect", region, rule, "use e.g. mf.AtMost(0.05)")
        return study

    @property
    def assumed(self) -> tuple[Assumption, ...]:
        """What a problem must meet: the claim's assumptions, then those of the check alone."""
        return (*self.claim.assumed, *self.beyond)

    def refutable_by_chance(self, study: Study) -> bool:
        """Whether a true claim could come out REFUTED here by bad luck, at the rate of the slots.

        Not an identity, whose residual is held against rounding; not what is only reported; not
        a control, which is there to be refuted.
        """
        judged = self.expect is not None and study.estimator != "identity"
        return judged and self.control_of is None

    def margin(self, budget: Budget, estimator: Estimator) -> float:
        """What is added to the region of the check under a budget."""
        room = budget.room(estimator, self.expect) if self.expect else budget.margin
        return room / self.finer

    @property
    def can_be_searched(self) -> bool:
        """Whether a worst problem can be looked for: the check is judged, no control, and draws."""
        judged = self.expect is not None and self.control_of is None
        return judged and bool(self.over.strata)

    @property
    def doc(self) -> str:
        """The first paragraph of the docstring, on one line."""
        return " ".join(cleandoc(self.measure.__doc__ or "").split("\n\n")[0].split())


def _rare(expect: Region) -> bool:
    """Whether a region is AtMost(δ) with 0 < δ <= 1/2."""
    return expect.low == -inf and 0 < expect.high <= 0.5
