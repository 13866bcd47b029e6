"""The plan of a run: what to expect of every row, and of all of them together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from mfcheck.claims.budget import Budget
from mfcheck.evidence import Evidence, RunRecord
from mfcheck.plan.earlier import Earlier
from mfcheck.plan.expected import DOUBTFUL, Expected
from mfcheck.plan.pilot import pilot
from mfcheck.plan.upcoming import upcoming
from mfcheck.problems.spec import ProblemSpec
from mfcheck.run.check_run import CheckRun
from mfcheck.run.corpus import UnreadableEntry

FOUR_FIFTHS = 1.2816
"""Standard deviations on either side that hold four fifths of a normal law."""


@dataclass(frozen=True)
class CheckPlan:
    """The rows of one check or control."""

    claim: str
    check: str
    control: bool
    rows: tuple[Expected, ...]
    piloted: bool = False

    @property
    def seconds(self) -> float:
        """Core-seconds of all rows."""
        return sum(row.seconds for row in self.rows)

    @property
    def variance(self) -> float:
        """Their variance: rows err independently, unless all of them rest on one pilot."""
        if self.piloted:
            return sum(row.sd for row in self.rows) ** 2
        return sum(row.variance for row in self.rows)


@dataclass(frozen=True)
class Plan:
    """Lines in the order of the checks. run: the earlier run's own record, None without one."""

    lines: tuple[CheckPlan, ...]
    budget: str
    most: int
    run: RunRecord | None

    @property
    def rows(self) -> int:
        """Rows of all checks."""
        return sum(len(line.rows) for line in self.lines)

    @property
    def seconds(self) -> float:
        """Core-seconds of all rows."""
        return sum(line.seconds for line in self.lines)

    @property
    def sd(self) -> float:
        """Standard deviation of the core-seconds."""
        return sqrt(sum(line.variance for line in self.lines))

    def wall(self, workers: int) -> float:
        """Seconds on the clock: no check is shared between processes, so the longest one counts."""
        return max([self.seconds / workers, *(line.seconds for line in self.lines)])

    def doubtful(self) -> list[tuple[CheckPlan, Expected]]:
        """Rows that may well stay undecided, the most doubtful first."""
        found = [(k, row) for k in self.lines for row in k.rows if row.undecided >= DOUBTFUL]
        return sorted(found, key=lambda pair: -pair[1].undecided)


def plan(
    check_runs: Sequence[CheckRun], evidence: Evidence | None, given: ProblemSpec | None = None
) -> Plan:
    """The plan of these check runs; checks that the evidence does not know are measured once.

    given: the one problem of every check, instead of its own.
    """
    earlier = Earlier(evidence)
    lines = tuple(_line(run, earlier, given) for run in check_runs)
    budget = check_runs[0].budget
    return Plan(lines, budget.name, budget.procedure.rounds[-1], earlier.run)


def rough(
    counts: Mapping[tuple[str, str], int], evidence: Evidence, budget: Budget, seed: int
) -> Plan:
    """The plan from an earlier run alone, by the number of rows of each (claim, check).

    No problem is drawn and nothing is measured, so that it is there at once. Checks that the run
    does not know are left out.
    """
    earlier = Earlier(evidence)
    lines: list[CheckPlan] = []
    for (claim, check), number in counts.items():
        if rows := earlier.rows(claim, check):
            control = rows[0].control_of is not None
            lines.append(CheckPlan(claim, check, control, earlier.all(rows, number, budget, seed)))
    return Plan(tuple(lines), budget.name, budget.procedure.rounds[-1], earlier.run)


def _line(run: CheckRun, earlier: Earlier, given: ProblemSpec | None) -> CheckPlan:
    check, budget = run.check, run.budget
    asked = [given] if given is not None and run.asked_about(given) else []
    posed = asked or _posed(run)
    known = earlier.rows(check.claim.name, check.name)
    rows = known or [pilot(run, posed[0], "given" if asked else "always")]
    expected = (
        earlier.expect(rows, (problem.json(), problem.label), budget, run.seed) for problem in posed
    )
    control = check.control_of is not None
    return CheckPlan(check.claim.name, check.name, control, tuple(expected), piloted=not known)


def _posed(run: CheckRun) -> list[ProblemSpec]:
    """Those of the corpus first; an entry that cannot be read costs nothing."""
    own = [problem for problem in run.kept if not isinstance(problem, UnreadableEntry)]
    return list(dict.fromkeys([*own, *upcoming(run.check, run.budget, run.seed)]))
