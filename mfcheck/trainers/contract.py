"""What a trainer is given, what it returns, and what it says that it cannot do.

A network of widths N_1 .. N_{L-1} (N_0 = N_L = 1 in what follows) is

    h_1 = w_1 x,   h_i(k) = b_i(k) + (1/N_{i-1}) Σ_j w_i(j, k) φ_{i-1}(h_{i-1}(j)),   ŷ = φ_L(h_L)

and a step of SGD on the loss ℓ of a batch, in plain gradients, is

    w_i ← w_i − ε ξ_i N_{i-1} N_i ∂ℓ/∂w_i,      b_i ← b_i − ε ξ_i^b N_i ∂ℓ/∂b_i.

So `TrainingRun.rates` are what an optimiser's parameter groups need. Source: Pham & Nguyen, ICLR
2021, section 2.1.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from mfcheck.errors import invalid, one_of
from mfcheck.model import Model

LayerArrays = dict[int, np.ndarray]
"""Weights or biases keyed by layer."""

ABILITIES = {
    "biases": "trains biases",
    "full batch": "takes steps on the whole law of the data",
    "batches": "takes steps on more than one sample",
    "schedules": "follows learning rates that move in time",
    "weighted": "averages neurons under measures that are not uniform",
    "general": "trains models that are not linear in their weights",
    "flow": "solves gradient flows",
    "float64": "computes in float64",
}
"""What a trainer may be able to do, beside SGD of one sample a step on a standard network."""

USUAL = ("biases", "full batch", "batches", "float64")
"""What a function is taken to be able to do that says nothing."""


@dataclass(frozen=True, eq=False)
class TrainingRun:
    """One training: the network at time 0, the data, the steps, and when its weights are wanted.

    model: the activations `model.phi(i)` with their names, and `model.loss` (a `GeneralModel` for a
    trainer that is able to do "general"). W[1]: (N_1, d), W[i]:
    (N_{i-1}, N_i) for i = 2..L with N_L = 1; b[i]: (N_i,) for i = 2..L. x (n, d), y (n,), q (n,):
    the data and their probabilities. eps, steps: step k is taken at time kε. index: the samples of
    step k, index[k] (B,), of which the plain mean is taken; None for the whole law, weighed by q.
    at: the numbers of steps after which the weights are wanted, increasing.
    P: the neurons' probabilities in layers 1..L where they are not uniform, else None.
    With leading axes: W, b, P and index have one axis more, the first, of networks that are
    trained side by side (a trainer that is `batched`).
    """

    model: Model
    W: LayerArrays
    b: LayerArrays
    x: np.ndarray
    y: np.ndarray
    q: np.ndarray
    eps: float
    steps: int
    index: np.ndarray | None
    at: tuple[int, ...]
    P: LayerArrays | None = None

    @property
    def L(self) -> int:
        """Number of weight layers."""
        return len(self.W)

    @property
    def widths(self) -> dict[int, int]:
        """{i: N_i} for i = 0..L, with N_0 = N_L = 1."""
        return {0: 1, 1: self.W[1].shape[-2]} | {i: self.W[i].shape[-1] for i in self.b}

    def rates(self, k: int = 0) -> tuple[dict[int, float], dict[int, float]]:
        """The learning rates of step k for plain gradients of the loss.

        ε ξ_i(kε) N_{i-1} N_i for w_i, i = 1..L, and ε ξ_i^b(kε) N_i for b_i, i = 2..L.
        """
        N, (xi, xi_b) = self.widths, self.model.rates(k * self.eps)
        W = {i: self.eps * xi[i] * N[i - 1] * N[i] for i in self.W}
        return W, {i: self.eps * xi_b[i] * N[i] for i in self.b}

    def one(self, r: int) -> "TrainingRun":
        """Network r alone, without the leading axis."""
        W, b = ({i: v[r] for i, v in part.items()} for part in (self.W, self.b))
        P = None if self.P is None else {i: p[min(r, len(p) - 1)] for i, p in self.P.items()}
        index = None if self.index is None else self.index[min(r, len(self.index) - 1)]
        return replace(self, W=W, b=b, P=P, index=index)


Weights = tuple[LayerArrays, LayerArrays] | LayerArrays
"""(W, b) as in `TrainingRun`, or W alone where there are no biases to train."""

Train = Callable[[TrainingRun], Iterable[Weights]]


@dataclass(frozen=True)
class Trainer:
    """A trainer of networks.

    train: a run ↦ the weights after each of its `at` steps. name, version: what evidence calls it.
    can: what it is able to do, of `ABILITIES`; what else a claim needs is not applicable to it.
    batched: whether it takes many networks at once (else it is called for each). depends: files
    on which it depends and that imports do not show, such as a program.
    """

    train: Train
    name: str = ""
    version: str = ""
    can: frozenset[str] = frozenset(USUAL)
    batched: bool = False
    depends: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not callable(self.train):
            raise invalid("train", self.train, "is a function of a TrainingRun", "pass a function")
        if isinstance(self.can, str):
            raise invalid("can", self.can, "is a set of abilities", f"write {{{self.can!r}}}")
        can = frozenset(one_of("can", ability, ABILITIES) for ability in self.can)
        object.__setattr__(self, "can", can)
        if not self.name:
            object.__setattr__(self, "name", _named(self.train))

    def __call__(self, run: TrainingRun) -> Iterable[Weights]:
        return self.train(run)


def trainer(  # options by keyword
    train: Train | None = None,
    *,
    can: Sequence[str] | frozenset[str] | set[str] = USUAL,
    batched: bool = False,
    name: str = "",
    version: str = "",
    depends: Sequence[str] = (),
) -> Any:
    """A function as a `Trainer`, by itself or as a decorator with what it can do.

    Raises InvalidArgument for abilities that are none.
    """

    def made(function: Train) -> Trainer:
        options = {"batched": batched, "depends": tuple(depends)}
        return Trainer(function, name, version, frozenset(can), **options)

    return made if train is None else made(train)


def _named(function: Any) -> str:
    """module:name of a function, or the kind of what is called like one."""
    name = getattr(function, "__qualname__", type(function).__qualname__)
    return f"{getattr(function, '__module__', '')}:{name}".strip(":")
