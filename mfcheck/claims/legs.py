"""What is measured of theorems on coupling: a leg in the width N, and one in the step ε.

The gap between SGD and the mean-field limit is at most

    e^{K_T} (N^{-1/2} + ε^{1/2}) log^{1/2}(3 (T + 1) N² / δ + e)     with probability 1 − O(δ).

In N, network and limit take the same steps; in ε, SGD is held against the flow of the same
networks. Source: Pham & Nguyen, ICLR 2021, Theorem 3.
"""

from math import e, log, sqrt

from mfcheck.dynamics import Trajectory
from mfcheck.problems.problem import Problem
from mfcheck.seeds import Seeds


def envelope(N: int, eps: float, T: float, delta: float = 0.05) -> float:
    """The right-hand side without the constant e^{K_T}."""
    return (N**-0.5 + eps**0.5) * sqrt(log(3 * (T + 1) * N**2 / delta + e))


def walk_and_flow(
    problem: Problem, N: int, eps: float, seeds: Seeds, stream: int
) -> tuple[Trajectory, Trajectory]:
    """SGD with step eps, one fresh sample a step, and the gradient flow of the same networks.

    Both are recorded at 0, T/10, …, T. stream: the name of the samples. The flow is solved to a
    tolerance far below the √ε that is measured.
    """
    state, at = problem.sample(N, seeds)[0], [k * problem.T / 10 for k in range(11)]
    walk = problem.sgd(state, eps, seeds.fold(stream), at=at)
    return walk, problem.flow(state, at=at, rtol=1e-5, atol=1e-7)
