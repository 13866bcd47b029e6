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
from mfcheck.dynamics.flow import Control, solve
from mfcheck.dynamics.times import flow_times
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

    tol: local tolerances are tightened tenfold, and the steps between recorded times at least
    doubled, until two successive trajectories agree within tol at every recorded time;
    `.error_estimate` is their distance, which is the coarser one's error. tracers: labels of
    sampled neurons to follow; in a finite embedding every one of them is an atom already, so
    nothing is added (read them with `distance(..., at=C)`).

    Raises InvalidArgument if `emb` is no embedding, or if float64 cannot reach tol.
    """
    if not isinstance(emb, FiniteEmbedding):
        raise invalid("emb", emb, "is not an embedding", "pass e.g. mf.FiniteEmbedding(state)")
    del tracers  # every sampled neuron is an atom
    atoms, times = emb.atoms.to(torch.float64), flow_times(T, at)
    if positive("tol", tol) < FINEST:
        raise invalid("tol", tol, "float64 does not reach it", f"ask for {FINEST:g} or more")
    control = Control(tol, tol / 100)
    coarse, error = solve(model, atoms, data, times, control), float("inf")
    while control.rtol > FINEST:
        control = Control(control.rtol / 10, control.atol / 10, 2 * control.least)
        fine = solve(model, atoms, data, times, control)
        error = _gap(coarse, fine)
        if error <= tol or fine.diverged:
            return replace(fine, error_estimate=error)
        coarse = fine
    raise invalid("tol", tol, f"only {error:.1e} was reached", "ask for a larger tol or less T")


def _gap(a: Trajectory, b: Trajectory) -> float:
    """sup over times, neurons and layers between two trajectories of the same atoms."""
    pairs = ((x, y) for x, y in zip(a.states, b.states, strict=True))
    return max(_apart(x, y) for x, y in pairs)


def _apart(x: Ensemble, y: Ensemble) -> float:
    gaps = [(x.W[i] - y.W[i]).abs().max() for i in x.W] + [
        (x.b[i] - y.b[i]).abs().max() for i in x.b
    ]
    return float(torch.stack(gaps).max())
