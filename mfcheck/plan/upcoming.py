"""The problems on which a check will be ruled, without a ruling."""

from mfcheck.claims.budget import Budget
from mfcheck.claims.claim import Check
from mfcheck.problems.spec import ProblemSpec
from mfcheck.run.explore import draw, stream


def upcoming(check: Check, budget: Budget, seed: int) -> list[ProblemSpec]:
    """Those of its run, in order, as long as none is refuted: then Hypothesis shrinks it."""
    found: dict[ProblemSpec, None] = dict.fromkeys(check.over.always)

    def keep(problem: ProblemSpec, origin: str) -> bool:
        found.setdefault(problem)
        return False

    n = 1 if check.control_of is not None else budget.drawn
    for i, stratum in enumerate(check.over.strata):
        draw(stratum, keep, n, stream(seed, check.claim.name, check.name, i))
    return list(found)
