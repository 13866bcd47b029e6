"""Limits of embeddings with continuous labels: Sobol nodes, refined until they agree.

The limit is the same mean-field system on all labels at once; a node set (C_i^m) of equal
probabilities stands for their law, and unlike i.i.d. neurons its points fill the cube evenly.
Two successive systems, the second of twice as many nodes under another scrambling, must agree
within tol in ŷ, the loss and the weights of a few probe neurons; their distance is reported as the
error. With eight and more coordinates a layer no more than a few digits are within reach. Sampled
neurons ride along with probability zero: their tables are read at their own labels.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import torch
from scipy.stats import qmc

from mfcheck.dynamics.flow import Control
from mfcheck.dynamics.probes import functionals, labelled_probes
from mfcheck.dynamics.reduced import Motion
from mfcheck.dynamics.trajectory import Trajectory
from mfcheck.errors import invalid
from mfcheck.model import DiverseEmbedding, Ensemble, Labels

FIRST_LOG, LAST_LOG = 6, 11
"""Nodes of a layer: 2^FIRST_LOG at first, 2^LAST_LOG at most (its matrices take 32 MB each)."""

LEAST_TOL = 2e-3
"""No tolerance below this is tried: 2048 nodes a layer leave an error of about 5e-3."""


class LatentNodes(NamedTuple):
    """Labels of the nodes, the control they were moved with, and the error found."""

    labels: Labels
    control: Control
    error: float
    path: Trajectory


def latent_limit(
    emb: DiverseEmbedding, move: Motion, tracers: Labels | None, nodes: LatentNodes
) -> Trajectory:
    """The trajectory of refined nodes, with sampled neurons as tracers if they are given."""
    path, read = nodes.path, None
    if tracers is not None:
        start, read = attach_latent_tracers(emb, nodes.labels, tracers)
        path = move(start, nodes.control)
    return replace(path, error_estimate=nodes.error, read=read, system=nodes)


def refine_latent(emb: DiverseEmbedding, move: Motion, tol: float) -> LatentNodes:
    """Node sets doubled until two successive trajectories agree within tol.

    Raises InvalidArgument at once for tol < LEAST_TOL, and, saying what was reached, if the nodes
    run out.
    """
    if tol < LEAST_TOL:
        rule = f"labels of {_widest(emb)} coordinates take Sobol nodes, {2**LAST_LOG} at most"
        raise invalid("tol", tol, rule, f"ask for tol=0.01 or so, never below {LEAST_TOL:g}")
    control, error, before = Control(tol / 100, tol / 1000), np.inf, None
    for log in range(FIRST_LOG, LAST_LOG + 1):
        labels = sobol(emb, log)
        start, read = attach_latent_tracers(emb, labels, labelled_probes(emb))
        path = move(start, control)
        now = functionals(path, read)
        if before is not None:
            error = float((now - before).abs().max())
            if error <= tol:
                return LatentNodes(labels, control, error, move(emb.system(labels), control))
        before = now
    rule = f"only {error:.1e} was reached with {2**LAST_LOG} nodes a layer"
    raise invalid("tol", tol, rule, f"ask for tol={2 * error:.1g} or less T")


def sobol(emb: DiverseEmbedding, log: int) -> Labels:
    """2^log labels of every hidden layer: scrambled Sobol points, their keys fixed."""
    u = {}
    for i, laws in emb.labels().items():
        points = qmc.Sobol(len(laws), rng=1000 * log + i).random_base2(log)
        u[i] = list(np.clip(points, 2.0**-54, 1 - 2.0**-53).T)
    return emb.read(u)


def attach_latent_tracers(
    emb: DiverseEmbedding, nodes: Labels, C: Labels
) -> tuple[Ensemble, Callable[[Ensemble], Ensemble]]:
    """Nodes with neurons of labels C as tracers, and how to read the neurons off a state.

    C[i]: (..., N_i, k_i). The state read has the shape of the network with these labels.
    """
    M = {i: len(v) for i, v in nodes.items()}
    labels, P, own = {}, {}, {}
    for i, c in C.items():
        few = nodes[i].expand(*c.shape[:-2], *nodes[i].shape)
        labels[i] = torch.cat([few, c], -2)
        P[i] = torch.cat([few.new_full(few.shape[:-1], 1 / M[i]), c.new_zeros(c.shape[:-1])], -1)
        own[i] = c.new_full(c.shape[:-1], 1 / c.shape[-2])

    def read(s: Ensemble) -> Ensemble:
        L = s.L
        W = {1: s.W[1][..., M[1] :, :], L: s.W[L][..., M[L - 1] :, :]}
        W |= {i: s.W[i][..., M[i - 1] :, M[i] :] for i in range(2, L)}
        b = {i: v[..., M[i] :] if i < L else v for i, v in s.b.items()}
        return Ensemble.of(W, b, own | {L: s.P[L]})

    return emb.system(labels, P), read


def _widest(emb: DiverseEmbedding) -> int:
    return max(map(len, emb.labels().values()))
