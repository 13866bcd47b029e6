"""Whether a loss rests above its infimum: its excess held against the speed of the second layer.

If the second layer comes to rest uniformly, S(t) → 0, the global convergence theorems leave no
excess; so excess / S stays bounded along training, and is unbounded on a plateau that is a trap.
That it is the ratio one should look at is ours; the theorem says nothing of a rate.
"""

from torch import Tensor

from mfcheck.data import DataLaw
from mfcheck.dynamics import Trajectory
from mfcheck.model import Model
from mfcheck.observe.ceiling import speed_ceiling
from mfcheck.observe.excess import excess
from mfcheck.observe.stationarity import speed, stationarity


def plateau(model: Model, path: Trajectory, data: DataLaw, over: str = "space") -> Tensor:
    """sup over the recorded times of (loss − infimum) / S, in each replicate (r,).

    over: where the supremum in S runs, see `stationarity`.
    """
    return (excess(model.loss, path, data) / stationarity(model, path, data, over)).amax(0)


def certified_plateau(model: Model, path: Trajectory, data: DataLaw, cells: int = 200) -> Tensor:
    """A lower bound of (loss − infimum) / S at the last recorded time, in each replicate (r,).

    S over all of R^d is bounded from above by interval arithmetic, and not searched for.
    """
    ceiling = speed_ceiling(speed(model, path.final, data), cells=cells)
    return excess(model.loss, path, data)[-1] / ceiling


def share_left(model: Model, path: Trajectory, data: DataLaw) -> Tensor:
    """(loss(T) − infimum) / (loss of the zero predictor − infimum), in each replicate (r,)."""
    above = excess(model.loss, path, data)[-1]
    return above / (model.loss.value(-data.y) @ data.q - (path.loss[-1] - above))
