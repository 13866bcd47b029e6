"""Losses ℓ(y, ŷ) = ρ(r) of the residual r = ŷ − y, with ∂₂ℓ = ρ'(r) written by hand."""

from dataclasses import dataclass
from math import log

import torch
from torch import Tensor

from mfcheck.errors import invalid, one_of
from mfcheck.model.activation import Elementwise


@dataclass(frozen=True)
class Loss:
    """A loss as a function of the residual r = ŷ − y: value ρ(r) and slope ρ'(r), elementwise."""

    value: Elementwise
    slope: Elementwise
    name: str = "custom"

    def __post_init__(self) -> None:
        for part in ("value", "slope"):
            if not callable(getattr(self, part)):
                raise invalid(
                    part, getattr(self, part), "must be a function of a tensor", "pass a callable"
                )

    def __repr__(self) -> str:
        return f"Loss({self.name!r})"


def _huber(r: Tensor) -> Tensor:
    a = r.abs()
    return torch.where(a <= 1, r * r / 2, a - 0.5)


def _logcosh(r: Tensor) -> Tensor:
    a = r.abs()
    return a + torch.nn.functional.softplus(-2 * a) - log(2)


def _tukey(r: Tensor) -> Tensor:
    inside = (1 - r * r).clamp(min=0)
    return (1 - inside**3) / 6


LOSSES = {
    loss.name: loss
    for loss in (
        Loss(lambda r: r * r / 2, lambda r: r, "squared"),
        Loss(_huber, lambda r: r.clamp(-1, 1), "huber"),
        Loss(_logcosh, torch.tanh, "logcosh"),
        Loss(lambda r: r * r / (1 + r * r), lambda r: 2 * r / (1 + r * r) ** 2, "geman_mcclure"),
        Loss(_tukey, lambda r: r * (1 - r * r).clamp(min=0) ** 2, "tukey"),
    )
}
"""The known losses: squared r²/2, Huber with δ = 1, log cosh r, Geman–McClure r²/(1+r²), and
Tukey's biweight with c = 1, which is the constant 1/6 for |r| > 1: ℓ' = 0 there without ℓ = 0."""


def loss(name: "str | Loss") -> Loss:
    """The loss of that name, or the one given."""
    return name if isinstance(name, Loss) else LOSSES[one_of("loss", name, LOSSES)]
