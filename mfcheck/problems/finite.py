"""Blueprints: a problem as structure plus one integer seed.

Tables drawn number by number are useless (most entries come out equal) and shrink towards
round numbers. So a generator chooses structure and a seed, and the seed makes the tables:
under 1 kB of JSON, and a repr that is the code which rebuilds the problem.
"""

from dataclasses import dataclass
from math import sqrt
from typing import Any

import torch
from torch import Tensor

from mfcheck import data as laws
from mfcheck.arrays import positive, steps_in
from mfcheck.data import DataLaw
from mfcheck.errors import invalid
from mfcheck.model import Ensemble, FiniteEmbedding, Model
from mfcheck.problems.problem import Problem
from mfcheck.problems.spec import ProblemSpec
from mfcheck.seeds import Seeds

FINITE_DATA = ("teacher", "clusters", "sine", "digits")
"""The laws of the data that a blueprint may name."""


@dataclass(frozen=True, repr=False)
class FiniteSpec(ProblemSpec):
    """The structure of a generated problem with a finite embedding.

    activations, loss: names as in `Model`. atoms: K neurons in every hidden layer.
    weighted: unequal probabilities P_i and q instead of uniform ones. centre, spread: entries
    of w_i⁰, i >= 2, are uniform on centre ± spread; biases on ± bias; w_1⁰ on ± 2 √(3/d) per
    coordinate. data, n, d: law of the data, its atoms, its dimension with the constant
    coordinate (digits have d = 65). T, eps: horizon and step. seed: makes all the tables.
    """

    activations: tuple[str, ...] = ("tanh", "tanh", "identity")
    loss: str = "squared"
    atoms: int = 12
    weighted: bool = False
    centre: float = 0.5
    spread: float = 0.8
    bias: float = 0.3
    data: str = "teacher"
    n: int = 12
    d: int = 3
    T: float = 1.0
    eps: float = 0.1
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse what cannot be built; the same problem always has the same JSON (1 is 1.0)."""
        object.__setattr__(self, "activations", _names(self.activations))
        if not isinstance(self.loss, str):
            raise invalid("loss", self.loss, "a blueprint names its loss", 'use e.g. "squared"')
        Model(self.activations, self.loss)
        counts = {"atoms": 1, "n": 1, "d": 2, "seed": 0}
        self.settle({"data": FINITE_DATA}, counts, ("centre", "spread", "bias", "T", "eps"))
        positive("spread", self.spread)
        steps_in(self.T, self.eps)
        if not isinstance(self.weighted, bool):
            raise invalid("weighted", self.weighted, "is True or False", "use weighted=True")
        if self.data == "digits" and self.d != 65:
            raise invalid("d", self.d, "the digits have 64 pixels and a constant", "use d=65")

    @property
    def L(self) -> int:
        """Number of weight layers."""
        return len(self.activations)

    def problem(self) -> Problem:
        """The problem itself, in float64 on the CPU."""
        model = Model(self.activations, self.loss)
        embedding = FiniteEmbedding(self._atoms())
        return Problem(model, embedding, self.law(), self.T, self.eps, name=f"{self!r}.problem()")

    def _atoms(self) -> Ensemble:
        K, L = self.atoms, self.L
        size = {0: self.d, **dict.fromkeys(range(1, L), K), L: 1}
        reach = 2 * sqrt(3 / self.d)
        W = {1: self._table("w", 1, K * self.d, 0, reach).reshape(K, self.d)}
        for i in range(2, L + 1):
            entries = self._table("w", i, size[i - 1] * size[i], self.centre, self.spread)
            W[i] = entries.reshape(size[i - 1], size[i])
        b = {i: self._table("b", i, size[i], 0, self.bias) for i in range(2, L + 1)}
        P = {i: self._table("P", i, K, 1, 0.5) for i in range(1, L)} if self.weighted else {}
        return Ensemble(W, b, {i: p / p.sum() for i, p in P.items()})

    def _table(self, name: str, i: int, entries: int, centre: float, spread: float) -> Tensor:
        u = Seeds(self.seed).fold("blueprint").uniforms(name, i, entries)[0]
        return torch.as_tensor(centre + spread * (2 * u - 1))

    def law(self) -> DataLaw:
        """The law of the data. A kind of blueprint with data of its own replaces this."""
        if self.data == "digits":
            return laws.digits(n=self.n, scale=1 / 8)
        make = getattr(laws, self.data)
        return make(self.n, self.d, seed=self.seed, weighted=self.weighted)

    @property
    def label(self) -> str:
        """A line for tables: what a reader wants to know of the problem."""
        phis = " ".join(self.activations)
        law = f"{self.data} n={self.n} d={self.d}" + (", weighted" if self.weighted else "")
        return f"L={self.L}, {phis}, {self.loss} loss, {self.atoms} atoms, {law}, seed {self.seed}"


def _names(activations: Any) -> tuple[str, ...]:
    listed = isinstance(activations, tuple | list)
    if not listed or not all(isinstance(name, str) for name in activations):
        rule = "a blueprint names one activation per layer"
        raise invalid("activations", activations, rule, 'use e.g. ("tanh", "identity")')
    return tuple(activations)
