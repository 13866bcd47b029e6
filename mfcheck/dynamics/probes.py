"""What two refinements of a limit are compared by: ŷ, the loss, and the weights of a few neurons.

The neurons are sampled, the same in every refinement and without a replicate axis.
"""

from collections.abc import Callable

import torch
from torch import Tensor

from mfcheck.dynamics.trajectory import Trajectory
from mfcheck.model import DiverseEmbedding, Ensemble, IIDEmbedding, Labels
from mfcheck.seeds import Seeds

PROBES = 6
"""Sampled neurons a layer on which the weights' error is measured."""

PROBE_STREAM = "probes of a limit"
"""What the seeds of the probes are folded with."""


def independent_probes(emb: IIDEmbedding) -> Ensemble:
    """Labels and edge noise of neurons with independent weights."""
    return emb.sample(PROBES, Seeds(0).fold(PROBE_STREAM))[1].map(lambda v: v[0])


def labelled_probes(emb: DiverseEmbedding) -> Labels:
    """Labels of neurons of a diverse embedding."""
    _, C = emb.sample(PROBES, Seeds(0).fold(PROBE_STREAM))
    return {i: c[0] for i, c in C.items()}


def functionals(path: Trajectory, read: Callable[[Ensemble], Ensemble]) -> Tensor:
    """ŷ, loss and the probes' weights at every recorded time, as one vector."""
    own = [read(s) for s in path.states]
    parts = [path.y_hat, path.loss, *(v for s in own for v in (*s.W.values(), *s.b.values()))]
    return torch.cat([part.flatten() for part in parts])
