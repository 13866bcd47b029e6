"""Problems that start from a staircase: a finite embedding, diverse up to a known error."""

from dataclasses import dataclass
from typing import ClassVar

from mfcheck import data as laws
from mfcheck.arrays import steps_in
from mfcheck.model import FiniteEmbedding, Model
from mfcheck.model.staircase import random_staircases
from mfcheck.problems.problem import Problem
from mfcheck.problems.spec import ProblemSpec
from mfcheck.seeds import Seeds


@dataclass(frozen=True, repr=False)
class StaircaseSpec(ProblemSpec):
    """The xor square learnt from a random staircase, without biases.

    activations, loss: names as in `Model`. K: cells of each hidden layer. seed: of the functions
    that the cells are given, see `random_staircases`. T, eps: horizon and step.
    """

    noun: ClassVar[str] = "a staircase blueprint"

    activations: tuple[str, ...] = ("tanh", "tanh", "tanh", "identity")
    loss: str = "squared"
    K: int = 16
    T: float = 60.0
    eps: float = 0.25
    seed: int = 0
    init: str = "staircase"

    def __post_init__(self) -> None:
        """Refuse what cannot be built; the same problem always has the same JSON (1 is 1.0)."""
        object.__setattr__(self, "activations", tuple(self.activations))
        Model(self.activations, self.loss)
        self.settle({}, {"K": 2, "seed": 0}, ("T", "eps"))
        steps_in(self.T, self.eps)

    @property
    def L(self) -> int:
        """Number of weight layers."""
        return len(self.activations)

    def problem(self) -> Problem:
        """The problem itself, in float64 on the CPU."""
        model = Model(self.activations, self.loss, xi_b=dict.fromkeys(range(2, self.L + 1), 0.0))
        law = laws.xor()
        drawn = random_staircases(self.L, law.d, self.K, Seeds(self.seed).fold("staircase"))
        emb = FiniteEmbedding(drawn.map(lambda v: v[0]))
        return Problem(model, emb, law, self.T, self.eps, name=f"{self!r}.problem()")

    @property
    def label(self) -> str:
        """A line for tables: what a reader wants to know of the problem."""
        phis = " ".join(self.activations)
        return (
            f"L={self.L} staircase, {phis}, {self.loss} loss, {self.K} cells, xor n=8 d=3, "
            f"seed {self.seed}, T={self.T:g}"
        )
