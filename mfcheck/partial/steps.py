"""Descent in steps of size ε of a partially trained network, in whatever coordinates."""

from collections.abc import Iterable

import torch
from torch import Tensor

from mfcheck.arrays import steps_in
from mfcheck.dynamics import Diverged, Trajectory
from mfcheck.dynamics.sgd import given_stream
from mfcheck.dynamics.times import step_times
from mfcheck.dynamics.trajectory import Recorder
from mfcheck.model import Ensemble
from mfcheck.partial.system import System


def steps(
    system: System,
    start: Ensemble,
    eps: float,
    T: float,
    at: Iterable[float] | None,
    stream: Tensor | None,
) -> Trajectory:
    """Descent recorded at `at`, by default at most 21 times."""
    count = steps_in(T, eps)
    ks = step_times(count, eps, at)
    index, r = None, start.flat().replicates[0]
    if stream is not None:
        index = given_stream(stream, r, count, len(system.y)).to(system.y.device)
    recorder = Recorder(system.model, system.law, start.replicates, ())
    s = start.flat().clone()
    lost: dict[int, tuple[int, int]] = {}
    for k in range(count + 1):
        _note(lost, s, k)
        if k in ks:
            recorder.record(k * eps, s)
        if k < count:
            system.step_(s, eps, k, None if index is None else index[:, k])
    diverged = [_report(recorder, r, where, eps) for r, where in lost.items()]
    return recorder.finish(diverged, method="gd" if stream is None else "sgd", eps=eps)


def _note(lost: dict[int, tuple[int, int]], s: Ensemble, k: int) -> None:
    """Keep the first step and the layer at which a replicate is no longer finite."""
    good = torch.stack([torch.isfinite(w).flatten(1).all(1) for w in s.W.values()])
    for r in torch.nonzero(~good.all(0)).flatten().tolist():
        lost.setdefault(r, (k, int((~good[:, r]).int().argmax()) + 1))


def _report(recorder: Recorder, r: int, where: tuple[int, int], eps: float) -> Diverged:
    k, layer = where
    finite = [float(row[r]) for row in recorder.losses if bool(torch.isfinite(row[r]))]
    last = finite[-1] if finite else float("nan")
    return Diverged(r, k, k * eps, layer, last, f"try eps <= {eps / 4:g}, or `flow`")
