"""Flow and descent of a law of (a, h) in function space."""

from collections.abc import Iterable
from typing import Any

from torch import Tensor

from mfcheck.arrays import steps_in
from mfcheck.dynamics.descent import Clock
from mfcheck.dynamics.flow import Control, follow
from mfcheck.dynamics.times import flow_times
from mfcheck.dynamics.trajectory import Recorder
from mfcheck.partial.partial_trajectory import PartialTrajectory
from mfcheck.partial.steps import steps
from mfcheck.partial.system import Start, function_space, recorded
from mfcheck.partial.training import Training


def gradient_flow(
    start: Start,
    k0: Any,
    training: Training,
    T: float,
    *,
    at: Iterable[float] | None = None,
    rtol: float = 1e-8,
    atol: float = 1e-10,
) -> PartialTrajectory:
    """Gradient flow of a law of (a, h) in function space on [0, T], Dormand–Prince 5(4).

    start: a (..., m) and h (..., m, n), and p (..., m): m atoms with their probabilities, uniform
    where p is None or left out; leading axes are replicates, which share their steps. k0: (n, n),
    or one per replicate. at: times to record, by default 21 from 0 to T. rtol, atol: local error
    per number. Shapes that do not fit raise InvalidArgument; a replicate that blows up is
    reported in `.diverged`, its loss +inf.

    Source: the mean-field dynamics of arXiv:2210.16286 as its abstract describes it; the
    parametrisation is ours.
    """
    law, system = function_space(start, k0, training)
    times = flow_times(T, at)
    recorder = Recorder(system.model, system.law, law.replicates, ())
    control = Control(rtol, atol)
    path = follow(
        system.velocity, recorder, law, times, control, alone=lambda r: system.of(r).velocity
    )
    return recorded(system, law, path)


def descend(
    start: Start,
    k0: Any,
    training: Training,
    eps: float,
    T: float,
    *,
    at: Iterable[float] | None = None,
    stream: Tensor | None = None,
) -> PartialTrajectory:
    """Descent in steps of size ε in function space, T a multiple of it; else as `gradient_flow`.

    stream: indices of data atoms, (steps, B) or one such array per replicate, for SGD on given
    samples; None for the full batch. On the features of a network it is the network's own
    descent (exactly), and on the law of its neurons its limit m → ∞ at fixed ε. Source: ours.
    """
    law, system = function_space(start, k0, training)
    clock = Clock(steps_in(T, eps), eps, at)
    return recorded(system, law, steps(system, law, clock, stream))
