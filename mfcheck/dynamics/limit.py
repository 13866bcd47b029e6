"""Mean-field limits, solved rather than imitated by a wider network.

For a finite embedding the limit is the gradient flow of its atoms: the very code that moves a
network, under the measure P of the embedding instead of the uniform one.
Source: Pham & Nguyen, ICLR 2021, section 2.2.
"""

from collections.abc import Iterable
from dataclasses import replace

import torch

from mfcheck.arrays import positive
from mfcheck.data import DataLaw
from mfcheck.dynamics.flow import flow
from mfcheck.dynamics.trajectory import Trajectory
from mfcheck.errors import invalid
from mfcheck.model import Ensemble, FiniteEmbedding, Labels, Model

FINEST = 1e-13
"""The tightest local tolerance tried in float64."""


def limit(
    model: Model,
    emb: FiniteEmbedding,
    data: DataLaw,
    T: float,
    at: Iterable[float] | None = None,
    tol: float = 1e-8,
    tracers: Labels | None = None,
) -> Trajectory:
    """The mean-field limit W(t) of the networks drawn from `emb`, in float64.

    tol: local tolerances are tightened tenfold until two successive trajectories agree within
    tol at every recorded time; `.error_estimate` is the distance reached. tracers: labels of
    sampled neurons to follow; in a finite embedding every one of them is an atom already, so
    nothing is added (read them with `distance(..., at=C)`).

    Raises InvalidArgument if `emb` is no embedding, or if float64 cannot reach tol.
    """
    if not isinstance(emb, FiniteEmbedding):
        raise invalid("emb", emb, "is not an embedding", "pass e.g. mf.FiniteEmbedding(state)")
    del tracers  # every sampled neuron is an atom
    atoms = emb.atoms.to(torch.float64)
    at = None if at is None else list(at)
    local = positive("tol", tol)
    coarse = flow(model, atoms, data, T, at, rtol=local, atol=local / 100)
    while local > FINEST:
        local /= 10
        fine = flow(model, atoms, data, T, at, rtol=local, atol=local / 100)
        error = _gap(coarse, fine)
        if error <= tol or fine.diverged:
            return replace(fine, error_estimate=error)
        coarse = fine
    raise invalid(
        "tol", tol, "float64 does not reach it on this problem", "ask for less, or less T"
    )


def _gap(a: Trajectory, b: Trajectory) -> float:
    """sup over times, neurons and layers between two trajectories of the same atoms."""
    pairs = ((x, y) for x, y in zip(a.states, b.states, strict=True))
    return max(_apart(x, y) for x, y in pairs)


def _apart(x: Ensemble, y: Ensemble) -> float:
    gaps = [(x.W[i] - y.W[i]).abs().max() for i in x.W] + [
        (x.b[i] - y.b[i]).abs().max() for i in x.b
    ]
    return float(torch.stack(gaps).max())
