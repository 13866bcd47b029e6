"""The general model: layers given by any functions φ_i of weight, bias and pre-activation."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from mfcheck.errors import invalid
from mfcheck.model.activation import Activation, activation
from mfcheck.model.loss import Loss
from mfcheck.model.loss import loss as loss_named
from mfcheck.model.schedules import Schedule, Trained

Map = Callable[..., Tensor]
"""φ_1(w, x) or φ_i(w, b, h) in torch functions."""


@dataclass(frozen=True)
class GeneralModel(Trained):
    """An L-layer model whose weights may enter non-linearly.

    H_1(x, c) = φ_1(w_1(c), x),  H_i(x, c') = E_C[φ_i(w_i(C, c'), b_i(c'), H_{i-1}(x, C))],
    ŷ(x) = output(H_L(x)).  Trained by ∂_t w_i = −ξ_i(t) G_i, ∂_t b_i = −ξ_i^b(t) G_i^b, where
    G is the gradient in the measure-free sense of `mf.gradient`. With φ_1(w, x) = ⟨w, x⟩ and
    φ_i(w, b, h) = w φ(h) + b it is the standard model.

    phi: φ_1 … φ_L, L >= 2. φ_1(w, x): w and x broadcast, φ_1 reduces their last axis d.
    φ_i(w, b, h), i >= 2: elementwise in broadcast arguments. Torch functions, differentiable by
    torch.func; it need not use b. output, loss, xi, xi_b: as in `Model`, where φ_L is `output`.

    Raises InvalidArgument for L < 2, what is no function, and a φ_i that mixes the entries of
    its arguments. Source: the slides' general model, with the loss's gradient for its ψ.
    """

    maps: tuple[Map, ...]
    output: Activation
    loss: Loss
    xi: dict[int, Schedule]
    xi_b: dict[int, Schedule]

    def __init__(
        self,
        phi: Sequence[Map],
        output: str | Activation = "identity",
        loss: str | Loss = "squared",
        xi: Mapping[int, Schedule] | None = None,
        xi_b: Mapping[int, Schedule] | None = None,
    ) -> None:
        object.__setattr__(self, "maps", _maps(phi))
        object.__setattr__(self, "output", activation(output))
        object.__setattr__(self, "loss", loss_named(loss))
        self._schedule(xi, xi_b)

    @property
    def L(self) -> int:
        """Number of weight layers."""
        return len(self.maps)

    def phi(self, i: int) -> Map:
        """φ_i, 1 <= i <= L."""
        return self.maps[i - 1]

    def __hash__(self) -> int:
        return hash((self.maps, self.output, self.loss))

    def __repr__(self) -> str:
        names = ", ".join(getattr(phi, "__name__", repr(phi)) for phi in self.maps)
        out = "" if self.output.name == "identity" else f"output={self.output.name!r}, "
        return f"Model.general(({names}), {out}{self._settings()})"


def _maps(phi: Any) -> tuple[Map, ...]:
    maps = tuple(phi) if isinstance(phi, Sequence) and not isinstance(phi, str) else ()
    if len(maps) < 2:
        rule = "a model has L >= 2 layers, one function each"
        raise invalid("phi", phi, rule, "pass (phi_1, ..., phi_L)")
    for i, each in enumerate(maps, 1):
        if not callable(each):
            rule = "is a function of (w, x)" if i == 1 else "is a function of (w, b, h)"
            raise invalid(f"phi_{i}", each, rule, "pass a callable")
        if i > 1:
            _elementwise(f"phi_{i}", each)
    return maps


def _elementwise(name: str, phi: Callable[..., Any]) -> None:
    """Refuse a φ whose value at a grid of arguments is not its value at each of them."""
    w, b, h = torch.linspace(-0.9, 0.8, 36, dtype=torch.float64).reshape(3, 3, 4)
    whole, alone = phi(w, b, h), phi(w.T, b.T, h.T)
    each = phi(*(v.reshape(-1, 1) for v in (w, b, h)))
    fits = whole.shape == w.shape and alone.shape == w.T.shape and each.shape == (12, 1)
    if fits:
        gap = (whole - alone.T).abs() + (whole - each.reshape(3, 4)).abs()
        fits = not bool((gap > 1e-9 * (1 + whole.abs())).any())
    if not fits:
        rule = "is elementwise in w, b and h; its value at arrays is not that at their entries"
        raise invalid(name, phi, rule, "use functions such as torch.tanh, without sums")
