"""Assumptions that a rate needs and its limit does not, each with its test on a problem.

A network can follow its limit and yet do so more slowly than $N^{-1/2}$: where the weights that it
averages have no variance, and as long as it is too narrow for a rare atom to be drawn at all.
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


def drawn_often(N: int) -> Assumption:
    """No atom is so rare that networks of width N mostly lack it; below that there is no rate."""

    def test(problem: Any) -> Finding:
        if not isinstance(problem.emb, FiniteEmbedding):
            return None, "the embedding has no atoms"
        rarest = min(float(p.min()) for p in problem.emb.atoms.P.values())
        return N * rarest >= 1, f"the rarest atom is expected {N * rarest:.3g} times at N = {N}"

    return Assumption(
        rf"At $N = {N}$ every atom is expected once or more among the neurons of its layer: "
        r"$N p \ge 1$. While a network lacks an atom, its gap does not fall with $N$ (ours: the "
        "theorem's constant covers it).",
        test,
    )


SECOND_MOMENT = Assumption(
    r"For the rate, which is ours: $\mathbb{E}[w_i(0)^2] < \infty$ for $i \ge 2$.", _second_moment
)
