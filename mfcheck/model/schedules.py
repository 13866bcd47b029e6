"""What motion asks of a model: its depth, its loss and its learning rates at time t."""

from collections.abc import Callable, Mapping
from copy import copy
from math import isfinite
from typing import Self

from mfcheck.errors import invalid
from mfcheck.model.loss import Loss

Schedule = float | Callable[[float], float]


class Trained:
    """A model of L weight layers with a loss ℓ and schedules ξ_i, ξ_i^b."""

    loss: Loss
    xi: dict[int, Schedule]
    xi_b: dict[int, Schedule]

    @property
    def L(self) -> int:
        """Number of weight layers."""
        raise NotImplementedError

    @property
    def scheduled(self) -> bool:
        """Whether some learning rate moves in time."""
        return any(map(callable, (*self.xi.values(), *self.xi_b.values())))

    def rates(self, t: float) -> tuple[dict[int, float], dict[int, float]]:
        """ξ_i(t) for the weights of layers 1..L and ξ_i^b(t) for the biases of layers 2..L."""
        return (
            {i: _at(f"xi[{i}]", xi, t) for i, xi in self.xi.items()},
            {i: _at(f"xi_b[{i}]", xi, t) for i, xi in self.xi_b.items()},
        )

    def trained_by(
        self, xi: Mapping[int, Schedule] | None = None, xi_b: Mapping[int, Schedule] | None = None
    ) -> Self:
        """The same model under other schedules, 1 where nothing is said."""
        twin = copy(self)
        twin._schedule(xi, xi_b)
        return twin

    def _schedule(
        self, xi: Mapping[int, Schedule] | None, xi_b: Mapping[int, Schedule] | None
    ) -> None:
        object.__setattr__(self, "xi", _schedules("xi", xi, range(1, self.L + 1)))
        object.__setattr__(self, "xi_b", _schedules("xi_b", xi_b, range(2, self.L + 1)))

    def _settings(self) -> str:
        """Loss and changed schedules, as a call would name them."""
        extra = "".join(
            f", {name}={changed}"
            for name in ("xi", "xi_b")
            if (changed := {i: v for i, v in getattr(self, name).items() if v != 1.0})
        )
        return f"loss={self.loss.name!r}{extra}"


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
