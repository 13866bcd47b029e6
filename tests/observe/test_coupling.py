"""The coupling distance, by loops; and the facts that the coupling rests on."""

from dataclasses import replace

import numpy as np
import pytest
import torch

import mfcheck as mf
from mfcheck.observe.coupling import apart
from tests.plain import law, network

MODEL = mf.Model(("tanh", "sigmoid", "identity"))
DATA = law(5, 2)
EMB = mf.FiniteEmbedding(network([4, 3], 2, seed=3, weighted=True))


def paths(replicates=3, widths=None):
    state, C = EMB.sample(widths or {1: 6, 2: 5}, replicates, seed=2)
    path = mf.sgd(MODEL, state, DATA, 0.1, 0.5, batch=None)
    return path, mf.sgd(MODEL, EMB.atoms, DATA, 0.1, 0.5, batch=None), C


def by_loops(path, other, C, r, norm):
    """D_T of one replicate, entry by entry."""
    worst = {}
    for a, b in zip(path.states, other.states, strict=True):
        for j in range(6):
            gap = float((a.W[1][r, j] - b.W[1][C[1][r, j]]).norm())
            worst["w1", j] = max(worst.get(("w1", j), 0), gap)
            for k in range(5):
                gap = abs(float(a.W[2][r, j, k] - b.W[2][C[1][r, j], C[2][r, k]]))
                worst["w2", j, k] = max(worst.get(("w2", j, k), 0), gap)
        for k in range(5):
            for name, gap in (
                ("w3", a.W[3][r, k, 0] - b.W[3][C[2][r, k], 0]),
                ("b2", a.b[2][r, k] - b.b[2][C[2][r, k]]),
            ):
                worst[name, k] = max(worst.get((name, k), 0), abs(float(gap)))
        gap = abs(float(a.b[3][r, 0] - b.b[3][0]))
        worst["b3", 0] = max(worst.get(("b3", 0), 0), gap)
    if norm == "max":
        return max(worst.values())
    layers = {key[0] for key in worst}
    return max(np.sqrt(np.mean([v**2 for k, v in worst.items() if k[0] == n])) for n in layers)


@pytest.mark.parametrize("norm", ["max", "rms"])
def test_distance_is_the_loop(norm):
    path, other, C = paths()
    D = mf.distance(path, other, at=C, norm=norm)
    assert D.shape == (3,)
    for r in range(3):
        assert float(D[r]) == pytest.approx(by_loops(path, other, C, r, norm), rel=1e-12)


def test_the_sup_is_over_all_recorded_times_not_the_last():
    path, other, _ = paths()
    back = replace(path, states=[*path.states[:-1], path.states[0]])
    still = replace(path, states=[path.states[0]] * len(path.states))
    assert float(mf.distance(back, still).min()) > 0
    assert float(mf.distance(path, path).max()) == 0
    assert other.final.replicates == ()


def test_at_time_zero_networks_sit_on_their_atoms():
    state, C = EMB.sample(9, 4, seed=1)
    start = mf.flow(MODEL, state, DATA, 1.0, at=[0.0])
    assert (
        float(mf.distance(start, mf.flow(MODEL, EMB.atoms, DATA, 1.0, at=[0.0]), at=C).max()) == 0
    )


def test_a_network_of_all_atoms_is_the_limit():
    """Uniform atoms, each drawn once: the network is the embedding, and D_T is zero."""
    emb = mf.FiniteEmbedding(network([4, 3], 2, seed=5))
    C = {1: torch.arange(4)[None], 2: torch.arange(3)[None], 3: torch.zeros(1, 1).long()}
    from mfcheck.model import gather

    a = mf.sgd(MODEL, gather(emb.atoms, C), DATA, 0.1, 1.0, batch=None)
    b = mf.sgd(MODEL, emb.atoms, DATA, 0.1, 1.0, batch=None)
    assert float(mf.distance(a, b, at=C).max()) <= 1e-14


def test_divergence_counts_as_infinite():
    path, other, C = paths()
    states = list(path.states)
    states[2] = states[2].clone()
    states[2].W[2][1, 0, 0] = torch.nan
    D = mf.distance(replace(path, states=states), other, at=C)
    assert torch.isinf(D[1]) and torch.isfinite(D[[0, 2]]).all()


def test_float32_networks_are_held_against_float64_limits():
    path, other, C = paths()
    state, _ = EMB.sample({1: 6, 2: 5}, 3, seed=2, dtype=torch.float32)
    rough = mf.sgd(MODEL, state, DATA, 0.1, 0.5, batch=None)
    assert torch.allclose(
        mf.distance(rough, other, at=C).double(), mf.distance(path, other, at=C), rtol=1e-4
    )


def test_what_does_not_match_is_refused():
    path, other, C = paths()
    with pytest.raises(mf.InvalidArgument, match="norm = 'sup'"):
        mf.distance(path, other, at=C, norm="sup")
    with pytest.raises(mf.InvalidArgument, match="labels they were drawn with"):
        mf.distance(path, other)
    with pytest.raises(mf.InvalidArgument, match="record both with the same"):
        mf.distance(path, mf.flow(MODEL, EMB.atoms, DATA, 0.5), at=C)
    with pytest.raises(mf.InvalidArgument, match="labels read one limit"):
        mf.distance(path, path, at=C)


@pytest.mark.parametrize(("part", "i"), [("W", 1), ("W", 3), ("b", 2)])
def test_apart_is_the_largest_gap_of_two_states(part, i):
    one, _ = EMB.sample({1: 6, 2: 5}, 3, seed=2)
    other = one.clone()
    entry = getattr(other, part)[i][1]
    entry[(0,) * entry.dim()] += 0.25
    if (part, i) == ("W", 1):
        entry[0, 1] += 1.0  # rows of w_1 are vectors
    far = (0.25**2 + 1.0) ** 0.5 if (part, i) == ("W", 1) else 0.25
    assert apart(one, other).tolist() == pytest.approx([0, far, 0])
    assert apart(one.unflat((3, 1)), other.unflat((3, 1))).shape == (3, 1)


@pytest.mark.parametrize("size", [1, 150, 2**18])
@pytest.mark.parametrize("norm", ["max", "rms"])
def test_the_sup_does_not_depend_on_how_many_times_are_looked_at_at_once(size, norm, monkeypatch):
    path, other, C = paths()
    D = mf.distance(path, other, at=C, norm=norm)
    back = replace(path, states=[*path.states[:-1], path.states[0]])
    still = replace(path, states=[path.states[0]] * len(path.states))
    monkeypatch.setattr("mfcheck.model.ensemble.IN_CACHE", size)
    assert torch.equal(mf.distance(path, other, at=C, norm=norm), D)
    assert float(mf.distance(back, still, norm=norm).min()) > 0  # equal at the end
    assert torch.equal(replace(path).loss, path.loss)
