"""Kernels of random features: closed forms against quadrature, sampling against closed forms."""

import numpy as np
import pytest
import sympy
import torch
from scipy.integrate import dblquad

import mfcheck as mf
from mfcheck.errors import InvalidArgument
from mfcheck.model.activation import activation

X = torch.tensor([[0.3, 1.0], [-0.8, 1.0], [0.9, 1.0]], dtype=torch.float64)


def hermite(phi, x, scale, order=120):
    """E[φ(u) φ(u')] for the Gaussian pair u = ⟨z, x⟩, pair by pair, by Gauss–Hermite."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(order)
    weights = weights / weights.sum()
    out = np.empty((len(x), len(x)))
    for k, i in np.ndindex(out.shape):
        pair = scale**2 * (x[[k, i]] @ x[[k, i]].T).numpy() + 1e-15 * np.eye(2)
        C = np.linalg.cholesky(pair)
        u = C[0, 0] * nodes[:, None] + 0 * nodes
        v = C[1, 0] * nodes[:, None] + C[1, 1] * nodes
        values = [activation(phi).value(torch.as_tensor(w)).numpy() for w in (u, v)]
        out[k, i] = weights @ (values[0] * values[1]) @ weights
    return torch.as_tensor(out)


@pytest.mark.parametrize(
    ("phi", "scale", "near"),
    [("erf", 0.7, 1e-10), ("sin", 1.3, 1e-10), ("identity", 2.0, 1e-10), ("erf", 2.0, 1e-4)],
)
def test_closed_forms_agree_with_gauss_hermite(phi, scale, near):
    found = mf.partial.gram(phi, X, scale)
    assert found.error == 0
    assert (found.values - hermite(phi, X, scale)).abs().max() < near


def test_the_arc_cosine_agrees_with_adaptive_integration():
    found = mf.partial.gram("relu", X[:2], 1.5).values
    C = np.linalg.cholesky(1.5**2 * (X[:2] @ X[:2].T).numpy())

    def integrand(r, t):
        u, v = C @ (r * np.cos(t), r * np.sin(t))
        return max(u, 0) * max(v, 0) * r * np.exp(-r * r / 2) / (2 * np.pi)

    exact = dblquad(integrand, -np.pi, np.pi, 0, 12, epsabs=1e-8)[0]
    assert float(found[0, 1]) == pytest.approx(exact, abs=1e-6)
    assert found.diagonal().tolist() == pytest.approx((1.5**2 * X[:2].square().sum(1) / 2).tolist())
    right, back = mf.partial.gram("relu", [[1.0, 0], [0, 1], [-1, 0]]).values[0, 1:].tolist()
    assert (right, back) == pytest.approx((1 / (2 * np.pi), 0.0), abs=1e-15)


def test_sympy_finds_the_kernel_of_sines_and_the_slope_of_the_arc_sine():
    v, w, c = sympy.symbols("v w c", positive=True)
    cosines = sympy.exp(-(v + w - 2 * c) / 2) - sympy.exp(-(v + w + 2 * c) / 2)
    claimed = sympy.exp(-(v + w) / 2) * sympy.sinh(c)
    assert sympy.simplify((cosines / 2 - claimed).rewrite(sympy.exp)) == 0
    # d/dc of E φ(u)φ(u') is E φ'(u)φ'(u') (Price): a Gaussian integral for erf
    kernel = 2 / sympy.pi * sympy.asin(2 * c / sympy.sqrt((1 + 2 * v) * (1 + 2 * w)))
    pair = sympy.Matrix([[v, c], [c, w]])
    slopes = 4 / sympy.pi / sympy.sqrt((sympy.eye(2) + 2 * pair).det())
    numbers = {v: sympy.Rational(3, 2), w: sympy.Rational(4, 5), c: sympy.Rational(1, 3)}
    assert float((sympy.diff(kernel, c) - slopes).subs(numbers)) == pytest.approx(0, abs=1e-14)


@pytest.mark.parametrize("phi", ["tanh", "sigmoid"])
def test_sampled_kernels_are_within_their_stated_error_and_semi_definite(phi):
    x = torch.cat([X, X[:1]])
    found = mf.partial.gram(phi, x, 0.7, tol=1e-4)
    assert 0 < found.error <= 1e-4
    assert (found.values - hermite(phi, x, 0.7)).abs().max() <= found.error
    assert float(torch.linalg.eigvalsh(found.values)[0]) > -1e-14


def test_the_sampler_finds_a_kernel_that_is_known():
    own = mf.Activation(torch.erf, lambda h: torch.exp(-h * h))
    found = mf.partial.gram(own, X, 2.0, tol=1e-4)
    assert (found.values - mf.partial.gram("erf", X, 2.0).values).abs().max() <= found.error


def test_an_error_out_of_reach_is_refused():
    with pytest.raises(InvalidArgument, match="was reached"):
        mf.partial.gram("tanh", X, 2.0, tol=1e-12)
    with pytest.raises(InvalidArgument, match="scale"):
        mf.partial.gram("erf", X, 0.0)


def test_features_average_to_the_kernel():
    problem = mf.PartialSpec(n=4).problem()
    Phi = problem.features(40_000, mf.Seeds(0))[0]
    assert (Phi @ Phi.mT / 40_000 - problem.kernel).abs().max() < 0.02
