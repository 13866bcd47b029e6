"""Activations φ with their slopes φ', each written by hand: no autograd on the hot path.

A slope is a function of the value v = φ(h) wherever one exists (tanh, sigmoid, softplus, relu,
identity), so that the backward pass reads one array instead of two.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import pi, sqrt

import torch
from torch import Tensor

from mfcheck.errors import invalid, one_of

Elementwise = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Activation:
    """A function φ: R → R with its derivative.

    value: h ↦ φ(h) and slope: h ↦ φ'(h), elementwise on tensors of any shape.
    slope_of_value: v ↦ φ'(φ⁻¹(v)), optional; where given it is used instead of `slope`.
    name: known names survive in JSON; "custom" does not.
    """

    value: Elementwise
    slope: Elementwise
    name: str = "custom"
    slope_of_value: Elementwise | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        for part in ("value", "slope"):
            if not callable(getattr(self, part)):
                raise invalid(
                    part, getattr(self, part), "must be a function of a tensor", "pass a callable"
                )

    def slope_at(self, h: Tensor, value: Tensor) -> Tensor:
        """φ'(h), read from the value φ(h) already computed where a formula allows it."""
        return self.slope(h) if self.slope_of_value is None else self.slope_of_value(value)

    def __repr__(self) -> str:
        return f"Activation({self.name!r})"


def _erf_slope(h: Tensor) -> Tensor:
    return (2 / sqrt(pi)) * torch.exp(-h * h)


ACTIVATIONS = {
    phi.name: phi
    for phi in (
        Activation(torch.tanh, lambda h: torch.cosh(h) ** -2, "tanh", lambda v: 1 - v * v),
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
        Activation(lambda h: h, torch.ones_like, "identity", torch.ones_like),
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
