"""Limits under i.i.d. initialisation: the reduced system on nodes, refined until it agrees.

The reduced system is an ensemble like any other (see `IIDEmbedding`), so it is moved by the
same flow or the same descent as a network; at a fixed step and on a fixed stream that recursion
is the exact limit of the networks' (induction over steps). Labels of up to four coordinates take
tensor Gauss rules, more take scrambled Sobol points, whose error is the spread over scramblings.

Sampled neurons ride along as tracers: neurons of probability zero with the sampled labels. An
edge moves by its own initial value plus the shift of the constant matrix at its two ends.
Source: ours; the reduced systems are the corollary for i.i.d. initialisation in the slides.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import numpy as np
import torch
from scipy.stats import qmc
from torch import Tensor

from mfcheck.dynamics.flow import Control
from mfcheck.dynamics.probes import functionals, independent_probes
from mfcheck.dynamics.trajectory import Trajectory
from mfcheck.errors import invalid
from mfcheck.model import Dirac, Ensemble, IIDEmbedding
from mfcheck.model.iid_embedding import tensor_rule

Motion = Callable[[Ensemble, Control], Trajectory]
"""(state, control) ↦ its trajectory: a flow, or descent in steps."""

ORDERS = (8, 12, 16, 20, 24, 28, 32, 40, 48, 64, 96, 128)
"""Nodes per coordinate that are tried one after the other."""

TENSOR = 4
"""Labels of more coordinates than this take Sobol points."""

NODES = 40_000
"""Nodes of one layer at most."""

EDGES = 2_000_000
"""Entries of one middle matrix at most."""

SCRAMBLINGS = 8
"""Independent scramblings of a Sobol rule."""


class ReducedSystem(NamedTuple):
    """Nodes, the control they were moved with, the error found, and their trajectory."""

    nodes: Ensemble
    control: Control
    error: float
    path: Trajectory


def reduced_limit(
    emb: IIDEmbedding, move: Motion, tracers: Ensemble | None, system: ReducedSystem
) -> Trajectory:
    """The trajectory of a refined system, with sampled neurons as tracers if they are given."""
    path, read = system.path, None
    if tracers is not None:
        start, read = attach_tracers(emb, system.nodes, tracers)
        path = move(start, system.control)
    shift = partial(_translation, emb)
    return replace(path, error_estimate=system.error, read=read, shift=shift, system=system)


def refine(emb: IIDEmbedding, move: Motion, tol: float) -> ReducedSystem:
    """A quadrature on which two successive trajectories agree within tol.

    Agreement is in ŷ, the loss and the weights of a few probe neurons, at every recorded time.
    Raises InvalidArgument, saying what was reached, if the nodes run out first.
    """
    wide = max(len(laws) for laws in emb.labels().values()) > TENSOR
    return (_sobol if wide else _gauss)(emb, move, tol)


def _gauss(emb: IIDEmbedding, move: Motion, tol: float) -> ReducedSystem:
    """Tensor rules of rising order, until two successive trajectories agree within tol."""
    control, error, before = Control(tol, tol / 100), np.inf, None
    for m in ORDERS:
        nodes = emb.nodes(m)
        if _size(nodes) > 1:
            break
        start, read = attach_tracers(emb, nodes, independent_probes(emb))
        path = move(start, control)
        now = functionals(path, read)
        if before is not None:
            error = float((now - before).abs().max())
            if error <= tol:
                return ReducedSystem(nodes, control, error, path)
        before, control = now, Control(max(tol / 10, 1e-13), max(tol / 1000, 1e-15), 2)
    raise invalid("tol", tol, f"only {error:.1e} was reached within {NODES} nodes", _repair(error))


def _sobol(emb: IIDEmbedding, move: Motion, tol: float) -> ReducedSystem:
    """Pooled scrambled Sobol nodes of layer 1, and three standard errors over the scramblings."""
    control, error = Control(max(tol / 10, 1e-9), max(tol / 1000, 1e-11)), np.inf
    for log in range(7, int(np.log2(NODES / SCRAMBLINGS)) + 1):
        labels = _scrambled(emb, log)
        each = []
        for part in labels:
            start, read = attach_tracers(emb, _on(emb, part), independent_probes(emb))
            each.append(functionals(move(start, control), read))
        error = float(3 * torch.stack(each).std(0).max() / SCRAMBLINGS**0.5)
        if error <= tol:
            pooled = _on(emb, torch.cat(labels))
            return ReducedSystem(pooled, control, error, move(pooled, control))
    raise invalid("tol", tol, f"only {error:.1e} was reached within {NODES} nodes", _repair(error))


def _repair(error: float) -> str:
    return f"ask for tol={2 * error:.1g}" if np.isfinite(error) else "use fewer coordinates"


def _scrambled(emb: IIDEmbedding, log: int) -> list[Tensor]:
    """Layer-1 labels of each scrambling, (2^log, coordinates)."""
    laws = emb.labels()[1]
    points = []
    for k in range(SCRAMBLINGS):
        u = qmc.Sobol(len(laws), rng=k).random_base2(log)
        u = np.clip(u, 2.0**-54, 1 - 2.0**-53)
        points.append(np.stack([law.quantile(c) for law, c in zip(laws, u.T, strict=True)], -1))
    return [torch.as_tensor(p) for p in points]


def _on(emb: IIDEmbedding, first: Tensor) -> Ensemble:
    """The reduced system with given labels in layer 1 and Gauss rules above."""
    rules = {
        i: tensor_rule(laws, [ORDERS[4]] * len(laws)) for i, laws in emb.labels().items() if i > 1
    }
    labels = {1: first} | {i: rule[0] for i, rule in rules.items()}
    P = {1: torch.full((len(first),), 1 / len(first), dtype=torch.float64)}
    return emb.system(labels, P | {i: rule[1] for i, rule in rules.items()})


def _size(nodes: Ensemble) -> float:
    """How much of the allowance a set of nodes takes."""
    edges = max(nodes.W[i].numel() for i in range(2, nodes.L + 1))
    return max(max(nodes.widths.values()) / NODES, edges / EDGES)


def attach_tracers(
    emb: IIDEmbedding, nodes: Ensemble, C: Ensemble
) -> tuple[Ensemble, Callable[[Ensemble], Ensemble]]:
    """Nodes with the sampled neurons C as tracers, and how to read C's own weights off a state.

    C: labels and edge noise, one leading axis of replicates. The state read has C's shape.
    """
    L, M, means = emb.L, nodes.widths, emb.means()
    lead = C.replicates
    W = {1: _joined(nodes.W[1], C.W[1], lead, -2)}
    for i, centre in means.items():
        size = (M[i - 1] + C.widths[i - 1], M[i] + C.widths[i])
        W[i] = nodes.W[1].new_full((*lead, *size), centre)
    W[L] = _joined(nodes.W[L], C.W[L], lead, -2)
    b = {i: _joined(nodes.b[i], C.b[i], lead, -1) for i in range(2, L)}
    b[L] = nodes.b[L].expand(*lead, 1).clone()
    P = {i: _joined(nodes.P[i], torch.zeros_like(C.P[i]), lead, -1) for i in range(1, L)}

    def read(s: Ensemble) -> Ensemble:
        own = {1: s.W[1][..., M[1] :, :], L: s.W[L][..., M[L - 1] :, :]}
        for i, centre in means.items():
            own[i] = s.W[i][..., M[i - 1] :, M[i] :] + (C.W[i] - centre)
        bias = {i: v[..., M[i] :] if i < L else v for i, v in s.b.items()}
        return Ensemble.of(own, bias, C.P)

    return Ensemble(W, b, P), read


def _joined(nodes: Tensor, tracers: Tensor, lead: tuple[int, ...], dim: int) -> Tensor:
    return torch.cat([nodes.expand(*lead, *nodes.shape), tracers], dim)


def _translation(emb: IIDEmbedding, s: Ensemble, i: int) -> Tensor:
    """w_i(t) − w_i(0), the same for every edge of a layer between constant biases."""
    if not 3 <= i <= emb.L - 2:
        rule = f"layers 3..L−2 are translated, of which L = {emb.L} has " + (
            f"3..{emb.L - 2}" if emb.L >= 5 else "none"
        )
        raise invalid("i", i, rule, "use L >= 5 and one of these layers")
    random = [j for j in (i - 1, i) if not isinstance(emb.b[j], Dirac)]
    if random:
        rule = f"the biases of layer {random[0]} are random, so the shift is a function of them"
        raise invalid("i", i, rule, "use constant biases")
    return s.W[i].flatten()[0] - emb.means()[i]
