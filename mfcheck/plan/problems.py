"""The problems on which a check will be ruled, without a ruling."""

from mfcheck.corpus import Unreadable
from mfcheck.court.explore import draw, stream
from mfcheck.trial import Trial
from mfcheck.written import Posed


def problems(trial: Trial) -> list[Posed | Unreadable]:
    """Those of the trial, in order, as long as none is refuted: then Hypothesis shrinks it."""
    check = trial.check
    found: dict[Posed | Unreadable, None] = dict.fromkeys((*trial.kept, *check.over.always))

    def keep(problem: Posed, origin: str) -> bool:
        found.setdefault(problem)
        return False

    n = 1 if check.control_of is not None else trial.budget.drawn
    for i, stratum in enumerate(check.over.strata):
        draw(stratum, keep, n, stream(trial.seed, check.claim.name, check.name, i))
    return list(found)
