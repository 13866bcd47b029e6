"""What Hypothesis generates for the theorems on convergence: `LongHorizonSpec`s.

The choices stay within what the theorems assume: φ_1 and φ_2 bounded with slopes that vanish
nowhere, w_1(0) with full support, labels that are a function of x, a loss whose slope vanishes
only where the loss does.
"""

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from mfcheck.model.activation import SIGMOIDAL
from mfcheck.problems.long_horizon import LongHorizonSpec
from mfcheck.strategies.families import DRAWN_LOSSES, Family, one, whole_numbers


def long_runs(
    L: int,
    always: Sequence[LongHorizonSpec] = (),
    hidden: Sequence[str] = SIGMOIDAL,
    losses: Sequence[str] = DRAWN_LOSSES,
    **fixed: Any,
) -> Family:
    """Problems with L weight layers in two strata, the last layer trained and (L = 3) not.

    Where it is trained, three layers start better than the zero predictor, as the theorem asks.

    always: blueprints that run whatever is drawn. hidden, losses: names to choose from, simplest
    first. fixed: fields that all drawn ones share.
    """
    trained = {"last": "better", "train_last": True, "scale": 1.0}
    frozen = {"last": "signs", "train_last": False, "shift": 0.0}
    ends = (trained, frozen) if L > 2 else (frozen | {"train_last": True},)
    return Family(tuple(always), tuple(_drawn(L, hidden, losses, end | fixed) for end in ends))


def _drawn(
    L: int, hidden: Sequence[str], losses: Sequence[str], fixed: dict[str, Any]
) -> st.SearchStrategy[LongHorizonSpec]:
    choices = {
        "activations": st.tuples(*[one(hidden)] * (L - 1), st.just("identity")),
        "loss": one(losses),
        "scale": one((2.0, 1.0, 3.0)),
        "shift": one((-1.0, -0.5, 0.5, 1.0)),
        "data": one(("teacher", "sine", "clusters")),
        "n": whole_numbers(4, 8),
        "d": whole_numbers(2, 4),
        "seed": whole_numbers(0, 2**32 - 1),
    }
    given = {name: st.just(value) for name, value in fixed.items()}
    return st.builds(LongHorizonSpec, **(choices | given))
