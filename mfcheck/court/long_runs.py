"""What Hypothesis generates for the theorems on convergence: `ConvergenceBlueprint`s.

The choices stay within what the theorems assume: φ_1 and φ_2 bounded with slopes that vanish
nowhere, w_1(0) with full support, labels that are a function of x, a loss whose slope vanishes
only where the loss does.
"""

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from mfcheck.convergence_blueprint import ConvergenceBlueprint
from mfcheck.court.strategies import BOUNDED, LOSSES, Family, one, whole


def long_runs(
    L: int,
    always: Sequence[ConvergenceBlueprint] = (),
    hidden: Sequence[str] = BOUNDED,
    **fixed: Any,
) -> Family:
    """Problems with L weight layers in two strata, the last layer trained and (L = 3) not.

    always: blueprints that run whatever is drawn. hidden: activations to choose from, simplest
    first. fixed: fields that all drawn ones share.
    """
    ends = [("shifted", True), ("signs", False)] if L > 2 else [("signs", True)]
    drawn = (_drawn(L, hidden, {"last": last, "train_last": on} | fixed) for last, on in ends)
    return Family(tuple(always), tuple(drawn))


def _drawn(
    L: int, hidden: Sequence[str], fixed: dict[str, Any]
) -> st.SearchStrategy[ConvergenceBlueprint]:
    choices = {
        "activations": st.tuples(*[one(hidden)] * (L - 1), st.just("identity")),
        "loss": one(LOSSES),
        "scale": one((2.0, 1.0, 3.0)),
        "data": one(("teacher", "sine", "clusters")),
        "n": whole(4, 8),
        "d": whole(2, 4),
        "seed": whole(0, 2**32 - 1),
    }
    given = {name: st.just(value) for name, value in fixed.items()}
    return st.builds(ConvergenceBlueprint, **(choices | given))
