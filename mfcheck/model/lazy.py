"""The 1/√N parametrisation, written as a 1/N network: what controls compare the scaling with.

The network with sums scaled by 1/√N and learning rates of order one is the 1/N network of the
weights √N w_i with the rates ξ_i = 1/N: the lazy regime of Jacot, Gabriel & Hongler, NeurIPS 2018.
The rewriting is ours.
"""

from math import sqrt

from mfcheck.model.ensemble import Ensemble


def lazy_state(state: Ensemble, N: int) -> Ensemble:
    """The weights √N w_i of the layers i >= 2, for hidden layers of one width N."""
    W = {i: w if i == 1 else w * sqrt(N) for i, w in state.W.items()}
    return Ensemble.of(W, state.b, state.P)


def lazy_rates(L: int, N: int) -> dict[str, dict[int, float]]:
    """The rates `xi`, `xi_b` with which it is trained: 1/N in all layers but the last."""
    return {
        "xi": dict.fromkeys(range(1, L), 1 / N),
        "xi_b": dict.fromkeys(range(2, L), 1 / N),
    }
