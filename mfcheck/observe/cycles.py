r"""The four-cycle statistic: it tells a table read at random labels from independent entries.

For a matrix w(j, k) and w̃ = w − mean, the average over distinct rows j ≠ j' and columns k ≠ k' of

    w̃(j, k) w̃(j', k) w̃(j, k') w̃(j', k')

is an unbiased estimate of E[w̃(C_1, C_2) w̃(C_1', C_2) w̃(C_1, C_2') w̃(C_1', C_2')] if the mean is
known. For w(j, k) = w⁰(C_1(j), C_2(k)) with independent labels that is Σ_k s_k⁴, with s_k the
singular values of w̃⁰ in L²(P_1 × P_2): positive, whatever the table. For independent entries it
is 0. Since Σ_k s_k² is the variance, Σ_k s_k⁴ >= variance² / rank. Source: ours.
"""

import torch
from torch import Tensor

from mfcheck.errors import invalid


def four_cycle(w: Tensor, mean: float | None = None) -> Tensor:
    """Σ over distinct rows and columns, averaged and divided by variance²; shape (...).

    w: (..., N, M), N and M at least 2. mean: E[w], known exactly; by default the matrix's own
    mean, at the price of a bias of order 1/N. Between 0 (independent) and 1 (rank one).
    Cost: one product of an N × M matrix with its transpose.
    """
    N, M = w.shape[-2:]
    if min(N, M) < 2:
        raise invalid("w.shape", tuple(w.shape), "a cycle has two rows and two columns", "add some")
    v = w - (w.mean((-2, -1), keepdim=True) if mean is None else mean)
    squares = v.square()
    gram = v @ v.mT
    rows = gram.square().sum((-2, -1)) - gram.diagonal(dim1=-2, dim2=-1).square().sum(-1)
    same_column = squares.sum(-2).square().sum(-1) - squares.square().sum((-2, -1))
    cycles = (rows - same_column) / (N * (N - 1) * M * (M - 1))
    return cycles / squares.mean((-2, -1)).square()


def table_cycle(w: Tensor, P_rows: Tensor, P_cols: Tensor) -> Tensor:
    """Σ_k s_k⁴ / (Σ_k s_k²)² of a table (K, M) under probabilities (K,), (M,): what networks of
    any width estimate."""
    v = w - P_rows @ w @ P_cols
    weighted = P_rows.sqrt()[:, None] * v * P_cols.sqrt()
    s = torch.linalg.svdvals(weighted).square()
    return s.square().sum() / s.sum().square()
