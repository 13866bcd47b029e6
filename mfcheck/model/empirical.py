"""Networks of any width by their empirical measures, for the price of their atoms.

Neurons that start from one atom have one velocity and stay equal. A network drawn from K atoms
so holds at most K different neurons a layer, and its width decides only how often each occurs: it
is the embedding's own ensemble with

    P_i^N = (1/N_i) Σ_j δ_{C_i(j)}     in the place of     P_i ,

whose counts N_i P_i^N are multinomial. A width of 10⁶ costs what a width of K does, and nothing
is approximated. Source: ours; that copies of a neuron may be counted is claim one_formula.
"""

from collections.abc import Mapping

import numpy as np
import torch
from scipy.stats import binom
from torch import Tensor

from mfcheck.errors import invalid
from mfcheck.model.embedding import Labels, each_once, gather
from mfcheck.model.ensemble import Ensemble
from mfcheck.model.widths import hidden_widths
from mfcheck.seeds import Seeds

MOST_NEURONS = 2**31 - 1
"""The widest layer whose counts the quantile function of the binomial law is trusted with."""


def empirical(
    atoms: Ensemble, widths: int | Mapping[int, int], seeds: Seeds
) -> tuple[Ensemble, Labels]:
    """Networks with C_i(j) ~ P_i independent, every atom carrying its share of the N_i neurons.

    atoms: no replicate axis. Returns the ensembles, with K_i neurons in layer i and one leading
    axis of replicates, and the labels of these neurons, C[i] = 0..K_i − 1 for each replicate.
    An atom that no neuron has keeps its place with probability zero. In law these are the networks
    of `FiniteEmbedding.sample`, with draws of their own, which do not nest in the width.

    Raises InvalidArgument for widths as `sample` does, and above 2³¹ − 1.
    """
    N = hidden_widths(atoms.L, widths)
    if max(N.values()) > MOST_NEURONS:
        raise invalid("widths", N, f"layers are counted up to {MOST_NEURONS} neurons", "use less")
    shares = {}
    for i, n in N.items():
        u = seeds.uniforms("counts", i, atoms.widths[i] - 1)
        shares[i] = torch.as_tensor(multinomial(n, atoms.P[i].cpu().double().numpy(), u) / n)
    return _sharing(atoms, shares)


def tallied(atoms: Ensemble, C: Labels) -> tuple[Ensemble, Labels]:
    """The networks with labels C, the neurons of one atom counted instead of repeated.

    atoms: no replicate axis. C[i]: (replicates, N_i). Returns what `empirical` does.
    """
    kinds = atoms.widths
    shares = {i: torch.nn.functional.one_hot(c, kinds[i]).double().mean(-2) for i, c in C.items()}
    return _sharing(atoms, shares)


def multinomial(n: int, p: np.ndarray, u: np.ndarray) -> np.ndarray:
    """Counts of n draws from the probabilities p (K,), by quantiles: u (r, K − 1) to (r, K).

    Given the counts before it, the k-th is binomial in what is left. Source: any textbook, e.g.
    Devroye, Non-Uniform Random Variate Generation, 1986, chapter XI.1.4.
    """
    counts, left = np.zeros((len(u), len(p)), dtype=np.int64), np.full(len(u), n)
    tail = np.cumsum(p[::-1])[::-1]
    for k in range(len(p) - 1):
        share = min(1.0, p[k] / tail[k]) if tail[k] > 0 else 0.0
        counts[:, k] = binom.ppf(u[:, k], left, share)
        left = left - counts[:, k]
    counts[:, -1] = left
    return counts


def _sharing(atoms: Ensemble, shares: dict[int, Tensor]) -> tuple[Ensemble, Labels]:
    """Every atom once, with the shares (replicates, K_i) for a measure; and its labels."""
    like, C = atoms.W[1], each_once(atoms, len(shares[1]))
    state = gather(atoms, C)
    return Ensemble.of(state.W, state.b, {i: p.to(like) for i, p in shares.items()}), C
