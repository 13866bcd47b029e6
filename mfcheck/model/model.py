"""A model: depth, activations φ_i, loss ℓ and the learning-rate schedules ξ_i, ξ_i^b."""

from collections.abc import Mapping
from dataclasses import dataclass

from torch import Tensor

from mfcheck.errors import invalid
from mfcheck.model.activation import Activation, activation
from mfcheck.model.general_model import GeneralModel
from mfcheck.model.loss import Loss
from mfcheck.model.loss import loss as loss_named
from mfcheck.model.schedules import Schedule, Trained


@dataclass(frozen=True)
class Model(Trained):
    """The standard L-layer model, L = number of weight layers.

    H_1(x, c) = ⟨w_1(c), x⟩,  H_i(x, c) = b_i(c) + E[w_i(C, c) φ_{i-1}(H_{i-1}(x, C))],
    ŷ(x) = φ_L(H_L(x)).  Trained by ∂_t w_i = −ξ_i(t) G_i, ∂_t b_i = −ξ_i^b(t) G_i^b.

    activations: φ_1 … φ_L, names or `Activation`s; L = len(activations) >= 2.
    loss: a name or a `Loss`. xi, xi_b: {i: constant or t ↦ float} for layers 1..L and 2..L,
    1 where nothing is said; 0 freezes. A bias of layer 1 is a constant coordinate of x.

    Raises InvalidArgument for L < 2, unknown names (listing the known), layers that do not
    exist, and constants that are negative or not finite.
    Source: Pham & Nguyen, ICLR 2021, section 2.1 (L = 3); the slides' standard choice (any L).
    """

    activations: tuple[Activation, ...]
    loss: Loss
    xi: dict[int, Schedule]
    xi_b: dict[int, Schedule]

    def __init__(
        self,
        activations: "tuple[str | Activation, ...] | list[str | Activation]",
        loss: "str | Loss" = "squared",
        xi: Mapping[int, Schedule] | None = None,
        xi_b: Mapping[int, Schedule] | None = None,
    ) -> None:
        if isinstance(activations, str) or len(activations) < 2:
            raise invalid(
                "activations",
                activations,
                "a model has L >= 2 layers, one activation each",
                'use e.g. ("tanh", "identity")',
            )
        object.__setattr__(self, "activations", tuple(activation(phi) for phi in activations))
        object.__setattr__(self, "loss", loss_named(loss))
        self._schedule(xi, xi_b)

    general = GeneralModel
    """`Model.general(phi, output, loss, xi, xi_b)`: layers that need not be linear in w."""

    @property
    def L(self) -> int:
        """Number of weight layers."""
        return len(self.activations)

    def phi(self, i: int) -> Activation:
        """φ_i, 1 <= i <= L."""
        return self.activations[i - 1]

    def backward(self, i: int, w: Tensor) -> Tensor:
        """The weights by which Δ_i is carried back to layer i − 1: w_i itself."""
        return w

    def __hash__(self) -> int:
        return hash((self.activations, self.loss))

    def __repr__(self) -> str:
        phis = ", ".join(repr(phi.name) for phi in self.activations)
        return f"Model(({phis}), {self._settings()})"
