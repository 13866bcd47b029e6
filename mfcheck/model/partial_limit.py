"""Networks that are infinitely wide in some layers: there the atoms stand with their law.

A network counted by its atoms (`mfcheck.model.empirical`) has the empirical measure of its neurons
in every layer. Put the law P_i in the place of P_i^N in some of them: by the law of large numbers
this is the exact limit N_i → ∞ in these layers, the neurons of the others being kept. Source: the
first of the two limits of Sirignano & Spiliopoulos, arXiv:1903.04440, for finite embeddings.
"""

from collections.abc import Collection

from mfcheck.errors import invalid
from mfcheck.model.ensemble import Ensemble


def half_limit(atoms: Ensemble, counted: Ensemble, infinite: Collection[int]) -> Ensemble:
    """The networks `counted` with the law of the atoms in the layers `infinite`.

    atoms: no replicate axis. counted: as `empirical` and `tallied` make them, every atom once,
    in order, with its share; one axis of replicates. Raises InvalidArgument for other networks,
    and for layers that are not hidden.
    """
    hidden = range(1, atoms.L)
    if not set(infinite) <= set(hidden):
        rule = f"hidden layers are 1..{atoms.L - 1}"
        raise invalid("infinite", sorted(infinite), rule, "choose among them")
    if counted.widths != atoms.widths:
        rule = f"counted networks have the atoms' widths {atoms.widths}"
        raise invalid("counted", counted.widths, rule, "use problem.empirical")
    laws = {i: atoms.P[i].to(counted.P[i]).expand_as(counted.P[i]) for i in infinite}
    return Ensemble.of(counted.W, counted.b, counted.P | laws)
