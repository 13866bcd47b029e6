"""Assumptions on a model's form and on its learning rates, each with its test on a problem."""

from collections.abc import Callable
from math import isfinite, nan
from typing import Any

from mfcheck.claims.assumption import Assumption, Finding
from mfcheck.model import Model

TIMES = 65
"""Times of [0, T] at which a rate that moves is looked at."""


def _standard(problem: Any) -> Finding:
    kind = type(problem.model).__name__
    return isinstance(problem.model, Model), f"the model is a {kind}"


def _schedules(problem: Any) -> Finding:
    """Constants are; of a schedule t ↦ ξ(t) it is seen whether it is finite at some times."""
    model, moving = problem.model, False
    for name, rates in (("ξ", model.xi), ("ξ^b", model.xi_b)):
        for i, rate in rates.items():
            moving |= callable(rate)
            if callable(rate) and not all(isfinite(_at(rate, t)) for t in _times(problem.T)):
                return False, f"{name}_{i} is not finite on [0, T]"
    if moving:
        return None, f"rates that move are finite at {TIMES} times; no more is known of them"
    return True, "constant rates"


def _times(T: float) -> list[float]:
    return [T * k / (TIMES - 1) for k in range(TIMES)]


def _at(rate: Callable[..., Any], t: float) -> float:
    """The rate at a time; nan where it has none."""
    try:
        return float(rate(t))
    except ArithmeticError:
        return nan


STANDARD = Assumption(r"The standard model: $H_i$ is linear in $w_i$.", _standard)
SCHEDULES = Assumption(r"$\xi_i$, $\xi_i^b$ bounded and Lipschitz in $t$.", _schedules)
