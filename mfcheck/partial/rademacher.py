"""Rademacher complexity of { E[a σ(h)] : ‖h‖_{H(k0)} <= B, E|a| <= A } on n points.

    E_s sup_f |(1/n) Σ_k s_k f(x_k)| = A E_s sup_{‖h‖ <= B} |(1/n) Σ_k s_k σ(h(x_k))|
        <= 2 A L_σ B (tr k0)^{1/2} / n <= 2 A L_σ B max_k √k0(x_k, x_k) / √n

for σ(0) = 0 with Lipschitz constant L_σ. Source: contraction (Ledoux & Talagrand, Probability in
Banach Spaces, Theorem 4.12, where the factor 2 is) and Jensen; the function space is ours.

If σ is odd, the class is symmetric and the modulus is free: contraction without a modulus has no 2,

    E_s sup_f |(1/n) Σ_k s_k f(x_k)| <= A L_σ B E_s (sᵀ k0 s)^{1/2} / n,

with equality as B → 0 where k0 is diagonal: there σ(h) ~ L_σ h, if |σ'| is largest at 0. Source:
Meir & Zhang, J. Mach. Learn. Res. 4 (2003) 839-860, Theorem 7; that it applies is ours.

The inner supremum is over a ball of R^n, not concave, and found by ascent from several starts:
what is returned is attained, hence a LOWER bound of the supremum.
"""

from itertools import product
from math import pi, sqrt

import torch
from torch import Tensor

from mfcheck.errors import invalid
from mfcheck.model import Activation
from mfcheck.model.activation import ODD, activation
from mfcheck.partial.tangent import root

STEEPEST = {"tanh": 1.0, "erf": 2 / sqrt(pi), "sin": 1.0, "relu": 1.0, "identity": 1.0}
"""L_σ for the activations with σ(0) = 0."""

RIDGES = (1e-2, 1e-4, 1e-6)
"""Regularisations of the interpolants that the ascent starts from."""

ITERATIONS = 100
"""Steps of the ascent; 300 more changed no supremum of four points by more than 4e-4."""


def bound(k0: Tensor, B: float, A: float = 1.0, sigma: str = "tanh", n: int | None = None) -> float:
    """2 A L_σ B max_k √k0(x_k, x_k) / √n; n points, by default as many as k0 (·, ·) has.

    Raises InvalidArgument unless σ(0) = 0.
    """
    if sigma not in STEEPEST:
        raise invalid("sigma", sigma, "needs σ(0) = 0", f"choose one of {', '.join(STEEPEST)}")
    return 2 * A * STEEPEST[sigma] * B * float(k0.diagonal().max().sqrt()) / sqrt(n or len(k0))


def odd_bound(signs: Tensor, k0: Tensor, B: float, A: float = 1.0, sigma: str = "tanh") -> float:
    """A L_σ B E_s (sᵀ k0 s)^{1/2} / n for odd σ, the mean over the rows of signs (r, n).

    The bound is that of the mean over all 2^n vectors, or one of each pair ±s: pass these. Raises
    InvalidArgument for a σ that is not odd.
    """
    if sigma not in ODD:
        raise invalid("sigma", sigma, "needs an odd σ", f"choose one of {', '.join(ODD)}")
    sizes = ((signs @ k0) * signs).sum(-1).clamp(min=0).sqrt()
    return A * STEEPEST[sigma] * B * float(sizes.mean()) / len(k0)


def every_sign(n: int) -> Tensor:
    """Every vector of n signs up to ±, (2^{n−1}, n): the first sign is +."""
    return torch.tensor([(1.0, *rest) for rest in product((1.0, -1.0), repeat=n - 1)]).double()


def supremum(
    signs: Tensor, k0: Tensor, sigma: str | Activation, B: float, starts: Tensor
) -> Tensor:
    """The largest |(1/n) Σ_k s_k σ(h_k)| found over ‖h‖_{H(k0)} <= B, (r,): a lower bound.

    signs (r, n) of ±1; starts (..., S, n): directions in the coordinates v of h = B·k0^{1/2} v,
    |v| <= 1, tried besides the interpolants v ∝ k0^{1/2} (k0 + r I)^{-1} s of the signs, from the
    optimum of the linearised problem (r = ∞) to functions that meet every sign (r = 0). Every
    start is moved by projected gradient ascent, its step halved where it does not climb.
    """
    phi, R = activation(sigma), B * root(k0)
    sides = [signs] if phi.name in ODD else [signs, -signs]  # if φ is odd, −s has the supremum of s
    both = torch.stack(sides, 1)[:, :, None, :]
    towards = torch.cat([both @ ridge for ridge in _ridges(k0)], 2)
    others = starts.expand(*both.shape[:2], *starts.shape[-2:])
    v = _onto_sphere(torch.cat([towards, others], 2))
    best, step = _value(phi, both, v @ R), torch.ones_like(v[..., :1])
    for _ in range(ITERATIONS):
        h = v @ R
        pull = (both * phi.slope_at(h, phi.value(h))) @ R
        trial = _into_ball(v + step * _onto_sphere(pull))
        value = _value(phi, both, trial @ R)
        better = (value > best)[..., None]
        v, best = torch.where(better, trial, v), torch.maximum(best, value)
        step = torch.where(better, (1.5 * step).clamp(max=4.0), step / 2)
    return best.flatten(1).amax(1)


def _value(phi: Activation, signs: Tensor, h: Tensor) -> Tensor:
    return (signs * phi.value(h)).mean(-1)


def _ridges(k0: Tensor) -> list[Tensor]:
    """k0^{1/2} (k0 + r I)^{-1} up to scale, for every r of RIDGES in units of λ_max."""
    one, largest = torch.eye(len(k0)).to(k0), torch.linalg.matrix_norm(k0, ord=2)
    solved = [torch.linalg.solve(k0 / largest + r * one, root(k0)) for r in RIDGES]
    return [root(k0), *solved]


def _onto_sphere(v: Tensor) -> Tensor:
    return v / v.norm(dim=-1, keepdim=True).clamp(min=torch.finfo(v.dtype).tiny)


def _into_ball(v: Tensor) -> Tensor:
    return v / v.norm(dim=-1, keepdim=True).clamp(min=1.0)
