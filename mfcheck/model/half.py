"""Networks that are infinitely wide in some layers: there the atoms stand, with their law.

Sample the labels of all layers, then put the atoms themselves, with the probabilities P_i, in the
place of the sampled neurons of some of them. By the law of large numbers this is the exact limit
N_i → ∞ in these layers, the widths and the neurons of the others being kept. Source: the first of
the two limits of Sirignano & Spiliopoulos, arXiv:1903.04440, for finite embeddings.
"""

from collections.abc import Collection

from mfcheck.errors import invalid
from mfcheck.model.embedding import Labels, each_once, gather
from mfcheck.model.ensemble import Ensemble


def half_limit(atoms: Ensemble, C: Labels, infinite: Collection[int]) -> Ensemble:
    """The ensembles with labels C, but with every atom, under its law, in the layers `infinite`.

    atoms: no replicate axis. C[i]: (replicates, N_i); what it says of infinite layers is ignored.
    """
    hidden = range(1, atoms.L)
    if not set(infinite) <= set(hidden):
        rule = f"hidden layers are 1..{atoms.L - 1}"
        raise invalid("infinite", sorted(infinite), rule, "choose among them")
    r = C[1].shape[0]
    every = each_once(atoms, r)
    state = gather(atoms, C | {i: every[i] for i in infinite})
    return Ensemble.of(state.W, state.b, state.P | {i: atoms.P[i].expand(r, -1) for i in infinite})
