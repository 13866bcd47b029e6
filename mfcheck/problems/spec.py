"""The specification of a problem: a frozen record of plain values, as JSON and as code.

Mostly structure plus one integer seed, from which `problem` builds everything. A new kind is one
dataclass, in this folder or in a property file:

    @dataclass(frozen=True, repr=False)
    class Rings(mf.ProblemSpec):
        radius: float = 1.0
        seed: int = 0
        init: str = "rings"

        def problem(self): ...

Its JSON carries the tag `init`, by which the files that define or import it find it again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from functools import cached_property
from json import dumps, loads
from pathlib import Path
from typing import Any, ClassVar

from mfcheck.arrays import finite, whole
from mfcheck.errors import invalid, one_of
from mfcheck.problems.kinds import home_of, kind_file, register


class ProblemSpec:
    """The base of every specification: a frozen dataclass of plain values, each kind with a tag.

    A subclass decorates itself with `dataclass(frozen=True, repr=False)`, ends with the field
    `init: str = "tag"`, and says how its `problem` is built: something with `.on(dtype, device)`,
    the same for the same fields. noun: what an error calls it.
    """

    noun: ClassVar[str] = "a problem"

    def __init_subclass__(cls, *, kind: bool = True) -> None:
        """kind: whether the class is a kind of problem, to be found by its tag."""
        if kind:
            register(cls, cls.tag())

    def settle(
        self,
        choices: Mapping[str, Iterable[str]],
        counts: Mapping[str, int],
        numbers: Iterable[str],
    ) -> None:
        """For `__post_init__`: fields as they are kept, so that 1 and 1.0 give the same JSON.

        choices: {name: known values}. counts: {name: least value}, kept as int. numbers: names of
        what is kept as float. Raises InvalidArgument for what is none of the choices, not a whole
        number or too small, not a finite number, and for another kind's tag.
        """
        for name, known in {**choices, "init": (self.tag(),)}.items():
            if hasattr(self, name):
                one_of(name, getattr(self, name), known)
        for name, least in counts.items():
            object.__setattr__(self, name, whole(name, getattr(self, name), least))
        for name in numbers:
            object.__setattr__(self, name, finite(name, getattr(self, name)))

    @classmethod
    def tag(cls) -> str:
        """What tells this kind's JSON from another's; the finite one has the tag ""."""
        return cls.__dict__.get("init", "")

    def problem(self) -> Any:
        """The problem itself, in float64 on the CPU."""
        raise NotImplementedError

    def of_kind(self, kind: "type[ProblemSpec]") -> bool:
        """Whether a check that takes this kind of problem can be put to it."""
        return isinstance(self, kind)

    @property
    def label(self) -> str:
        """A line for tables: what a reader wants to know of the problem."""
        return repr(self)

    def json(self) -> str:
        """One line of JSON, keys in the order of the fields, defaults included."""
        return self._text

    @cached_property
    def _text(self) -> str:
        """Written once, however many cells are addressed by it."""
        return dumps(asdict(self), separators=(",", ":"))  # type: ignore[arg-type]  # as below

    @property
    def home(self) -> str:
        """The file that defines this kind; "mfcheck" for its own."""
        return home_of(type(self))

    @property
    def file(self) -> Path | None:
        """The file that defines this kind, mfcheck's own too: its text is behind the numbers."""
        return kind_file(type(self))

    @classmethod
    def from_json(cls, text: str) -> Any:
        """The specification written by `json`; unknown fields are refused, missing ones default."""
        given = loads(text)
        known = [f.name for f in fields(cls)]  # type: ignore[arg-type]  # as below
        if not isinstance(given, dict):
            raise invalid("problem", given, "is a JSON object", f"with keys among {known}")
        for name in given:
            one_of(f"field of {cls.noun}", name, known)
        return cls(**given)

    def __repr__(self) -> str:
        """The call that rebuilds it, fields at their defaults left out."""
        changed = [
            f"{f.name}={getattr(self, f.name)!r}"
            for f in fields(self)  # type: ignore[arg-type]  # kinds are dataclasses
            if getattr(self, f.name) != f.default
        ]
        own = "mf." if type(self).__module__.startswith("mfcheck.") else ""
        return f"{own}{type(self).__name__}({', '.join(changed)})"


def json_object(text: str) -> dict[str, Any]:
    """The JSON object in a text; NaN and infinities are not JSON."""
    try:
        given = loads(text, parse_constant=_no_number)
    except ValueError as error:
        rule = f"is not JSON ({error})"
        raise invalid("problem", text[:80], rule, "write it as FiniteSpec.json() does") from error
    if not isinstance(given, dict):
        raise invalid("problem", text[:80], "is no JSON object", 'use e.g. {"atoms": 12}')
    return given


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number")
