"""In which order to spend when time is short.

Rows have error rates of their own, so no allocation of replicates among them changes a verdict;
what a limit on time can change is how many verdicts there are. One check after another, each once
begun to its end, most are decided in a given time if they come by

    expected core-seconds / probability of a decision,

the smallest first: Smith's rule, which stays optimal in expectation when the durations are random.
Both follow the variance of a row, by way of the replicates that it will need.

Sources: Smith, Naval Research Logistics Quarterly 3 (1956); Rothkopf, Management Science 12 (1966).
"""

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

from mfcheck.plan.planned import CheckPlan, Plan

Name = TypeVar("Name", bound=Hashable)

LEAST = 0.05
"""A check that is hardly ever decided is dear, and not infinitely so."""


def prices(plan: Plan) -> dict[tuple[str, str], float]:
    """Core-seconds that a decision of each (claim, check) will probably cost."""
    return {(line.claim, line.check): _price(line) for line in plan.lines}


def _price(line: CheckPlan) -> float:
    decided = 1.0
    for row in line.rows:
        decided *= 1 - row.undecided
    return line.seconds / max(decided, LEAST)


def cheapest(names: Sequence[Name], prices: Mapping[Name, float], piles: int = 1) -> list[Name]:
    """The names by price, the smallest first; one without a price stands at the median price.

    piles: dealt out in turn to so many piles, which follow each other. A scheduler that gives
    each process a contiguous share then has every process begin with its cheapest.
    """
    known = sorted(prices[name] for name in names if name in prices)
    middle = known[len(known) // 2] if known else 0.0
    ordered = sorted(names, key=lambda name: prices.get(name, middle))
    return [name for pile in range(piles) for name in ordered[pile::piles]]
