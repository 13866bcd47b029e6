"""The coupling distance D_T between networks and the limit that their neurons were drawn from.

    norm "max":  D_T = sup_{t<=T} max_{i,j,k} |w_i(t, j, k) − w_i(t, C_{i-1}(j), C_i(k))|
    norm "rms":  D_T = max_i ( mean_{j,k} sup_{t<=T} |the same|² )^{1/2}

with the Euclidean norm over the coordinates of w_1, and each layer's biases as one more layer.
Source: "max" is D_T of Pham & Nguyen, ICLR 2021, section 3.3; "rms" is Eq. (3) of
arXiv:2001.11443v3, as quoted by secondary sources.
"""

from collections.abc import Iterator

import torch
from torch import Tensor

from mfcheck.dynamics import Trajectory
from mfcheck.errors import invalid, one_of
from mfcheck.model import Ensemble, Labels, gather


def distance(
    path: Trajectory, other: Trajectory, at: Labels | Ensemble | None = None, norm: str = "max"
) -> Tensor:
    """D_T of each replicate, shape (...): sup over the recorded times, +inf where one diverged.

    path: networks. other: their limit, read at the labels `at` = C (but for finite embeddings
    the limit must have been solved with `tracers=C`); or, without labels, a
    trajectory of the same shape (the same networks moved otherwise). norm: "max" (the
    theorem's) or "rms".

    Raises InvalidArgument if the recorded times differ, or labels and networks do not match.
    """
    one_of("norm", norm, ("max", "rms"))
    _same_times(path, other)
    worst: dict[str, Tensor] = {}
    for a, b in zip(path.states, other.states, strict=True):
        own = b if other.read is None else other.read(b)
        for name, gap in _gaps(a, _read(own, None if other.read else at, a)):
            worst[name] = torch.maximum(worst[name], gap) if name in worst else gap
    lead = path.final.replicates
    layers = [_collapse(gap.reshape(*lead, -1), norm) for gap in worst.values()]
    D = torch.stack(layers).amax(0)
    return torch.where(torch.isfinite(D), D, torch.inf)


def apart(a: Ensemble, b: Ensemble) -> Tensor:
    """|a − b| of two states of one shape: sup over neurons and layers, per replicate (...)."""
    gaps = [gap.reshape(*a.replicates, -1).amax(-1) for _, gap in _gaps(a, b)]
    return torch.stack(gaps).amax(0)


def _collapse(gap: Tensor, norm: str) -> Tensor:
    return gap.amax(-1) if norm == "max" else gap.square().mean(-1).sqrt()


def _gaps(a: Ensemble, b: Ensemble) -> Iterator[tuple[str, Tensor]]:
    """Per layer, |w_i − w_i'| for every neuron or edge; NaN counts as +inf."""
    yield "w_1", _sound((a.W[1] - b.W[1].to(a.W[1])).norm(dim=-1))
    for i in range(2, a.L + 1):
        yield f"w_{i}", _sound((a.W[i] - b.W[i].to(a.W[i])).abs())
        yield f"b_{i}", _sound((a.b[i] - b.b[i].to(a.b[i])).abs())


def _sound(gap: Tensor) -> Tensor:
    return torch.nan_to_num(gap, nan=torch.inf, posinf=torch.inf)


def _read(state: Ensemble, C: Labels | Ensemble | None, like: Ensemble) -> Ensemble:
    """`state` at the labels C; without labels, `state` itself, which must have the right shape."""
    if C is None or isinstance(C, Ensemble):
        read = state
    elif state.replicates:
        raise invalid("limit.replicates", state.replicates, "labels read one limit", "drop `at`")
    elif any(c.is_floating_point() for c in C.values()):
        rule = "these labels are no atoms, so the limit must have followed them"
        raise invalid("at", "labels of real coordinates", rule, "pass tracers=C to `limit`")
    else:
        read = gather(state, C).unflat(like.replicates)
    shapes = [{i: tuple(w.shape) for i, w in s.W.items()} for s in (read, like)]
    if shapes[0] != shapes[1]:
        rule = f"the networks have {shapes[1]}"
        raise invalid("shapes", shapes[0], rule, "pass at=C, the labels they were drawn with")
    return read


def _same_times(path: Trajectory, other: Trajectory) -> None:
    a, b = path.times, other.times
    if len(a) != len(b) or bool(((a - b).abs() > 1e-9 * a.abs().max()).any()):
        rule = f"the other was recorded at {[round(t, 6) for t in b.tolist()]}"
        times = [round(t, 6) for t in a.tolist()]
        raise invalid("times", times, rule, "record both with the same `at`")
