"""Flow and descent of a law of (a, h) in function space."""

from collections.abc import Iterable
from typing import Any

from torch import Tensor

from mfcheck.dynamics.flow import Control, follow
from mfcheck.dynamics.times import flow_times
from mfcheck.dynamics.trajectory import Recorder
from mfcheck.model import Activation, Loss
from mfcheck.model.schedules import Schedule
from mfcheck.partial.partial_trajectory import PartialTrajectory
from mfcheck.partial.steps import steps
from mfcheck.partial.system import function_space, recorded, trained


def flow(  # noqa: PLR0913, PLR0917 - the public contract
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
    """Gradient flow of a law of (a, h) in function space on [0, T], Dormand–Prince 5(4).

    a (..., m) and h (..., m, n): m atoms with probabilities p (..., m), uniform by default;
    leading axes are replicates, which share their steps. k0: (n, n), or one per replicate.
    y (n,), q (n,): targets and probabilities of the data, q=None for uniform ones. activation:
    σ. at: times to record, by default 21 from 0 to T. xi_a, xi_W: rates, constants or
    t ↦ float; 0 freezes. rtol, atol: local error per number. Shapes that do not fit raise
    InvalidArgument; a replicate that blows up is reported in `.diverged`, its loss +inf.

    Source: the mean-field dynamics of arXiv:2210.16286 as its abstract describes it; the
    parametrisation is ours.
    """
    model = trained(activation, loss, xi_a, xi_W)
    start, system = function_space(model, (a, h, p), (k0, y, q))
    times = flow_times(T, at)
    recorder = Recorder(model, system.law, start.replicates, ())
    path = follow(system.velocity, recorder, start, times, Control(rtol, atol))
    return recorded(system, start, path)


def descend(  # noqa: PLR0913, PLR0917 - as `flow`
    a: Any,
    h: Any,
    k0: Any,
    y: Any,
    q: Any,
    activation: str | Activation,
    eps: float,
    T: float,
    at: Iterable[float] | None = None,
    loss: str | Loss = "squared",
    xi_a: Schedule = 1,
    xi_W: Schedule = 1,
    p: Any = None,
    stream: Tensor | None = None,
) -> PartialTrajectory:
    """Descent in steps of size ε in function space, T a multiple of it; the rest as in `flow`.

    stream: indices of data atoms, (steps, B) or one such array per replicate, for SGD on given
    samples; None for the full batch. On the features of a network it is the network's own
    descent (exactly), and on the law of its neurons its limit m → ∞ at fixed ε. Source: ours.
    """
    model = trained(activation, loss, xi_a, xi_W)
    start, system = function_space(model, (a, h, p), (k0, y, q))
    return recorded(system, start, steps(system, start, eps, T, at, stream))
