"""Exact numbers and formulas in plain text."""

import re

import sympy

from mfcheck.symbolic.functions import Expr


def without_latex(expr: Expr) -> str:
    """A formula on one line: √3, π, ∞, ^ for powers."""
    text = re.sub(r"sqrt\((\w+)\)", r"√\1", sympy.sstr(expr))
    for code, sign in (("**", "^"), ("*", "·"), ("oo", "∞")):
        text = text.replace(code, sign)
    return re.sub(r"\bpi\b|(?<=√)pi\b", "π", text)


def approximately(value: Expr) -> str:
    """An exact number, and its decimals where it is not a fraction."""
    if value.is_rational or not value.is_finite:
        return without_latex(value)
    return f"{without_latex(value)} ≈ {float(value):.4g}"
