"""Four-cycles: against brute force over indices, against singular values, and without bias."""

from itertools import permutations

import numpy as np
import pytest
import torch

import mfcheck as mf
from mfcheck.observe.cycles import four_cycle, table_cycle
from mfcheck.seeds import Seeds
from tests.plain import network


def brute(w, mean):
    """The average over distinct rows and distinct columns, over variance²."""
    v = np.asarray(w) - mean
    N, M = v.shape
    total = sum(
        v[j, k] * v[p, k] * v[j, q] * v[p, q]
        for j, p in permutations(range(N), 2)
        for k, q in permutations(range(M), 2)
    )
    return total / (N * (N - 1) * M * (M - 1)) / np.mean(v**2) ** 2


@pytest.mark.parametrize(("N", "M"), [(2, 2), (3, 5), (6, 4)])
def test_it_is_the_average_over_distinct_indices(N, M):
    w = torch.as_tensor(Seeds(1).uniforms("w", 0, 2 * N * M)[0]).reshape(2, N, M)
    for known in (None, 0.3):
        found = four_cycle(w, known)
        for r in range(2):
            mean = float(w[r].mean()) if known is None else known
            assert float(found[r]) == pytest.approx(brute(w[r], mean), rel=1e-9, abs=1e-12)


def test_networks_of_any_width_estimate_the_tables_own():
    atoms = network([4, 3], 2, seed=3, weighted=True)
    emb, exact = mf.FiniteEmbedding(atoms), table_cycle(atoms.W[2], atoms.P[1], atoms.P[2])
    mean = float(atoms.P[1] @ atoms.W[2] @ atoms.P[2])
    variance = float(atoms.P[1] @ (atoms.W[2] - mean).square() @ atoms.P[2])
    for N in (3, 12):
        w = emb.sample(N, replicates=20000 if N == 3 else 4000, seed=1)[0].W[2]
        raw = four_cycle(w, mean) * (w - mean).square().mean((-2, -1)).square() / variance**2
        error = float(raw.std()) / len(raw) ** 0.5
        assert float(raw.mean()) == pytest.approx(float(exact), abs=4 * error)
        assert error < 0.1 * float(exact)


def test_the_tables_own_is_a_sum_over_labels():
    atoms = network([3, 4], 2, seed=4, weighted=True)
    w, p, q = (v.numpy() for v in (atoms.W[2], atoms.P[1], atoms.P[2]))
    v = w - p @ w @ q
    total = np.einsum("a,b,c,d,ac,bc,ad,bd->", p, p, q, q, v, v, v, v)
    expected = total / (p @ v**2 @ q) ** 2
    assert float(table_cycle(atoms.W[2], atoms.P[1], atoms.P[2])) == pytest.approx(expected)


def test_independent_entries_have_none_and_rank_one_has_all():
    w = torch.as_tensor(Seeds(2, range(400)).table("w", 0, 40, 40)) - 0.5
    cycles = four_cycle(w, 0.0)
    assert abs(float(cycles.mean())) < 4 * float(cycles.std()) / 20
    assert float(cycles.std()) < 2 / 40**2
    signs = torch.sign(torch.as_tensor(Seeds(3).uniforms("s", 0, 30)[0]) - 0.5)
    assert float(four_cycle(signs[:, None] * signs, 0.0)) == pytest.approx(1)
    with pytest.raises(mf.InvalidArgument, match="two rows and two columns"):
        four_cycle(w[:, :1])
