"""Blueprints of problems under i.i.d. initialisation: laws instead of tables.

No table is drawn here: the laws are named, and the networks draw from them. Only the data
depend on the blueprint's seed; the digits do not.
"""

from dataclasses import dataclass
from math import sqrt

from mfcheck import data as laws
from mfcheck.arrays import positive, steps_in
from mfcheck.data import DataLaw
from mfcheck.errors import invalid
from mfcheck.model import Dirac, IIDEmbedding, Model, Normal, Rademacher, Uniform
from mfcheck.model.laws import Law
from mfcheck.problems.problem import Problem
from mfcheck.problems.spec import ProblemSpec

MIDDLE = ("uniform", "rademacher", "normal", "dirac")
"""Laws that the entries of a middle layer may have, of a given mean and deviation."""

IID_DATA = ("sine", "teacher", "clusters", "digits")


@dataclass(frozen=True, repr=False)
class IIDSpec(ProblemSpec):
    """The structure of a generated problem with independent initial weights.

    activations, loss: names as in `Model`. middle, centre, sd: law, mean and standard deviation
    of the entries of layers 2..L−1. reach: w_1 is uniform on ± reach in each coordinate. low,
    high: w_L is uniform between them. bias: b_i, 2 <= i < L, are uniform on ± bias; constant 0
    if bias is 0. trained_bias: False freezes every bias. data, n, d, seed: the law of the data.
    T, eps: horizon and step.
    """

    noun = "an i.i.d. blueprint"

    activations: tuple[str, ...] = ("tanh", "tanh", "tanh", "tanh", "identity")
    loss: str = "squared"
    middle: str = "uniform"
    centre: float = 1.0
    sd: float = 0.5
    reach: float = 1.5
    low: float = -0.3
    high: float = 1.7
    bias: float = 0.0
    trained_bias: bool = True
    data: str = "sine"
    n: int = 8
    d: int = 2
    T: float = 3.0
    eps: float = 0.1
    seed: int = 0
    init: str = "iid"

    def __post_init__(self) -> None:
        """Refuse what cannot be built; the same problem always has the same JSON (1 is 1.0)."""
        object.__setattr__(self, "activations", tuple(self.activations))
        Model(self.activations, self.loss)
        numbers = ("centre", "sd", "reach", "low", "high", "bias", "T", "eps")
        self.settle({"middle": MIDDLE, "data": IID_DATA}, {"n": 1, "d": 2, "seed": 0}, numbers)
        positive("reach", self.reach)
        positive("sd", self.sd)
        steps_in(self.T, self.eps)
        if self.data == "digits" and self.d != 65:
            raise invalid("d", self.d, "the digits have 64 pixels and a constant", "use d=65")
        if self.bias < 0:
            raise invalid("bias", self.bias, "is a half-width, not negative", "use e.g. bias=1.0")

    @property
    def L(self) -> int:
        """Number of weight layers."""
        return len(self.activations)

    def problem(self) -> Problem:
        """The problem itself, in float64 on the CPU."""
        L = self.L
        frozen = None if self.trained_bias else dict.fromkeys(range(2, L + 1), 0.0)
        model = Model(self.activations, self.loss, xi_b=frozen)
        W = {1: Uniform(-self.reach, self.reach, dim=self.d), L: Uniform(self.low, self.high)}
        W |= {i: self._middle() for i in range(2, L)}
        b = {i: Uniform(-self.bias, self.bias) for i in range(2, L)} if self.bias else {}
        name = f"{self!r}.problem()"
        return Problem(model, IIDEmbedding(W, b), self.law(), self.T, self.eps, name=name)

    def law(self) -> DataLaw:
        """The law of the data."""
        if self.data == "digits":
            return laws.digits(n=self.n, scale=1 / 8)
        return getattr(laws, self.data)(self.n, self.d, seed=self.seed)

    def _middle(self) -> Law:
        half = sqrt(3) * self.sd
        return {
            "uniform": Uniform(self.centre - half, self.centre + half),
            "rademacher": Rademacher(self.centre, self.sd),
            "normal": Normal(self.centre, self.sd),
            "dirac": Dirac(self.centre),
        }[self.middle]

    @property
    def label(self) -> str:
        """A line for tables: what a reader wants to know of the problem."""
        middle = f"middle {self.middle} {self.centre:g} ± {self.sd:g}"
        bias = f", biases ± {self.bias:g}" if self.bias else ""
        bias += "" if self.trained_bias else ", biases frozen"
        law = f"{self.data} n={self.n} d={self.d}"
        phis = " ".join(self.activations)
        return f"L={self.L} i.i.d., {phis}, {self.loss} loss, {middle}{bias}, {law}, T={self.T:g}"
