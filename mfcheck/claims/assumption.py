"""What a theorem assumes, and how each assumption stands on a given problem."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from mfcheck.errors import invalid


class Status(StrEnum):
    """How an assumption stands on a problem."""

    HOLDS = "holds"
    BY_CONSTRUCTION = "by construction"
    UNCHECKED = "cannot be checked"
    BROKEN = "broken"


class AssumptionStatus(NamedTuple):
    """How one assumption stands on one problem, and why."""

    status: Status
    why: str


Finding = tuple[bool | None, str]
"""Whether an assumption holds (None: not known), and why."""

Test = Callable[[Any], Finding]
"""problem ↦ what is found of an assumption, from the problem's own parts."""


@dataclass(frozen=True)
class Assumption:
    """One assumption of a theorem, in words and LaTeX.

    test: decides it on a problem; without one it holds by construction of the problems. beyond:
    why no finite run can decide it, such as "a limit t → ∞".
    """

    text: str
    test: Test | None = None
    beyond: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.text, str) or not self.text.strip():
            raise invalid("text", self.text, "an assumption states itself", "say it in words")
        if self.test is not None and self.beyond:
            rule = "cannot be checked, and yet has a test"
            raise invalid("beyond", self.beyond, rule, "leave one of the two out")

    def on(self, problem: Any) -> AssumptionStatus:
        """How it stands on a problem."""
        if self.beyond:
            return AssumptionStatus(Status.UNCHECKED, self.beyond)
        if self.test is None:
            return AssumptionStatus(Status.BY_CONSTRUCTION, "")
        holds, why = self.test(problem)
        if holds is None:
            return AssumptionStatus(Status.UNCHECKED, why)
        return AssumptionStatus(Status.HOLDS if holds else Status.BROKEN, why)


def assumption(given: "Assumption | str") -> Assumption:
    """An assumption from itself, or from words about what holds by construction."""
    return given if isinstance(given, Assumption) else Assumption(given)


def statuses(assumed: Sequence[Assumption], problem: Any) -> list[AssumptionStatus]:
    """How assumptions stand on a problem, in their order."""
    return [one.on(problem) for one in assumed]


def broken(found: Sequence[AssumptionStatus]) -> str:
    """Which premises a problem does not meet, in one line; empty if it meets all."""
    why = "; ".join(one.why for one in found if one.status == Status.BROKEN)
    return f"PREMISE NOT MET: {why}" if why else ""
