"""Blueprints of problems under correlated, bidirectionally diverse initialisation.

No table is drawn here: the features are, by the blueprint's seed, and networks draw their labels.
"""

from dataclasses import dataclass
from typing import ClassVar

from mfcheck import data as laws
from mfcheck.arrays import positive, steps_in
from mfcheck.data import DataLaw
from mfcheck.errors import invalid
from mfcheck.model import Dirac, DiverseEmbedding, Independent, Model, Normal
from mfcheck.problems.problem import Problem
from mfcheck.problems.spec import ProblemSpec

DIVERSE_DATA = ("xor", "teacher", "clusters", "sine")

FIRST = ("normal", "dirac")
"""Laws of w_1⁰: N(0, scale²) in each coordinate, or the one point (0, ..., 0, scale)."""


@dataclass(frozen=True, repr=False)
class DiverseSpec(ProblemSpec):
    """The structure of a generated problem with a `DiverseEmbedding`.

    activations, loss: names as in `Model`. m, gain, matched: of the embedding. first, scale: law
    of w_1⁰, see `FIRST`. trained_bias: False freezes every bias at 0. data, n, d, seed: the law
    of the data ("xor": the first n <= 8 points of the square, d = 3); the seed also makes the
    fixed matrix of the first layer's features. T, eps: horizon and step.
    """

    noun: ClassVar[str] = "a diverse blueprint"

    activations: tuple[str, ...] = ("tanh", "tanh", "tanh", "identity")
    loss: str = "squared"
    m: int = 4
    gain: float = 2.0
    matched: bool = True
    first: str = "normal"
    scale: float = 1.0
    trained_bias: bool = True
    data: str = "xor"
    n: int = 4
    d: int = 3
    T: float = 1.0
    eps: float = 0.25
    seed: int = 0
    init: str = "diverse"

    def __post_init__(self) -> None:
        """Refuse what cannot be built; the same problem always has the same JSON (1 is 1.0)."""
        object.__setattr__(self, "activations", tuple(self.activations))
        Model(self.activations, self.loss)
        counts = {"m": 1, "n": 1, "d": 2, "seed": 0}
        self.settle({"first": FIRST, "data": DIVERSE_DATA}, counts, ("gain", "scale", "T", "eps"))
        positive("gain", self.gain)
        positive("scale", self.scale)
        steps_in(self.T, self.eps)
        if self.data == "xor" and (self.n > 8 or self.d != 3):
            rule = "the square has 8 points in d = 3"
            raise invalid("n, d", (self.n, self.d), rule, "use n <= 8 and d=3")

    @property
    def L(self) -> int:
        """Number of weight layers."""
        return len(self.activations)

    def problem(self) -> Problem:
        """The problem itself, in float64 on the CPU."""
        frozen = None if self.trained_bias else dict.fromkeys(range(2, self.L + 1), 0.0)
        model = Model(self.activations, self.loss, xi_b=frozen)
        emb = DiverseEmbedding(
            self.L, self._first(), self.m, self.gain, self.seed, matched=self.matched
        )
        return Problem(model, emb, self._law(), self.T, self.eps, name=f"{self!r}.problem()")

    def _first(self) -> Normal | Independent:
        if self.first == "normal":
            return Normal(0.0, self.scale, dim=self.d)
        return Independent(*[Dirac(0.0)] * (self.d - 1), Dirac(self.scale))

    def _law(self) -> DataLaw:
        if self.data == "xor":
            square = laws.xor()
            return DataLaw(square.x[: self.n], square.y[: self.n])
        return getattr(laws, self.data)(self.n, self.d, seed=self.seed)

    @property
    def label(self) -> str:
        """A line for tables: what a reader wants to know of the problem."""
        features = f"m={self.m}, gain {self.gain:g}" + ("" if self.matched else ", unmatched")
        first = "" if self.first == "normal" else f", w_1 at a point {self.scale:g}"
        bias = "" if self.trained_bias else ", biases frozen"
        law = f"{self.data} n={self.n} d={self.d}"
        phis, end = " ".join(self.activations), f"seed {self.seed}, T={self.T:g}"
        return (
            f"L={self.L} diverse, {phis}, {self.loss} loss, {features}{first}{bias}, {law}, {end}"
        )
