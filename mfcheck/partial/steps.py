"""Descent in steps of size ε of a partially trained network, in whatever coordinates."""

from torch import Tensor

from mfcheck.arrays import replicate
from mfcheck.dynamics import Trajectory
from mfcheck.dynamics.descent import Clock, gradient_descent
from mfcheck.dynamics.sgd import given_stream
from mfcheck.dynamics.trajectory import Recorder
from mfcheck.model import Ensemble
from mfcheck.partial.system import PartialSystem


def steps(
    system: PartialSystem, start: Ensemble, clock: Clock, stream: Tensor | None
) -> Trajectory:
    """Descent in the steps of the clock, on given samples or (None) on the whole law."""
    index = None
    if stream is not None:
        count = start.flat().replicates[0]
        index = given_stream(stream, count, clock.steps, len(system.y)).to(system.y.device)

    def step(s: Ensemble, k: int, r: int | None) -> None:
        own, batch = system, None if index is None else index[:, k]
        if r is not None:
            own, batch = system.of(r), None if batch is None else replicate(batch, r)
        own.step_(s, clock.eps, k, batch)

    recorder = Recorder(system.model, system.law, start.replicates, ())
    diverged = gradient_descent(step, start, recorder, clock)
    return recorder.finish(diverged, method="gd" if stream is None else "sgd", eps=clock.eps)
