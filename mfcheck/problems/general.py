"""Blueprints of problems whose model is not linear in its weights: tables and named maps.

The tables, measures and data are those of the `FiniteSpec` with the same fields.
"""

from dataclasses import dataclass, replace
from typing import Any, ClassVar

from mfcheck.errors import invalid, one_of
from mfcheck.model import Model
from mfcheck.model.maps import MAPS, inner
from mfcheck.problems.finite import FiniteSpec
from mfcheck.problems.problem import Problem
from mfcheck.problems.spec import ProblemSpec


@dataclass(frozen=True, repr=False)
class GeneralSpec(ProblemSpec):
    """The structure of a generated problem with a general model and a finite embedding.

    maps: names of φ_2 … φ_L, see `mfcheck.model.maps`; φ_1 is ⟨w, x⟩, the output H_L itself.
    The other fields are those of `FiniteSpec`; the tables of layers >= 2 are uniform on
    centre ± spread, by default from −2 to 3, where tanh(w h) is far from linear in w.
    """

    noun: ClassVar[str] = "a general blueprint"

    maps: tuple[str, ...] = ("squash", "squash")
    loss: str = "squared"
    atoms: int = 8
    weighted: bool = False
    centre: float = 0.5
    spread: float = 2.5
    bias: float = 0.3
    data: str = "teacher"
    n: int = 6
    d: int = 3
    T: float = 1.0
    eps: float = 0.2
    seed: int = 0
    init: str = "general"

    def __post_init__(self) -> None:
        """Refuse what cannot be built; the same problem always has the same JSON (1 is 1.0)."""
        if isinstance(self.maps, str) or not self.maps:
            rule = "names the map of every layer from the second on"
            raise invalid("maps", self.maps, rule, 'use e.g. ("squash", "gated")')
        object.__setattr__(self, "maps", tuple(one_of("map", name, MAPS) for name in self.maps))
        for name, value in self._shared(self._standard()).items():
            object.__setattr__(self, name, value)
        self.settle({}, {}, ())

    @property
    def L(self) -> int:
        """Number of weight layers."""
        return len(self.maps) + 1

    def problem(self) -> Problem:
        """The problem itself, in float64 on the CPU."""
        model = Model.general((inner, *(MAPS[name] for name in self.maps)), loss=self.loss)
        return replace(self._standard().problem(), model=model, name=f"{self!r}.problem()")

    def _standard(self) -> FiniteSpec:
        """The blueprint of the standard model with the same tables, measures and data."""
        return FiniteSpec(("tanh",) * (self.L - 1) + ("identity",), **self._shared(self))

    @staticmethod
    def _shared(record: Any) -> dict[str, Any]:
        shared = set(FiniteSpec.__dataclass_fields__) & set(GeneralSpec.__dataclass_fields__)
        return {name: getattr(record, name) for name in sorted(shared)}

    @property
    def label(self) -> str:
        """A line for tables: what a reader wants to know of the problem."""
        tables = f"{self.atoms} atoms, w in {self.centre:g} ± {self.spread:g}"
        law = f"{self.data} n={self.n} d={self.d}" + (", weighted" if self.weighted else "")
        maps = " ".join(self.maps)
        return f"L={self.L} general, {maps}, {self.loss} loss, {tables}, {law}, seed {self.seed}"
