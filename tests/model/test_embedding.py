"""Finite embeddings: nested draws to the bit, the declared law, tables read at the labels."""

import numpy as np
import pytest
import torch
from scipy.stats import chisquare

import mfcheck as mf
from tests.plain import network

ATOMS = network([4, 3], 2, seed=3, weighted=True)
EMB = mf.FiniteEmbedding(ATOMS)


def test_a_narrow_draw_is_the_corner_of_a_wide_one():
    wide, C = EMB.sample({1: 20, 2: 16}, replicates=5, seed=3)
    narrow, c = EMB.sample({1: 10, 2: 8}, replicates=5, seed=3)
    assert torch.equal(narrow.W[1], wide.W[1][:, :10])
    assert torch.equal(narrow.W[2], wide.W[2][:, :10, :8])
    assert torch.equal(narrow.W[3], wide.W[3][:, :8])
    assert torch.equal(narrow.b[2], wide.b[2][:, :8])
    assert torch.equal(c[1], C[1][:, :10])


def test_draws_do_not_depend_on_the_batch_of_replicates():
    whole, _ = EMB.sample(6, replicates=80, seed=3)
    part, _ = EMB.sample(6, replicates=range(30, 70), seed=3)
    assert torch.equal(part.W[2], whole.W[2][30:70])
    bundle, _ = EMB.sample(6, mf.Seeds(3, range(30, 70)))
    assert torch.equal(part.W[2], bundle.W[2])
    other, _ = EMB.sample(6, replicates=80, seed=4)
    assert not torch.equal(other.W[2], whole.W[2])


def test_every_weight_is_its_atoms():
    state, C = EMB.sample({1: 7, 2: 5}, replicates=3, seed=1)
    for r in range(3):
        for j in range(7):
            a = C[1][r, j]
            assert torch.equal(state.W[1][r, j], ATOMS.W[1][a])
            for k in range(5):
                assert state.W[2][r, j, k] == ATOMS.W[2][a, C[2][r, k]]
        assert torch.equal(state.W[3][r, :, 0], ATOMS.W[3][C[2][r], 0])
        assert torch.equal(state.b[2][r], ATOMS.b[2][C[2][r]])
    assert float((state.P[1] - 1 / 7).abs().max()) == 0


def test_labels_follow_P_and_are_independent_of_each_other():
    _, C = EMB.sample(50, replicates=400, seed=5)
    for i, K in ((1, 4), (2, 3)):
        counts = np.bincount(C[i].flatten().numpy(), minlength=K)
        assert chisquare(counts, ATOMS.P[i].numpy() * counts.sum()).pvalue > 1e-6
    pairs = np.bincount((C[1][:, 0] * 3 + C[2][:, 0]).numpy(), minlength=12)
    expected = (ATOMS.P[1][:, None] * ATOMS.P[2]).flatten().numpy() * 400
    assert chisquare(pairs, expected * pairs.sum() / expected.sum()).pvalue > 1e-6


def test_neurons_are_drawn_one_by_one():
    """Two neurons have the same of 50 atoms once in 50 times, however far apart they stand."""
    emb = mf.FiniteEmbedding(network([50, 4], 2, seed=1))
    C = emb.sample({1: 64, 2: 4}, replicates=200, seed=2)[1][1]
    for step in (1, 8, 32):
        same = (C[:, step:] == C[:, :-step]).double().mean()
        assert float(same) == pytest.approx(1 / 50, abs=0.006)


def test_an_atom_of_probability_zero_is_never_drawn():
    P = {1: torch.tensor([0.5, 0.0, 0.5, 0.0]).double()}
    emb = mf.FiniteEmbedding(mf.Ensemble(ATOMS.W, ATOMS.b, P))
    _, C = emb.sample(200, replicates=40, seed=0)
    assert set(C[1].flatten().tolist()) == {0, 2}


def test_precision_and_refusals():
    assert EMB.sample(4, dtype=torch.float32)[0].W[1].dtype == torch.float32
    for widths, said in [
        ({1: 4}, "one width for each hidden layer 1..2"),
        ({1: 4, 2: 0}, r"widths\[2\] = 0"),
        ({1: 4, 2: 4, 3: 2}, "N_3 = 1"),
        (0, r"widths\[1\] = 0"),
    ]:
        with pytest.raises(mf.InvalidArgument, match=said):
            EMB.sample(widths)
    with pytest.raises(mf.InvalidArgument, match="one law, not a batch"):
        mf.FiniteEmbedding(network([3], 2, (2,)))
    with pytest.raises(mf.InvalidArgument, match="count of at least 1"):
        EMB.sample(4, replicates=0)
