"""What Hypothesis generates of problems under diverse initialisation."""

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from mfcheck.problems.diverse import DiverseSpec
from mfcheck.strategies.families import Family, one, whole_numbers


def diverse_problems(
    depth: tuple[int, int] = (3, 6),
    hidden: Sequence[str] = ("tanh",),
    losses: Sequence[str] = ("squared",),
    always: Sequence[DiverseSpec] = (),
    **fixed: Any,
) -> Family:
    """Problems with a diverse embedding, the depth L = depth[0] … depth[1] drawn in one stratum.

    hidden, losses: names to choose from, simplest first. fixed: fields of `DiverseSpec` that
    all of them share. Data and the matrix of the features vary with the seed.
    """
    low, high = depth
    choices = {
        "activations": whole_numbers(low, high).flatmap(
            lambda L: st.tuples(*[one(hidden)] * (L - 1), st.just("identity"))
        ),
        "loss": one(losses),
        "data": one(("xor", "clusters")),
        "seed": whole_numbers(0, 2**32 - 1),
    }
    given = {name: st.just(value) for name, value in fixed.items()}
    return Family(tuple(always), (st.builds(DiverseSpec, **(choices | given)),))
