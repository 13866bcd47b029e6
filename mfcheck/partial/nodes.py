"""The law of (a, h) at the start as nodes: a = ±1, h a Gaussian process on few data points."""

import torch
from torch import Tensor

from mfcheck.model import Normal
from mfcheck.model.iid_embedding import tensor_rule
from mfcheck.partial.tangent import NeuronAverage, root


def gaussian_nodes(covariance: Tensor, order: int) -> NeuronAverage:
    """a uniform on {−1, 1} and h ~ N(0, covariance) independent of it, by Gauss–Hermite.

    covariance: (..., n, n), positive semi-definite; 2·order^n nodes, so n <= 4 or so. The rule is
    exact for polynomials of degree 2·order − 1 in each of n independent coordinates.
    """
    n = covariance.shape[-1]
    z, p = tensor_rule([Normal()] * n, [order] * n)
    h = z.to(covariance) @ root(covariance)
    a = torch.ones_like(h[..., 0])
    p = p.to(covariance).expand(a.shape) / 2
    return NeuronAverage(torch.cat([a, -a], -1), torch.cat([h, h], -2), torch.cat([p, p], -1))
