"""`mf.partial.flow`, as notebooks call it: every part of the problem an argument of its own."""

from collections.abc import Iterable
from typing import Any

from mfcheck.model import Activation, Loss
from mfcheck.model.schedules import Schedule
from mfcheck.partial.motion import gradient_flow
from mfcheck.partial.partial_trajectory import PartialTrajectory
from mfcheck.partial.training import Training


def flow(  # noqa: PLR0913, PLR0917 - the call that notebooks make, kept as it is
    a: Any,
    h: Any,
    k0: Any,
    y: Any,
    q: Any,
    activation: str | Activation,
    T: float,
    at: Iterable[float] | None = None,
    loss: str | Loss = "squared",
    xi_a: Schedule = 1,
    xi_W: Schedule = 1,
    p: Any = None,
    rtol: float = 1e-8,
    atol: float = 1e-10,
) -> PartialTrajectory:
    """Gradient flow of a law of (a, h) in function space on [0, T]; see `gradient_flow`.

    a (..., m), h (..., m, n), p (..., m): atoms with their probabilities, uniform by default. k0
    (n, n), or one per replicate. y, q, activation, loss, xi_a, xi_W: as in `Training`.
    """
    training = Training(y, activation, q, loss, xi_a, xi_W)
    return gradient_flow((a, h, p), k0, training, T, at=at, rtol=rtol, atol=atol)
