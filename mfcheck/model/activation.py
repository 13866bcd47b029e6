"""Activations φ with their slopes φ', each written by hand: no autograd on the hot path.

A slope is a function of the value v = φ(h) wherever one exists (tanh, sigmoid, softplus, relu,
identity), so that the backward pass reads one array instead of two. Where the product δ φ'(h)
takes fewer passes than slope and product, it is written by hand too.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import pi, sqrt

import torch
from torch import Tensor

from mfcheck.errors import invalid, one_of

Elementwise = Callable[[Tensor], Tensor]
Pull = Callable[[Tensor, Tensor], Tensor]

SIGMOIDAL = ("tanh", "erf", "sigmoid")
"""Bounded, with a Lipschitz slope that is nowhere zero: what the coupling theorems ask. They are
monotone too, so that a neuron's speed has limits along rays, and a finite supremum."""

ODD = ("tanh", "erf", "sin", "identity")
"""Activations with φ(−h) = −φ(h)."""

LARGE = 2**14
"""From how many numbers on oneDNN's tanh repays the conversion. Measured: docs/performance.md."""


@dataclass(frozen=True)
class Activation:
    """A function φ: R → R with its derivative.

    value: h ↦ φ(h) and slope: h ↦ φ'(h), elementwise on tensors of any shape.
    slope_of_value: v ↦ φ'(φ⁻¹(v)), optional; where given it is used instead of `slope`.
    pull_of_value: (δ, v) ↦ δ φ'(φ⁻¹(v)), optional; where given it is used instead of both.
    name: known names survive in JSON; "custom" does not.
    """

    value: Elementwise
    slope: Elementwise
    name: str = "custom"
    slope_of_value: Elementwise | None = field(default=None, repr=False)
    pull_of_value: Pull | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        for part in ("value", "slope"):
            if not callable(getattr(self, part)):
                raise invalid(
                    part, getattr(self, part), "must be a function of a tensor", "pass a callable"
                )

    def slope_at(self, h: Tensor, value: Tensor) -> Tensor:
        """φ'(h), read from the value φ(h) already computed where a formula allows it."""
        return self.slope(h) if self.slope_of_value is None else self.slope_of_value(value)

    def pull(self, delta: Tensor, h: Tensor, value: Tensor) -> Tensor:
        """δ φ'(h), the sensitivity to h of what has the sensitivity δ to φ(h); δ may be spent."""
        if self.pull_of_value is not None:
            return self.pull_of_value(delta, value)
        return delta.mul_(self.slope_at(h, value))

    def __repr__(self) -> str:
        return f"Activation({self.name!r})"


def tanh(h: Tensor) -> Tensor:
    """tanh to one unit in the last place, by the kernel that is fast for this tensor.

    Large float32 arrays on a processor go through oneDNN, as exact as torch's own kernel and
    faster where that one is Intel's on a processor of another make.
    """
    if h.numel() >= LARGE and h.dtype == torch.float32 and h.is_cpu and _onednn():
        return h.to_mkldnn().tanh_().to_dense()
    return torch.tanh(h)


def _onednn() -> bool:
    return torch.backends.mkldnn.is_available()


def _erf_slope(h: Tensor) -> Tensor:
    return (2 / sqrt(pi)) * torch.exp(-h * h)


ACTIVATIONS = {
    phi.name: phi
    for phi in (
        Activation(
            tanh,
            lambda h: torch.cosh(h) ** -2,
            "tanh",
            lambda v: 1 - v * v,
            torch.ops.aten.tanh_backward.default,
        ),
        Activation(torch.erf, _erf_slope, "erf"),
        Activation(
            torch.sigmoid,
            lambda h: torch.sigmoid(h) * torch.sigmoid(-h),
            "sigmoid",
            lambda v: v * (1 - v),
        ),
        Activation(
            torch.nn.functional.softplus, torch.sigmoid, "softplus", lambda v: -torch.expm1(-v)
        ),
        Activation(torch.sin, torch.cos, "sin"),
        Activation(torch.relu, lambda h: (h > 0).to(h), "relu", lambda v: (v > 0).to(v)),
        Activation(
            lambda h: h, torch.ones_like, "identity", torch.ones_like, lambda delta, v: delta
        ),
    )
}
"""The known activations by name."""


def activation(name: "str | Activation") -> Activation:
    """The activation of that name, or the one given."""
    return (
        name
        if isinstance(name, Activation)
        else ACTIVATIONS[one_of("activation", name, ACTIVATIONS)]
    )
