"""A model: depth, activations φ_i, loss ℓ and the learning-rate schedules ξ_i, ξ_i^b."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite

from mfcheck.errors import invalid
from mfcheck.model.activation import Activation, activation
from mfcheck.model.loss import Loss
from mfcheck.model.loss import loss as loss_named

Schedule = float | Callable[[float], float]


@dataclass(frozen=True)
class Model:
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
        object.__setattr__(self, "xi", _schedules("xi", xi, range(1, self.L + 1)))
        object.__setattr__(self, "xi_b", _schedules("xi_b", xi_b, range(2, self.L + 1)))

    @property
    def L(self) -> int:
        """Number of weight layers."""
        return len(self.activations)

    def phi(self, i: int) -> Activation:
        """φ_i, 1 <= i <= L."""
        return self.activations[i - 1]

    def rates(self, t: float) -> tuple[dict[int, float], dict[int, float]]:
        """ξ_i(t) for the weights of layers 1..L and ξ_i^b(t) for the biases of layers 2..L."""
        return (
            {i: _at(f"xi[{i}]", xi, t) for i, xi in self.xi.items()},
            {i: _at(f"xi_b[{i}]", xi, t) for i, xi in self.xi_b.items()},
        )

    def __hash__(self) -> int:
        return hash((self.activations, self.loss))

    def __repr__(self) -> str:
        phis = ", ".join(repr(phi.name) for phi in self.activations)
        extra = "".join(
            f", {name}={changed}"
            for name in ("xi", "xi_b")
            if (changed := {i: v for i, v in getattr(self, name).items() if v != 1.0})
        )
        return f"Model(({phis}), loss={self.loss.name!r}{extra})"


def _schedules(name: str, given: Mapping[int, Schedule] | None, layers: range) -> dict:
    given = dict(given or {})
    strange = [i for i in given if i not in layers]
    if strange:
        raise invalid(
            f"{name} keys", strange, "no such layer", f"use layers {layers[0]}..{layers[-1]}"
        )
    return {i: _schedule(f"{name}[{i}]", given.get(i, 1.0)) for i in layers}


def _schedule(name: str, xi: Schedule) -> Schedule:
    return xi if callable(xi) else _rate(name, xi)


def _rate(name: str, xi: object) -> float:
    number = float(xi) if isinstance(xi, float | int) else float("nan")
    if not (isfinite(number) and number >= 0):
        raise invalid(name, xi, "a rate is finite and not negative", "use a number or t ↦ float")
    return number


def _at(name: str, xi: Schedule, t: float) -> float:
    return _rate(f"{name} at t = {t:g}", xi(t)) if callable(xi) else xi
