"""What an earlier run knows of the rows of the next one."""

from collections.abc import Sequence

from mfcheck.claims.budget import Budget
from mfcheck.evidence import Evidence, Row, RunRecord
from mfcheck.plan.expected import Expected, again, akin

SAME_PROBLEM = "the same problem"
AKIN = "other problems of the check"


class Earlier:
    """The rows of a run, by check and by problem. None stands for no run."""

    def __init__(self, evidence: Evidence | None) -> None:
        self.run: RunRecord | None = evidence.run if evidence else None
        self._rows: dict[tuple[str, str], list[Row]] = {}
        for row in evidence.rows if evidence else ():
            if row.origin not in ("shrunk", "searched"):
                self.add(row)

    def add(self, row: Row) -> None:
        """One more row, from a run or a pilot."""
        self._rows.setdefault((row.claim, row.check), []).append(row)

    def rows(self, claim: str, check: str) -> list[Row]:
        """The rows of a check."""
        return self._rows.get((claim, check), [])

    def expect(
        self, rows: Sequence[Row], posed: tuple[str, str], budget: Budget, seed: int
    ) -> Expected:
        """What to expect of a problem (its JSON and label), from rows of its check.

        The same problem tells most; next come problems of the same first word, its depth. Of rows
        that do not apply only the same problem's is looked at, unless there are no others.
        """
        text, label = posed
        own = next((row for row in rows if row.problem.json == text), None)
        if own is not None:
            return again(own, budget, self._repeats(budget, seed), SAME_PROBLEM)
        rows = [row for row in rows if row.applies] or rows
        word = label.split(",")[0]
        near = [row for row in rows if row.problem.label.split(",")[0] == word]
        return akin([again(row, budget, False, AKIN) for row in near or rows], label, AKIN)

    def all(
        self, rows: Sequence[Row], number: int, budget: Budget, seed: int
    ) -> tuple[Expected, ...]:
        """What to expect of so many rows of a check, whatever their problems are."""
        seen = [again(row, budget, self._repeats(budget, seed), SAME_PROBLEM) for row in rows]
        if len(seen) == number:
            return tuple(seen)
        known = [one for one, row in zip(seen, rows, strict=True) if row.applies]
        return (akin(known or seen, AKIN, AKIN),) * number

    def _repeats(self, budget: Budget, seed: int) -> bool:
        """Whether the run had this seed and budget, so that its numbers will come again."""
        run = self.run
        return run is not None and (run.seed, run.budget) == (seed, budget.name)
