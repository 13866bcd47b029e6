"""Gradient flow ∂_t w_i = −ξ_i(t) G_i, by Dormand–Prince with error control.

The local error is measured by the ess-sup under P of |error| / (atol + rtol |w|), the norm of
the theory. Steps therefore do not depend on how a measure is represented: splitting or
permuting neurons, or adding tracers of probability zero, leaves every step where it was.
(The price: a tracer far from the support is followed, but does not shorten the step.)
"""

from collections.abc import Iterable, Sequence
from functools import partial
from math import isfinite
from typing import Any

import torch
from torch import Tensor

from mfcheck.data import DataLaw
from mfcheck.dynamics.equations import everything, velocity
from mfcheck.dynamics.implicit import Alone
from mfcheck.dynamics.integrate import DORMAND_PRINCE, Field
from mfcheck.dynamics.march import March
from mfcheck.dynamics.meanfield import Sample
from mfcheck.dynamics.norms import MOST_STEPS, Control, largest
from mfcheck.dynamics.times import flow_times
from mfcheck.dynamics.trajectory import Diverged, Observer, Recorder, Trajectory
from mfcheck.dynamics.velocity import Velocity
from mfcheck.errors import invalid
from mfcheck.model import AnyModel, Ensemble


def flow(  # noqa: PLR0913 - the public contract; options by keyword
    model: AnyModel,
    state: Ensemble,
    data: DataLaw,
    T: float,
    at: Iterable[float] | None = None,
    *,
    rtol: float = 1e-8,
    atol: float = 1e-10,
    observe: Sequence[Observer] = (),
    max_steps: int = MOST_STEPS,
) -> Trajectory:
    """Gradient flow from `state` on [0, T]; all replicates share the adaptive steps.

    at: times to record, by default 21 from 0 to T; the solver lands on each of them. rtol,
    atol: local error tolerances per weight. observe: functions of (t, state), shown every
    accepted step. `.solver` counts accepted and rejected steps. max_steps: of both together.
    Where steps are kept short by stability alone, and too many would be needed, an implicit solver
    goes on (`implicit`); then `.solver` says from which time on.

    Raises InvalidArgument where the precision cannot reach rtol, and Unresolved where max_steps
    did not suffice or neither solver finds a step that is short enough. A replicate whose weights
    leave every bound (finite-time blow-up) is dropped and reported in `.diverged`, loss +inf.
    """
    control = Control(rtol, atol, most=max_steps)
    return solve(model, state, data, flow_times(T, at), control, observe=observe)


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
    field: Field,
    recorder: Recorder,
    state: Ensemble,
    times: list[float],
    control: Control,
    *,
    alone: Alone | None = None,
) -> Trajectory:
    """The solution of ∂_t s = field(t, s) from `state`, shown to the recorder at every step.

    alone: r ↦ the field of replicate r on any number of its copies, where `field` is not that.
    """

    def size(s: Ensemble) -> Tensor:
        return torch.maximum(largest(s), torch.nan_to_num(recorder.loss(s).abs(), nan=torch.inf))

    own = alone or (lambda _: field)
    march = March(field, state.flat().clone(), times[-1], control, alone=own, size=size)
    recorder.watch(0.0, march.s)
    for t in times:
        for _ in march.to(t):
            recorder.watch(march.t, march.s)
        recorder.record(t, march.s)
    diverged = [_report(recorder, r, *where) for r, where in march.dropped.items()]
    counts = {"accepted": march.accepted, "rejected": march.rejected}
    tolerances = {"rtol": control.rtol, "atol": control.atol}
    return recorder.finish(diverged, **_method(march), **tolerances, **counts)


def _method(march: March) -> dict[str, Any]:
    """The solver's name, and from when on the implicit one went on if it did."""
    if march.handed is None:
        return {"method": DORMAND_PRINCE.name}
    return {"method": f"{DORMAND_PRINCE.name}, then BDF", "implicit_from": march.handed}


def _field(model: AnyModel, law: Sample, t: float, s: Ensemble) -> Velocity:
    return velocity(model, s, law, t)


def _reachable(state: Ensemble, control: Control) -> None:
    floor, rtol = 50 * torch.finfo(state.W[1].dtype).eps, control.rtol
    if rtol < floor:
        rule = f"{state.W[1].dtype} cannot resolve steps below about {floor:.1e}"
        raise invalid("rtol", rtol, rule, "pass state.to(torch.float64) or a larger rtol")


def _report(recorder: Recorder, r: int, number: int, t: float, layer: int) -> Diverged:
    losses = [float(recorder.loss(s)[r]) for s in recorder.states]
    good = [loss for loss in losses if isfinite(loss)]
    advice = "the flow leaves every bound near this time: stop at an earlier T"
    return Diverged(r, number, t, layer, good[-1] if good else float("nan"), advice)
