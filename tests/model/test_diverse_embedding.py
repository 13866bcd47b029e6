"""Diverse embeddings: their formula entry by entry, nested draws, exact moments, their copies."""

from math import sqrt, tanh

import numpy as np
import pytest
import torch

import mfcheck as mf
from mfcheck.model.diverse_embedding import BOX, shuffled
from mfcheck.observe.cycles import four_cycle

EMB = mf.DiverseEmbedding(4, mf.Normal(0, 1, dim=2), m=3, gain=1.5, seed=5)
APART = mf.DiverseEmbedding(4, mf.Normal(0, 1, dim=2), m=3, gain=1.5, seed=5, matched=False)


def by_hand(emb, C, i, r, j, k):
    """w_i⁰(j, k) of replicate r, read off the docstring's formula, in plain Python."""
    d, m = emb.d, emb.m
    below, own = C[i - 1][r, j].tolist(), C[i][r, k].tolist()
    A = emb.A.tolist()
    if i == 2:
        f = [sum(A[a][c] * below[c] for c in range(d)) for a in range(m)]
        beta = below[d:]
    else:
        f, beta = (below[:m] if emb.matched else below[2 * m :]), below[m : 2 * m]
    alpha = own[:m]
    position = own[m:] if emb.matched else own[2 * m :]
    forward = sum(tanh(f[a]) * alpha[a] for a in range(m))
    backward = sum(beta[a] * tanh(position[a]) for a in range(m))
    return emb.gain / sqrt(m) * (forward + backward)


@pytest.mark.parametrize("emb", [EMB, APART])
def test_every_entry_is_the_formula(emb):
    state, C = emb.sample({1: 3, 2: 4, 3: 2}, replicates=2, seed=1)
    for i in (2, 3):
        for r, j, k in np.ndindex(*state.W[i].shape):
            expected = by_hand(emb, C, i, r, j, k)
            assert float(state.W[i][r, j, k]) == pytest.approx(expected, rel=1e-13, abs=1e-13)
    assert torch.equal(state.W[1], C[1][..., :2])
    assert torch.equal(state.W[4][..., 0], 2 * C[3][..., 3])
    assert all(not b.any() for b in state.b.values())


@pytest.mark.parametrize("emb", [EMB, APART, mf.DiverseEmbedding(2), mf.DiverseEmbedding(3)])
def test_a_narrow_draw_is_the_corner_of_a_wide_one(emb):
    narrow, c = emb.sample(dict(zip(range(1, emb.L), (7, 5, 6), strict=False)), 5, seed=3)
    wide, C = emb.sample(23, 5, seed=3)
    for i, w in narrow.W.items():
        assert torch.equal(w, wide.W[i][:, : w.shape[1], : w.shape[2]])
    assert all(torch.equal(c[i], C[i][:, : c[i].shape[1]]) for i in c)
    part, _ = emb.sample(23, range(2, 4), seed=3)
    assert torch.equal(part.W[emb.L], wide.W[emb.L][2:4])
    other, _ = emb.sample(23, 5, seed=4)
    assert not torch.equal(other.W[1], wide.W[1])


def test_labels_are_uniform_of_variance_one_and_independent():
    _, C = EMB.sample(200, replicates=200, seed=2)
    flat = torch.cat([C[1][..., 2:], C[2], C[3]], -1).flatten(0, 1)
    assert float(flat.abs().max()) <= sqrt(3)
    covariance = torch.cov(flat.T)
    assert float((covariance - torch.eye(len(covariance))).abs().max()) < 0.03


def second_moments():
    """E[T(α)²] by quadrature."""
    nodes, weights = BOX.rule(60)
    return float(np.tanh(nodes) ** 2 @ weights)


def test_the_four_cycle_of_a_middle_table_has_a_closed_form():
    """tr (S_ℓ S_r)² / tr(S_ℓ S_r)² with second moments diag(t, 1) and diag(1, t): 1 / 2m."""
    state, _ = EMB.sample(60, replicates=400, seed=3)
    w = state.W[3]
    variance = EMB.gain**2 / EMB.m * 2 * EMB.m * second_moments()
    assert float(w.square().mean()) == pytest.approx(variance, rel=0.02)
    cycles = four_cycle(w, mean=0.0)
    assert float(cycles.mean()) == pytest.approx(1 / (2 * EMB.m), rel=0.03)
    broken = four_cycle(shuffled(state, mf.Seeds(3, range(400))).W[3], mean=0.0)
    assert abs(float(broken.mean())) < 4 * float(broken.std()) / 20 + 1e-3


def test_a_shuffled_copy_has_the_same_entries_in_another_order():
    seeds = mf.Seeds(3, range(4))
    state, _ = EMB.sample(9, seeds)
    copy = shuffled(state, seeds)
    for i in (2, 3):
        assert torch.equal(
            copy.W[i].flatten(1).sort(1).values, state.W[i].flatten(1).sort(1).values
        )
        assert not torch.equal(copy.W[i], state.W[i])
    assert torch.equal(copy.W[1], state.W[1]) and torch.equal(copy.W[4], state.W[4])
    assert torch.equal(shuffled(state, seeds).W[2], copy.W[2])
    part = shuffled(EMB.sample(9, mf.Seeds(3, range(2, 4)))[0], mf.Seeds(3, range(2, 4)))
    assert torch.equal(part.W[3], copy.W[3][2:])
    with pytest.raises(mf.InvalidArgument, match="seeds name 3 replicates"):
        shuffled(state, mf.Seeds(3, range(3)))


def singular_values(emb, N):
    """σ_2 / σ_1 of H_3 on four points, uncentred, a network each."""
    model = mf.Model(("tanh",) * 3 + ("identity",))
    state, _ = emb.sample(N, replicates=8, seed=1)
    s = torch.linalg.svdvals(mf.forward(model, state, mf.data.teacher(4, 2, seed=2).x)[3])
    return float((s[:, 1] / s[:, 0]).median())


def test_positions_apart_from_the_coefficients_make_the_third_layer_rank_one():
    own, apart = ([singular_values(emb, N) for N in (40, 640)] for emb in (EMB, APART))
    assert apart[1] < 0.5 * apart[0] and apart[1] < 0.02
    assert own[1] > 0.05


def test_refusals():
    for change, said in [
        ({"L": 1}, "L = 1"),
        ({"L": 3, "m": 0}, "m = 0"),
        ({"L": 3, "gain": 0.0}, "gain = 0.0"),
        ({"L": 3, "seed": -1}, "seed = -1"),
    ]:
        with pytest.raises(mf.InvalidArgument, match=said):
            mf.DiverseEmbedding(**change)
    with pytest.raises(mf.InvalidArgument, match="one width for each hidden layer"):
        EMB.sample({1: 3})
