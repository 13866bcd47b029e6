"""What a theorem assumes, and how each assumption stands on a given problem."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from mfcheck.errors import invalid


class Standing(StrEnum):
    """How an assumption stands on a problem."""

    HOLDS = "holds"
    BY_CONSTRUCTION = "by construction"
    UNCHECKED = "cannot be checked"
    BROKEN = "broken"


class Mark(NamedTuple):
    """The standing of one assumption on one problem, and why."""

    standing: Standing
    why: str

    def record(self) -> dict[str, str]:
        """The mark as JSON will have it."""
        return {"standing": str(self.standing), "why": self.why}


Test = Callable[[Any], tuple[bool | None, str]]
"""problem ↦ (whether the assumption holds on it, why), from the problem's own parts; None: not
known."""


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

    def on(self, problem: Any) -> Mark:
        """The standing on a problem."""
        if self.beyond:
            return Mark(Standing.UNCHECKED, self.beyond)
        if self.test is None:
            return Mark(Standing.BY_CONSTRUCTION, "")
        holds, why = self.test(problem)
        if holds is None:
            return Mark(Standing.UNCHECKED, why)
        return Mark(Standing.HOLDS if holds else Standing.BROKEN, why)


def assumption(given: "Assumption | str") -> Assumption:
    """An assumption from itself, or from words about what holds by construction."""
    return given if isinstance(given, Assumption) else Assumption(given)


def marks(assumed: Sequence[Assumption], blueprint: Any) -> list[Mark]:
    """How assumptions stand on the problem of a blueprint, in their order."""
    problem = blueprint.problem() if any(a.test for a in assumed) else None
    return [one.on(problem) for one in assumed]


def broken(marks: Sequence[Mark]) -> str:
    """Which premises a problem does not meet, in one line; empty if it meets all."""
    why = "; ".join(mark.why for mark in marks if mark.standing == Standing.BROKEN)
    return f"PREMISE NOT MET: {why}" if why else ""
