"""Distances between the entries of a matrix and a law, and the correlation of pairs of entries.

For n numbers write F_n for their distribution function and F for that of a law:

    KS = sup_v |F_n(v) − F(v)| ,      W_1 = ∫ |F_n(v) − F(v)| dv .

Sources: textbook definitions; Kolmogorov's and Smirnov's limit laws for the scaled statistics.
"""

import numpy as np
import torch
from torch import Tensor

from mfcheck.errors import invalid
from mfcheck.model import Normal, Uniform
from mfcheck.model.laws import Law

KOLMOGOROV_MEDIAN = 0.8276
"""Median of Kolmogorov's law: of √n KS for n independent numbers of the law, n → ∞."""


def kolmogorov(entries: Tensor, law: Law) -> Tensor:
    """KS of entries (..., n) to a law with a density, shape (...)."""
    v = entries.sort(-1).values
    n = v.shape[-1]
    steps = torch.arange(n + 1, dtype=v.dtype, device=v.device) / n
    F = distribution(law, v)
    return torch.maximum(steps[1:] - F, F - steps[:-1]).amax(-1)


def distribution(law: Law, v: Tensor) -> Tensor:
    """F(v) of a normal or a uniform law; raises InvalidArgument for others."""
    if isinstance(law, Normal):
        return torch.special.ndtr((v - law.loc) / law.scale)
    if isinstance(law, Uniform):
        return ((v - law.low) / (law.high - law.low)).clamp(0, 1)
    raise invalid("law", law, "has no density known here", "use Normal or Uniform")


def wasserstein(entries: Tensor, law: Law) -> Tensor:
    """W_1 of entries (..., n) to a law, by its quantile function at (k + 1/2)/n; shape (...)."""
    v = entries.sort(-1).values
    n = v.shape[-1]
    u = (np.arange(n) + 0.5) / n
    return (v - torch.as_tensor(law.quantile(u)).to(v)).abs().mean(-1)


def two_samples(a: Tensor, b: Tensor) -> Tensor:
    """√(nm/(n+m)) times the KS distance of two samples (..., n) and (..., m); shape (...).

    For two samples of one law its median is `KOLMOGOROV_MEDIAN` in the limit, and less with ties.
    """
    n, m = a.shape[-1], b.shape[-1]
    both = torch.cat([a, b], -1).sort(-1).values
    F = [
        torch.searchsorted(s.sort(-1).values, both, right=True).to(torch.float64) / s.shape[-1]
        for s in (a.contiguous(), b.contiguous())
    ]
    return (F[0] - F[1]).abs().amax(-1) * (n * m / (n + m)) ** 0.5


def pair_correlation(w: Tensor, mean: float) -> Tensor:
    """Correlation of two different entries of a row of w (..., N, M), about a known mean.

    0 in expectation for independent entries, but for the normalisation by their own variance.
    """
    v = w - mean
    squares = v.square().mean((-2, -1))
    products = v.mean(-1).square().mean(-1) - squares / v.shape[-1]
    return products / (1 - 1 / v.shape[-1]) / squares
