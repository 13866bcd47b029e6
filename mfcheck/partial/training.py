"""What a partially trained network learns, and how: targets, activation, loss and rates."""

from dataclasses import dataclass
from typing import Any

from mfcheck.model import Activation, Loss
from mfcheck.model.schedules import Schedule


@dataclass(frozen=True, eq=False)
class Training:
    """Targets y (n,) with probabilities q (n,), the activation σ, the loss and the rates.

    q=None: uniform ones. xi_a, xi_W: rates of a and of what h is made of, constants or t ↦ float;
    0 freezes. Nothing is checked before it is used.
    """

    y: Any
    activation: str | Activation
    q: Any = None
    loss: str | Loss = "squared"
    xi_a: Schedule = 1
    xi_W: Schedule = 1
