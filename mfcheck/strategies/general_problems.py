"""What Hypothesis generates of problems whose model is not linear in its weights."""

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from mfcheck.problems.general import GeneralSpec
from mfcheck.strategies.families import Family, one, whole_numbers

BENT = ("squash", "gated", "shifted", "sine")
"""The named maps that are not linear in w, simplest first."""


def general_problems(
    depth: tuple[int, int] = (3, 4),
    maps: Sequence[str] = BENT,
    losses: Sequence[str] = ("squared", "huber", "logcosh", "geman_mcclure"),
    always: Sequence[GeneralSpec] = (),
    **fixed: Any,
) -> Family:
    """Problems with a general model, one stratum per depth L = depth[0] … depth[1].

    maps, losses: names to choose from, simplest first. fixed: fields of `GeneralSpec` that
    all of them share. Few atoms and data points, since every pair of neurons is evaluated.
    """
    strata = (_general(L, maps, losses, fixed) for L in range(depth[0], depth[1] + 1))
    return Family(tuple(always), tuple(strata))


def _general(
    L: int, maps: Sequence[str], losses: Sequence[str], fixed: dict[str, Any]
) -> st.SearchStrategy[GeneralSpec]:
    choices = {
        "maps": st.tuples(*[one(maps)] * (L - 1)),
        "loss": one(losses),
        "atoms": whole_numbers(6, 10),
        "weighted": st.booleans(),
        "data": one(("teacher", "clusters", "sine")),
        "n": whole_numbers(4, 6),
        "d": whole_numbers(2, 4),
        "seed": whole_numbers(0, 2**32 - 1),
    }
    given = {name: st.just(value) for name, value in fixed.items()}
    return st.builds(GeneralSpec, **(choices | given))
