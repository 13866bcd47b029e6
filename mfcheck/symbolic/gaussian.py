"""Averages of erf over Gaussian pre-activations in closed form, each integrated by sympy.

h ~ N(mu, a) alone, or (h, h') ~ N(0, [[a, c], [c, b]]): with h = ⟨w, x⟩, w ~ N(0, S), that is
a = xᵀSx, b = x'ᵀSx', c = xᵀSx'. The averages of slopes are Gaussian integrals; those of values
follow by integrating d/dmu E erf(h) = E erf'(h), and ∂_c E erf(h) erf(h') = E erf'(h) erf'(h')
(Price's theorem), from mu = 0 and from c = 0, where both vanish because erf is odd.
Source: C. K. I. Williams, Computation with infinite neural networks, 1998; integrals done here.
"""

from collections.abc import Callable
from functools import cache

import sympy
from sympy import Symbol, exp, oo, pi, sqrt

from mfcheck.symbolic.functions import Expr

mu = Symbol("mu", real=True)
a = Symbol("a", positive=True)
b = Symbol("b", positive=True)
c = Symbol("c", real=True)
_h = Symbol("h", real=True)


@cache
def mean_slope() -> Expr:
    """E erf'(h) for h ~ N(mu, a)."""
    density = exp(-((_h - mu) ** 2) / (2 * a)) / sqrt(2 * pi * a)
    whole = sympy.integrate(sympy.erf(_h).diff(_h) * density, (_h, -oo, oo))
    return sympy.simplify(whole).replace(exp, lambda rate: exp(sympy.factor(rate)))


@cache
def mean_value() -> Expr:
    """E erf(h) for h ~ N(mu, a)."""
    K = Symbol("K", positive=True)
    slope = sympy.simplify(mean_slope().subs(a, (K - 1) / 2))
    return sympy.integrate(slope, (mu, 0, mu)).subs(K, 1 + 2 * a)


@cache
def gaussian_slopes() -> Expr:
    """E erf'(h) erf'(h') for centred h, h' of variances a, b and covariance c, c² < ab.

    First over h' given h, which is N(ch/a, b − c²/a), then over h.
    """
    given = mean_slope().subs({mu: c * _h / a, a: b - c**2 / a}, simultaneous=True)
    density = exp(-(_h**2) / (2 * a)) / sqrt(2 * pi * a)
    inside = sympy.powsimp(given * sympy.erf(_h).diff(_h) * density)
    q = Symbol("q", positive=True)
    rate = -sympy.log(inside / inside.subs(_h, 0)).diff(_h, 2) / 2
    whole = sympy.integrate(exp(-q * _h**2), (_h, -oo, oo)).subs(q, sympy.simplify(rate))
    top, bottom = sympy.fraction(sympy.factor(sympy.simplify((inside.subs(_h, 0) * whole) ** 2)))
    return sqrt(top) / sqrt(bottom)


@cache
def values() -> Expr:
    """E erf(h) erf(h') for centred h, h' of variances a, b and covariance c."""
    bottom = sympy.expand(1 / gaussian_slopes() ** 2)
    K, s = Symbol("K", positive=True), Symbol("s", real=True)
    factor = -bottom.coeff(c, 2) / 4
    primitive = sympy.integrate(1 / sqrt(K - 4 * s**2), s).subs(s, c) / sqrt(factor)
    return primitive.subs(K, sympy.factor(bottom.subs(c, 0) / factor))


def compiled(expr: Expr) -> Callable:
    """The closed form as a function of numpy arrays: of (mu, a), or of (a, b, c)."""
    arguments = (mu, a) if expr.has(mu) else (a, b, c)
    return sympy.lambdify(arguments, expr, ["scipy", "numpy"])
