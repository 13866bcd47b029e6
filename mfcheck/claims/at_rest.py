"""What is measured of theorems on global convergence: inequalities between loss, slopes and S.

By what share a left side exceeds its right side, at the worst of some times of networks that are
trained for long, or of their limit. The inequalities are those of `mfcheck.observe.rest`, which
hold at every time and for every width, so that a share above rounding is a contradiction.
"""

from collections.abc import Callable, Sequence

from torch import Tensor

from mfcheck.claims.study import Study, identity
from mfcheck.data import DataLaw
from mfcheck.dynamics import Trajectory
from mfcheck.errors import invalid
from mfcheck.model import GeneralModel, Model
from mfcheck.observe.rest import Sides, loss_by_speed
from mfcheck.observe.stationarity import stationarity
from mfcheck.problems.problem import Problem
from mfcheck.seeds import Seeds

N = 64
"""Width of the networks that are trained."""

Seen = tuple[Model, Trajectory, DataLaw, Tensor]
Bound = Callable[[Model, Trajectory, DataLaw, Tensor], Sides]


def thirds(T: float) -> list[float]:
    """0, T/3, 2T/3 and T."""
    return [T * k / 3 for k in range(4)]


def long_trained(problem: Problem, seeds: Seeds, at: Sequence[float] | None = None) -> Trajectory:
    """The trajectories of networks of width N under gradient descent, by default at `thirds`."""
    return problem.gd(problem.sample(N, seeds)[0], at=at or thirds(problem.T))


def seen(problem: Problem, path: Trajectory, over: str = "space") -> Seen:
    """What the inequalities are about: model, trajectory, data and S at the recorded times.

    over: where the supremum in S runs, see `stationarity`.
    """
    model = problem.model
    if isinstance(model, GeneralModel):
        raise invalid("model", model, "S is that of a standard model", "use mf.Model")
    return model, path, problem.data, stationarity(model, path, problem.data, over)


def share_broken(
    bound: Bound,
    problem: Problem,
    at: Sequence[float] | None = None,
    over: str = "space",
    changed: Callable[[Sides], Sides] = lambda sides: sides,
) -> Study:
    """By what share an inequality is broken, or another one, with one of its sides changed."""

    def residual(seeds: Seeds) -> Tensor:
        return changed(bound(*seen(problem, long_trained(problem, seeds, at), over))).broken()

    return identity(residual)


def scaled(factor: float) -> Callable[[Sides], Sides]:
    """The change that multiplies the right side."""
    return lambda sides: sides._replace(right=factor * sides.right)


def broken_in_the_limit(problem: Problem) -> Study:
    """By what share (loss − infimum) exceeds γ S along the limit of infinitely wide networks."""

    def residual(seeds: Seeds) -> Tensor:
        path = problem.limit(at=thirds(problem.T), tol=1e-2)
        return loss_by_speed(*seen(problem, path)).broken().expand(len(seeds.replicates))

    return identity(residual)
