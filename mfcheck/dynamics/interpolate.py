"""A gradient flow between its recorded times: cubic Hermite, from its states and its velocities.

    w(t_k + θh) ≈ h00 w_k + h10 h ẇ_k + h01 w_{k+1} + h11 h ẇ_{k+1},      0 <= θ <= 1

with the error h⁴ sup|w''''| / 384 at most. So a flow that was solved at some twenty times is known
at every step of SGD. Source: Hairer, Nørsett & Wanner, Solving Ordinary Differential Equations I,
section II.6.
"""

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor

from mfcheck.data import DataLaw
from mfcheck.dynamics.equations import everything, velocity
from mfcheck.dynamics.trajectory import Trajectory
from mfcheck.errors import invalid
from mfcheck.model import AnyModel, Ensemble
from mfcheck.model.ensemble import Layers

Knots = tuple[Tensor, Tensor]
"""Values and slopes at the recorded times, (K, ...) each."""


def interpolated(
    model: AnyModel, data: DataLaw, path: Trajectory, times: Sequence[float]
) -> Trajectory:
    """A flow of one ensemble at other times within those that it was recorded at.

    path: of `flow` or `limit` for a finite embedding, without a replicate axis. Raises
    InvalidArgument for times outside, or replicates.
    """
    at = torch.as_tensor(list(times), dtype=path.times.dtype)
    first, last = float(path.times[0]), float(path.times[-1])
    if path.final.replicates or path.read is not None:
        raise invalid("path", path.final.replicates, "is no single flow", "take one replicate")
    if len(at) == 0 or float(at.min()) < first - 1e-12 or float(at.max()) > last + 1e-12 * last:
        rule = f"were recorded from {first:g} to {last:g}"
        raise invalid("times", list(times), rule, "record the flow until the last of them")
    states = _states(path, at, *_knots(model, data, path))
    return replace(path, times=at, states=states)


def _knots(
    model: AnyModel, data: DataLaw, path: Trajectory
) -> tuple[dict[int, Knots], dict[int, Knots]]:
    """Weights and biases of every layer with their velocities, at the recorded times."""
    z, states = everything(model, path.final, data), path.states
    v = [velocity(model, s.flat(), z, t) for s, t in zip(states, path.times.tolist(), strict=True)]
    return (
        {
            i: _pair([s.W[i] for s in states], [u.weights(i) if i in u.moving else 0 for u in v])
            for i in states[0].W
        },
        {
            i: _pair([s.b[i] for s in states], [u.biases(i) if i in u.b else 0 for u in v])
            for i in states[0].b
        },
    )


def _pair(values: list[Tensor], slopes: list[Tensor | int]) -> Knots:
    """Values and slopes, which have one leading axis; where a layer is frozen the slope is 0."""
    w = torch.stack(values)
    return w, torch.cat([torch.zeros_like(w[:1]) + v for v in slopes])


def _states(
    path: Trajectory, at: Tensor, W: dict[int, Knots], b: dict[int, Knots]
) -> list[Ensemble]:
    k = (torch.searchsorted(path.times, at, right=True) - 1).clamp(0, len(path.times) - 2)
    h = path.times[k + 1] - path.times[k]
    theta = (at - path.times[k]) / h
    w, c = ({i: _hermite(knots, k, h, theta) for i, knots in part.items()} for part in (W, b))
    return [_one(path.final, w, c, m) for m in range(len(at))]


def _one(like: Ensemble, W: Layers, b: Layers, m: int) -> Ensemble:
    return Ensemble.of({i: w[m] for i, w in W.items()}, {i: c[m] for i, c in b.items()}, like.P)


def _hermite(knots: Knots, k: Tensor, h: Tensor, theta: Tensor) -> Tensor:
    """The cubic in each interval k of length h at its point theta, (times, ...)."""
    w, v = knots
    x, length = (u.reshape(-1, *[1] * (w.dim() - 1)).to(w) for u in (theta, h))
    rise, y = w[k + 1] - w[k], 1 - x
    turn = y * (length * v[k] - rise) + x * (rise - length * v[k + 1])
    return w[k] + x * rise + x * y * turn
