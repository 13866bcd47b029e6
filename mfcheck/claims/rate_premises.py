"""Assumptions that a rate needs and its limit does not, each with its test on a problem.

A network can follow its limit and yet do so more slowly than $N^{-1/2}$: where the weights that it
averages have no variance.
"""

from typing import Any

from mfcheck.claims.assumption import Assumption
from mfcheck.claims.premises import Finding
from mfcheck.model import FiniteEmbedding, IIDEmbedding
from mfcheck.model.laws import one_number, square_integrable


def _second_moment(problem: Any) -> Finding:
    """Whether every law of w_i⁰, i >= 2, has a second moment; read off the laws."""
    emb = problem.emb
    if isinstance(emb, FiniteEmbedding):
        return True, "finitely many atoms"
    if not isinstance(emb, IIDEmbedding):
        return None, f"{type(emb).__name__} states no law of a weight"
    kinds = {i: square_integrable(one_number(f"W[{i}]", emb.W[i])) for i in range(2, emb.L + 1)}
    for held, says in ((False, "has no second moment"), (None, "may have no second moment")):
        layers = [i for i, kind in kinds.items() if kind is held]
        if layers:
            return held, f"w_i⁰ {says} in the layers {layers}"
    return True, "every w_i⁰, i ≥ 2, has a second moment"


SECOND_MOMENT = Assumption(
    r"For the rate, which is ours: $\mathbb{E}[w_i(0)^2] < \infty$ for $i \ge 2$.", _second_moment
)
