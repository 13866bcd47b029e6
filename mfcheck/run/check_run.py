"""The run of a check: its study on its problems, cell by cell, and the ruling on what comes back.

It asks the executor for cells, hands the numbers to the statistics, and stops at the first
look that decides. Nothing that happens to a measurement escapes as an exception: a property
that raises, returns NaN or diverges ends in a row that says so, and so does a check that does not
apply to a problem.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from msgspec import structs

from mfcheck.arrays import made_on
from mfcheck.claims.assumption import broken, statuses
from mfcheck.claims.budget import Budget
from mfcheck.claims.claim import Check
from mfcheck.claims.study import Study
from mfcheck.dynamics.patience import patient
from mfcheck.engine.clock import clock
from mfcheck.engine.executor import GAVE_UP_IN, Executor, explained
from mfcheck.errors import NotApplicable
from mfcheck.evidence.measured import Measured, change, fitted_curvature
from mfcheck.evidence.picture import drawn
from mfcheck.evidence.row import Origin, Row
from mfcheck.problems.spec import ProblemSpec
from mfcheck.run.corpus import kept
from mfcheck.run.explore import draw, explore, stream
from mfcheck.run.given import own_problems, refusal
from mfcheck.run.refinement import confirmed
from mfcheck.run.row_rule import RowRule
from mfcheck.run.row_written import write_row
from mfcheck.run.sampler import Sampler
from mfcheck.run.telling import Telling
from mfcheck.seeds import CHUNK, Seeds
from mfcheck.stats import Look, Verdict, looks

FLOOR = 8
"""Replicates on which a float32 row is measured a second time, in float64."""


@dataclass(frozen=True)
class CheckRun:
    """One check that is run: where its file is, what the run may spend, and the run's seed."""

    check: Check
    file: str
    nodeid: str
    budget: Budget
    executor: Executor
    session: str
    seed: int = 0
    device: str = "cpu"

    @property
    def sampler(self) -> Sampler:
        """What the rows are measured with."""
        return Sampler(self.check, self.file, self.executor, self.seed, self.device)

    @property
    def kept(self) -> list[ProblemSpec]:
        """The check's problems in the corpus."""
        own = self.executor.file(self.file)
        return kept(self.check, self.file, own.module, own.homes)

    def run(self, given: ProblemSpec | None = None) -> list[Row]:
        """Rule once on every problem of the check, or on the given one.

        A control keeps its own problems, unless its check cannot be asked about the given one.
        Rows are stored as they end. A problem that comes up again keeps its first row.
        """
        rows: dict[ProblemSpec, Row] = {}

        def rule(problem: ProblemSpec, origin: Origin) -> bool:
            if problem not in rows:
                first = all(row.origin == "corpus" for row in rows.values())
                rows[problem] = self.row(problem, origin, draw=first and origin != "corpus")
            return rows[problem].verdict == Verdict.REFUTED

        if given is not None and self.asked_about(given):
            rule(given, "given")
            return list(rows.values())
        for problem in self.kept:
            rule(problem, "corpus")
        for problem in self.check.over.always:
            rule(problem, "always")
        control = self.check.control_of is not None
        for i, stratum in enumerate(self.check.over.strata):
            names = (self.seed, self.check.claim.name, self.check.name, i)
            n = 1 if control else self.budget.drawn
            (draw if control else explore)(stratum, rule, n, stream(*names))
        return list(rows.values())

    def row(self, problem: ProblemSpec, origin: Origin, draw: bool = False) -> Row:
        """Measure and judge one problem; draw: with the study's figure, if it has one."""
        measured, study, failure = Measured(np.empty((0, 0))), None, ""
        try:
            with self._within_its_time(problem):
                if origin == "given" and (why := self._refusal(problem)):
                    raise NotApplicable(why)
                measured.statuses = statuses(self.check.assumed, self.executor.built(problem))
                study = self.sampler.study(problem)
                failure = "" if self.check.control_of else broken(measured.statuses)
                if not failure:  # of a problem outside the theorem no number would tell anything
                    if origin != "shrunk" and self.check.refutable_by_chance(study):
                        self._enter(problem)
                    self._measure(problem, study, measured)
                    if draw:
                        self._draw(problem, study, measured)
        except NotApplicable as error:
            return self._put_aside((problem, origin), str(error), study, measured)
        except Exception as error:
            failure, measured.gave_up = explained(error), isinstance(error, GAVE_UP_IN)
        row = write_row(self, (problem, origin), study, measured)
        failure = failure or measured.coarse(self.budget.margin / self.check.finer / 10)
        if study:
            rule = self._rule(study)
            failure = failure or measured.unsafe(rule.region, self.check.control_of)
            failure = failure or rule.beside(measured)
        if failure:
            row = structs.replace(row, verdict="INCONCLUSIVE", reason=failure, neighbours=())
        return self._stored(row)

    def asked_about(self, given: ProblemSpec) -> bool:
        """Whether the row of a given problem takes the place of the check's own.

        A control's does if it is one of its own, or if the row is to say that its check cannot be
        asked about it, or that nothing can be built of it.
        """
        if self.check.control_of is None or given in own_problems(self.check, self.seed):
            return True
        try:
            return bool(self._refusal(given))
        except Exception:
            return True

    def _refusal(self, given: ProblemSpec) -> str:
        """Why the check cannot be asked about a given problem; for a control, why its check."""
        check = self.check
        if check.control_of:
            if given in own_problems(check, self.seed):
                return ""
            found = vars(self.executor.module(self.file)).values()
            named = [c for c in found if isinstance(c, Check) and c.name == check.control_of]
            check = next((c for c in named if c.claim == check.claim), check)
        return refusal(check, given, self.executor.built)

    def _put_aside(
        self, posed: tuple[ProblemSpec, Origin], why: str, study: Study | None, measured: Measured
    ) -> Row:
        """The row of a problem to which the check does not apply: no numbers, and no slot."""
        if self.executor.store:
            self.executor.store.leave(self.session, self.key(posed[0]))
        empty = Measured(np.empty((0, 0)), seconds=measured.seconds, statuses=measured.statuses)
        row = write_row(self, posed, study, empty)
        return self._stored(structs.replace(row, verdict="NOT APPLICABLE", reason=why))

    def _stored(self, row: Row) -> Row:
        if self.executor.store:
            self.executor.store.keep_row(self.session, row.id, row)
        return row

    @contextmanager
    def _within_its_time(self, problem: ProblemSpec) -> Iterator[None]:
        """No solve of a row goes on after the row's time is up; a long one tells how far it is."""
        who = f"{self.check.claim.name}::{self.check.name}"
        told = Telling(self.executor.store, self.session, self.key(problem), who)
        try:
            with patient(self.budget.seconds, told, partial(clock, self.device)):
                yield
        finally:
            told.end()

    def _rule(self, study: Study) -> RowRule:
        return RowRule(self.check, self.budget, study)

    def _enter(self, problem: ProblemSpec) -> None:
        """Take the row's slot of the error budget; which refuses one slot too many."""
        if self.executor.store:
            slots = self.budget.procedure.slots
            self.executor.store.enter(self.session, self.key(problem), slots)

    def _measure(self, problem: ProblemSpec, study: Study, measured: Measured) -> None:
        """The looks of the row, what they exclude, and what is shown beside them."""
        measured.values = np.empty((len(study.points), 0))
        self._look(problem, study, measured)
        measured.neighbours = self._rule(study).nearest(measured)

    def _look(self, problem: ProblemSpec, study: Study, measured: Measured) -> None:
        if study.estimator == "identity":
            measured.values = self.sampler.chunk(problem, study, 0, measured)
            measured.looks.append(self._rule(study).look(measured.values, 0))
            return
        for look in self._looks(problem, study, measured):
            measured.looks.append(look)
        if self.check.control_of is None:
            self._confirm(problem, study, measured)
        if study.estimator == "growth":
            measured.curvature = fitted_curvature(
                study, measured.values, self.budget.procedure.alpha_pass
            )
        if self.check.dtype == "float32":
            measured.floors["float32 rounding"] = self._floor(problem, study, measured)

    def _confirm(self, problem: ProblemSpec, study: Study, measured: Measured) -> None:
        """Let a refuted rate be seen on the refined grid, by the same replicates."""
        look = measured.looks[-1]

        def more(one: Study) -> np.ndarray:
            chunks = range(look.n // CHUNK)
            parts = [self.sampler.chunk(problem, one, k, measured) for k in chunks]
            return np.concatenate(parts, axis=1)

        measured.looks[-1] = confirmed(look, self._rule(study), measured.values, more)

    def _draw(self, problem: ProblemSpec, study: Study, measured: Measured) -> None:
        """Make the study's figure; one that fails costs a note and never the row."""
        if study.figure is None:
            return
        start, names = clock(self.device), (self.check.claim.name, self.check.name, problem.json())
        try:
            with made_on(self.device):
                measured.figure = drawn(study.figure(Seeds(self.seed, names=(*names, "figure"))))
        except Exception as error:
            measured.note = f"; no figure, {type(error).__name__}: {error}"
        measured.seconds += clock(self.device) - start

    def _floor(self, problem: ProblemSpec, study: Study, measured: Measured) -> float:
        """Relative change of the measurement at the last point when it is made in float64."""
        exact = self.sampler.exact(problem, study, FLOOR, measured)
        return change(measured.values[-1, :FLOOR], exact)

    def _looks(self, problem: ProblemSpec, study: Study, measured: Measured) -> Iterator[Look]:
        """Looks of the procedure, until one decides or the row's time is up."""

        def fresh(a: int, b: int) -> np.ndarray:
            for chunk in range(a // CHUNK, b // CHUNK):
                more = self.sampler.chunk(problem, study, chunk, measured)
                measured.values = np.concatenate([measured.values, more], axis=1)
            return study.statistic(measured.values[:, a:b])

        start, rule = clock(self.device), self._rule(study)
        for look in looks(fresh, rule.region, rule.procedure, rule.judged):
            late = clock(self.device) - start > self.budget.seconds
            if late and look.verdict == Verdict.INCONCLUSIVE:
                words = f"; stopped after {self.budget.seconds:g} core-seconds"
                yield replace(look, reason=look.reason + words)
                return
            yield look

    def key(self, problem: ProblemSpec) -> str:
        """The name of a row in the store: check and problem."""
        return f"{self.check.claim.name}::{self.check.name}::{problem.json()}"
