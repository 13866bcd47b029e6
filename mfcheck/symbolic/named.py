"""The activations and losses that have a name, as sympy expressions: definitions, nothing else.

They are written a second time here, from their definitions and not from the tensors' code; the
tests hold the two against each other. h is a pre-activation, r = ŷ − y a residual.
"""

from sympy import Max, Piecewise, Rational, Symbol, cosh, erf, exp, log, sin, tanh

from mfcheck.symbolic.functions import Expr

h = Symbol("h", real=True)
r = Symbol("r", real=True)

ACTIVATION_FORMULAS: dict[str, Expr] = {
    "tanh": tanh(h),
    "erf": erf(h),
    "sigmoid": 1 / (1 + exp(-h)),
    "softplus": log(1 + exp(h)),
    "sin": sin(h),
    "relu": Max(h, 0).rewrite(Piecewise),
    "identity": h,
}

LOSS_FORMULAS: dict[str, Expr] = {
    "squared": r**2 / 2,
    "huber": Piecewise(
        (-r - Rational(1, 2), r < -1), (r**2 / 2, r <= 1), (r - Rational(1, 2), True)
    ),
    "logcosh": log(cosh(r)),
    "geman_mcclure": r**2 / (1 + r**2),
    "tukey": Piecewise(
        (Rational(1, 6), r < -1), ((1 - (1 - r**2) ** 3) / 6, r <= 1), (Rational(1, 6), True)
    ),
}
