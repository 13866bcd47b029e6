"""A small calculus of averages: E removes a label, and keeps what does not have it."""

from typing import Any

from sympy import Add, Function, Mul, S, Symbol

from mfcheck.symbolic.functions import Expr


class Mean(Function):
    """E_c[expr], the average over one label c: an expression in which c is no longer free.

    Two rules are applied at once, and no other: E is linear, and a factor in which c is not free
    stands outside. So E_c[expr] = expr where expr does not depend on c.
    """

    @classmethod
    def eval(cls, expr: Expr, label: Symbol) -> Expr:  # type: ignore[override]  # two arguments
        """The average by the two rules, or None where it stays as it is."""
        if label not in expr.free_symbols:
            return expr
        if isinstance(expr, Add):
            return Add(*(cls(term, label) for term in expr.args))
        outside = [f for f in Mul.make_args(expr) if label not in f.free_symbols]
        if outside:
            inside = [f for f in Mul.make_args(expr) if label in f.free_symbols]
            return Mul(*outside, cls(Mul(*inside), label))
        return None

    @property
    def free_symbols(self) -> set[Any]:
        """The symbols on which the average depends: those of expr but for the label."""
        return self.args[0].free_symbols - {self.args[1]}

    def _eval_derivative(self, s: Symbol) -> Expr:
        """The average of the derivative; an average does not depend on its own label."""
        inside: Expr = self.args[0]
        return S.Zero if s == self.args[1] else Mean(inside.diff(s), self.args[1])


def mean_of(expr: Expr, labels: tuple[Symbol, ...]) -> Expr:
    """The average over labels, one after the other."""
    for label in labels:
        expr = Mean(expr, label)
    return expr


def over_edge(expr: Expr, edge: Symbol, centre: Symbol) -> Expr:
    """The average over an edge's own initial value, of mean `centre`.

    Where expr is affine in it, that mean is all it takes; elsewhere the average stays a `Mean`,
    and depends on the whole law.
    """
    slope = expr.diff(edge)
    if edge in slope.free_symbols:
        return Mean(expr, edge)
    return expr.xreplace({edge: centre})
