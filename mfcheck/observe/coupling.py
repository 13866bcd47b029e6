"""The coupling distance D_T between networks and the limit that their neurons were drawn from.

    norm "max":  D_T = sup_{t<=T} max_{i,j,k} |w_i(t, j, k) − w_i(t, C_{i-1}(j), C_i(k))|
    norm "rms":  D_T = max_i ( mean_{j,k} sup_{t<=T} |the same|² )^{1/2}

with the Euclidean norm over the coordinates of w_1, and each layer's biases as one more layer. The
maximum and the mean are those of the network's measures P_i: a neuron that stands for many counts
as many, one of probability zero is none.
Source: "max" is D_T of Pham & Nguyen, ICLR 2021, section 3.3; "rms" is Eq. (3) of
arXiv:2001.11443v3, as quoted by secondary sources.
"""

from collections.abc import Iterator

import torch
from torch import Tensor

from mfcheck.dynamics import Trajectory
from mfcheck.errors import invalid, one_of
from mfcheck.model import Ensemble, Labels, gather
from mfcheck.model.ensemble import blocks, stacked

Owners = tuple[int, ...]
"""Which layers' neurons a gap belongs to: (1,) for w_1, (i − 1, i) for w_i, (i,) for b_i."""


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
    worst: dict[Owners, Tensor] = {}
    for a, b in _blocks(path, other):
        for name, gaps in _gaps(a, _read(b, None if other.read else at, a)):
            gap = gaps.amax(0)
            worst[name] = torch.maximum(worst[name], gap) if name in worst else gap
    layers = [_collapse(gap, over, path.final, norm) for over, gap in worst.items()]
    D = torch.stack(layers).amax(0)
    return torch.where(torch.isfinite(D), D, torch.inf)


def apart(a: Ensemble, b: Ensemble) -> Tensor:
    """|a − b| of two states of one shape: sup over neurons and layers, per replicate (...)."""
    gaps = [gap.reshape(*a.replicates, -1).amax(-1) for _, gap in _gaps(a, b)]
    return torch.stack(gaps).amax(0)


def _collapse(gap: Tensor, over: Owners, state: Ensemble, norm: str) -> Tensor:
    """The norm of a layer's gaps under the network's measures, shape (...)."""
    rms = norm == "rms"
    here = gap.square() if rms else gap
    for i in reversed(over):
        here = (_mean if rms else _largest)(here, state.measure[i])
    return here.sqrt() if rms else here


def _mean(v: Tensor, p: Tensor | float) -> Tensor:
    """E_C[v(..., C)]; where there is no mass it does not matter what v is, be it infinite."""
    return _present(v * _along(p, v), p).sum(-1) if isinstance(p, Tensor) else v.mean(-1)


def _largest(v: Tensor, p: Tensor | float) -> Tensor:
    """The largest v(..., C), v >= 0, among the neurons C that have mass."""
    return (_present(v, p) if isinstance(p, Tensor) else v).amax(-1)


def _present(v: Tensor, p: Tensor) -> Tensor:
    return torch.where(_along(p, v) > 0, v, 0)


def _along(p: Tensor, v: Tensor) -> Tensor:
    """Probabilities (..., N) of the neurons on the last axis of v, for all of its others."""
    return p.reshape(*p.shape[:-1], *[1] * (v.dim() - p.dim()), p.shape[-1])


def _blocks(path: Trajectory, other: Trajectory) -> Iterator[tuple[Ensemble, Ensemble]]:
    """States of both at some times at once, which are one more leading axis."""
    for part in blocks(path.states):
        states = other.states[part]
        own = states if other.read is None else [other.read(s) for s in states]
        yield stacked(path.states[part]), stacked(own)


def _gaps(a: Ensemble, b: Ensemble) -> Iterator[tuple[Owners, Tensor]]:
    """Per layer, |w_i − w_i'| for every neuron or edge; NaN counts as +inf."""
    yield (1,), _sound((a.W[1] - b.W[1].to(a.W[1])).norm(dim=-1))
    for i in range(2, a.L + 1):
        yield (i - 1, i), _sound((a.W[i] - b.W[i].to(a.W[i])).abs())
        yield (i,), _sound((a.b[i] - b.b[i].to(a.b[i])).abs())


def _sound(gap: Tensor) -> Tensor:
    return torch.nan_to_num(gap, nan=torch.inf, posinf=torch.inf)


def _read(state: Ensemble, C: Labels | Ensemble | None, like: Ensemble) -> Ensemble:
    """`state` at the labels C; without labels, `state` itself, which must have the right shape."""
    if C is None or isinstance(C, Ensemble):
        read = state
    elif len(state.replicates) > 1:
        rule = "labels read one limit"
        raise invalid("limit.replicates", state.replicates[1:], rule, "drop `at`")
    elif any(c.is_floating_point() for c in C.values()):
        rule = "these labels are no atoms, so the limit must have followed them"
        raise invalid("at", "labels of real coordinates", rule, "pass tracers=C to `limit`")
    else:
        read = _gathered(state, C, like)
    shapes = [{i: tuple(w.shape[1:]) for i, w in s.W.items()} for s in (read, like)]
    if shapes[0] != shapes[1]:
        rule = f"the networks have {shapes[1]}"
        raise invalid("shapes", shapes[0], rule, "pass at=C, the labels they were drawn with")
    return read


def _gathered(state: Ensemble, C: Labels, like: Ensemble) -> Ensemble:
    """The neurons of labels C, with the leading axes of the networks; labels that all replicates
    share, as those of counted networks, are read once."""
    shared = not any(c.stride(0) for c in C.values())
    drawn = gather(state, {i: c[:1] for i, c in C.items()} if shared else C)
    lead = (len(like.W[1]), *[1] * (len(like.replicates) - 1)) if shared else like.replicates
    W, b = (
        {i: v.reshape(*lead, *v.shape[2:]).expand(*like.replicates, *v.shape[2:]) for i, v in part}
        for part in (drawn.W.items(), drawn.b.items())
    )
    return Ensemble.of(W, b, like.P)


def _same_times(path: Trajectory, other: Trajectory) -> None:
    a, b = path.times, other.times
    if len(a) != len(b) or bool(((a - b).abs() > 1e-9 * a.abs().max()).any()):
        rule = f"the other was recorded at {[round(t, 6) for t in b.tolist()]}"
        times = [round(t, 6) for t in a.tolist()]
        raise invalid("times", times, rule, "record both with the same `at`")
