"""What neurons take and give through functions: sums by hand, and values known in the limit."""

from math import sqrt

import pytest
import torch
from scipy.integrate import quad

import mfcheck as mf
from mfcheck.model import Ensemble
from mfcheck.observe.pairs import distance_to_nearest, random_functions, taken_and_given

EMB = mf.DiverseEmbedding(4, mf.Normal(dim=2), m=2, seed=3)


def weighted():
    """Two networks of unlike widths, neurons of unlike probabilities."""
    state, C = EMB.sample({1: 3, 2: 4, 3: 5}, 2, seed=1)
    P = {i: torch.as_tensor(mf.Seeds(5, range(2)).uniforms("P", i, i + 2)) for i in (1, 2, 3)}
    return Ensemble(state.W, state.b, {i: p / p.sum(-1, keepdim=True) for i, p in P.items()}), C


def test_pairs_are_sums_over_neurons_by_their_measure():
    state, C = weighted()
    for i, N in ((1, 3), (2, 4), (3, 5)):
        a, b = random_functions(EMB, i, mf.Seeds(4, range(2)))
        pairs = taken_and_given(EMB, state, C, i, (a, b))
        for r in range(2):
            for j in range(N):
                seen = EMB.A.T @ a[r]
                p = float(seen @ state.W[1][r, j] / seen.norm()) if i == 1 else 0.0
                for k in range(state.W[i].shape[1] if i > 1 else 0):
                    label = C[i - 1][r, k]
                    features = EMB.A @ label[:2] if i == 2 else label[:2]
                    f = torch.tanh(a[r] @ features)
                    p += float(state.P[i - 1][r, k] * state.W[i][r, k, j] * f)
                q = float(state.W[4][r, j, 0]) if i == 3 else 0.0
                for k in range(state.W[i + 1].shape[2] if i < 3 else 0):
                    g = torch.tanh(b[r] @ C[i + 1][r, k, 2:])
                    q += float(state.P[i + 1][r, k] * state.W[i + 1][r, j, k] * g)
                assert pairs[r, j].tolist() == pytest.approx([p, q], abs=1e-14)


def test_in_the_limit_the_pair_is_the_labels_own():
    """m = 1: (g α E[T(α) f], g β E[T(β) g]), by quadrature, up to the noise of N neurons."""
    emb, N = mf.DiverseEmbedding(4, m=1, gain=2.0), 4000
    state, C = emb.sample(N, 1, seed=2)
    by = (torch.tensor([[1.5]], dtype=torch.float64), torch.tensor([[-0.7]], dtype=torch.float64))
    pairs = taken_and_given(emb, state, C, 2, by)[0]
    root = sqrt(3)

    def moment(s):
        value = quad(lambda x: torch.tanh(torch.tensor([x, s * x])).prod().item(), -root, root)
        return value[0] / (2 * root)

    assert (pairs[:, 1] / (2 * C[2][0, :, 1] * moment(-0.7))).median() == pytest.approx(1, abs=0.05)
    third = taken_and_given(emb, state, C, 3, by)[0]
    assert (third[:, 0] / (2 * C[3][0, :, 0] * moment(1.5))).median() == pytest.approx(1, abs=0.05)
    assert torch.equal(third[:, 1], 2 * C[3][0, :, 1])


def test_functions_are_drawn_apart_in_each_replicate_and_layer():
    seeds = mf.Seeds(0, range(200))
    a, b = random_functions(EMB, 2, seeds)
    assert a.shape == b.shape == (200, 2)
    assert not torch.equal(random_functions(EMB, 1, seeds)[0], a)
    for v in (a, b):
        size = v.norm(dim=-1)
        assert 0.5 < float(size.min()) < 0.6 and 1.9 < float(size.max()) < 2.0
        assert float((v / size[:, None]).mean(0).norm()) < 0.25
    assert abs(float(torch.corrcoef(torch.stack([a[:, 0], b[:, 0]]))[0, 1])) < 0.25


def test_the_nearest_point_of_each_target():
    targets = torch.tensor([[0.0, 0.0], [3.0, 4.0]])
    points = torch.tensor([[[1.0, 0.0], [0.0, 2.0]], [[3.0, 4.0], [0.0, -1.0]]])
    assert distance_to_nearest(targets, points).tolist() == pytest.approx([(1 + sqrt(13)) / 2, 0.5])
