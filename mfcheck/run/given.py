"""The problem that a user gives in place of a check's own: to which checks it can be put.

A check takes the kinds of problem that it names or else those that its family holds and draws, and
of these the problems that meet its premises. A control is about the instrument and keeps its own
problems; where its check cannot be asked, there is nothing for it to try out.
"""

from collections.abc import Callable
from typing import Any

from mfcheck.claims.assumption import broken, statuses
from mfcheck.claims.check import Check
from mfcheck.problems.spec import ProblemSpec
from mfcheck.run.explore import draw, stream

Kind = type[ProblemSpec]


def kinds(check: Check) -> tuple[Kind, ...]:
    """The kinds of problem that a check takes: those it names, else those of its family.

    Of a stratum the simplest problem tells, which is the first that is drawn.
    """
    if check.takes is not None:
        return check.takes
    return tuple(dict.fromkeys(type(problem) for problem in own_problems(check, 0)))


def own_problems(check: Check, seed: int) -> list[ProblemSpec]:
    """The problems that always run and the first of each stratum: all that a control has."""
    found: dict[ProblemSpec, None] = dict.fromkeys(check.over.always)

    def keep(problem: ProblemSpec, _: str) -> bool:
        found.setdefault(problem)
        return False

    for i, stratum in enumerate(check.over.strata):
        draw(stratum, keep, 1, stream(seed, check.claim.name, check.name, i))
    return list(found)


def refusal(check: Check, given: ProblemSpec, built: Callable[[ProblemSpec], Any]) -> str:
    """Why a check cannot be asked about a problem; empty if it can.

    built: makes the problem of a specification, where its kind is taken.
    """
    taken = kinds(check)
    if given in check.over.always:
        taken = (*taken, type(given))
    if not taken:
        return "the check is made for its own problems and takes no other"
    if not any(given.of_kind(kind) for kind in taken):
        names = " or ".join(kind.__name__ for kind in taken)
        return f"the check takes a problem of kind {names}, not {given.label}"
    return broken(statuses(check.assumed, built(given)))
