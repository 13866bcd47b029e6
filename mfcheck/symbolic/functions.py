"""Functions of which nothing is known but that they have a derivative: φ_i, φ_i', ℓ and ∂₂ℓ."""

from functools import cache
from typing import Any

import sympy
from sympy.core.function import ArgumentIndexError

Expr = Any
"""A sympy expression; its own annotations are too loose for a type checker to follow."""


@cache
def phi(i: int) -> Any:
    """φ_i, an unknown function of one number whose derivative is `dphi(i)`."""
    return _differentiable(f"phi_{i}", dphi(i))


@cache
def dphi(i: int) -> Any:
    """φ_i', an unknown function of one number."""
    return sympy.Function(f"dphi_{i}")


def ell(y: Expr, y_hat: Expr) -> Expr:
    """ℓ(y, ŷ), an unknown loss; its derivative in ŷ is `dell(y, ŷ)`."""
    return _differentiable("ell", dell)(y, y_hat)


def dell(y: Expr, y_hat: Expr) -> Expr:
    """∂₂ℓ(y, ŷ), an unknown function of two numbers."""
    return sympy.Function("dell")(y, y_hat)


@cache
def _differentiable(name: str, slope: Any) -> Any:
    """An unknown function whose derivative in its last argument is `slope` of the same ones."""

    def fdiff(self: Any, argindex: int) -> Expr:
        if argindex != len(self.args):
            raise ArgumentIndexError(self, argindex)
        return slope(*self.args)

    return type(name, (sympy.Function,), {"fdiff": fdiff})
