"""One chunk of replicates of a check's first problem, where no earlier run tells of the check.

Its cells stay in the store, where the run that follows finds them; its verdict is thrown away.
"""

from dataclasses import replace

from mfcheck.evidence import Row
from mfcheck.evidence.row import Origin
from mfcheck.problems.spec import ProblemSpec
from mfcheck.run.check_run import CheckRun


def pilot(run: CheckRun, problem: ProblemSpec, origin: Origin = "always") -> Row:
    """The row of the problem after its first look."""
    short = replace(run, budget=replace(run.budget, seconds=-1.0))
    return short.row(problem, origin)
