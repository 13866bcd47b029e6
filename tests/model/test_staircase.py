"""The staircase: its tables, cell by cell, and the error that its docstring states."""

import pytest
import torch

import mfcheck as mf
from mfcheck.model.staircase import BOUND as BOUND_OF
from mfcheck.model.staircase import FUNCTIONS, cells, random_staircases, staircase
from mfcheck.seeds import Seeds

K, PAIRS, BOUND = 16, 3, 1.0


def table(name, *shape):
    """A bounded function on cells: uniforms on ±1."""
    size = torch.Size(shape).numel()
    return torch.as_tensor(2 * Seeds(1).uniforms(name, 0, size)[0] - 1).reshape(shape)


def enumeration():
    """Three pairs a layer for L = 4, d = 2."""
    F = {1: table("F1", PAIRS, 2), 2: table("F2", PAIRS, K), 3: table("F3", PAIRS, K)}
    G = {1: table("G1", PAIRS, K), 2: table("G2", PAIRS, K), 3: table("G3", PAIRS, 1)}
    return {i: (F[i], G[i]) for i in F}


def test_cells_have_dyadic_probabilities():
    P = cells(K)
    assert float(P.sum()) == 1
    assert P[:4].tolist() == [0.5, 0.25, 0.125, 0.0625]


def test_every_entry_is_the_definition():
    pairs = enumeration()
    atoms = staircase(pairs, K).atoms
    for i in (2, 3):
        for lower in range(K):
            for k in range(K):
                f, g = pairs[i][0][k % PAIRS, lower], pairs[i - 1][1][lower % PAIRS, k]
                assert float(atoms.W[i][lower, k]) == float(f if lower < k else g)
    assert torch.equal(atoms.W[1][4], pairs[1][0][1])
    assert torch.equal(atoms.W[4][5], pairs[3][1][2])


def test_neurons_take_and_give_what_they_were_given_up_to_the_stated_error():
    pairs = enumeration()
    emb = staircase(pairs, K)
    atoms, P = emb.atoms, emb.atoms.P
    for i in (1, 2, 3):
        for k in range(K):
            f, g = (side[k % PAIRS] for side in pairs[i])
            if i > 1:
                taken = ((atoms.W[i][:, k] - f).square() @ P[i - 1]).sqrt()
                assert float(taken) <= 2 * BOUND * 2 ** (-k / 2)
            above = P[i + 1] if i < 3 else torch.ones(1).double()
            given = ((atoms.W[i + 1][k] - g).square() @ above).sqrt()
            assert float(given) <= 2 * BOUND * 2 ** (-(k + 1) / 2)


def test_every_pair_of_the_enumeration_is_met_by_some_neuron_of_positive_probability():
    pairs = enumeration()
    atoms = staircase(pairs, K).atoms
    for f, g in zip(*pairs[2], strict=True):
        take = (atoms.W[2].mT - f).square() @ atoms.P[1]
        give = (atoms.W[3] - g).square() @ atoms.P[3]
        assert float((take + give).min().sqrt()) < 0.03
    assert float(atoms.P[2].min()) > 0


def test_networks_are_drawn_from_it_like_from_any_finite_embedding():
    emb = staircase(list(enumeration().values()), K)
    state, C = emb.sample(200, replicates=20, seed=1)
    assert state.widths == {1: 200, 2: 200, 3: 200, 4: 1}
    assert float((C[2] == 0).double().mean()) == pytest.approx(0.5, abs=0.04)


def test_refusals():
    good = enumeration()
    for change, said in [
        ({1: good[1], 3: good[3]}, "one pair"),
        ({**good, 2: (good[2][0][:, :5], good[2][1])}, r"F\[2\].shape"),
        ({**good, 3: (good[3][0], good[3][0])}, r"G\[3\].shape"),
    ]:
        with pytest.raises(mf.InvalidArgument, match=said):
            staircase(change, K)
    with pytest.raises(mf.InvalidArgument, match="K = 1"):
        staircase(good, 1)


def test_random_staircases_give_each_cell_its_pair_and_each_f_each_g():
    L, d, cells_, seeds = 4, 3, 20, Seeds(3, range(2))
    drawn = random_staircases(L, d, cells_, seeds)
    assert drawn.replicates == (2,) and drawn.widths == {1: cells_, 2: cells_, 3: cells_, 4: 1}
    met = set()
    for k in range(FUNCTIONS**2):
        met.add((k % FUNCTIONS, (k + k // FUNCTIONS) % FUNCTIONS))
    assert len(met) == FUNCTIONS**2
    for r in range(2):
        f = 2 * seeds.uniforms("f", 2, FUNCTIONS * cells_)[r].reshape(FUNCTIONS, cells_) - 1
        g = 2 * seeds.uniforms("g", 1, FUNCTIONS * cells_)[r].reshape(FUNCTIONS, cells_) - 1
        for lower in range(cells_):
            for k in range(cells_):
                row = (lower % 16 + lower % 16 // FUNCTIONS) % FUNCTIONS
                value = f[k % FUNCTIONS, lower] if lower < k else g[row, k]
                assert float(drawn.W[2][r, lower, k]) == pytest.approx(BOUND_OF * value)
        last = 2 * seeds.uniforms("g", 3, FUNCTIONS)[r] - 1
        rows = [(k % 16 + k % 16 // FUNCTIONS) % FUNCTIONS for k in range(cells_)]
        assert drawn.W[4][r, :, 0].numpy() == pytest.approx(BOUND_OF * last[rows])
        assert torch.equal(drawn.P[2][r], cells(cells_))
        assert torch.equal(drawn.W[1][r, 1], drawn.W[1][r, 1 + FUNCTIONS])
        assert len(drawn.W[1][r].unique(dim=0)) == FUNCTIONS


def test_random_staircases_differ_between_replicates_and_hold_their_bound():
    drawn = random_staircases(3, 2, 8, Seeds(0, range(64)))
    assert len(drawn.W[2].flatten(1).unique(dim=0)) == 64
    assert 3.9 < float(drawn.W[2].abs().max()) <= BOUND_OF
    assert abs(float(drawn.W[1].mean())) < 0.2 and abs(float(drawn.W[1].std()) - 1) < 0.15
