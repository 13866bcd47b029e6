"""Mean-field limits, solved rather than imitated by a wider network.

For a finite embedding the limit is the gradient flow of its atoms: the very code that moves a
network, under the measure P of the embedding instead of the uniform one. For i.i.d. weights
it is the reduced system of `reduced`, for a diverse embedding Sobol nodes of its labels (`latent`).
Source: Pham & Nguyen, ICLR 2021, section 2.2.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import torch

from mfcheck.arrays import positive
from mfcheck.data import DataLaw
from mfcheck.dynamics.flow import Control, solve
from mfcheck.dynamics.latent import latent_limit, refine_latent
from mfcheck.dynamics.reduced import Motion, reduced_limit, refine
from mfcheck.dynamics.sgd import sgd
from mfcheck.dynamics.times import flow_times
from mfcheck.dynamics.trajectory import Trajectory
from mfcheck.errors import invalid
from mfcheck.model import (
    AnyModel,
    DiverseEmbedding,
    Embedding,
    Ensemble,
    FiniteEmbedding,
    GeneralModel,
    IIDEmbedding,
    Labels,
)

FINEST = 1e-13
"""The tightest local tolerance tried in float64."""


def limit(  # noqa: PLR0913 - the public contract; options by keyword
    model: AnyModel,
    emb: Embedding,
    data: DataLaw,
    T: float,
    at: Iterable[float] | None = None,
    *,
    tol: float = 1e-8,
    tracers: Labels | Ensemble | None = None,
    eps: float | None = None,
    stream: Any = None,
    nodes: Trajectory | None = None,
) -> Trajectory:
    """The mean-field limit W(t) of the networks drawn from `emb`, in float64.

    tol: the solution is refined until two successive ones agree within tol at every recorded
    time; `.error_estimate` is the distance reached. Of a finite embedding the steps in time are
    refined (local tolerances tenfold, steps between recorded times at least doubled); of i.i.d.
    weights and of a diverse embedding the nodes too (of the latter to 5e-3 at best; ask for 1e-2).
    tracers: C of sampled networks, to follow their neurons. In a finite embedding every one of
    them is an atom already, and nothing is added.
    eps, stream: the limit N → ∞ at fixed ε of gradient descent, or of SGD on a fixed stream of
    indices (steps, batch), or one for each replicate of the tracers: the same recursion, exact
    in the step. nodes: an earlier limit of `emb` whose quadrature is used again as it stands.

    Raises InvalidArgument if `emb` is no embedding, or independent weights are to be put into a
    model that is not linear in them, if tol cannot be reached (saying what was),
    and for tracers that are not C.
    """
    if eps is None:
        times = flow_times(T, at)
        move: Motion = lambda s, c: solve(model, s, data, times, c)  # noqa: E731 - a formula
    else:
        options = {"batch": None, "stream": stream, "at": None if at is None else list(at)}
        move = lambda s, _: sgd(model, s, data, eps, T, **options)  # noqa: E731 - a formula
    if isinstance(emb, IIDEmbedding):
        if isinstance(model, GeneralModel):
            rule = "independent weights have a reduced system only where w enters linearly"
            raise invalid("emb", emb, rule, "pass a FiniteEmbedding, or an mf.Model")
        C, system = _drawn(tracers, Ensemble), None if nodes is None else nodes.system
        return reduced_limit(emb, move, C, system or refine(emb, move, _reachable(tol)))
    if isinstance(emb, DiverseEmbedding):
        C, system = _drawn(tracers, dict), None if nodes is None else nodes.system
        return latent_limit(emb, move, C, system or refine_latent(emb, move, _reachable(tol)))
    if not isinstance(emb, FiniteEmbedding):
        raise invalid("emb", emb, "is not an embedding", "pass e.g. mf.FiniteEmbedding(state)")
    atoms = emb.atoms.to(torch.float64)
    return _refined(atoms, move, tol) if eps is None else move(atoms, Control(tol, tol))


def _refined(atoms: Ensemble, move: Motion, tol: float) -> Trajectory:
    """The flow of the atoms, finer and finer in time until it agrees with itself."""
    control = Control(_reachable(tol), tol / 100)
    coarse, error = move(atoms, control), float("inf")
    while control.rtol > FINEST:
        control = Control(control.rtol / 10, control.atol / 10, 2 * control.least)
        fine = move(atoms, control)
        error = _gap(coarse, fine)
        if error <= tol or fine.diverged:
            return replace(fine, error_estimate=error)
        coarse = fine
    raise invalid("tol", tol, f"only {error:.1e} was reached", "ask for a larger tol or less T")


def _reachable(tol: float) -> float:
    if positive("tol", tol) < FINEST:
        raise invalid("tol", tol, "float64 does not reach it", f"ask for {FINEST:g} or more")
    return tol


def _drawn(tracers: Any, kind: type) -> Any:
    if tracers is not None and not isinstance(tracers, kind):
        raise invalid("tracers", type(tracers), "are C as `sample` gave it", "pass tracers=C")
    return tracers


def _gap(a: Trajectory, b: Trajectory) -> float:
    """sup over times, neurons and layers between two trajectories of the same atoms."""
    pairs = ((x, y) for x, y in zip(a.states, b.states, strict=True))
    return max(_apart(x, y) for x, y in pairs)


def _apart(x: Ensemble, y: Ensemble) -> float:
    gaps = [(x.W[i] - y.W[i]).abs().max() for i in x.W] + [
        (x.b[i] - y.b[i]).abs().max() for i in x.b
    ]
    return float(torch.stack(gaps).max())
