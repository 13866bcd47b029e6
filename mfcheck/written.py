"""Problems written out in full: one's own tables, measures and data, as JSON or a Python file.

    {"activations": ["tanh", "identity"], "loss": "squared", "T": 1.0, "eps": 0.1,
     "W": {"1": [[...], ...], "2": [[...], ...]}, "b": {"2": [0.0]}, "P": {"1": [...]},
     "x": [[...], ...], "y": [...], "q": [...], "label": "mine"}

b, P, q, xi, xi_b, eps and label may be left out. A Python file defines `problem`, a `Problem`
or a `Blueprint`.
"""

from dataclasses import dataclass, field
from json import dumps, loads
from pathlib import Path
from runpy import run_path
from typing import Any

from mfcheck.blueprint import Blueprint
from mfcheck.data import DataLaw
from mfcheck.errors import invalid, one_of
from mfcheck.model import Ensemble, FiniteEmbedding, Model
from mfcheck.problem import Problem

NEEDED = ("activations", "W", "x", "y", "T")
ALLOWED = (*NEEDED, "loss", "eps", "b", "P", "q", "xi", "xi_b", "label")


@dataclass(frozen=True)
class Written:
    """A problem as canonical JSON text; source: how the user gave it, for replay."""

    text: str
    source: str = field(default="", compare=False)

    @classmethod
    def of(cls, problem: Problem, source: str = "") -> "Written":
        """The problem written out. Custom activations and schedules t ↦ ξ(t) cannot be."""
        model, atoms, data = problem.model, problem.emb.atoms, problem.data
        custom = [phi for phi in (*model.activations, model.loss) if phi.name == "custom"]
        moving = [xi for xi in (*model.xi.values(), *model.xi_b.values()) if callable(xi)]
        if custom or moving:
            rule = "functions of one's own cannot be written as JSON"
            raise invalid("problem", (custom + moving)[0], rule, "use known names and constants")
        parts: dict[str, Any] = {
            "activations": [phi.name for phi in model.activations],
            "loss": model.loss.name,
            "xi": model.xi,
            "xi_b": model.xi_b,
            **{name: _lists(getattr(atoms, name)) for name in ("W", "b", "P")},
            **{name: getattr(data, name).tolist() for name in ("x", "y", "q")},
            "T": problem.T,
            "eps": problem.eps,
        }
        return cls(dumps(parts, separators=(",", ":"), allow_nan=False), source)

    def problem(self) -> Problem:
        """The problem itself; every object checks its own part."""
        given = self._given()
        model = Model(given["activations"], given.get("loss", "squared"), *self._rates(given))
        b, P = _layers(given.get("b")), _layers(given.get("P"))
        atoms = Ensemble(_layers(given["W"]) or {}, b, P)
        data = DataLaw(given["x"], given["y"], given.get("q"))
        embedding = FiniteEmbedding(atoms)
        return Problem(model, embedding, data, given["T"], given.get("eps"), name=self.label)

    def json(self) -> str:
        """The text."""
        return self.text

    @property
    def label(self) -> str:
        """The problem's own label, or its depth and data."""
        given = self._given()
        depth, points = len(given["activations"]), len(given["y"])
        return given.get("label") or f"L={depth}, {points} points, {self.source or 'written out'}"

    def _given(self) -> dict[str, Any]:
        given = loads(self.text)
        missing = [name for name in NEEDED if name not in given]
        if missing:
            raise invalid("problem", missing, "parts are missing", f"it needs {', '.join(NEEDED)}")
        for name in given:
            one_of("part of a problem", name, ALLOWED)
        return given

    @staticmethod
    def _rates(given: dict[str, Any]) -> list[dict[int, Any]]:
        return [_layers(given.get(name)) or {} for name in ("xi", "xi_b")]

    def __repr__(self) -> str:
        return f"Written({self.source or self.label!r})"


Posed = Blueprint | Written
"""A problem as it is posed: structure and seed, or written out."""


def posed(text: str, source: str = "") -> Posed:
    """A problem from JSON: a blueprint, or one written out (it has weights "W")."""
    try:
        given = loads(text)
    except ValueError as error:
        raise invalid(
            "problem", text[:80], f"is not JSON ({error})", "see Blueprint.json"
        ) from error
    written = isinstance(given, dict) and "W" in given
    return Written(text, source) if written else Blueprint.from_json(text)


def posed_in(path: Path) -> Posed:
    """A problem from a file: JSON, or Python that defines `problem`."""
    if not path.is_file():
        raise invalid("problem", str(path), "is neither JSON nor a file", "check the path")
    if path.suffix != ".py":
        return posed(path.read_text("utf-8"), str(path))
    found = run_path(str(path)).get("problem")
    if isinstance(found, Blueprint):
        return found
    if not isinstance(found, Problem):
        rule = "defines no `problem` that is a Problem or a Blueprint"
        raise invalid("file", str(path), rule, "add problem = mf.Problem(...)")
    return Written.of(found, str(path))


def _lists(layers: dict[int, Any]) -> dict[int, Any]:
    return {i: value.tolist() for i, value in layers.items()}


def _layers(given: dict[str, Any] | None) -> dict[int, Any] | None:
    """JSON's keys are strings; layers are numbers."""
    return None if given is None else {int(i): value for i, value in given.items()}
