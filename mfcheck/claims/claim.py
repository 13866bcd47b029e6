"""Claims with their checks and controls: declarations made before any data exist."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from inspect import cleandoc
from math import inf
from typing import Any

from mfcheck.claims.assumption import Assumption, assumption
from mfcheck.claims.study import Study
from mfcheck.errors import invalid, one_of
from mfcheck.problems.problem import Problem
from mfcheck.problems.spec import ProblemSpec
from mfcheck.stats import Region
from mfcheck.strategies.families import Family, family

Measurement = Callable[[Problem], Study]


@dataclass(frozen=True)
class Check:
    """One measurable consequence of a claim, or a control of it.

    measure: a pure function from a problem to a `Study`. over: the problems. expect: the region
    the theorem allows, or None for a row that is only REPORTED. dtype: precision of the networks.
    control_of: the name of the check whose instrument this control tries out; it must be REFUTED.
    """

    name: str
    claim: "Claim"
    measure: Measurement
    over: Family
    expect: Region | None
    dtype: str = "float64"
    control_of: str | None = None

    def __call__(self, problem: Problem) -> Study:
        """The study that the check makes of a problem, once it is sure to be one."""
        study = self.measure(problem)
        if not isinstance(study, Study):
            raise invalid(
                f"{self.name}(problem)", study, "is no study", "return mf.growth(...) or identity"
            )
        ends = self.expect and (self.expect.low, self.expect.high)
        if study.estimator == "identity" and ends != (0, 0):
            region = self.expect.describe("residual") if self.expect else "nothing"
            raise invalid("expect", region, "an identity's residual is zero", "use mf.Equals(0)")
        if study.estimator == "exceedance" and self.expect and not _rare(self.expect):
            region = self.expect.describe("share")
            rule = "an exceedance has a probability of at most 1/2"
            raise invalid("expect", region, rule, "use e.g. mf.AtMost(0.05)")
        return study

    def refutable_by_chance(self, study: Study) -> bool:
        """Whether a true claim could come out REFUTED here by bad luck, at the rate of the slots.

        Not an identity, whose residual is held against rounding; not what is only reported; not
        a control, which is there to be refuted.
        """
        judged = self.expect is not None and study.estimator != "identity"
        return judged and self.control_of is None

    @property
    def can_be_searched(self) -> bool:
        """Whether a worst problem can be looked for: the check is judged, no control, and draws."""
        judged = self.expect is not None and self.control_of is None
        return judged and bool(self.over.strata)

    @property
    def doc(self) -> str:
        """The first paragraph of the docstring, on one line."""
        return " ".join(cleandoc(self.measure.__doc__ or "").split("\n\n")[0].split())


@dataclass(frozen=True)
class Claim:
    """A statement of the theory: where it stands, what it assumes, what is not tested of it.

    text: the property file's docstring, first line the title, the rest the statement, with
    LaTeX between dollars. source: where it stands, with its number. papers: under which papers
    the report lists it. assumptions: of its theorem, see `Assumption`; plain words are what holds
    by construction. ours: derived here, not a paper's. uses: names of claims it rests on.
    depends: files beside the property file on which its numbers depend and that no import shows,
    such as "mine.csv": a number is measured again when one of them changes.
    """

    name: str
    text: str
    source: str
    section: str
    assumptions: tuple[Assumption | str, ...] = ()
    not_tested: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    ours: bool = False
    papers: tuple[str, ...] = ()
    depends: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.text, str) or not self.text.strip():
            raise invalid("text", self.text, "a claim states itself", "pass text=__doc__")
        for name in ("name", "source", "section"):
            value = getattr(self, name)
            if not isinstance(value, str) or not value.strip():
                raise invalid(name, value, "is a text that is not empty", "say it in words")
        for name in ("assumptions", "not_tested", "uses", "papers", "depends"):
            value = getattr(self, name)
            if isinstance(value, str):
                raise invalid(name, value, "is a tuple of texts", f"write ({value!r},)")
            object.__setattr__(self, name, tuple(value))

    @property
    def assumed(self) -> tuple[Assumption, ...]:
        """The assumptions, plain words among them made into some that hold by construction."""
        return tuple(assumption(given) for given in self.assumptions)

    @property
    def title(self) -> str:
        """The first line of the text, without its full stop."""
        return cleandoc(self.text).split("\n")[0].rstrip(".")

    @property
    def statement(self) -> str:
        """The rest of the text."""
        return cleandoc(self.text).partition("\n")[2].strip()

    def check(
        self, *, over: "Family | Sequence[ProblemSpec]", expect: Region, dtype: str = "float64"
    ) -> Callable[[Measurement], Check]:
        """Decorator: a function from a problem to a study becomes a check of this claim."""
        one_of("dtype", dtype, ("float32", "float64"))
        if not isinstance(expect, Region):
            raise invalid("expect", expect, "is a region", "use e.g. mf.AtMost(0.0)")
        chosen = family(over)
        return lambda measure: Check(_name(measure), self, measure, chosen, expect, dtype)

    def report(
        self, *, over: "Family | Sequence[ProblemSpec]", dtype: str = "float64"
    ) -> Callable[[Measurement], Check]:
        """Decorator: a study whose numbers are shown and not judged; it needs no control."""
        one_of("dtype", dtype, ("float32", "float64"))
        chosen = family(over)
        return lambda measure: Check(_name(measure), self, measure, chosen, None, dtype)

    def control(
        self, *, of: Check, over: "Family | Sequence[ProblemSpec] | None" = None
    ) -> Callable[[Measurement], Check]:
        """Decorator: a control of the check `of`, judged by the same rule; it must be REFUTED."""
        judged = isinstance(of, Check) and of.control_of is None and of.expect is not None
        if not judged or of.claim != self:
            rule = f"is no check of the claim {self.name} that is judged"
            raise invalid("of", getattr(of, "name", of), rule, "pass the check itself")
        problems = of.over if over is None else family(over)
        return lambda measure: Check(
            _name(measure), self, measure, problems, of.expect, of.dtype, of.name
        )


def _rare(expect: Region) -> bool:
    """Whether a region is AtMost(δ) with 0 < δ <= 1/2."""
    return expect.low == -inf and 0 < expect.high <= 0.5


def _name(measure: Any) -> str:
    name = getattr(measure, "__name__", "")
    if not callable(measure) or not name.isidentifier():
        raise invalid(
            "check", measure, "is a named function of a problem", "write `def name(problem)`"
        )
    return name
