"""The loop of descent in steps of size ε: what is recorded, and where a replicate was lost."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from mfcheck.dynamics.products import keep_memory
from mfcheck.dynamics.times import step_times
from mfcheck.dynamics.trajectory import Diverged, Recorder
from mfcheck.model import Ensemble

Step = Callable[[Ensemble, int, int | None], None]
"""(s, k, r) ↦ step k of s, in place; r: the one replicate that s holds, None if it holds all."""


@dataclass(frozen=True)
class Clock:
    """Steps k = 0..steps at times t = kε, of which those at `at` are recorded."""

    steps: int
    eps: float
    at: Iterable[float] | None = None

    @cached_property
    def recorded(self) -> list[int]:
        """The steps to record, by default at most 21 from the first to the last."""
        return step_times(self.steps, self.eps, self.at)


def gradient_descent(
    step: Step, start: Ensemble, recorder: Recorder, clock: Clock
) -> list[Diverged]:
    """Take all steps from `start`; what is recorded goes to `recorder`, what diverged comes back.

    Raises InvalidArgument for times that are no multiples of ε.
    """
    eps, recorded = clock.eps, set(clock.recorded)
    keep_memory()
    s = start.flat().clone()
    for k in range(clock.steps + 1):
        recorder.watch(k * eps, s)
        if k in recorded:
            recorder.record(k * eps, s)
        if k < clock.steps:
            step(s, k, None)
    return [_failure(step, recorder, clock, r, row) for r, row in recorder.lost().items()]


def _failure(step: Step, recorder: Recorder, clock: Clock, r: int, row: int) -> Diverged:
    """Where a lost replicate failed: its steps repeated, one by one, from its last good row."""
    ks, before = clock.recorded, max(row - 1, 0)
    s = recorder.states[before].map(lambda v: v[r : r + 1].clone())
    k, sound = ks[before], recorder.sound(s)
    while bool(sound.all()) and k < ks[row]:
        step(s, k, r)
        k, sound = k + 1, recorder.sound(s)
    layer = int((~sound[:, 0]).int().argmax()) + 1
    loss = float(recorder.loss(recorder.states[before])[r])
    advice = f"try eps <= {clock.eps / 4:g}, or `flow`, which adapts its step"
    return Diverged(r, k, k * clock.eps, layer, loss, advice)
