"""Kernels of random features, k0(x, x') = E_z[φ(⟨z, x⟩) φ(⟨z, x'⟩)] with z ~ N(0, s² I).

    erf        (2/π) arcsin( 2c / √((1 + 2v)(1 + 2v')) )          Williams, Neural Computation 1998
    relu       √(vv') (sin θ + (π − θ) cos θ) / 2π                Cho & Saul, NIPS 2009
    identity   c
    sin        exp(−(v + v')/2) sinh c                            from E cos(u ∓ u')

where v = s²|x|², v' = s²|x'|², c = s²⟨x, x'⟩ and cos θ = c/√(vv'). Other features take scrambled
Sobol points in z, one set for all pairs, so that the matrix is positive semi-definite whatever
its error, which is measured over the scramblings.
"""

from collections.abc import Callable
from math import pi
from typing import Any, NamedTuple

import numpy as np
import torch
from scipy.special import ndtri
from scipy.stats import qmc
from torch import Tensor

from mfcheck.arrays import positive, tensor
from mfcheck.dynamics.reduced import SCRAMBLINGS
from mfcheck.errors import invalid
from mfcheck.model import Activation
from mfcheck.model.activation import activation

LOG_POINTS = 17
"""log2 of the most points of one scrambling."""


class Gram(NamedTuple):
    """A kernel on the data, values (n, n), and how far any entry may be off (0: closed form)."""

    values: Tensor
    error: float


def gram(phi: str | Activation, x: Any, scale: float = 1.0, tol: float = 1e-5) -> Gram:
    """k0 on the inputs x (n, d) for features φ(⟨z, x⟩), z ~ N(0, scale² I), in float64.

    tol: largest error of an entry that is accepted where no closed form is known; the error is
    three standard errors over the scramblings. Raises InvalidArgument if it is not reached.
    """
    x, phi = tensor("x", x, dims=2).to(torch.float64), activation(phi)
    positive("tol", tol)
    points = positive("scale", scale) * x
    known = CLOSED.get(phi.name)
    if known is None:
        return _sobol(phi, points, tol)
    v = points.square().sum(-1)
    return Gram(known(v[:, None], v[None, :], points @ points.mT), 0.0)


def _arc_sine(v: Tensor, w: Tensor, c: Tensor) -> Tensor:
    return torch.arcsin(2 * c / ((1 + 2 * v) * (1 + 2 * w)).sqrt()) * (2 / pi)


def _arc_cosine(v: Tensor, w: Tensor, c: Tensor) -> Tensor:
    size = (v * w).sqrt()
    theta = torch.arccos((c / size.clamp(min=torch.finfo(c.dtype).tiny)).clamp(-1, 1))
    return size * (theta.sin() + (pi - theta) * theta.cos()) / (2 * pi)


CLOSED: dict[str, Callable[[Tensor, Tensor, Tensor], Tensor]] = {
    "erf": _arc_sine,
    "relu": _arc_cosine,
    "identity": lambda v, w, c: c,
    "sin": lambda v, w, c: ((c - (v + w) / 2).exp() - (-c - (v + w) / 2).exp()) / 2,
}
"""(v, v', c) ↦ k0 for the features whose kernel is known in closed form."""


def _sobol(phi: Activation, points: Tensor, tol: float) -> Gram:
    """The mean over scramblings, with twice as many points until its error is at most tol."""
    rules = [qmc.Sobol(points.shape[1], rng=k) for k in range(SCRAMBLINGS)]
    total, count, error = points.new_zeros(()), 0, float("inf")
    for log in range(10, LOG_POINTS + 1):
        more = 2 ** (log - 1) if count else 2**log
        fresh = [_moment(phi, points, rule.random(more)) for rule in rules]
        total, count = total + torch.stack(fresh), count + more
        each = total / count
        error = float(3 * each.std(0).max() / SCRAMBLINGS**0.5)
        if error <= tol:
            return Gram(each.mean(0), error)
    raise invalid("tol", tol, f"only {error:.1e} was reached", f"ask for tol={2 * error:.1g}")


def _moment(phi: Activation, points: Tensor, u: np.ndarray) -> Tensor:
    """The sum of φφ' over z, (n, n)."""
    z = torch.as_tensor(ndtri(np.clip(u, 2.0**-54, 1 - 2.0**-53))).to(points)
    features = phi.value(points @ z.mT)
    return features @ features.mT
