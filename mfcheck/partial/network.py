"""Networks of m neurons over M random features, trained in their own weights.

    W_ij ← W_ij − (ε m M^{2β−1}) ∂R/∂W_ij = W_ij − ε M^{β−1} E[ζ a_i σ'(h_i) φ_j],
    a_i  ← a_i − (ε m) ∂R/∂a_i            = a_i − ε E[ζ σ(h_i)].

The factors are what makes h_i move by k0_M(x, x') = (1/M) Σ_j φ_j(x) φ_j(x') in either scaling:
M^{-β} Φ (M^{β−1} Φ)ᵀ = ΦΦᵀ/M. Source: ours.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from mfcheck.arrays import tensor
from mfcheck.errors import invalid
from mfcheck.model import Activation, Loss
from mfcheck.partial.partial_trajectory import PartialTrajectory
from mfcheck.partial.steps import steps
from mfcheck.partial.system import PartialSystem, neurons, recorded, targets, trained


def train(  # noqa: PLR0913, PLR0917 - a network, its data and its training
    a: Any,
    W: Any,
    features: Any,
    beta: float,
    y: Any,
    q: Any,
    activation: str | Activation,
    eps: float,
    T: float,
    at: Iterable[float] | None = None,
    loss: str | Loss = "squared",
    stream: Tensor | None = None,
    rate_W: float = 1.0,
) -> PartialTrajectory:
    """Descent of finite networks f = (1/m) Σ a_i σ(M^{-β} Σ_j W_ij φ_j), all in one batch.

    a (..., m), W (..., m, M): the weights, leading axes replicates. features (n, M) or
    (..., n, M): Φ_kj = φ(⟨z_j, x_k⟩), one table or one per replicate. stream: as in `descend`.
    rate_W: a factor on the hidden rate, 1 for the one that has a limit. The trajectory has W
    besides a and h. Raises InvalidArgument for shapes that do not fit.
    """
    start = neurons(a, W)
    Phi, (y, q) = tensor("features", features).to(start.W[1]), targets(y, q, start)
    n, M, lead = len(y), start.d, start.replicates
    if Phi.shape not in ((n, M), (*lead, n, M)):
        rule = f"must be {(n, M)}, perhaps one table per replicate"
        raise invalid("features.shape", tuple(Phi.shape), rule, "match data and W")
    Phi = Phi.reshape(-1, n, M)
    model = trained(activation, loss)
    system = PartialSystem(model, Phi * M**-beta, Phi * (rate_W * M ** (beta - 1)), y, q)
    path = steps(system, start, eps, T, at, stream)
    return replace(recorded(system, start, path), W=torch.stack([s.W[1] for s in path.states]))


def hidden(W: Tensor, features: Tensor, beta: float) -> Tensor:
    """h_i(x_k) = M^{-β} Σ_j W_ij φ_j(x_k), (..., m, n)."""
    return (W @ features.mT) * features.shape[-1] ** -beta
