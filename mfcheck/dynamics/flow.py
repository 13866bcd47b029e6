"""Gradient flow ∂_t w_i = −ξ_i(t) G_i, by Dormand–Prince with error control.

The local error is measured by the ess-sup under P of |error| / (atol + rtol |w|), the norm of
the theory. Steps therefore do not depend on how a measure is represented: splitting or
permuting neurons, or adding tracers of probability zero, leaves every step where it was.
(The price: a tracer far from the support is followed, but does not shorten the step.)
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor

from mfcheck.arrays import positive
from mfcheck.data import DataLaw
from mfcheck.dynamics.equations import everything, velocity
from mfcheck.dynamics.integrate import DORMAND_PRINCE, Field, step
from mfcheck.dynamics.meanfield import Sample
from mfcheck.dynamics.times import flow_times
from mfcheck.dynamics.trajectory import Diverged, Observer, Recorder, Trajectory, all_finite
from mfcheck.dynamics.velocity import Velocity, combine
from mfcheck.errors import invalid
from mfcheck.model import AnyModel, Ensemble

CAUTION, SHRINK, GROW = 0.9, 0.2, 5.0
"""Step-size control of Hairer, Nørsett & Wanner, Solving ODEs I, section II.4."""

FIRST_STEP = 100
"""The first step tried is T / FIRST_STEP; error control takes it from there."""


def flow(
    model: AnyModel,
    state: Ensemble,
    data: DataLaw,
    T: float,
    at: Iterable[float] | None = None,
    *,
    rtol: float = 1e-8,
    atol: float = 1e-10,
    observe: Sequence[Observer] = (),
) -> Trajectory:
    """Gradient flow from `state` on [0, T]; all replicates share the adaptive steps.

    at: times to record, by default 21 from 0 to T; the solver lands on each of them. rtol,
    atol: local error tolerances per weight. observe: functions of (t, state), shown every
    accepted step. `.solver` counts accepted and rejected steps.

    Raises InvalidArgument where the precision cannot reach rtol. A replicate that cannot be
    continued (finite-time blow-up) is dropped and reported in `.diverged`, loss +inf.
    """
    return solve(model, state, data, flow_times(T, at), Control(rtol, atol), observe=observe)


@dataclass(frozen=True)
class Control:
    """Local error tolerances per weight, and the least number of steps between recorded times."""

    rtol: float
    atol: float
    least: int = 1

    def __post_init__(self) -> None:
        positive("rtol", self.rtol)
        positive("atol", self.atol)


def solve(
    model: AnyModel,
    state: Ensemble,
    data: DataLaw,
    times: list[float],
    control: Control,
    *,
    observe: Sequence[Observer] = (),
) -> Trajectory:
    """The flow recorded at increasing `times`; see `flow`."""
    _reachable(state, control)
    law = everything(model, state, data)
    recorder = Recorder(model, law, state.replicates, observe)
    return follow(partial(_field, model, law), recorder, state, times, control)


def follow(
    field: Field, recorder: Recorder, state: Ensemble, times: list[float], control: Control
) -> Trajectory:
    """The solution of ∂_t s = field(t, s) from `state`, shown to the recorder at every step."""
    march = _March(field, state.flat().clone(), times[-1], control)
    recorder.watch(0.0, march.s)
    for t in times:
        for _ in march.to(t):
            recorder.watch(march.t, march.s)
        recorder.record(t, march.s)
    diverged = [_report(recorder, r, *where) for r, where in march.dropped.items()]
    counts = {"accepted": march.accepted, "rejected": march.rejected}
    tolerances = {"rtol": control.rtol, "atol": control.atol}
    return recorder.finish(diverged, method=DORMAND_PRINCE.name, **tolerances, **counts)


def _field(model: AnyModel, law: Sample, t: float, s: Ensemble) -> Velocity:
    return velocity(model, s, law, t)


class _March:
    """The adaptive march: position, last step size, counts, and the replicates given up."""

    def __init__(self, field: Field, s: Ensemble, T: float, control: Control) -> None:
        self.field, self.s, self.T, self.control = field, s, T, control
        self.t, self.h = 0.0, T / FIRST_STEP
        self.first: Velocity | None = None
        self.live = torch.ones(s.replicates[0], dtype=torch.bool, device=s.W[1].device)
        self.masses = _masses(s)
        self.accepted = self.rejected = 0
        self.dropped: dict[int, tuple[int, float, int]] = {}

    def to(self, end: float) -> Iterator[None]:
        """Steps until t = end, yielding after each accepted one."""
        longest = (end - self.t) / self.control.least
        while end - self.t > 1e-13 * self.T and bool(self.live.any()):
            h = min(self.h, longest)
            lands = h >= (end - self.t) * (1 - 1e-10)
            h = end - self.t if lands else h
            new, k = step(DORMAND_PRINCE, self.field, self.t, self.s, h, first=self.first)
            error = self._error(new, h, k)
            worst = float(error[self.live].max())
            factor = CAUTION * worst**-0.2 if worst > 0 else GROW
            if worst <= 1:
                self.t = end if lands else self.t + h
                self.s, self.first = new, k[-1]
                self.accepted += 1
                self.h = max(h * min(GROW, max(SHRINK, factor)), self.h if h < self.h else 0.0)
                yield
            else:
                self.rejected += 1
                self.h = h * (max(SHRINK, min(factor, 1.0)) if worst < torch.inf else SHRINK)
                if self.h < 1e-12 * self.T:
                    self._drop(error, new)

    def _error(self, new: Ensemble, h: float, k: list[Velocity]) -> Tensor:
        """ess-sup under P of the scaled local error, per replicate; +inf where not finite."""
        e = combine(list(zip(DORMAND_PRINCE.e, k, strict=True)))
        worst = torch.zeros_like(self.s.W[1][:, 0, 0])
        parts = [(e.weights(i), self.s.W[i], new.W[i], self.masses[0][i]) for i in e.moving]
        parts += [(e.b[i], self.s.b[i], new.b[i], self.masses[1][i]) for i in e.b]
        for error, old, now, mass in parts:
            scale = self.control.atol + self.control.rtol * torch.maximum(old.abs(), now.abs())
            ratio = (h * error / scale).abs()
            ratio = ratio if mass is None else torch.where(mass, ratio, 0.0)
            worst = torch.maximum(worst, ratio.flatten(1).amax(1))
        return torch.nan_to_num(worst, nan=torch.inf)

    def _drop(self, error: Tensor, new: Ensemble) -> None:
        """Give up the replicates that no step can carry further, and go on with the rest."""
        lost = self.live & (error > 1)
        layers = (~all_finite(new)).int().argmax(0) + 1
        for r in torch.nonzero(lost).flatten().tolist():
            self.dropped[r] = (self.accepted + 1, self.t, int(layers[r]))
            for v in (*self.s.W.values(), *self.s.b.values()):
                v[r] = torch.nan
        self.live &= ~lost
        self.h, self.first = self.T / FIRST_STEP, None


def _masses(s: Ensemble) -> tuple[dict[int, Tensor | None], dict[int, Tensor | None]]:
    """Which weights and biases have positive probability; None for a layer where all have."""
    on = {i: p > 0 for i, p in s.P.items()}
    W = {1: on[1][:, :, None].expand(-1, -1, s.d)}
    W |= {i: on[i - 1][:, :, None] & on[i][:, None, :] for i in range(2, s.L + 1)}
    trim = [{i: None if bool(m.all()) else m for i, m in part.items()} for part in (W, on)]
    return trim[0], trim[1]


def _reachable(state: Ensemble, control: Control) -> None:
    floor, rtol = 50 * torch.finfo(state.W[1].dtype).eps, control.rtol
    if rtol < floor:
        rule = f"{state.W[1].dtype} cannot resolve steps below about {floor:.1e}"
        raise invalid("rtol", rtol, rule, "pass state.to(torch.float64) or a larger rtol")


def _report(recorder: Recorder, r: int, number: int, t: float, layer: int) -> Diverged:
    good = [float(row[r]) for row in recorder.losses if bool(torch.isfinite(row[r]))]
    advice = "the flow leaves every bound near this time: stop at an earlier T"
    return Diverged(r, number, t, layer, good[-1] if good else float("nan"), advice)
