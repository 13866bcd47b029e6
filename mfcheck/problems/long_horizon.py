"""Blueprints for long runs of networks with independent weights: laws that reach everywhere, traps.

A problem of the global convergence theorems is told apart by few choices: where the first layer
starts (all of R^d, a half-space, one point), whether the last layer starts at zero and is
trained, whether the labels can be fitted, and how. There are no biases beyond the constant
coordinate of x, as in the paper's model.
"""

from dataclasses import dataclass, replace

import numpy as np
import torch
from scipy.special import ndtri

from mfcheck import data as laws
from mfcheck.arrays import positive, steps_in
from mfcheck.data import DataLaw
from mfcheck.errors import invalid
from mfcheck.model import (
    Conditioned,
    Dirac,
    IIDEmbedding,
    Independent,
    Mixture,
    Model,
    Normal,
    Quantile,
    Rademacher,
    Rounded,
    Uniform,
)
from mfcheck.model.laws import Law
from mfcheck.problems.problem import Problem
from mfcheck.problems.spec import ProblemSpec

FIRST_LAWS = ("normal", "half", "dirac", "gap", "lattice", "atoms")
LAST_LAWS = ("signs", "shifted", "centred", "zero", "better")
LABELS = ("exact", "noisy", "far")
LONG_DATA = ("xor", "sine", "teacher", "clusters")


@dataclass(frozen=True, repr=False)
class LongHorizonSpec(ProblemSpec):
    """The structure of a problem of training for a long time.

    activations, loss: names as in `Model`. first: w_1 is "normal", N(shift, scale²) in each
    coordinate; "half", the same with |w_1|'s first coordinate in the place of the first; "gap",
    the same given that the first coordinate is not within ± scale; "lattice", the same rounded to
    multiples of scale; "dirac", the point (0, …, 0, scale); or "atoms", the three points
    (s, scale, …, scale) with s = −scale, 0, scale. centre, spread: entries of the middle layers are
    uniform on centre ± spread, constant if spread is 0. last: w_L is "signs", ±2; "shifted",
    uniform on (−0.5, 1.5); "centred", uniform on (−1, 1); "zero"; or "better", uniform on c ± 1
    with c so that three layers start better than ŷ = 0 (see `head_start`). train_last: False
    freezes it.
    data, n, d, seed: the law of the data (xor has n = 8, d = 3). constant: False drops the
    constant coordinate of x, so d − 1 remain. labels: "exact"; "noisy", each point twice, with
    y ± 0.5; or "far", 5 y. T, eps: horizon and step.
    """

    noun = "a convergence blueprint"

    activations: tuple[str, ...] = ("tanh", "tanh", "identity")
    loss: str = "squared"
    first: str = "normal"
    scale: float = 2.0
    shift: float = 0.0
    centre: float = 1.0
    spread: float = 0.5
    last: str = "shifted"
    train_last: bool = True
    constant: bool = True
    data: str = "xor"
    labels: str = "exact"
    n: int = 8
    d: int = 3
    T: float = 60.0
    eps: float = 0.2
    seed: int = 0
    init: str = "convergence"

    def __post_init__(self) -> None:
        """Refuse what cannot be built; the same problem always has the same JSON (1 is 1.0)."""
        object.__setattr__(self, "activations", tuple(self.activations))
        Model(self.activations, self.loss)
        choices = {"first": FIRST_LAWS, "last": LAST_LAWS, "data": LONG_DATA, "labels": LABELS}
        numbers = ("scale", "shift", "centre", "spread", "T", "eps")
        self.settle(choices, {"n": 1, "d": 2, "seed": 0}, numbers)
        positive("scale", self.scale)
        steps_in(self.T, self.eps)
        if self.spread < 0:
            raise invalid("spread", self.spread, "is a half-width, not negative", "use e.g. 0.5")
        if self.last == "better" and (self.L != 3 or self.first != "normal"):
            raise invalid("last", self.last, 'needs L = 3 and first="normal"', "use another law")
        if self.data == "xor" and (self.n, self.d) != (8, 3):
            raise invalid("n, d", (self.n, self.d), "xor has 8 points in d = 3", "use these")

    @property
    def L(self) -> int:
        """Number of weight layers."""
        return len(self.activations)

    def problem(self) -> Problem:
        """The problem itself, in float64 on the CPU."""
        L, law = self.L, self._law()
        xi = {} if self.train_last else {L: 0.0}
        model = Model(self.activations, self.loss, xi, dict.fromkeys(range(2, L + 1), 0.0))
        middle = (
            Uniform(self.centre - self.spread, self.centre + self.spread)
            if self.spread
            else Dirac(self.centre)
        )
        last = self._last(model, law)
        W = {1: self._first(law.d)} | dict.fromkeys(range(2, L), middle) | {L: last}
        name = f"{self!r}.problem()"
        return Problem(model, IIDEmbedding(W), law, self.T, self.eps, name=name)

    def _first(self, d: int) -> "Law | Independent":
        normal, s = Normal(self.shift, self.scale), self.scale
        if self.first == "normal":
            return replace(normal, dim=d)
        if self.first == "dirac":
            return Independent(*[Dirac(0.0)] * (d - 1), Dirac(s))
        if self.first == "atoms":
            three = Mixture(tuple(Dirac(k * s) for k in (-1, 0, 1)), (1 / 3,) * 3)
            return Independent(three, *[Dirac(s)] * (d - 1))
        if self.first == "lattice":
            return Independent(*[Rounded(normal, s)] * d)
        gap = Conditioned(normal, ((-np.inf, -s), (s, np.inf)))
        first = half_normal(s) if self.first == "half" else gap
        return Independent(first, *[normal] * (d - 1))

    def _last(self, model: Model, law: DataLaw) -> Law:
        if self.last == "better":
            c = head_start(model, law, self.centre, self.shift, self.scale)
            return Uniform(c - 1, c + 1)
        return {
            "signs": Rademacher(0.0, 2.0),
            "shifted": Uniform(-0.5, 1.5),
            "centred": Uniform(-1.0, 1.0),
            "zero": Dirac(0.0),
        }[self.last]

    def _law(self) -> DataLaw:
        law = (
            laws.xor()
            if self.data == "xor"
            else getattr(laws, self.data)(self.n, self.d, self.seed)
        )
        x, y = law.x if self.constant else law.x[:, :-1], law.y
        if self.labels == "noisy":
            return DataLaw(torch.cat([x, x]), torch.cat([y + 0.5, y - 0.5]))
        return DataLaw(x, 5 * y if self.labels == "far" else y)

    @property
    def label(self) -> str:
        """A line for tables: what a reader wants to know of the problem."""
        phis = " ".join(self.activations)
        at = {"half": "half-normal", "dirac": "Dirac", "gap": "normal with a gap"}
        at = at.get(self.first, self.first)
        at += f" {self.scale:g}" + (f" about {self.shift:g}" if self.shift else "")
        last = self.last + ("" if self.train_last else ", frozen")
        law = f"{self.data} n={self.n} d={self.d}" + ("" if self.constant else " less the constant")
        law += "" if self.labels == "exact" else f", {self.labels} labels"
        middle = f"w_2 {self.centre:g} ± {self.spread:g}, " if self.L > 2 else ""
        return (
            f"L={self.L} i.i.d., {phis}, {self.loss} loss, w_1 {at}, {middle}w_{self.L} {last}, "
            f"{law}, T={self.T:g}"
        )


