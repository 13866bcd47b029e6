"""Gram matrices of features on the data, and their smallest eigenvalues.

    K_kl = E_{C_i}[ φ_i(H_i(x_k, C_i)) φ_i(H_i(x_l, C_i)) ]

is positive definite exactly if the features of layer i span all functions on the points x_k.
Always in float64: the smallest eigenvalue of a smooth kernel is far below float32's rounding.
"""

import torch
from torch import Tensor

from mfcheck.arrays import tensor
from mfcheck.dynamics.equations import check_shapes, fields
from mfcheck.errors import invalid
from mfcheck.model import Ensemble, Model


def features(model: Model, state: Ensemble, x: Tensor, i: int = 1) -> Tensor:
    """φ_i(H_i(x, ·)) in float64, (replicates..., ..., n, N_i), for 1 <= i < L, at x (..., n, d).

    All replicates see all inputs; leading axes of x are sets of points.
    """
    if not 1 <= i < model.L:
        raise invalid("i", i, f"hidden layers are 1..{model.L - 1}", "choose one of them")
    x = tensor("x", x)
    check_shapes(model, state, x.shape[-1])
    s = state.flat().to(torch.float64)
    value = fields(model, s, x.reshape(-1, x.shape[-1]).to(s.W[1])[None]).V[i]
    return value.reshape(*state.replicates, *x.shape[:-1], -1)


def gram_of_features(model: Model, state: Ensemble, x: Tensor, i: int = 1) -> Tensor:
    """The Gram matrix of layer i's features under P_i, (replicates..., ..., n, n)."""
    V = features(model, state, x, i)
    P = state.P[i].to(V)
    return (V * P.reshape(*state.replicates, *[1] * (x.dim() - 1), -1)) @ V.mT


def smallest_eigenvalue(K: Tensor) -> Tensor:
    """λ_min of symmetric matrices (..., n, n), shape (...); rounding may leave it below zero."""
    return torch.linalg.eigvalsh(K)[..., 0]
