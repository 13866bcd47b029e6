"""What is timed: SGD on replicated mean-field networks, as plain arrays that every peer takes.

    H_1 = W_1 x,    H_i = b_i + W_iᵀ tanh(H_{i-1}) / N_{i-1},    ŷ = H_3,    loss ½(ŷ − y)²

with steps ε N_{i-1} N_i for W_i and ε N_i for b_i (N_0 = N_3 = 1), and one fixed stream of data
points per replicate.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
Weights = list[Array]
"""W_1 (r, N, d), W_2 (r, N, N), W_3 (r, N, 1), b_2 (r, N), b_3 (r, 1)."""

Run = Callable[[], Weights]
"""All steps from the initial weights; returns the final ones."""

EPS, D = 0.05, 3


@dataclass(frozen=True)
class Cell:
    """One cell of the table: width N, data points a step, replicates, steps of one run.

    points: of how many the data consist. With fewer than a batch holds, some repeat in it.
    """

    N: int
    batch: int
    replicates: int
    steps: int
    points: int = 12


@dataclass(frozen=True)
class Task:
    """The arrays of a cell: x (n, d), y (n,), index (r, steps, batch) into them, and weights."""

    x: Array
    y: Array
    index: NDArray[np.int64]
    weights: Weights
    eps: float = EPS

    @property
    def rates(self) -> list[float]:
        """The learning rates of `weights`, in their order."""
        N = self.weights[0].shape[1]
        return [self.eps * scale for scale in (N, N * N, N, N, 1)]


def task(cell: Cell, seed: int = 0) -> Task:
    """Normal weights, and data points drawn with replacement."""
    draw, r, N = np.random.default_rng(seed), cell.replicates, cell.N
    shapes = ((r, N, D), (r, N, N), (r, N, 1), (r, N), (r, 1))
    x = draw.standard_normal((cell.points, D), dtype=np.float32)
    index = draw.integers(cell.points, size=(r, cell.steps, cell.batch))
    weights = [draw.standard_normal(shape, dtype=np.float32) for shape in shapes]
    return Task(x, np.sin(x.sum(1)), index, weights)
