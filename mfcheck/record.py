"""Frozen records of plain values as JSON and as code: what every blueprint is.

A blueprint is a problem as structure plus one integer seed. A new kind is one dataclass, in the
library or in a property file:

    @dataclass(frozen=True, repr=False)
    class Rings(Recipe):
        radius: float = 1.0
        seed: int = 0
        init: str = "rings"

        def problem(self): ...

Its JSON carries the tag `init`, by which it is found again in any process that has imported it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from json import dumps, loads
from typing import Any, ClassVar

import mfcheck
from mfcheck.arrays import finite, whole
from mfcheck.errors import invalid, one_of

KINDS: dict[str, type["Recipe"]] = {}
"""Every kind of blueprint that has been imported, by its tag; the finite one has the tag ""."""


class Recipe:
    """The base of blueprints: frozen dataclasses of plain values, each kind with a tag `init`.

    A subclass decorates itself with `dataclass(frozen=True, repr=False)`, ends with the field
    `init: str = "tag"`, and says how its `problem` is built: something with `.on(dtype, device)`,
    the same for the same fields. noun: what an error calls it.
    """

    noun: ClassVar[str] = "a blueprint"

    def __init_subclass__(cls) -> None:
        KINDS[cls.tag()] = cls

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

    @property
    def label(self) -> str:
        """A line for tables: what a reader wants to know of the problem."""
        return repr(self)

    def json(self) -> str:
        """One line of JSON, keys in the order of the fields, defaults included."""
        return dumps(asdict(self), separators=(",", ":"))  # type: ignore[call-overload]

    @classmethod
    def from_json(cls, text: str) -> Any:
        """The blueprint written by `json`; unknown fields are refused, missing ones default."""
        given = loads(text)
        known = [f.name for f in fields(cls)]  # type: ignore[arg-type]
        if not isinstance(given, dict):
            raise invalid("problem", given, "is a JSON object", f"with keys among {known}")
        for name in given:
            one_of(f"field of {cls.noun}", name, known)
        return cls(**given)

    def __repr__(self) -> str:
        """The call that rebuilds it, fields at their defaults left out."""
        changed = [
            f"{f.name}={getattr(self, f.name)!r}"
            for f in fields(self)  # type: ignore[arg-type]
            if getattr(self, f.name) != f.default
        ]
        name = type(self).__name__
        return f"{'mf.' * (name in mfcheck.__all__)}{name}({', '.join(changed)})"


def kind(tag: str) -> type[Recipe]:
    """The kind of blueprint with that tag."""
    return KINDS[one_of("init", tag, KINDS)]
