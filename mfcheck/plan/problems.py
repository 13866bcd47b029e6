"""The problems on which a check will be ruled, without a ruling."""

from mfcheck.court.budget import Budget
from mfcheck.court.claim import Check
from mfcheck.court.explore import draw, stream
from mfcheck.written import Posed


def problems(check: Check, budget: Budget, seed: int) -> list[Posed]:
    """Those of its trial, in order, as long as none is refuted: then Hypothesis shrinks it."""
    found: dict[Posed, None] = dict.fromkeys(check.over.always)

    def keep(problem: Posed, origin: str) -> bool:
        found.setdefault(problem)
        return False

    n = 1 if check.control_of is not None else budget.drawn
    for i, stratum in enumerate(check.over.strata):
        draw(stratum, keep, n, stream(seed, check.claim.name, check.name, i))
    return list(found)
