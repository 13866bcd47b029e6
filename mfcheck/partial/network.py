"""Networks of m neurons over M random features, trained in their own weights.

    W_ij ← W_ij − (ε m M^{2β−1}) ∂R/∂W_ij = W_ij − ε M^{β−1} E[ζ a_i σ'(h_i) φ_j],
    a_i  ← a_i − (ε m) ∂R/∂a_i            = a_i − ε E[ζ σ(h_i)].

The factors are what makes h_i move by k0_M(x, x') = (1/M) Σ_j φ_j(x) φ_j(x') in either scaling:
M^{-β} Φ (M^{β−1} Φ)ᵀ = ΦΦᵀ/M. Source: ours.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from mfcheck.arrays import steps_in, tensor
from mfcheck.dynamics.descent import Clock
from mfcheck.errors import invalid
from mfcheck.partial.partial_trajectory import PartialTrajectory
from mfcheck.partial.steps import steps
from mfcheck.partial.system import PartialSystem, neurons, recorded, targets, trained
from mfcheck.partial.training import Training


@dataclass(frozen=True, eq=False)
class Features:
    """Features Φ_kj = φ(⟨z_j, x_k⟩) of the data, and how a network is scaled over them.

    table: (n, M), or (..., n, M), one per replicate. beta: h = M^{-β} W Φᵀ. rate: a factor on
    the hidden rate, 1 for the one that has a limit.
    """

    table: Any
    beta: float
    rate: float = 1.0


def train(
    start: tuple[Any, Any],
    features: Features,
    training: Training,
    eps: float,
    T: float,
    *,
    at: Iterable[float] | None = None,
    stream: Tensor | None = None,
) -> PartialTrajectory:
    """Descent of finite networks f = (1/m) Σ a_i σ(M^{-β} Σ_j W_ij φ_j), all in one batch.

    start: a (..., m) and W (..., m, M), the weights, leading axes replicates. stream: as in
    `descend`. The trajectory has W besides a and h. Raises InvalidArgument for shapes that do
    not fit.
    """
    state, beta = neurons(*start), features.beta
    Phi, (y, q) = tensor("features", features.table).to(state.W[1]), targets(training, state)
    n, M, lead = len(y), state.d, state.replicates
    if Phi.shape not in ((n, M), (*lead, n, M)):
        rule = f"must be {(n, M)}, perhaps one table per replicate"
        raise invalid("features.shape", tuple(Phi.shape), rule, "match data and W")
    Phi = Phi.reshape(-1, n, M)
    push = Phi * (features.rate * M ** (beta - 1))
    system = PartialSystem(trained(training), Phi * M**-beta, push, y, q)
    path = steps(system, state, Clock(steps_in(T, eps), eps, at), stream)
    return replace(recorded(system, state, path), W=torch.stack([s.W[1] for s in path.states]))


def hidden(W: Tensor, features: Tensor, beta: float) -> Tensor:
    """h_i(x_k) = M^{-β} Σ_j W_ij φ_j(x_k), (..., m, n)."""
    return (W @ features.mT) * features.shape[-1] ** -beta