def head_start(model: Model, law: DataLaw, centre: float, shift: float, scale: float) -> float:
    """A mean c of w_3(0) from which three layers in the limit start better than ŷ = 0.

    The limit starts at ŷ = c g, g(x) = φ_2(centre E φ_1(⟨w_1(0), x⟩)), if φ_3 is the identity. For
    losses with ρ'' <= 2, c = −E[ρ'(−Y) g(X)] / 2 E[g(X)²] gains E[ρ'(−Y) g(X)]² / 4 E[g(X)²] at
    least. Derived here. Raises InvalidArgument where g = 0, as for odd φ_1 and shift 0.
    """
    z, weights = (torch.as_tensor(part) for part in Normal().rule(64))
    h = shift * law.x.sum(1, keepdim=True) + scale * law.x.norm(dim=1, keepdim=True) * z
    g = model.phi(2).value(centre * (model.phi(1).value(h) @ weights))
    size = float(law.q @ g.square())
    if size < 1e-12:
        raise invalid("shift", shift, "the limit starts at 0 whatever w_3 is", "use e.g. shift=1.0")
    return -float(law.q @ (model.loss.slope(-law.y) * g)) / (2 * size)


def half_normal(scale: float) -> Quantile:
    """The law of |ξ| for ξ normal with mean 0 and deviation `scale`; its support is [0, ∞)."""
    return Quantile(
        lambda u: scale * ndtri((1 + np.asarray(u)) / 2),
        scale * (2 / np.pi) ** 0.5,
        (0.0, np.inf),
    )
