"""A case: a small problem with a name, in words, and the run that shows how the simulator moves."""

from collections.abc import Callable
from dataclasses import dataclass

from mfcheck.regression.observables import CaseRun
from mfcheck.regression.reordering import Order


@dataclass(frozen=True)
class Case:
    """run: order ↦ readings, the same for every order but for rounding.

    A run names everything of the simulator as `mf.…` inside the function, so that a version
    without it lacks this one case and no other.
    """

    name: str
    words: str
    run: Callable[[Order], CaseRun]
