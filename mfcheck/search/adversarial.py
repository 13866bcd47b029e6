"""A search for the problem on which a check comes nearest to refutation, and the verdict on it.

The search measures at a seed of its own and decides nothing: the worst of many problems is worst by
chance too. It is ruled on afterwards like any other problem, from the replicates of the run's
seed, none of which the search has seen, and in a slot of its own. So the rule knows nothing of the
search, and a true claim is refuted as rarely as on a problem that was drawn.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from math import ceil
from shlex import quote
from time import perf_counter
from typing import Literal

import numpy as np
import torch
from hypothesis.strategies import one_of

from mfcheck.arrays import ROUNDING
from mfcheck.claims.assumption import broken, statuses
from mfcheck.claims.study import Estimator, Study
from mfcheck.engine.executor import explained
from mfcheck.errors import NotApplicable
from mfcheck.evidence import FindRecord, Row, SearchRecord
from mfcheck.evidence.measured import Measured
from mfcheck.problems.spec import ProblemSpec
from mfcheck.run.check_run import CheckRun
from mfcheck.run.explore import stream
from mfcheck.run.sampler import Sampler
from mfcheck.search.climb import Climb
from mfcheck.search.score import score

CLOSER = 4
"""Chunks of other replicates on which a problem that would lead is measured again."""

RESERVE = 30
"""Measurements for which time is kept when the climb ends: to shrink the worst and rule on it."""

SHOWN = 240
"""Scores that the evidence keeps; of a longer search every second one, or every third."""

TELLING_PERIOD = 0.5
"""Seconds between two tellings of how far the search is."""


def time_share(
    minutes: float, begun: Sequence[float], searches: int, workers: int, now: float
) -> float:
    """Seconds for a search that begins now: what is left, shared by those that are still to come.

    minutes: for all searches together. begun: when searches began, this one among them. searches:
    how many there will be. workers: processes that search side by side.
    """
    left = min(begun) + 60 * minutes - now
    rounds = ceil(max(searches - len(begun) + 1, 1) / workers)
    return max(left, 0.0) / rounds


@dataclass
class AdversarialSearch:
    """The search of one check. check_run: what rules on the find. seconds: what it may take, but
    for the last measurement and the ruling. tell: is given the state of the search now and then.
    """

    check_run: CheckRun
    seconds: float
    tell: Callable[[SearchRecord], None]
    start: float = field(default_factory=perf_counter)
    troubles: list[str] = field(default_factory=list)
    estimator: Estimator | Literal[""] = ""
    _aside: list[ProblemSpec] = field(default_factory=list)
    _told: float = 0.0

    def run(self) -> list[Row]:
        """Search, then rule on the worst problem and on the simplest one near it.

        An interruption passes through; what was found until then has been told.
        """
        check = self.check_run.check
        names = (self.check_run.seed, check.claim.name, check.name, "hunt")
        search = Climb(one_of(check.over.strata), lambda *asked: self._score(search, *asked), names)
        found: dict[ProblemSpec, float] = {}
        rows: list[Row] = []
        try:
            search.climb(lambda: self._late(len(search.scores)))
            if search.leads:
                found = dict(
                    [search.leads[-1][1:], search.shrink(lambda: self._spent > self.seconds)]
                )
            self._say(search, found, rows)
            aside = self._aside[:1] if len(self._aside) == len(search.scores) else []
            rows += [self.check_run.row(problem, "searched") for problem in (*found, *aside)]
        finally:
            self._say(search, found, rows)
        return rows

    @property
    def sampler(self) -> Sampler:
        """The check's sampler at a seed that no row is ever measured at."""
        return replace(self.check_run.sampler, seed=stream(self.check_run.seed, "hunt"))

    def _score(self, search: Climb, problem: ProblemSpec, mark: float) -> float | None:
        """The score of a problem on one chunk of replicates; on more if it beats the mark."""
        if perf_counter() - self._told > TELLING_PERIOD:
            self._say(search, {}, [])
        try:
            unmet = broken(
                statuses(self.check_run.check.assumed, self.check_run.executor.built(problem))
            )
            if not unmet:
                return self._measured(problem, mark)
        except NotApplicable as error:
            unmet = explained(error)
            self._aside.append(problem)
        except Exception as error:
            unmet = explained(error)
        self.troubles.append(unmet)
        return None

    def _measured(self, problem: ProblemSpec, mark: float) -> float | None:
        """By luck too a problem stands out on its first chunk: the closer look leaves that out."""
        study, measured = self.sampler.study(problem), Measured(np.empty((0, 0)))
        self.estimator = study.estimator
        values = self.sampler.chunk(problem, study, 0, measured)
        found = self._scored(study, values)
        if found is None or found <= mark or study.estimator == "identity":
            return found
        more = [self.sampler.chunk(problem, study, k, measured) for k in range(1, CLOSER + 1)]
        return self._scored(study, np.concatenate(more, axis=1))

    def _scored(self, study: Study, values: np.ndarray) -> float | None:
        check, budget = self.check_run.check, self.check_run.budget
        assert check.expect is not None  # only what is judged is searched
        exact = study.estimator == "identity"
        tolerance = ROUNDING[getattr(torch, check.dtype)]
        unit = tolerance if exact else check.margin(budget, study.estimator)
        return score(study, values, check.expect, unit)

    @property
    def _spent(self) -> float:
        return perf_counter() - self.start

    def _late(self, tried: int) -> bool:
        """Whether the climb is over: half the time is its own, and all that shrinking can spare."""
        reserve = RESERVE * self._spent / max(tried, 1)
        return self._spent > max(self.seconds / 2, self.seconds - reserve)

    def _say(self, search: Climb, found: dict[ProblemSpec, float], rows: list[Row]) -> None:
        self._told = perf_counter()
        self.tell(self._record(search, found, rows))

    def _record(
        self, search: Climb, found: dict[ProblemSpec, float], rows: list[Row]
    ) -> SearchRecord:
        """The search as the evidence will have it."""
        check, run = self.check_run.check, self.check_run
        kept = [(k, s) for k, s in enumerate(search.scores.values(), 1) if s is not None]
        worst = search.leads[-1] if search.leads else None
        near = list(found)[-1] if found else None
        words = f"--mf-search {max(self.seconds, 1) / 60:.3g} --mf-seed {run.seed}"
        return SearchRecord(
            claim=check.claim.name,
            check=check.name,
            estimator=self.estimator,
            tried=len(search.scores),
            without=len(self.troubles),
            trouble=self.troubles[0] if self.troubles else "",
            seconds=round(self._spent, 2),
            share=round(self.seconds, 2),
            scores=tuple((k, round(s, 3)) for k, s in kept[:: ceil(len(kept) / SHOWN) or 1]),
            leads=tuple((lead.at, round(lead.score, 3)) for lead in search.leads),
            worst=_told(worst.problem, worst.score) if worst else None,
            simplest=None if near is None else _told(near, found[near]),
            rows=tuple(row.id for row in rows),
            replay=f"pytest {quote(run.nodeid)} {words} --mf-budget {run.budget.name}",
        )


def _told(problem: ProblemSpec, found: float) -> FindRecord:
    """A problem as the evidence will have it, with its score."""
    code, score = f"{problem!r}.problem()", round(found, 3)
    return FindRecord(label=problem.label, code=code, json=problem.json(), score=score)
