"""Gram matrices against closed forms and numpy, and the least risk against scipy."""

from math import pi

import numpy as np
import pytest
import torch
from scipy.optimize import minimize_scalar

import mfcheck as mf
from mfcheck.model.activation import activation
from mfcheck.model.loss import loss
from mfcheck.observe.excess import excess, least_risk
from mfcheck.observe.spectrum import features, gram_of_features, smallest_eigenvalue
from tests.plain import law, network

MODEL = mf.Model(("erf", "tanh", "identity"))
X = law(5, 2, seed=3).x


def test_the_gram_matrix_of_erf_under_a_gaussian_law_is_an_arcsine():
    """E erf(a) erf(b) = (2/π) arcsin(2 Σ_ab / √((1 + 2 Σ_aa)(1 + 2 Σ_bb))), Williams (1997)."""
    emb = mf.IIDEmbedding({1: mf.Normal(0, 0.5, dim=2), 2: mf.Dirac(1.0), 3: mf.Dirac(1.0)})
    K = gram_of_features(MODEL, emb.nodes(40), X)
    cov = 0.25 * X @ X.T
    size = (1 + 2 * cov.diagonal()).sqrt()
    assert torch.allclose(K, 2 / pi * (2 * cov / size / size[:, None]).asin(), atol=1e-9)


def test_the_gram_matrix_is_the_weighted_sum_over_neurons():
    state = network([4, 3], 2, replicates=(2,), seed=1, weighted=True)
    for i in (1, 2):
        H, P = mf.forward(MODEL, state, X)[i], state.P[i]
        V = MODEL.phi(i).value(H)
        wanted = sum(
            P[:, j, None, None] * V[:, :, j, None] * V[:, None, :, j] for j in range(P.shape[1])
        )
        assert torch.allclose(gram_of_features(MODEL, state, X, i), wanted, atol=1e-14)


def test_sets_of_points_are_taken_one_by_one():
    state, sets = network([4, 3], 2, replicates=(2,), seed=1), torch.stack([X, X.flip(0), -X])
    K = gram_of_features(MODEL, state, sets)
    assert features(MODEL, state, sets).shape == (2, 3, 5, 4) and K.shape == (2, 3, 5, 5)
    assert torch.allclose(K[:, 2], gram_of_features(MODEL, state, -X), atol=1e-15)
    alone = network([4, 3], 2, seed=1)
    assert gram_of_features(MODEL, alone, sets).shape == (3, 5, 5)


def test_the_smallest_eigenvalue_is_numpys_and_zero_for_points_met_twice():
    state = network([30, 3], 2, seed=1)
    K = gram_of_features(MODEL, state, X)
    assert float(smallest_eigenvalue(K)) == pytest.approx(np.linalg.eigvalsh(K.numpy())[0])
    twice = gram_of_features(MODEL, state, torch.cat([X, X[:1]]))
    assert abs(float(smallest_eigenvalue(twice))) <= 1e-14


def test_float32_states_are_measured_in_float64():
    state = network([30, 3], 2, seed=1, dtype=torch.float32)
    assert gram_of_features(MODEL, state, X).dtype == torch.float64


def test_layers_that_are_not_hidden_are_refused():
    for i in (0, 3):
        with pytest.raises(mf.InvalidArgument, match="hidden layers"):
            features(MODEL, network([4, 3], 2), X, i)
    with pytest.raises(mf.InvalidArgument, match="d of x"):
        features(MODEL, network([4, 3], 2), X[:, :1])


NOISY = mf.DataLaw(
    [[0.0, 1], [1, 1], [0, 1], [1, 1], [0, 1]], [0.0, 2, 1, 2, 3], [0.1, 0.2, 0.3, 0.1, 0.3]
)


@pytest.mark.parametrize("name", ["squared", "huber", "logcosh"])
def test_the_least_risk_is_scipys(name):
    """At x = (0, 1) the labels 0, 1 and 3 have weights 0.1, 0.3, 0.3; at (1, 1) there is one."""
    rho, y, q = loss(name), torch.tensor([0.0, 1, 3]).double(), torch.tensor([0.1, 0.3, 0.3])
    best = minimize_scalar(lambda c: float(rho.value(c - y) @ q.double()), bounds=(0, 3))
    assert least_risk(rho, NOISY) == pytest.approx(best.fun, abs=1e-7)


def test_the_least_risk_of_squared_loss_is_half_the_conditional_variance():
    wanted = 0.5 * (0.1 * (0 - 12 / 7) ** 2 + 0.3 * (1 - 12 / 7) ** 2 + 0.3 * (3 - 12 / 7) ** 2)
    assert least_risk(loss("squared"), NOISY) == pytest.approx(wanted, rel=1e-9)


@pytest.mark.parametrize("name", ["squared", "tukey", "geman_mcclure"])
def test_labels_that_are_a_function_of_x_can_be_fitted(name):
    assert least_risk(loss(name), law(6, 2)) == 0


def test_the_excess_is_loss_less_the_least_risk():
    model = mf.Model(("tanh", "identity"))
    path = mf.sgd(model, network([4], 2, replicates=(3,)), NOISY, 0.1, 1.0, batch=None)
    floor = least_risk(loss("squared"), NOISY)
    above = excess(model.loss, path, NOISY)
    assert torch.allclose(above, path.loss - floor) and above.shape == (len(path.times), 3)
    assert bool((above > 0).all()) and activation("tanh") is model.phi(1)
