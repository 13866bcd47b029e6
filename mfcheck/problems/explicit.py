"""Problems written out in full: one's own tables, measures and data.

    {"activations": ["tanh", "identity"], "loss": "squared", "T": 1.0, "eps": 0.1,
     "W": {"1": [[...], ...], "2": [[...], ...]}, "b": {"2": [0.0]}, "P": {"1": [...]},
     "x": [[...], ...], "y": [...], "q": [...], "label": "mine"}

b, P, q, xi, xi_b, eps and label may be left out.
"""

from dataclasses import dataclass, field
from json import dumps, loads
from pathlib import Path
from typing import Any

from mfcheck.data import DataLaw
from mfcheck.errors import invalid, one_of
from mfcheck.model import Ensemble, FiniteEmbedding, GeneralModel, Model
from mfcheck.model.feedback import FeedbackModel
from mfcheck.problems.finite import FiniteSpec
from mfcheck.problems.problem import Problem
from mfcheck.problems.spec import ProblemSpec, json_object

NEEDED = ("activations", "W", "x", "y", "T")
LAYERED = ("W", "b", "P", "xi", "xi_b")
ALLOWED = (*NEEDED, "loss", "eps", "b", "P", "q", "xi", "xi_b", "label")


@dataclass(frozen=True, repr=False)
class ExplicitSpec(ProblemSpec):
    """A problem as canonical JSON text; source: the file it came from, for replay.

    The text is put in canonical form, so that spaces and the order of the parts change nothing.
    Raises InvalidArgument for text that is no JSON object, and for missing or unknown parts.
    """

    text: str
    source: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        given = json_object(self.text)
        missing = [name for name in NEEDED if given.get(name) is None]
        if missing:
            raise invalid("problem", missing, "parts are missing", f"it needs {', '.join(NEEDED)}")
        for name in given:
            one_of("part of a problem", name, ALLOWED)
        parts = {name: given[name] for name in ALLOWED if given.get(name) is not None}
        object.__setattr__(self, "text", dumps(parts, separators=(",", ":")))

    @classmethod
    def of(cls, problem: Problem, source: str = "") -> "ExplicitSpec":
        """The problem written out. Custom activations and schedules t ↦ ξ(t) cannot be."""
        model, data = problem.model, problem.data
        if isinstance(model, GeneralModel | FeedbackModel):
            rule = "functions of one's own and feedback cannot be written as JSON"
            raise invalid("problem.model", model, rule, "use mf.Model")
        custom = [phi for phi in (*model.activations, model.loss) if phi.name == "custom"]
        moving = [xi for xi in (*model.xi.values(), *model.xi_b.values()) if callable(xi)]
        if custom or moving:
            rule = "functions of one's own cannot be written as JSON"
            raise invalid("problem", (custom + moving)[0], rule, "use known names and constants")
        if not isinstance(problem.emb, FiniteEmbedding):
            rule = "only a finite embedding can be written out"
            raise invalid("problem.emb", problem.emb, rule, "use mf.FiniteEmbedding")
        parts: dict[str, Any] = {
            "activations": [phi.name for phi in model.activations],
            "loss": model.loss.name,
            "xi": model.xi,
            "xi_b": model.xi_b,
            **{name: _lists(getattr(problem.emb.atoms, name)) for name in ("W", "b", "P")},
            **{name: getattr(data, name).tolist() for name in ("x", "y", "q")},
            "T": problem.T,
            "eps": problem.eps,
        }
        return cls(dumps(parts), source)

    def problem(self) -> Problem:
        """The problem itself; every object checks its own part."""
        given = loads(self.text)
        layers = {name: _layers(name, given.get(name, {})) for name in LAYERED}
        model = Model(
            given["activations"], given.get("loss", "squared"), layers["xi"], layers["xi_b"]
        )
        atoms = FiniteEmbedding(Ensemble(layers["W"], layers["b"], layers["P"]))
        data = DataLaw(given["x"], given["y"], given.get("q"))
        return Problem(model, atoms, data, given["T"], given.get("eps"), name=repr(self))

    def of_kind(self, kind: type[ProblemSpec]) -> bool:
        """Its embedding is finite: it stands where a drawn finite problem does."""
        return kind is FiniteSpec or super().of_kind(kind)

    @classmethod
    def tag(cls) -> str:
        """Its JSON has no tag: the weights "W" tell it."""
        return "W"

    @classmethod
    def from_json(cls, text: str) -> "ExplicitSpec":
        """The problem written out in a text."""
        return cls(text)

    def json(self) -> str:
        """The text."""
        return self.text

    @property
    def label(self) -> str:
        """The problem's own label, or its depth and where it came from."""
        given = loads(self.text)
        name = given.get("label") or (Path(self.source).name if self.source else "written out")
        return f"L={len(given['activations'])}, {len(given['y'])} points, {name}"

    def __repr__(self) -> str:
        """The code that gives the problem again."""
        call = f"spec_in({self.source!r})" if self.source else f"spec_of({self.text!r})"
        return f"mfcheck.problems.reading.{call}"


def _lists(layers: dict[int, Any]) -> dict[int, Any]:
    return {i: value.tolist() for i, value in layers.items()}


def _layers(name: str, given: Any) -> dict[int, Any]:
    """JSON's keys are strings; layers are numbers."""
    if not isinstance(given, dict) or not all(key.isdigit() for key in given):
        raise invalid(name, given, "is an object keyed by layer", f'use {{"{name}": {{"1": ...}}}}')
    return {int(i): value for i, value in given.items()}
