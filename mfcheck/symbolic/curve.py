"""Functions of one number made of smooth pieces: their zeros, extremes and jumps, exactly."""

from dataclasses import dataclass
from functools import cached_property
from math import isclose
from typing import Any, NamedTuple

import sympy
from sympy import FiniteSet, Interval, Mul, Piecewise, S, Symbol, cosh, exp, sinh, tanh

from mfcheck.errors import Unavailable
from mfcheck.symbolic.functions import Expr

Abscissa = Expr
HYPERBOLIC = [tanh, sinh, cosh]
e = Symbol("e", positive=True)
"""exp(cx), wherever an expression is a rational function of it."""


class Extreme(NamedTuple):
    """A value, the point where it is taken or approached, and whether it is taken."""

    value: Expr
    at: Abscissa
    taken: bool


class Piece(NamedTuple):
    """A smooth expression between two ends."""

    expr: Expr
    low: Abscissa
    high: Abscissa

    def has(self, point: Abscissa) -> bool:
        """Whether the point lies strictly between the ends."""
        return bool(self.low < point) and bool(point < self.high)


@dataclass(frozen=True)
class PiecewiseFunction:
    """A function of `x`: an expression, perhaps a Piecewise, smooth between its breaks."""

    expr: Expr
    x: Symbol

    @cached_property
    def pieces(self) -> list[Piece]:
        """The smooth pieces from left to right; one period of a periodic function."""
        expr = self.expr.rewrite(HYPERBOLIC, exp)
        if isinstance(expr, Piecewise):
            parts = [Piece(f, p.inf, p.sup) for f, p in expr.as_expr_set_pairs(S.Reals)]
            return sorted(parts, key=lambda piece: float(piece.low))
        period = sympy.periodicity(expr, self.x) if expr.has(sympy.sin, sympy.cos) else None
        return [Piece(expr, S.Zero, period) if period else Piece(expr, -S.Infinity, S.Infinity)]

    @cached_property
    def derivative(self) -> "PiecewiseFunction":
        """The derivative between the breaks."""
        return PiecewiseFunction(self.expr.diff(self.x), self.x)

    @cached_property
    def jumps(self) -> list[tuple[Abscissa, Expr, Expr]]:
        """Breaks at which the limits from the left and the right differ: (where, left, right)."""
        pairs = zip(self.pieces, self.pieces[1:], strict=False)
        ends = [(a.high, self._near(a, a.high), self._near(b, b.low)) for a, b in pairs]
        return [end for end in ends if end[1] != end[2]]

    def zeros(self) -> list[Abscissa]:
        """The points where the function is zero, but for pieces on which it is zero throughout."""
        found = {at for piece in self.pieces if piece.expr != 0 for at in _roots(piece, self.x)}
        ends = {end for piece in self.pieces for end in (piece.low, piece.high) if end.is_finite}
        return sorted(found | {end for end in ends if self.at(end) == 0}, key=float)

    def flats(self) -> list[Piece]:
        """The pieces on which the function is zero throughout."""
        return [piece for piece in self.pieces if piece.expr == 0]

    @cached_property
    def extremes(self) -> list[Extreme]:
        """Limits at the ends of pieces and values at flat points: sup and inf are among these."""
        found = []
        for piece in self.pieces:
            for end in (piece.low, piece.high):
                value = self._near(piece, end)
                found.append(Extreme(value, end, bool(end.is_finite) and value == self.at(end)))
            slope = piece.expr.diff(self.x)
            points = [_middle(piece)] if slope == 0 else _roots(piece._replace(expr=slope), self.x)
            found += [Extreme(_exact(piece.expr.subs(self.x, at)), at, True) for at in points]
        return found

    def largest(self) -> Extreme:
        """The supremum of the absolute value, at a point where it is taken if there is one."""
        return self._best([Extreme(abs(v.value), v.at, v.taken) for v in self.extremes], 1)

    def smallest(self) -> Extreme:
        """The infimum, at a point where it is taken if there is one."""
        return self._best(self.extremes, -1)

    def at(self, point: Abscissa) -> Expr:
        """The value at a point."""
        return _exact(self.expr.subs(self.x, point))

    def _best(self, candidates: list[Extreme], sign: int) -> Extreme:
        top = max(sign * float(v.value) for v in candidates)
        level = [v for v in candidates if isclose(sign * float(v.value), top, abs_tol=1e-12)]
        return max(level, key=lambda v: (v.taken, bool(v.at >= 0), -abs(float(v.at))))

    def _near(self, piece: Piece, end: Abscissa) -> Expr:
        """The limit at an end of a piece, from within."""
        if end.is_finite:
            return _exact(piece.expr.subs(self.x, end))
        inside, rate = _in_exp(piece.expr, self.x)
        if rate is not None:
            return sympy.limit(sympy.cancel(inside), e, end if end > 0 else 0)
        return sympy.limit(piece.expr, self.x, end)


def _middle(piece: Piece) -> Abscissa:
    """A finite point inside a piece."""
    if piece.low.is_finite and piece.high.is_finite:
        return (piece.low + piece.high) / 2
    if piece.low.is_finite or piece.high.is_finite:
        return piece.low + 1 if piece.low.is_finite else piece.high - 1
    return S.Zero


def _roots(piece: Piece, x: Symbol) -> list[Abscissa]:
    """The zeros of a smooth expression inside its piece, exactly.

    Of the numerator's factors, powers of e are never zero; a polynomial in exp(cx) is one in
    e > 0; the rest is left to solveset. Raises Unavailable where the zeros are not listed.
    """
    top = sympy.fraction(sympy.together(piece.expr))[0]
    bases = (f.as_base_exp()[0] for f in Mul.make_args(sympy.factor(top)))
    found = {at for base in bases if base.has(x) for at in _of_factor(base, x, piece)}
    return [at for at in found if piece.has(at)]


def _of_factor(factor: Expr, x: Symbol, piece: Piece) -> list[Abscissa]:
    inside, rate = _in_exp(factor, x)
    if rate is not None:
        roots: Any = sympy.Poly(inside, e).all_roots()
        return [sympy.log(root) / rate for root in roots if root.is_positive]
    solved: Any = sympy.solveset(factor, x, Interval(piece.low, piece.high))
    if isinstance(solved, FiniteSet) or solved is S.EmptySet:
        return list(solved)
    raise Unavailable(f"sympy lists no finitely many zeros of {factor}")


def _in_exp(expr: Expr, x: Symbol) -> tuple[Expr, Expr | None]:
    """expr as a rational function of e = exp(rate x) and that rate, if it is one."""
    powers = expr.atoms(exp)
    rates = [p.exp.coeff(x) for p in powers]
    if not powers or any(p.exp != c * x for p, c in zip(powers, rates, strict=True)):
        return expr, None
    rate = abs(sympy.gcd_list(rates))
    inside = expr.xreplace({p: e ** (p.exp.coeff(x) / rate) for p in powers})
    return (inside, rate) if inside.is_rational_function(e) and not inside.has(x) else (expr, None)


def _exact(value: Expr) -> Expr:
    """A number in its simplest exact form."""
    return sympy.radsimp(sympy.simplify(value)) if value.is_finite else value
