"""When a loss first reaches a goal, seen at every step without storing a state."""

from collections.abc import Callable

import torch
from torch import Tensor

from mfcheck.data import DataLaw
from mfcheck.dynamics import output
from mfcheck.model import Ensemble, Model


def risk(model: Model, data: DataLaw) -> Callable[[float, Ensemble], Tensor]:
    """An observer: E_Z ℓ(Y, ŷ) of every replicate, shape (...), at each step."""

    def observer(t: float, state: Ensemble) -> Tensor:
        law = data.to(state.W[1])
        y_hat = output(model, state, law.x)
        return (model.loss.value(y_hat - law.y) * law.q).sum(-1)

    return observer


def null_risk(model: Model, data: DataLaw) -> float:
    """ℓ0 = E_Z ℓ(Y, 0), the loss of the zero predictor."""
    return float((model.loss.value(-data.y) * data.q).sum())


def arrival(loss: Tensor, goal: float, eps: float) -> Tensor:
    """The first time t at which the loss (steps + 1, ...) is at most `goal`, +inf if it never is.

    Step k is at t = k·eps; between steps the loss is taken to be linear.
    """
    there = loss <= goal
    k = there.int().argmax(0)
    after = loss.gather(0, k[None])[0]
    before = loss.gather(0, (k - 1).clamp(0)[None])[0]
    back = torch.where(k > 0, (goal - after) / (before - after), torch.zeros_like(after))
    return torch.where(there.any(0), eps * (k - back), torch.inf)
