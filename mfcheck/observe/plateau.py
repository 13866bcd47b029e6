"""How much of the loss is left above its infimum, in units of what predicting nothing leaves."""

from torch import Tensor

from mfcheck.data import DataLaw
from mfcheck.dynamics import Trajectory
from mfcheck.model import Model
from mfcheck.observe.excess import excess


def share_left(model: Model, path: Trajectory, data: DataLaw) -> Tensor:
    """(loss(T) − infimum) / (loss of the zero predictor − infimum), in each replicate (r,)."""
    above = excess(model.loss, path, data)[-1]
    return above / (model.loss.value(-data.y) @ data.q - (path.loss[-1] - above))
