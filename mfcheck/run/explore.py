"""Hypothesis around an expensive ruling: every drawn problem is ruled on once and kept.

A refuted problem is shrunk by structure within a dozen further rulings, which are
illustration, not tests: the verdict stands from the first refuted *drawn* problem.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import blake2b

import hypothesis
from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis.strategies import SearchStrategy

from mfcheck.evidence.row import Origin
from mfcheck.problems.spec import ProblemSpec

SHRINKS = 12
"""Rulings that shrinking one refuted problem may cost."""

Ruling = Callable[[ProblemSpec, Origin], bool]
"""(problem, origin) ↦ whether it was refuted; origin is "drawn" or "shrunk". Never raises."""


class _Refuted(Exception):
    """One exception, raised at one line, so that Hypothesis sees one failure."""


@dataclass
class _Memo:
    """Rulings by problem, and what may still be spent."""

    rule: Ruling
    n: int
    known: dict[ProblemSpec, bool] = field(default_factory=dict)
    spent: int = 0
    found: bool = False
    stopped: BaseException | None = None

    def refuted(self, problem: ProblemSpec) -> bool:
        """The ruling on a problem, remembered: a replay can never answer differently."""
        if problem not in self.known:
            if self.spent >= self.n + (SHRINKS if self.found else 0):
                return False
            self.spent += 1
            self.known[problem] = self._ruled(problem)
            if self.known[problem] and not self.found:
                self.found, self.n = True, self.spent
        return self.known[problem]

    def _ruled(self, problem: ProblemSpec) -> bool:
        """A ruling; whatever ends it ends Hypothesis too, which would try it again."""
        try:
            return self.rule(problem, "shrunk" if self.found else "drawn")
        except BaseException as error:
            self.stopped = error
            raise KeyboardInterrupt from error


def explore(strategy: SearchStrategy[ProblemSpec], rule: Ruling, n: int, seed: int) -> int:
    """Rule on n drawn problems; if one is refuted, shrink it. Returns the rulings spent.

    seed: from `stream`, never Hypothesis' own. No example database is used, and what a profile
    of the user's might change is set here.
    """
    memo = _Memo(rule, n)

    @calm(n, Phase.generate, Phase.shrink)
    @given(strategy)
    def run(problem: ProblemSpec) -> None:
        if memo.refuted(problem):
            raise _Refuted

    try:
        hypothesis.seed(seed)(run)()
    except _Refuted:
        pass
    except KeyboardInterrupt:
        raise memo.stopped or KeyboardInterrupt from None
    return memo.spent


def calm(n: int, *phases: Phase) -> settings:
    """Settings under which n examples are tried in these phases, whatever profile is loaded.

    An expensive ruling has no deadline, and no database remembers what was tried.
    """
    return settings(
        max_examples=n,
        deadline=None,
        database=None,
        derandomize=False,
        verbosity=Verbosity.normal,
        phases=phases,
        report_multiple_bugs=False,
        print_blob=False,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


def draw(strategy: SearchStrategy[ProblemSpec], rule: Ruling, n: int, seed: int) -> int:
    """Rule on n drawn problems without shrinking: for controls, which ought to be refuted."""

    def keep(problem: ProblemSpec, origin: Origin) -> bool:
        rule(problem, origin)
        return False

    return explore(strategy, keep, n, seed)


def stream(*names: object) -> int:
    """A seed for Hypothesis from (run seed, claim, check, stratum): one stream per check."""
    return int.from_bytes(blake2b(repr(names).encode(), digest_size=8).digest(), "big")
