"""The search for the problem on which a measurement comes nearest to refutation.

Hypothesis draws problems from the check's own strategies and `target` makes it climb: it changes
one choice of the worst problem after the other and keeps what scores higher. Every problem is
measured once. Nothing is judged here: the worst of many is chosen for its score, so that score
is biased, and whoever rules on the problem must take replicates that the search has not seen.

Hypothesis climbs once a run, in its second half. So a search is a sequence of short runs, each with
a seed of its own; which problems come, and in which order, depends on the clock only by where it
stops.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import hypothesis
from hypothesis import Phase, given, target
from hypothesis.strategies import SearchStrategy

from mfcheck.problems.spec import ProblemSpec
from mfcheck.run.explore import SHRINKS, calm, stream

ROUND = 32
"""Problems of one run of Hypothesis: half of them drawn, half of them climbing from the worst."""

TIE = 1e-9
"""What a problem loses for each one tried before it, when Hypothesis compares them: among equals
the first stays, or a choice that changes nothing would be tried again and again."""

SLACK = 0.25
"""How much less than the worst a simpler problem may score and stand for it: see `score`."""

NEAR, JUMPS = 3, 3
"""A simpler problem differs from the last in so many fields at most, but for a few bold ones."""

Measure = Callable[[ProblemSpec, float], float | None]
"""(problem, mark) ↦ its score, None if it has none; measured more closely if it beats the mark."""

Over = Callable[[], bool]
"""Whether the time is up."""


class _Over(KeyboardInterrupt):
    """What Hypothesis lets through at once."""


class _Found(Exception):
    """One exception, raised at one line, so that Hypothesis sees one failure."""


class Incumbent(NamedTuple):
    """A problem that scored higher than all before it: the how-manieth it was, counted from 1."""

    at: int
    problem: ProblemSpec
    score: float


@dataclass
class Climb:
    """A search over one strategy; names: what its seed is made of, as for `stream`.

    scores: by problem, in the order in which they were tried. leads: those that led when they
    came; the last one is the worst.
    """

    strategy: SearchStrategy[ProblemSpec]
    measure: Measure
    names: tuple[object, ...]
    scores: dict[ProblemSpec, float | None] = field(default_factory=dict)
    leads: list[Incumbent] = field(default_factory=list)
    _places: dict[ProblemSpec, int] = field(default_factory=dict)
    _where: int = 0
    _stopped: BaseException | None = None

    def climb(self, over: Over) -> None:
        """Try problems until the time is up, one at least, or until a run finds no new one."""

        def run(problem: ProblemSpec) -> None:
            if problem not in self.scores:
                if self.scores and over():
                    raise _Over
                self._try(problem, number)
            self._aim(problem)

        number, before = 0, -1
        while len(self.scores) > before and not (self.scores and over()):
            before = len(self.scores)
            self._run(run, number, shrinking=False)
            number += 1

    def shrink(self, over: Over) -> tuple[ProblemSpec, float]:
        """The simplest problem found whose score is within `SLACK` of the worst, and its score.

        The run that met the worst is repeated, which costs nothing, and Hypothesis shrinks it
        within a dozen more measurements. Simple is what comes first in the strategies.
        """
        shrink = _Shrink(self, over)

        def run(problem: ProblemSpec) -> None:
            if shrink.accepts(problem):
                raise _Found
            self._aim(problem)

        self._run(run, self._where, shrinking=True)
        return shrink.simplest, shrink.score

    def _try(self, problem: ProblemSpec, number: int) -> None:
        """Measure a problem; `number`: of the run that met it."""
        mark = self.leads[-1].score if self.leads else float("-inf")
        found = self.scores[problem] = self.measured(problem, mark)
        if found is not None and found > mark:
            self.leads.append(Incumbent(len(self.scores), problem, found))
            self._where = number

    def _aim(self, problem: ProblemSpec) -> None:
        """Tell Hypothesis the score of a problem that was tried, if it has one."""
        found = self.scores.get(problem)
        if found is not None:
            place = len(self._places)
            target(found - TIE * self._places.setdefault(problem, place))

    def measured(self, problem: ProblemSpec, mark: float) -> float | None:
        """A score; whatever ends the measurement ends Hypothesis too, which would try it again."""
        try:
            return self.measure(problem, mark)
        except BaseException as error:
            self._stopped = error
            raise _Over from error

    def _run(self, body: Callable[[ProblemSpec], None], number: int, shrinking: bool) -> None:
        phases = (Phase.generate, Phase.target, *([Phase.shrink] if shrinking else []))
        seed = stream(*self.names, number)
        try:
            hypothesis.seed(seed)(calm(ROUND, *phases)(given(self.strategy)(body)))()
        except _Found:
            pass
        except _Over:
            if self._stopped is not None:
                raise self._stopped from None


class _Shrink:
    """Which problems Hypothesis may shrink the worst one to: simplest is the last that passed.

    The run that met the worst meets it again when shrinking begins. Until then nothing is
    measured, so that what climbed past it after the time was up costs nothing now.
    """

    def __init__(self, search: Climb, over: Over) -> None:
        _, self.worst, self.score = search.leads[-1]
        self.search, self.over, self.mark = search, over, self.score - SLACK
        self.simplest, self.met, self.bold = self.worst, 0, 0
        self.fresh: dict[ProblemSpec, float | None] = {}

    def accepts(self, problem: ProblemSpec) -> bool:
        """Whether a problem is the worst, or scores nearly as high."""
        if problem == self.worst:
            self.met += 1
            return True
        if self._new(problem) and self._affordable(problem):
            self.fresh[problem] = self.search.measured(problem, self.mark)
        found = self.fresh.get(problem)
        if found is None or found < self.mark:
            return False
        self.simplest, self.score = problem, found
        return True

    def _new(self, problem: ProblemSpec) -> bool:
        return problem not in self.fresh and problem not in self.search.scores

    def _affordable(self, problem: ProblemSpec) -> bool:
        """Within the dozen and the time, and near the last one but for a few bold ones."""
        if self.met < 2 or len(self.fresh) >= SHRINKS or self.over():
            return False
        bold = _apart(problem, self.simplest) > NEAR
        self.bold += bold
        return not bold or self.bold <= JUMPS


def _apart(one: ProblemSpec, other: ProblemSpec) -> int:
    """In how many fields two problems differ."""
    a, b = vars(one), vars(other)
    return sum(a.get(name) != b.get(name) for name in a | b)
