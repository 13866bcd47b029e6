"""Linear networks under i.i.d. initialisation: their limit is an ordinary differential equation.

With φ_i = id, no biases, squared loss and inputs of one coordinate every weight of the reduced
system stays affine in each of its labels, so that finitely many coefficients are left, whose
equations hold the laws through first and second moments only. Both statements are derived from
`labels.reduced` here, for any depth; for L = 2 the equation is solved in closed form.
Source: ours; L = 2 follows Riccati's equation.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from math import factorial

import sympy
from sympy import Add, Function, Mul, Symbol, exp, sqrt
from sympy.core.function import AppliedUndef

from mfcheck.errors import Unavailable
from mfcheck.symbolic.functions import Expr
from mfcheck.symbolic.labels import DATA, Reduced, reduced
from mfcheck.symbolic.mean import Mean

X, Y = Function("x_0")(DATA), Function("y")(DATA)
Moments = dict[tuple[int, ...], str]
HIGHEST_DEGREE = 4
"""The largest degree that is tried: what is affine in a label has squares in its averages."""


@dataclass(frozen=True)
class LinearSystem:
    """Equations ∂_t c = rhs(c) for the coefficients c of the weights as polynomials in labels.

    parts[name][monomial] is the coefficient's symbol, name being w_1_0, V_i or w_L. rhs in the
    order of `coefficients`. start: their values at 0. slope: β with ŷ(x) = βx. Parameters:
    m_i = E[w_i⁰] of middle layers; E_u_1, E2_u_1, E_u_L, E2_u_L, first and second moments;
    E_xx = E[X²], E_xy = E[XY].
    """

    L: int
    parts: dict[str, dict[Expr, Symbol]]
    rhs: tuple[Expr, ...]
    start: tuple[int, ...]
    slope: Expr

    @property
    def coefficients(self) -> tuple[Symbol, ...]:
        """All coefficients, in order."""
        return tuple(c for part in self.parts.values() for c in part.values())

    def compiled(self, parameters: dict[str, float]) -> tuple[Callable, Callable]:
        """c ↦ ∂_t c and c ↦ β as functions of arrays, at given parameters."""
        values = {Symbol(name): number for name, number in parameters.items()}
        c = [self.coefficients]
        rhs = sympy.lambdify(c, [f.subs(values) for f in self.rhs], "numpy", cse=True)
        return rhs, sympy.lambdify(c, self.slope.subs(values), "numpy")


@cache
def linear_system(L: int) -> LinearSystem:
    """The exact equations of the linear network of depth L, derived from its reduced system.

    Raises Unavailable where the weights should not stay affine in their labels.
    """
    system = reduced(L, d=1)
    moving = {"w_1_0": system.G[1][0]} | {
        f"V_{i}" if i < L else f"w_{L}": system.G[i][0] for i in range(2, L + 1)
    }
    unknown = _unknown(system)
    parts = {name: _monomials(name, unknown[name].args) for name in moving}
    ansatz = {f: sympy.Integer(0) for name, f in unknown.items() if name.startswith("b_")}
    ansatz |= {unknown[name]: Add(*(c * u for u, c in p.items())) for name, p in parts.items()}
    rhs = [f for name, G in moving.items() for f in _matched(-_resolved(G, ansatz), parts[name])]
    own = {"w_1_0": Symbol("u_1"), f"w_{L}": Symbol(f"u_{L}")}
    start = [int(u == own.get(name)) for name, part in parts.items() for u in part]
    slope = _resolved(system.H[L], ansatz).diff(X)
    return LinearSystem(L, parts, tuple(rhs), tuple(start), slope)


def _unknown(system: Reduced) -> dict[str, Expr]:
    """The weights and biases of a reduced system, unknown functions of labels, by name."""
    every = set().union(*(g.atoms(AppliedUndef, Symbol) for G in system.G.values() for g in G))
    names = {f: str(f.func if f.args else f) for f in every}
    return {name: f for f, name in names.items() if name[:2] in ("w_", "V_", "b_")}


def _monomials(name: str, labels: tuple[Symbol, ...]) -> dict[Expr, Symbol]:
    """The products of distinct labels, each with the symbol of its coefficient."""
    chosen = [u for k in range(len(labels) + 1) for u in combinations(labels, k)]
    return {Mul(*u): Symbol("_".join([name, *(str(v) for v in u)])) for u in chosen}


def _resolved(expr: Expr, ansatz: dict[Expr, Expr]) -> Expr:
    """expr for φ_i = id and ∂₂ℓ = ŷ − y on an ansatz, its means replaced by moments."""
    if expr in ansatz:
        return ansatz[expr]
    args = [_resolved(arg, ansatz) for arg in expr.args]
    kind = type(expr).__name__.split("_")[0]
    if isinstance(expr, Mean):
        return _moments(args[0], args[1])
    if kind == "dphi":
        return sympy.Integer(1)
    if kind in ("phi", "dell"):
        return args[0] if kind == "phi" else args[1] - args[0]
    return expr.func(*args) if args else expr


def _moments(inside: Expr, label: Expr) -> Expr:
    """The mean over a label, or over the data, of a polynomial in it."""
    of_data: Moments = {(2, 0): "E_xx", (1, 1): "E_xy"}
    of_label: Moments = {(1,): f"E_{label}", (2,): f"E2_{label}"}
    gens, names = ((X, Y), of_data) if label == DATA else ((label,), of_label)
    return Add(
        *(
            factor * (Symbol(names[power]) if any(power) else 1)
            for power, factor in _terms(inside, gens, set(names) | {(0,) * len(gens)})
        )
    )


def _matched(velocity: Expr, part: dict[Expr, Symbol]) -> list[Expr]:
    """The coefficients of the monomials in a velocity, which must have no other."""
    labels = sorted(set().union(*(u.free_symbols for u in part)), key=str)
    powers = [tuple(int(v in u.free_symbols) for v in labels) for u in part]
    found = dict(_terms(velocity, tuple(labels), set(powers)))
    return [found.get(power, sympy.Integer(0)) for power in powers]


def _terms(expr: Expr, gens: tuple[Expr, ...], allowed: set) -> list[tuple[tuple[int, ...], Expr]]:
    """The coefficients of a polynomial, by differentiation at 0: nothing is multiplied out.

    Raises Unavailable for a monomial that is not allowed.
    """
    plain = [Symbol(f"g{k}") for k in range(len(gens))]
    rest = [((), expr.xreplace(dict(zip(gens, plain, strict=True))))]
    for g in plain:
        rest = [(*split, k, f) for *split, own in rest for k, f in _powers(own, g)]
        rest = [((*power, k), f) for power, k, f in rest]
    for power, _ in rest:
        if power not in allowed:
            raise Unavailable(f"a monomial of degrees {power} in {gens} was not expected")
    return rest


def _powers(expr: Expr, g: Symbol) -> list[tuple[int, Expr]]:
    """(k, coefficient of g^k) of a polynomial in g."""
    found, f = [], expr
    for k in range(HIGHEST_DEGREE + 1):
        if (at_zero := f.xreplace({g: sympy.Integer(0)})) != 0:
            found.append((k, at_zero / factorial(k)))
        if (f := f.diff(g)) == 0:
            return found
    raise Unavailable(f"a polynomial of degree {HIGHEST_DEGREE} at most was expected in {g}")


def two_layers(t: Expr, A: Expr, B: Expr, s: Expr, c: Expr) -> Expr:
    """β(t) of the linear network of two layers, ŷ(x) = β(t) x, in closed form.

    A = E(u_1 + u_2)²/4, B = E(u_1 − u_2)²/4, s = E[X²], c = E[XY], all positive but c. With
    R = ∫(sβ − c) the sums and differences of weights are w_1 ± w_2 = (u_1 ± u_2) exp(∓R), so that
    q = exp(−2R) solves Riccati's equation q' = −2(sA q² − c q − sB), q(0) = 1, and β = A q − B/q.
    """
    root = sqrt(c**2 + 4 * s**2 * A * B)
    high, low = (c + root) / (2 * s * A), (c - root) / (2 * s * A)
    decay = (1 - high) / (1 - low) * exp(-2 * root * t)
    q = (high - low * decay) / (1 - decay)
    return A * q - B / q
