"""Blueprints of problems for partially trained networks."""

from dataclasses import dataclass

from mfcheck import data as laws
from mfcheck.partial.partial_problem import PartialProblem
from mfcheck.problems.spec import ProblemSpec

PARTIAL_DATA = ("sine", "teacher", "clusters")


@dataclass(frozen=True, repr=False)
class PartialSpec(ProblemSpec):
    """The structure of a generated partially trained problem.

    sigma, phi, beta, spread, T, eps, K, M: as in `PartialProblem`. data, n, d: law of the data,
    its atoms, its dimension with the constant coordinate; weighted: unequal q. seed: of the data
    and of the atoms of (a, W).
    """

    sigma: str = "tanh"
    phi: str = "erf"
    beta: float = 0.5
    spread: float = 2.0
    data: str = "sine"
    n: int = 6
    d: int = 2
    weighted: bool = False
    T: float = 3.0
    eps: float = 0.1
    K: int = 24
    M: int = 16
    seed: int = 0
    init: str = "partial"

    def __post_init__(self) -> None:
        """Refuse what cannot be built; the same problem always has the same JSON (1 is 1.0)."""
        counts = {"n": 1, "d": 2, "seed": 0}
        self.settle({"data": PARTIAL_DATA}, counts, ("beta", "spread", "T", "eps"))
        self.problem()

    def problem(self) -> PartialProblem:
        """The problem itself, in float64 on the CPU."""
        data = getattr(laws, self.data)(self.n, self.d, seed=self.seed, weighted=self.weighted)
        names = ("sigma", "phi", "beta", "spread", "T", "eps", "K", "M", "seed")
        fields = {name: getattr(self, name) for name in names}
        return PartialProblem(data, **fields, name=f"{self!r}.problem()")

    @property
    def label(self) -> str:
        """A line for tables: what a reader wants to know of the problem."""
        beta = "1/2" if self.beta == 0.5 else f"{self.beta:g}"
        law = f"{self.data} n={self.n} d={self.d}" + (", weighted" if self.weighted else "")
        return f"β={beta}, {self.sigma} on {self.phi} features, {law}, T={self.T:g}"
