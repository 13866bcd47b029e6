"""The equations and the assumptions a second time, by sympy, from definitions alone.

`gradients(L, widths)` differentiates a network's loss and compares with the recursion;
`reduced(L)` runs that recursion on labels and reads off what each right-hand side depends on;
`linear` and `gaussian` are closed forms; `regularity` is what activations and losses satisfy.
It knows nothing of the numerical code, whose second witness it is.
"""

from mfcheck.symbolic import gaussian, regularity
from mfcheck.symbolic.derive import Gradients, gradients
from mfcheck.symbolic.labels import Reduced, reduced
from mfcheck.symbolic.linear import LinearSystem, linear_system, two_layers
from mfcheck.symbolic.mean import Mean
from mfcheck.symbolic.recursion import SymbolicFields, SymbolicNeurons, recursion

__all__ = [
    "Gradients",
    "LinearSystem",
    "Mean",
    "Reduced",
    "SymbolicFields",
    "SymbolicNeurons",
    "gaussian",
    "gradients",
    "linear_system",
    "recursion",
    "reduced",
    "regularity",
    "two_layers",
]
