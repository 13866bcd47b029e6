"""The recursion for H_i, Δ_i and G_i, written once for every way of averaging over neurons.

    H_1(c)     = Σ_k w_1(c, k) x_k
    H_i(c)     = b_i(c) + E_C[ w_i(C, c) φ_{i-1}(H_{i-1}(C)) ],      C a neuron of layer i−1
    Δ_L        = ∂₂ℓ(y, φ_L(H_L)) φ_L'(H_L)
    Δ_{i-1}(c) = E_C[ w_i(c, C) Δ_i(C) ] φ_{i-1}'(H_{i-1}(c)),       C a neuron of layer i
    G_1(c, k)  = Δ_1(c) x_k
    G_i(c, c') = φ_{i-1}(H_{i-1}(c)) Δ_i(c'),                        G_i^b(c') = Δ_i(c')

With E a sum over N_i neurons it is compared with derivatives of a network's loss (`derive`);
with E an abstract mean over labels it gives the reduced systems (`labels`).
Source: Pham & Nguyen, ICLR 2021, sections 2.1-2.2 (L = 3); the slides, any depth.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from sympy import Add

from mfcheck.symbolic.functions import Expr, dell, dphi, phi

Neuron = Any
"""Whatever names a neuron: a number in a network, nothing where labels tell neurons apart."""


@dataclass(frozen=True)
class SymbolicNeurons:
    """Weights, biases, one data point, and how neurons are averaged.

    weight(i, c, c'): w_i, for i = 1 the c'-th coordinate of w_1(c). bias(i, c): b_i(c), i >= 2.
    mean(i, f): the average of f(C) over the neurons C of layer i. x: the data point, y its target.
    out: the one neuron of layer L.
    """

    L: int
    weight: Callable[[int, Neuron, Neuron], Expr]
    bias: Callable[[int, Neuron], Expr]
    mean: Callable[[int, Callable[[Neuron], Expr]], Expr]
    x: tuple[Expr, ...]
    y: Expr
    out: Neuron


class SymbolicFields(NamedTuple):
    """H(i, c), Delta(i, c), G(i, c, c') and Gb(i, c') of the recursion, at one data point."""

    H: Callable[[int, Neuron], Expr]
    Delta: Callable[[int, Neuron], Expr]
    G: Callable[[int, Neuron, Neuron], Expr]
    Gb: Callable[[int, Neuron], Expr]


def recursion(net: SymbolicNeurons) -> SymbolicFields:
    """The mean-field quantities of the neurons, as expressions."""

    @cache
    def H(i: int, c: Neuron) -> Expr:
        if i == 1:
            return Add(*(net.weight(1, c, k) * x for k, x in enumerate(net.x)))
        return net.bias(i, c) + net.mean(
            i - 1, lambda j: net.weight(i, j, c) * phi(i - 1)(H(i - 1, j))
        )

    @cache
    def Delta(i: int, c: Neuron) -> Expr:
        slope = dphi(i)(H(i, c))
        if i == net.L:
            return dell(net.y, phi(i)(H(i, c))) * slope
        return net.mean(i + 1, lambda k: net.weight(i + 1, c, k) * Delta(i + 1, k)) * slope

    def G(i: int, c: Neuron, k: Neuron) -> Expr:
        return Delta(1, c) * net.x[k] if i == 1 else phi(i - 1)(H(i - 1, c)) * Delta(i, k)

    return SymbolicFields(H, Delta, G, Delta)
