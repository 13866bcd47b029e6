"""What Hypothesis generates for partially trained networks: one stratum per scaling β."""

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from mfcheck.model.activation import SIGMOIDAL
from mfcheck.problems.partial import PartialSpec
from mfcheck.strategies.families import Family, one, whole_numbers

FEATURES = ("erf", "relu", "sin")
"""Features whose kernel is known in closed form and is positive definite on distinct inputs."""


def partial_problems(
    betas: Sequence[float] = (0.5, 1.0),
    sigmas: Sequence[str] = SIGMOIDAL,
    features: Sequence[str] = FEATURES,
    always: Sequence[PartialSpec] = (),
    **fixed: Any,
) -> Family:
    """Partially trained problems, one stratum per scaling.

    sigmas, features: activations to choose from, simplest first. fixed: fields of
    `PartialSpec` that all of them share, such as n=3 or T=2.0.
    """
    strata = (_of_scaling(beta, sigmas, features, fixed) for beta in betas)
    return Family(tuple(always), tuple(strata))


def _of_scaling(
    beta: float, sigmas: Sequence[str], features: Sequence[str], fixed: dict[str, Any]
) -> st.SearchStrategy[PartialSpec]:
    choices = {
        "sigma": one(sigmas),
        "phi": one(features),
        "beta": st.just(beta),
        "data": one(("sine", "teacher")),
        "n": whole_numbers(4, 8),
        "seed": whole_numbers(0, 2**32 - 1),
    }
    given = {name: st.just(value) for name, value in fixed.items()}
    return st.builds(PartialSpec, **(choices | given))
