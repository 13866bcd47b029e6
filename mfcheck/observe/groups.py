"""Groups of independent networks as replicates: for means and variances over networks.

A statistic such as a variance needs several networks to be one number. Group r of size g holds the
networks r·g … r·g + g − 1 of a counter of its own, so that groups are independent, and the same
whichever replicates are asked for together. Source: ours.
"""

import torch
from torch import Tensor

from mfcheck.arrays import whole
from mfcheck.seeds import Seeds


def members(seeds: Seeds, size: int) -> Seeds:
    """The networks of all groups: replicates r·size … r·size + size − 1 for every replicate r.

    They go under a name of their own, so that group r shares no draw with the single network r.
    """
    g, r = whole("size", size), seeds.replicates
    return Seeds(seeds.root, range(g * r.start, g * r.stop), (*seeds.names, f"groups of {g}"))


def grouped(values: Tensor, size: int, dim: int = -1) -> Tensor:
    """`values` with its axis `dim` of networks unfolded into (groups, size)."""
    return values.unflatten(dim, (-1, whole("size", size)))


def group_rms(values: Tensor, size: int) -> Tensor:
    """Root mean square over each group of the last axis, in float64; +inf if one is infinite."""
    return grouped(values.double(), size).square().mean(-1).sqrt()


def scaled_variance(y_hat: Tensor, size: int, width: int, q: Tensor) -> Tensor:
    """width · E_X Var ŷ(X): the unbiased variance over the networks of each group, in float64.

    y_hat: (..., groups·size, n). q: (n,) probabilities of the data. Shape (..., groups).
    """
    each = grouped(y_hat.double(), size, dim=-2)
    return width * (torch.var(each, dim=-2) @ q.to(each))
