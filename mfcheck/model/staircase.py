r"""The staircase: a finite embedding that is diverse up to an error one can write down.

Cell k = 0, 1, ..., K−1 of every hidden layer has probability 2^-(k+1), the last one what is left.
Neurons of cell k are given the k-th pair of an enumeration, (f_k^i, g_k^i): what they should take
from the layer below and give to the layer above. Between cell l of layer i−1 and cell k of layer i,

    w_i⁰ = f_k^i(l) if l < k,   else g_l^{i-1}(k) .

Neuron k thus takes f_k^i but for cells l >= k, and gives g_k^i but for cells above k, whose
probability is at most 2^-k. With |f|, |g| <= B,

    ‖w_i⁰(·, k) − f_k^i‖ <= 2B 2^(-k/2) ,   ‖w_{i+1}⁰(k, ·) − g_k^i‖ <= 2B 2^(-(k+1)/2)

in L²(P). Were every pair of a countable dense set enumerated infinitely often, with
|f_k|, |g_k| <= log(k + 2), the support would be all of L² × L². Source: ours.
"""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from mfcheck.arrays import tensor, whole
from mfcheck.errors import invalid
from mfcheck.model.embedding import FiniteEmbedding
from mfcheck.model.ensemble import Ensemble
from mfcheck.seeds import Seeds

FUNCTIONS = 4
"""Functions a side that `random_staircases` puts into pairs, each with each."""

BOUND = 4.0
"""Bound of their values."""

Pairs = tuple[Tensor, Tensor]
"""(F, G) with p rows each: row k of F is f_k, of G is g_k, as functions of the cells."""


def cells(K: int) -> Tensor:
    """Probabilities of the cells, (K,): 1/2, 1/4, ..., the last two alike."""
    halves = 0.5 ** torch.arange(1, whole("K", K, least=2) + 1, dtype=torch.float64)
    halves[-1] = halves[-2]
    return halves


def staircase(pairs: Sequence[Pairs] | Mapping[int, Pairs], K: int) -> FiniteEmbedding:
    """The staircase of K cells in each hidden layer; its tables are exact.

    pairs: (F_i, G_i) for the hidden layers i = 1..L−1, each with p >= 1 rows that cells take in
    turn, cell k row k mod p. F_1 is (p, d), the weights w_1⁰ themselves; F_i is (p, K) for i >= 2,
    a function on the cells below; G_i is (p, K), on the cells above, and (p, 1) for i = L−1.
    Raises InvalidArgument for shapes that do not fit.
    """
    P = cells(K)
    given = pairs if isinstance(pairs, Mapping) else dict(enumerate(pairs, 1))
    if not given or sorted(given) != list(range(1, len(given) + 1)):
        rule = "one pair (F, G) for each hidden layer 1..L−1"
        raise invalid("pairs", sorted(given), rule, "pass a list of pairs")
    L = len(given) + 1
    F, G = {}, {}
    for i, (f, g) in given.items():
        F[i] = _per_cell(f"F[{i}]", f, K, K if i > 1 else None)
        G[i] = _per_cell(f"G[{i}]", g, K, K if i < L - 1 else 1)
    W = {1: F[1], L: G[L - 1]}
    for i in range(2, L):
        l, k = torch.arange(K)[:, None], torch.arange(K)  # noqa: E741 - the theory's letter
        W[i] = torch.where(l < k, F[i].mT, G[i - 1])
    return FiniteEmbedding(Ensemble(W, None, dict.fromkeys(range(1, L), P)))


def random_staircases(L: int, d: int, K: int, seeds: Seeds) -> Ensemble:
    """The atoms of a staircase for each replicate r, from pairs of random functions.

    FUNCTIONS f's and as many g's a layer, with values uniform on ± BOUND, w_1⁰ normal in R^d. Each
    f meets each g: cell k is given f_a and g_b with a = k and b = k + ⌊k / FUNCTIONS⌋, modulo
    FUNCTIONS, so that the pairs come back after FUNCTIONS² cells. W[i]: (r, ·, ·), P[i]: (r, K).
    """
    k = torch.arange(FUNCTIONS**2)
    a, b = k % FUNCTIONS, (k + k // FUNCTIONS) % FUNCTIONS

    def table(name: str, i: int, columns: int) -> Tensor:
        u = torch.as_tensor(seeds.uniforms(name, i, FUNCTIONS * columns))
        u = u.reshape(-1, FUNCTIONS, columns)
        return torch.special.ndtri(u) if name == "w_1" else BOUND * (2 * u - 1)

    F = {i: table("f", i, K) if i > 1 else table("w_1", i, d) for i in range(1, L)}
    G = {i: table("g", i, K if i < L - 1 else 1) for i in range(1, L)}
    each = [
        staircase({i: (F[i][r, a], G[i][r, b]) for i in F}, K).atoms
        for r in range(len(seeds.replicates))
    ]
    W = {i: torch.stack([atoms.W[i] for atoms in each]) for i in range(1, L + 1)}
    return Ensemble(W, None, {i: torch.stack([atoms.P[i] for atoms in each]) for i in range(1, L)})


def _per_cell(name: str, value: Tensor, K: int, columns: int | None) -> Tensor:
    """Row k mod p of the enumeration for every cell k, (K, columns)."""
    rows = tensor(name, value, dims=2).to(torch.float64)
    if len(rows) < 1 or (columns is not None and rows.shape[1] != columns):
        rule = f"has p >= 1 rows of {columns or 'd'} numbers"
        raise invalid(f"{name}.shape", tuple(rows.shape), rule, "make it fit the cells")
    return rows[torch.arange(K) % len(rows)]
