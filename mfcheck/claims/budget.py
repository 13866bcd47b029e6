"""Budgets: the margin, the problems and the replicates that a run can afford.

The claim states θ0; the budget, never the claim, states the margin.
"""

from dataclasses import dataclass
from typing import Literal

from mfcheck.errors import one_of
from mfcheck.stats import Procedure, Region

BudgetName = Literal["quick", "standard", "full"]


@dataclass(frozen=True)
class Budget:
    """margin: how far beyond θ0 counts as within reach. drawn: problems drawn per stratum of a
    check (controls take one). seconds: processor time after which a row takes no further look, so
    that what else a machine does decides no row. procedure: error rates and rounds."""

    name: BudgetName
    margin: float
    drawn: int
    seconds: float
    procedure: Procedure

    def room(self, estimator: str, expect: Region) -> float:
        """What is added to a region: the margin, of a probability that share of it."""
        return self.margin * expect.high if estimator == "exceedance" else self.margin


def _rounds(last: int) -> tuple[int, ...]:
    return tuple(32 * 2**k for k in range(last.bit_length()) if 32 * 2**k <= last)


def _procedure(slots: int, last: int) -> Procedure:
    """So many slots that share 1e-3, the probability of any false REFUTED in a run."""
    return Procedure(alpha_fail=1e-3 / slots, rounds=_rounds(last), slots=slots)


BUDGET_BY_NAME = {
    budget.name: budget
    for budget in (
        Budget("quick", 0.15, 2, 60.0, Procedure()),
        Budget("standard", 0.08, 6, 600.0, _procedure(1500, 4096)),
        Budget("full", 0.03, 20, 7200.0, _procedure(5000, 32768)),
    )
}
"""quick: minutes on two cores. standard: up to an hour. full: a GPU or a cluster."""


def budget(name: str) -> Budget:
    """The budget of that name."""
    return BUDGET_BY_NAME[one_of("budget", name, BUDGET_BY_NAME)]
