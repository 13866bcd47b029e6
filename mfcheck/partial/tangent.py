"""The kernel K_t that moves f, how positive it is at least, and what its least eigenvalue gives.

    K_t(x, x') = ξ_a E[σ(h(x)) σ(h(x'))] + ξ_W k0(x, x') E[a² σ'(h(x)) σ'(h(x'))]
    ∂_t f(x)   = −E_{X'}[K_t(x, X') ζ_t(X')],      ζ = ∂₂ℓ(Y, f)

The first term is positive semi-definite, and the second is a Schur product, so that

    λ_min(K_t) >= ξ_W λ_min(k0) min_k E[a² σ'(h(x_k))²].

Source: the kernel is the chain rule; the bound is ours, by Schur's product theorem (Horn &
Johnson, Topics in Matrix Analysis, Theorem 5.3.4).
"""

from typing import NamedTuple

import torch
from torch import Tensor

from mfcheck.model import Activation


class NeuronAverage(NamedTuple):
    """A law of (a, h): a (..., m), h (..., m, n) on the data, probabilities p (..., m)."""

    a: Tensor
    h: Tensor
    p: Tensor


def tangent_kernel(
    neurons: NeuronAverage,
    k0: Tensor,
    sigma: Activation,
    xi_a: Tensor | float = 1,
    xi_W: Tensor | float = 1,
) -> Tensor:
    """K_t on the data, (..., n, n); k0: (..., n, n)."""
    a, h, p = neurons
    value = sigma.value(h)
    slope = sigma.slope_at(h, value)
    readout = (value * p[..., None]).mT @ value
    hidden = (slope * (p * a.square())[..., None]).mT @ slope
    return xi_a * readout + xi_W * k0 * hidden


def floor(
    neurons: NeuronAverage, k0: Tensor, sigma: Activation, xi_W: Tensor | float = 1
) -> Tensor:
    """ξ_W λ_min(k0) min_k E[a² σ'(h(x_k))²], (...): below every eigenvalue of K_t."""
    a, h, p = neurons
    slope = sigma.slope_at(h, sigma.value(h))
    diagonal = (slope.square() * (p * a.square())[..., None]).sum(-2)
    return xi_W * least_eigenvalue(k0) * diagonal.amin(-1)


def least_eigenvalue(kernel: Tensor) -> Tensor:
    """λ_min of symmetric matrices (..., n, n); NaN where an entry is not finite."""
    sound = torch.isfinite(kernel).flatten(-2).all(-1)
    eigenvalues = torch.linalg.eigvalsh(torch.where(sound[..., None, None], kernel, 0.0))
    return torch.where(sound, eigenvalues[..., 0], torch.nan)


def root(kernel: Tensor) -> Tensor:
    """The symmetric square root of (..., n, n), eigenvalues below zero by rounding taken as zero.

    It depends continuously on the kernel, as no other factor of a singular one does.
    """
    values, vectors = torch.linalg.eigh(kernel)
    return (vectors * values.clamp(min=0).sqrt()[..., None, :]) @ vectors.mT


def decay(kernel: Tensor, q: Tensor) -> Tensor:
    """2 λ_min(Q^{1/2} K Q^{1/2}), Q = diag(q): under squared loss −∂_t log R is at least this.

    R' = −(Qζ)ᵀ K (Qζ) and R = ζᵀQζ/2. For uniform q it is (2/n) λ_min(K). Source: ours.
    """
    s = q.sqrt()
    return 2 * least_eigenvalue(s[:, None] * kernel * s)


def alignment(kernel: Tensor, y: Tensor) -> Tensor:
    """yᵀKy / (‖K‖_F |y|²), (...): the cosine between K and yyᵀ.

    Source: Cristianini et al., On kernel-target alignment, NIPS 2001.
    """
    return (kernel @ y @ y) / (torch.linalg.matrix_norm(kernel) * y.square().sum())
