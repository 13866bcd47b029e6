"""Statements that one meets and that are false, each with a run that shows it (docs/limits.md)."""

import pytest
import torch

import mfcheck as mf
from mfcheck.model import Ensemble

XOR = mf.data.xor()
TANH = mf.Model(("tanh", "tanh", "identity"), xi_b={2: 0.0, 3: 0.0})


def doubled(data, noise):
    """Every point twice, with targets y ± noise."""
    return mf.DataLaw(torch.cat([data.x, data.x]), torch.cat([data.y + noise, data.y - noise]))


def networks(W, N=64, replicates=4):
    return mf.IIDEmbedding(W).sample(N, replicates, 0)[0]


def test_noisy_labels_do_not_matter_to_descent_under_squared_loss():
    state = networks({1: mf.Normal(0, 1, dim=3), 2: mf.Uniform(0, 2), 3: mf.Rademacher(0, 2)})
    noisy, clean = (mf.gradient(TANH, state, data) for data in (doubled(XOR, 0.5), XOR))
    for i, G in clean.W.items():
        assert torch.allclose(noisy.W[i], G, rtol=0, atol=1e-14)


def test_they_do_under_another_loss():
    huber = mf.Model(("tanh", "tanh", "identity"), "huber", xi_b={2: 0.0, 3: 0.0})
    state = networks({1: mf.Normal(0, 1, dim=3), 2: mf.Uniform(0, 2), 3: mf.Rademacher(0, 2)})
    noisy, clean = (mf.gradient(huber, state, data) for data in (doubled(XOR, 1.5), XOR))
    assert (noisy.W[1] - clean.W[1]).abs().max() > 1e-3


@pytest.mark.parametrize(("at", "learns"), [((0.7, -0.4, 0.5), True), ((0.0, 0.0, 1.0), False)])
def test_one_point_as_the_law_of_w_1_is_a_trap_only_where_symmetry_makes_it_one(at, learns):
    """From a generic point three layers learn the xor square; from (0, 0, 1) nothing moves w_1."""
    first = mf.Independent(*(mf.Dirac(value) for value in at))
    state = networks({1: first, 2: mf.Uniform(0.5, 1.5), 3: mf.Rademacher(0, 2)})
    path = mf.sgd(TANH, state, XOR, eps=0.2, T=200.0, batch=None, at=[0.0, 200.0])
    nothing = float(XOR.q @ XOR.y.square()) / 2
    if learns:
        assert (path.loss[-1] < 0.1 * nothing).all()
    else:
        assert (path.loss[-1] > 0.999 * nothing).all()
        assert (path.final.W[1] - state.W[1])[..., :2].abs().max() < 1e-12


def test_a_network_without_a_constant_coordinate_is_singular_only_on_symmetric_points():
    """tanh(⟨w, x⟩) spans odd functions: a Gram matrix is singular if the data hold x and −x."""
    w = torch.as_tensor(mf.Seeds(0).uniforms("w", 0, 4000)).reshape(-1, 2) * 8 - 4
    state = Ensemble({1: w, 2: torch.ones(2000, 1, dtype=w.dtype)})
    model = mf.Model(("tanh", "identity"))

    def least(points):
        V = torch.tanh(mf.forward(model, state, torch.tensor(points, dtype=w.dtype))[1])
        return float(torch.linalg.eigvalsh(V @ V.mT / 2000)[0])

    assert abs(least([[1.0, 0.2], [-1.0, -0.2], [0.3, -0.9]])) < 1e-12
    assert least([[1.0, 0.2], [-0.5, -0.8], [0.3, -0.9]]) > 1e-3


def test_a_wide_sample_of_networks_is_not_normal_at_the_width_where_the_limit_is():
    """Skewness of order N^-1/2: plainly there at N = 64, mostly gone at N = 1024."""
    blueprint = mf.FiniteSpec(
        ("tanh", "identity"), "geman_mcclure", 11, True, 1.0, 0.5, 0.3, "sine", 6, 2
    )
    skew = {}
    for N in (64, 1024):
        problem = mf.FiniteSpec(**(vars(blueprint) | {"seed": 1707525621})).problem()
        y = problem.gd(problem.sample(N, 512, 3)[0], at=[problem.T]).y_hat[-1][:, 0]
        skew[N] = float((((y - y.mean()) / y.std()) ** 3).mean().abs())
    assert skew[64] > 0.6 and skew[1024] < 0.5 * skew[64]
