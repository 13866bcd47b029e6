"""How fast the second layer's weights move, uniformly over the first layer's neurons.

    speed(w) = E_{C_2} | E_Z[ Δ_2(Z; C_2) φ_1(⟨w, X⟩) ] |        S(t) = sup_w speed(w)

With ξ_2 = 1 this is E_{C_2}|∂_t w_2(t, c_1, C_2)| of a neuron that stands at w = w_1(t, c_1), so S
over the support of w_1(t) is the ess-sup in the uniform convergence that the global convergence
theorems assume. Where the support is all of R^d the supremum runs over R^d: never over the
sampled neurons, whose maximum says nothing of the law. At L = 2 layer 2 is the output neuron.
Source: Pham & Nguyen, ICLR 2021, Eq. (6); that the ess-sup is a sup over R^d, from
supp Law(w_1(t)) = R^d and the continuity of φ_1, is derived here.
"""

from typing import NamedTuple

import numpy as np
import torch
from scipy.special import ndtri
from torch import Tensor

from mfcheck.data import DataLaw
from mfcheck.dynamics import Trajectory
from mfcheck.dynamics.equations import everything
from mfcheck.dynamics.meanfield import mean_fields, sensitivities
from mfcheck.errors import invalid, one_of
from mfcheck.model import Activation, Ensemble, Model
from mfcheck.model.activation import SIGMOIDAL
from mfcheck.seeds import CHUNK, Seeds

WITH_SUPREMUM = (*SIGMOIDAL, "sin")
"""Units of which a speed has a finite supremum. That of sine has no limits along rays: what the
search finds is a lower bound here too, and no ceiling is known."""

STARTING_POINTS = 256
"""Directions in which the search starts (d = 3: six degrees apart)."""

RADII = (0.0, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 32.0, 1e8)
"""Radii |w| at which it starts; at the last one φ_1 has reached its limits."""

STARTS, ROUNDS = 8, 30
"""Starts that are followed up, and steps of the pattern search from each."""


class Speed(NamedTuple):
    """w ↦ speed(w). pull: q Δ_2, (r, n, N_2) in float64; P: (r, N_2); x: (n, d)."""

    pull: Tensor
    P: Tensor
    x: Tensor
    phi: Activation

    def __call__(self, w: Tensor) -> Tensor:
        """The speed at w (r or 1, m, d), shape (r, m)."""
        value = self.phi.value(w @ self.x.mT)
        return ((value @ self.pull).abs() @ self.P[..., None])[..., 0]


def speed(model: Model, state: Ensemble, data: DataLaw) -> Speed:
    """The speed function of each replicate of a state, computed in float64.

    Leading axes of the state are folded into one. Raises InvalidArgument for a φ_1 that is not
    among `WITH_SUPREMUM`: the supremum over R^d would be infinite.
    """
    if model.phi(1).name not in WITH_SUPREMUM:
        rule = "the supremum over R^d needs a bounded φ_1"
        raise invalid("φ_1", model.phi(1).name, rule, f"use one of {', '.join(WITH_SUPREMUM)}")
    s = state.flat().to(torch.float64)
    law = everything(model, s, data)
    pull = sensitivities(model, s, mean_fields(model, s, law.x), law)[2]
    return Speed(pull, s.P[2], law.x[0], model.phi(1))


def stationarity(model: Model, path: Trajectory, data: DataLaw, over: str = "space") -> Tensor:
    """S at the recorded times, (K, r): the sup of the speed over "space" or over "neurons".

    "space" is the ess-sup where supp Law(w_1(t)) = R^d, as nearly as `greatest_speed` finds it;
    "neurons" is the ess-sup where the state holds every point of the support (a Dirac law).
    """
    one_of("over", over, ("space", "neurons"))
    rows = []
    for state in path.states:
        v = speed(model, state, data)
        own = state.flat().W[1].to(torch.float64)
        rows.append(greatest_speed(v) if over == "space" else v(own).amax(1))
    return torch.stack(rows)


def greatest_speed(v: Speed) -> Tensor:
    """The largest speed that a search over R^d has found, (r,): a lower bound of S.

    Starts spread over directions and radii, including one so large that φ_1 is ±1; from the
    best of them a pattern search turns, lengthens and shortens w. For an upper bound see
    `ceiling.speed_ceiling`.
    """
    w = starting_points(v.x, v.phi)
    start = v(w[None])
    value, best = start.topk(min(STARTS, len(w)), dim=1)
    w = w[best]
    size = torch.full_like(value, 0.5)
    for _ in range(ROUNDS):
        value, w, size = _improved(v, value, w, size)
    return value.amax(1)


def starting_points(x: Tensor, phi: Activation) -> Tensor:
    """Where the search for S starts: every direction at every radius, (m, d), for x (n, d).

    Without the radius at infinity for a φ that has no limit there: its values would be noise.
    """
    d = x.shape[1]
    rays = torch.as_tensor(_directions(d), device=x.device)
    radii = rays.new_tensor(RADII if phi.name in SIGMOIDAL else RADII[:-1])
    return (radii[:, None, None] * rays).reshape(-1, d)


def _improved(v: Speed, value: Tensor, w: Tensor, size: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """One step of the pattern search; a start that finds nothing better halves its pattern."""
    r, k, d = w.shape
    axes = torch.eye(d, dtype=w.dtype, device=w.device)
    reach = size[..., None, None] * w.norm(dim=-1).clamp(min=1e-3)[..., None, None]
    probes = torch.cat([w[:, :, None] + reach * axes, w[:, :, None] - reach * axes], 2)
    longer, shorter = (1 + size)[..., None] * w, w / (1 + size)[..., None]
    probes = torch.cat([probes, longer[:, :, None], shorter[:, :, None]], 2)
    tried = v(probes.reshape(r, -1, d)).reshape(r, k, -1)
    best, which = tried.max(-1)
    up = best > value
    chosen = probes.gather(2, which[..., None, None].expand(-1, -1, 1, d))[:, :, 0]
    return (
        torch.where(up, best, value),
        torch.where(up[..., None], chosen, w),
        torch.where(up, size, size / 2),
    )


def _directions(d: int) -> np.ndarray:
    """Unit vectors spread over the sphere of R^d, always the same, (STARTING_POINTS, d)."""
    draws = (
        Seeds(0, range(CHUNK))
        .fold("directions of a search")
        .uniforms("w", d, STARTING_POINTS // CHUNK * d)
    )
    bells = ndtri(draws.reshape(-1, d))
    return bells / np.linalg.norm(bells, axis=1, keepdims=True)
