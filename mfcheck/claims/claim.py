"""Claims with their checks and controls: declarations made before any data exist."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from inspect import cleandoc
from math import inf
from typing import Any

from mfcheck.claims.assumption import Assumption, assumption
from mfcheck.claims.check import Check, Measurement
from mfcheck.claims.neighbour import Neighbour, Plant, Says
from mfcheck.errors import invalid, one_of
from mfcheck.problems.spec import ProblemSpec
from mfcheck.stats import Region
from mfcheck.stats.inputs import number
from mfcheck.strategies.families import Family, family

MEASURED = "Measured here."
"""The words with which the second part of a claim's text begins, at the head of a paragraph."""


@dataclass(frozen=True)
class Claim:
    """A statement of the theory: where it stands, what it assumes, what is not tested of it.

    text: the property file's docstring, with LaTeX between dollars: first line the title, then the
    theorem as its source has it, then a paragraph that begins "Measured here." and what follows
    it, in our words. source: where it stands, with its number. papers: under which papers the
    report lists it. assumptions: of its theorem, see `Assumption`; plain words are what holds
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
    def theorem(self) -> str:
        """What stands below the title: the statement in its source's words, or ours if `ours`."""
        return self._parts[0]

    @property
    def measured(self) -> str:
        """What follows "Measured here.": what is asked of networks, and what of it is ours."""
        return self._parts[1]

    @property
    def _parts(self) -> tuple[str, str]:
        below = "\n\n" + cleandoc(self.text).partition("\n")[2].strip()
        stated, _, measured = below.partition(f"\n\n{MEASURED}")
        return stated.strip(), measured.strip()

    def check(
        self,
        *,
        over: "Family | Sequence[ProblemSpec]",
        expect: Region,
        dtype: str = "float64",
        finer: float = 1.0,
        equivalence: str = "",
        beyond: "tuple[Assumption, ...]" = (),
        takes: "tuple[type[ProblemSpec], ...] | None" = None,
    ) -> Callable[[Measurement], Check]:
        """Decorator: a function from a problem to a study becomes a check of this claim.

        finer: by what the budget's margin is divided, where a row can tell more than it.
        equivalence: where one value is expected, why another within the margin is as good; without
        it a row whose interval does not hold the value itself is undecided. beyond: what this
        check assumes beyond the claim, such as a regime of widths of its own. takes: the kinds of
        problem that `--mf-problem` may put in place of its own, where it takes more of them or
        fewer than it holds and draws; (): none, as where its grid is made for its own problems.
        """
        one_of("dtype", dtype, ("float32", "float64"))
        if not isinstance(expect, Region):
            raise invalid("expect", expect, "is a region", "use e.g. mf.AtMost(0.0)")
        if not 1 <= number("finer", finer) < inf:
            raise invalid("finer", finer, "divides the margin and never widens it", "use e.g. 3.0")
        chosen, own = family(over), {"finer": finer, "equivalence": equivalence, "beyond": beyond}
        return lambda measure: Check(
            _name(measure), self, measure, chosen, expect, dtype, takes=_kinds(takes), **own
        )

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
            _name(measure), self, measure, problems, of.expect, of.dtype, of.name, of.finer
        )

    def neighbour(self, *, of: Check, says: Says, most: float = 1.0) -> Callable[[Plant], Plant]:
        """Decorator: a family of false statements near the check `of`, as what they would show.

        The function takes (points (m, 1), what was measured there (m, replicates), x) and returns
        what would have been measured if the false statement of size x held. says: (x, the estimate
        of that) ↦ the false statement in words. most: the largest x that is tried.
        """
        if not isinstance(of, Check) or of.claim != self or of.control_of or of.expect is None:
            rule = f"is no check of the claim {self.name} that is judged"
            raise invalid("of", getattr(of, "name", of), rule, "pass the check itself")

        def planted(plant: Plant) -> Plant:
            of.neighbours.append(Neighbour(_name(plant), plant, says, most))
            return plant

        return planted


def _kinds(takes: Any) -> tuple[type[ProblemSpec], ...] | None:
    kinds = None if takes is None else tuple(takes)
    for kind in kinds or ():
        if not (isinstance(kind, type) and issubclass(kind, ProblemSpec)):
            raise invalid("takes", kind, "is no kind of problem", "use e.g. (mf.FiniteSpec,)")
    return kinds


def _name(measure: Any) -> str:
    name = getattr(measure, "__name__", "")
    if not callable(measure) or not name.isidentifier():
        raise invalid(
            "check", measure, "is a named function of a problem", "write `def name(problem)`"
        )
    return name
