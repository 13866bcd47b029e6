"""Explicit Runge–Kutta methods as data, and one step of one.

A method is a table of numbers that refuses to exist if it is not mathematics. Velocities stay
factored through the stages, so each stage is one pass over the weights.
"""

from collections.abc import Callable
from dataclasses import dataclass

from mfcheck.dynamics.velocity import Velocity, combine, moved
from mfcheck.errors import invalid
from mfcheck.model import Ensemble

Field = Callable[[float, Ensemble], Velocity]
"""(t, state) ↦ velocity."""


@dataclass(frozen=True)
class Tableau:
    """A Butcher table: stages a, nodes c, weights b, error weights e = b − b̂ (or none), order."""

    name: str
    order: int
    c: tuple[float, ...]
    a: tuple[tuple[float, ...], ...]
    b: tuple[float, ...]
    e: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        rows = [*zip(self.c, map(sum, self.a), strict=True), (1.0, sum(self.b))]
        if self.e:
            rows.append((0.0, sum(self.e)))
        for wanted, total in rows:
            if abs(wanted - total) > 1e-14:
                rule = f"a row of {self.name} must sum to {wanted}"
                raise invalid("tableau row", total, rule, "mend the coefficients")


EULER = Tableau("Euler", 1, (0.0,), ((),), (1.0,))

RK4 = Tableau(
    "Runge–Kutta 4",
    4,
    (0, 1 / 2, 1 / 2, 1),
    ((), (1 / 2,), (0, 1 / 2), (0, 0, 1)),
    (1 / 6, 1 / 3, 1 / 3, 1 / 6),
)
"""Kutta, Zeitschrift für Mathematik und Physik 46 (1901) 435-453."""

DORMAND_PRINCE = Tableau(
    "Dormand–Prince 5(4)",
    5,
    (0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1),
    (
        (),
        (1 / 5,),
        (3 / 40, 9 / 40),
        (44 / 45, -56 / 15, 32 / 9),
        (19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729),
        (9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656),
        (35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84),
    ),
    (35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84, 0),
    (
        35 / 384 - 5179 / 57600,
        0,
        500 / 1113 - 7571 / 16695,
        125 / 192 - 393 / 640,
        -2187 / 6784 + 92097 / 339200,
        11 / 84 - 187 / 2100,
        -1 / 40,
    ),
)
"""Dormand & Prince, J. Comput. Appl. Math. 6 (1980) 19-26. Its last stage is the next first."""


def step(
    method: Tableau,
    field: Field,
    t: float,
    s: Ensemble,
    h: float,
    *,
    first: Velocity | None = None,
) -> tuple[Ensemble, list[Velocity]]:
    """One step from (t, s): the new state and the stages' velocities.

    first: the velocity at (t, s) if it is already known.
    """
    k = [field(t, s) if first is None else first]
    for c, a in zip(method.c[1:], method.a[1:], strict=True):
        k.append(field(t + c * h, moved(s, h, combine(list(zip(a, k, strict=True))))))
    return moved(s, h, combine(list(zip(method.b, k, strict=True)))), k
