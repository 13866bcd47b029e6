"""Blueprints of homogeneous two-layer networks on the circle, with a teacher.

w_2 relu(⟨w_1, x⟩) is homogeneous of degree two in (w_1, w_2), and what training can reach depends
on the signs of w_2(0) and on whether the directions of w_1(0) fill the circle.
"""

from dataclasses import dataclass
from math import pi

import numpy as np
import torch
from torch import Tensor

from mfcheck.arrays import positive, steps_in
from mfcheck.data import DataLaw
from mfcheck.model import Ensemble, FiniteEmbedding, Model
from mfcheck.problems.problem import Problem
from mfcheck.problems.spec import ProblemSpec
from mfcheck.seeds import Seeds

SIGNS = ("both", "positive")

DIRECTIONS = 120
"""Directions of the atoms' w_1⁰, evenly spread: three degrees apart."""


@dataclass(frozen=True, repr=False)
class HomogeneousSpec(ProblemSpec):
    """A relu network without biases that learns a small relu network from points of the circle.

    teacher: its neurons, of alternating signs; their sizes and their directions, half an even share
    apart or more, are drawn from the seed, and E y² = 1/2. n: data points, evenly spread. signs:
    w_2(0) is ± 2 radius ("both") or + 2 radius ("positive"), on 120 directions of w_1(0), with
    |w_1(0)| = radius. T, eps: horizon and step.
    """

    noun = "a homogeneous blueprint"

    teacher: int = 4
    n: int = 24
    signs: str = "both"
    radius: float = 1.0
    T: float = 160.0
    eps: float = 0.2
    seed: int = 0
    init: str = "homogeneous"

    def __post_init__(self) -> None:
        """Refuse what cannot be built; the same problem always has the same JSON (1 is 1.0)."""
        counts = {"teacher": 1, "n": 2, "seed": 0}
        self.settle({"signs": SIGNS}, counts, ("radius", "T", "eps"))
        positive("radius", self.radius)
        steps_in(self.T, self.eps)

    def problem(self) -> Problem:
        """The problem itself, in float64 on the CPU."""
        model = Model(("relu", "identity"), xi_b={2: 0.0})
        embedding = FiniteEmbedding(self._atoms())
        return Problem(model, embedding, self._law(), self.T, self.eps, name=f"{self!r}.problem()")

    def _atoms(self) -> Ensemble:
        w = self.radius * circle(DIRECTIONS)
        signs = (1.0, -1.0) if self.signs == "both" else (1.0,)
        last = torch.cat([torch.full((DIRECTIONS, 1), 2 * self.radius * sign) for sign in signs])
        return Ensemble({1: w.repeat(len(signs), 1), 2: last.to(w)})

    def _law(self) -> DataLaw:
        seeds, x = Seeds(self.seed).fold("homogeneous"), circle(self.n, 0.5)
        apart = np.arange(self.teacher) + seeds.uniforms("angles", 0, self.teacher)[0] / 2
        angle = 2 * pi * apart / self.teacher
        size = 0.5 + seeds.uniforms("sizes", 0, self.teacher)[0]
        sign = np.where(np.arange(self.teacher) % 2, -1.0, 1.0)
        u = np.stack([np.cos(angle), np.sin(angle)], -1)
        y = torch.relu(x @ torch.as_tensor(u).T) @ torch.as_tensor(size * sign)
        return DataLaw(x, y / (2 * y.square().mean()).sqrt())

    @property
    def label(self) -> str:
        """A line for tables: what a reader wants to know of the problem."""
        return (
            f"L=2, relu without biases, w_2 {self.signs} signs, teacher of {self.teacher}, "
            f"{self.n} points of the circle, seed {self.seed}, T={self.T:g}"
        )


def circle(n: int, offset: float = 0.0) -> Tensor:
    """n points evenly spread over the unit circle, (n, 2), turned by `offset` of their distance."""
    angle = 2 * pi * (torch.arange(n, dtype=torch.float64) + offset) / n
    return torch.stack([angle.cos(), angle.sin()], -1)
