"""The normalised gradients, derived: the loss of a small network, differentiated symbol by symbol.

The network is written down as one writes it, sums divided by N; activations and loss are unknown
functions. Its derivatives times N_{i-1}N_i are compared with the recursion's Δ_i φ_{i-1}(H_{i-1}).
With unequal probabilities p_i(j) in place of 1/N_i the factor is 1/(p_{i-1}(j) p_i(k)): the same
equations hold for networks and for limits with finitely many atoms.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import sympy
from sympy import Matrix, Rational, Symbol

from mfcheck.errors import invalid
from mfcheck.symbolic.functions import Expr, ell, phi
from mfcheck.symbolic.recursion import SymbolicFields, SymbolicNeurons, recursion

Layer = Any
Matrices = dict[int, Layer]
Recursion = Callable[[SymbolicNeurons], SymbolicFields]


@dataclass(frozen=True)
class Gradients:
    """Derivatives of a network's loss beside what the recursion says they are.

    w[i]: the symbols of layer i, shaped as in `mf.Ensemble`: (N_1, d), then (N_{i-1}, N_i).
    b[i]: (1, N_i), i >= 2. P[i]: (1, N_i), numbers 1/N_i or symbols. x: (d, 1), y: the data point.
    W, B: derived from the loss, N_{i-1}N_i ∂ℓ/∂w_i (with N_0 = N_L = 1) and N_i ∂ℓ/∂b_i.
    G, Gb: claimed by the recursion. Shapes as w and b.
    """

    L: int
    w: Matrices
    b: Matrices
    P: Matrices
    x: Layer
    y: Symbol
    W: Matrices
    B: Matrices
    G: Matrices
    Gb: Matrices

    def mismatches(self) -> list[tuple[str, int, int, int]]:
        """Where derivative and recursion differ: ("w" or "b", layer, row, column)."""
        pairs = [("w", i, self.W[i], self.G[i]) for i in self.W]
        pairs += [("b", i, self.B[i], self.Gb[i]) for i in self.B]
        return [
            (name, i, j, k)
            for name, i, derived, claimed in pairs
            for j in range(derived.rows)
            for k in range(derived.cols)
            if not same(derived[j, k], claimed[j, k])
        ]


def gradients(
    L: int,
    widths: int | Sequence[int] = 2,
    d: int = 2,
    weighted: bool = False,
    claimed: Recursion = recursion,
) -> Gradients:
    """The gradients of an L-layer network at one data point (x, y), derived and claimed.

    widths: N_1..N_{L-1}, or one number for all. d: coordinates of x. weighted: probabilities are
    symbols p_i(j) instead of 1/N_i. claimed: the recursion to be compared.
    Raises InvalidArgument for L < 2 and for widths that are not L − 1 positive numbers.
    Source: the slides' normalised gradients; Pham & Nguyen, ICLR 2021, section 2.1 (L = 3).
    """
    sizes = [widths] * (L - 1) if isinstance(widths, int) else list(widths)
    if L < 2 or len(sizes) != L - 1 or min(sizes) < 1:
        rule = f"an L = {L} network has L >= 2 and L − 1 hidden layers of one neuron or more"
        raise invalid("widths", widths, rule, "give N_1..N_{L-1}")
    N = dict(enumerate([d, *sizes, 1]))
    w = {i: _matrix("w", i, *((N[1], d) if i == 1 else (N[i - 1], N[i]))) for i in range(1, L + 1)}
    b = {i: _matrix("b", i, 1, N[i]) for i in range(2, L + 1)}
    P = {i: _measure(i, N[i], weighted and i < L) for i in range(1, L + 1)}
    x, y = Matrix(sympy.symbols(f"x:{d}", real=True)), Symbol("y", real=True)
    W, B = _derived(w, b, P, x, y)
    G, Gb = _claimed(_net(w, b, P, x, y), w, b, claimed)
    return Gradients(L, w, b, P, x, y, W, B, G, Gb)


def symbolic_risk(w: Matrices, b: Matrices, P: Matrices, x: Layer, y: Symbol) -> Expr:
    """ℓ(y, ŷ(x)) of the network, written plainly with matrices."""
    h = w[1] * x
    for i in range(2, len(w) + 1):
        values = h.applyfunc(phi(i - 1)).multiply_elementwise(P[i - 1].T)
        h = b[i].T + w[i].T * values
    return ell(y, phi(len(w))(h[0]))


def _derived(
    w: Matrices, b: Matrices, P: Matrices, x: Layer, y: Symbol
) -> tuple[Matrices, Matrices]:
    """Derivatives of the loss, each divided by the probabilities of its neurons."""
    loss = symbolic_risk(w, b, P, x, y)

    def weight(i: int, j: int, k: int) -> Expr:
        mass = P[1][j] if i == 1 else P[i - 1][j] * P[i][k]
        return loss.diff(w[i][j, k]) / mass

    def bias(i: int, _: int, k: int) -> Expr:
        return loss.diff(b[i][k]) / P[i][k]

    return _filled(w, weight), _filled(b, bias)


def _claimed(
    net: SymbolicNeurons, w: Matrices, b: Matrices, claimed: Recursion
) -> tuple[Matrices, Matrices]:
    """What the recursion says, entry by entry."""
    f = claimed(net)
    return _filled(w, f.G), _filled(b, lambda i, _, k: f.Gb(i, k))


def _net(w: Matrices, b: Matrices, P: Matrices, x: Layer, y: Symbol) -> SymbolicNeurons:
    """The network as neurons 0..N_i − 1 that are averaged under P."""

    def mean(i: int, f: Callable[[int], Expr]) -> Expr:
        return sympy.Add(*(P[i][j] * f(j) for j in range(P[i].cols)))

    return SymbolicNeurons(
        len(w), lambda i, j, k: w[i][j, k], lambda i, k: b[i][k], mean, tuple(x), y, 0
    )


def _filled(layers: Matrices, entry: Callable[[int, int, int], Expr]) -> Matrices:
    """Matrices shaped like the layers with the given entries (i, j, k)."""
    return {i: Matrix(m.rows, m.cols, partial(entry, i)) for i, m in layers.items()}


def same(one: Expr, other: Expr) -> bool:
    """Whether two expressions agree as polynomials in symbols and unknown functions' values."""
    applied = {f: sympy.Dummy() for e in (one, other) for f in e.atoms(sympy.Function)}
    return sympy.expand(one.xreplace(applied) - other.xreplace(applied)) == 0


def _matrix(name: str, i: int, rows: int, cols: int) -> Layer:
    return Matrix(rows, cols, lambda j, k: Symbol(f"{name}{i}_{j}_{k}", real=True))


def _measure(i: int, n: int, weighted: bool) -> Layer:
    return Matrix(
        1, n, lambda _, j: Symbol(f"p{i}_{j}", positive=True) if weighted else Rational(1, n)
    )
