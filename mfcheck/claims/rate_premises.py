"""Assumptions that a rate needs and its limit does not, each with its test on a problem.

A network can follow its limit and yet do so more slowly than $N^{-1/2}$: where the weights that it
averages have no variance, and as long as it is too narrow for a rare atom to be drawn at all, or
for its means over neurons to be near those of the limit.
"""

from math import sqrt
from typing import Any

from torch import Tensor

from mfcheck.claims.assumption import Assumption, Finding
from mfcheck.model import Ensemble, FiniteEmbedding, IIDEmbedding
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


MEANS_ERR_BY = 0.25
"""What the mean of a neuron's sampled weights may err by at the narrowest width."""


def averaged_well(N: int) -> Assumption:
    """At width N no mean of the weights that enter or leave a neuron is far from the limit's."""

    def test(problem: Any) -> Finding:
        if not isinstance(problem.emb, FiniteEmbedding):
            return None, "the embedding has no atoms"
        atoms = problem.emb.atoms
        errors = {i: _deviation(atoms, i) / sqrt(N) for i in range(2, atoms.L + 1)}
        i = max(errors, key=errors.__getitem__)
        return errors[
            i
        ] <= MEANS_ERR_BY, f"means of w_{i}⁰ over N = {N} neurons err by {errors[i]:.3g}"

    return Assumption(
        rf"At $N = {N}$ the weights $w_i^0$, $i \ge 2$, that enter or leave a neuron have a "
        rf"standard deviation of at most $\sqrt{{N}} / 4$ under the law of the atoms. While a rare "
        "atom of large weight moves the mean of a network by order one, its gap does not fall like "
        "$N^{-1/2}$ (ours: the theorem's constant covers it).",
        test,
    )


def _deviation(atoms: Ensemble, i: int) -> float:
    """The largest deviation of w_i, over the neurons below it or over those above, at any atom."""
    w, below, above = atoms.W[i], atoms.P[i - 1], atoms.P.get(i)
    sides = [_variance(w, below), *([] if above is None else [_variance(w.mT, above)])]
    return sqrt(max(float(side.max()) for side in sides))


def _variance(w: Tensor, p: Tensor) -> Tensor:
    """The variance over the first axis under the probabilities p, by the second."""
    centred = w - p @ w
    return p @ centred.square()


def wide_from(N: int) -> tuple[Assumption, Assumption]:
    """What a rate asks of problems whose narrowest networks have the width N."""
    return drawn_often(N), averaged_well(N)


SECOND_MOMENT = Assumption(
    r"For the rate, which is ours: $\mathbb{E}[w_i(0)^2] < \infty$ for $i \ge 2$.", _second_moment
)
