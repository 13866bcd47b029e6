"""Blueprints of problems whose tables are tied across layers by labels with tails."""

from dataclasses import dataclass, replace
from typing import Any, ClassVar

import torch
from scipy.stats import norm, t

from mfcheck.model import Ensemble, FiniteEmbedding
from mfcheck.problems.finite import FiniteSpec
from mfcheck.problems.problem import Problem
from mfcheck.problems.spec import ProblemSpec

VALUES = 128
"""How many values a label takes: the quantiles (k + 1/2) / VALUES of its law."""

SHARED = ("data", "n", "d", "T", "eps", "seed")
"""The fields that mean what they do in `FiniteSpec`."""


@dataclass(frozen=True, repr=False)
class TailedSpec(ProblemSpec):
    """Tables whose entries are tied by labels of a law; degrees: of Student's, 0 for the normal.

    depth: L. data, n, d, T, eps, seed: as in `FiniteSpec`, which makes w_1 and the data too.
    """

    noun: ClassVar[str] = "a problem with tails"

    depth: int = 3
    degrees: float = 0.0
    data: str = "teacher"
    n: int = 4
    d: int = 3
    T: float = 1.0
    eps: float = 0.25
    seed: int = 0
    init: str = "tailed"

    def __post_init__(self) -> None:
        """Refuse what cannot be built; the same problem always has the same JSON (1 is 1.0)."""
        self.settle({}, {"depth": 2, "n": 2, "d": 2, "seed": 0}, ("degrees", "T", "eps"))

    @property
    def L(self) -> int:
        """Number of weight layers."""
        return self.depth

    def problem(self) -> Problem:
        """The problem itself, in float64 on the CPU."""
        start, L = self._bounded(), self.depth
        atoms = _finite(start).atoms
        g = self.labels() / 2
        W = {i: 0.5 + g[:, None] + g[None, :] for i in range(2, L)}
        W |= {1: atoms.W[1], L: (0.5 + g)[:, None]}
        emb = FiniteEmbedding(Ensemble(W, atoms.b))
        return replace(start, emb=emb, name=f"{self!r}.problem()")

    def labels(self) -> torch.Tensor:
        """The values of a label."""
        u = (torch.arange(VALUES, dtype=torch.float64).numpy() + 0.5) / VALUES
        return torch.as_tensor(t(self.degrees).ppf(u) if self.degrees else norm.ppf(u))

    def _bounded(self) -> Problem:
        phis = ("tanh",) * (self.depth - 1) + ("identity",)
        shared: dict[str, Any] = {name: getattr(self, name) for name in SHARED}
        return FiniteSpec(phis, "huber", atoms=VALUES, **shared).problem()

    @property
    def label(self) -> str:
        """A line for tables: what a reader wants to know of the problem."""
        law = f"Student's with {self.degrees:g} degrees" if self.degrees else "normal"
        return f"L={self.depth}, tanh, huber loss, labels {law}, {self.data} n={self.n} d={self.d}"


def _finite(problem: Problem) -> FiniteEmbedding:
    """The problem's embedding, which is finite."""
    assert isinstance(problem.emb, FiniteEmbedding)
    return problem.emb
