"""The inner supremum against a grid, an exact case, and every sign vector."""

from itertools import product
from math import sqrt

import numpy as np
import pytest
import torch

import mfcheck as mf
from mfcheck.errors import InvalidArgument
from mfcheck.model.activation import activation
from mfcheck.partial.rademacher import STEEPEST
from mfcheck.partial.tangent import root
from tests.partial import plain


def every_sign(n):
    return torch.tensor(list(product((-1.0, 1.0), repeat=n))).double()


def on_a_grid(signs, k0, sigma, B, points=31):
    """The largest |mean of s σ(h)| over a grid of the ball."""
    n = len(k0)
    axes = np.meshgrid(*[np.linspace(-1, 1, points)] * n, indexing="ij")
    v = torch.as_tensor(np.stack([x.ravel() for x in axes], -1))
    norm = v.norm(dim=1, keepdim=True)
    v = torch.cat([v[norm[:, 0] <= 1], v[norm[:, 0] > 0] / norm[norm[:, 0] > 0]])
    values = activation(sigma).value(B * v @ root(k0))
    return (values @ signs.mT / n).abs().amax(0)


def starts(n, count=3):
    return torch.as_tensor(np.random.default_rng(0).normal(size=(count, n)))


@pytest.mark.parametrize(("n", "points"), [(2, 201), (3, 51), (4, 17)])
@pytest.mark.parametrize("sigma", ["tanh", "sin", "relu"])
@pytest.mark.parametrize("B", [0.5, 8.0])
def test_the_ascent_finds_what_a_grid_finds(n, points, sigma, B):
    k0, signs = plain.law(n=n)[3], every_sign(n)
    found = mf.partial.supremum(signs, k0, sigma, B, starts(n, 8))
    grid = on_a_grid(signs, k0, sigma, B, points)
    assert bool((found >= grid - 2e-3).all())
    assert bool((found <= STEEPEST[sigma] * B * root(k0).norm() / sqrt(n)).all())


def test_a_linear_class_is_solved_exactly():
    k0, signs = plain.law(n=5)[3], every_sign(5)
    found = mf.partial.supremum(signs, k0, "identity", 3.0, starts(5))
    exact = 3.0 * ((signs @ k0) * signs).sum(-1).sqrt() / 5
    assert torch.allclose(found, exact, rtol=1e-12)


def test_every_sign_up_to_the_sign_of_all():
    for n in (1, 2, 4):
        half = mf.partial.every_sign(n)
        both = {tuple(s) for s in torch.cat([half, -half]).tolist()}
        assert len(half) == 2 ** (n - 1) and both == {tuple(s) for s in every_sign(n).tolist()}


@pytest.mark.parametrize("sigma", ["tanh", "erf", "sin"])
@pytest.mark.parametrize("B", [0.05, 0.5, 8.0])
def test_odd_units_need_no_factor_of_two(sigma, B):
    """Also from grids, whose maxima are lower bounds found without any ascent."""
    k0, signs = plain.law(n=3)[3], every_sign(3)
    most = mf.partial.odd_bound(mf.partial.every_sign(3), k0, B, sigma=sigma)
    ascent = mf.partial.supremum(signs, k0, sigma, B, starts(3, 8))
    assert float(on_a_grid(signs, k0, sigma, B, 51).mean()) <= most
    assert float(ascent.mean()) <= most * (1 + 1e-12)
    mean = np.mean([sqrt(float(s @ k0 @ s)) for s in signs])
    assert most == pytest.approx(STEEPEST[sigma] * B * mean / 3)


def test_orthogonal_features_attain_the_bound_of_odd_units():
    k0, signs = 0.5 * torch.eye(4).double(), mf.partial.every_sign(4)
    found = mf.partial.supremum(signs, k0, "tanh", 0.01, starts(4)).mean()
    assert float(found) == pytest.approx(mf.partial.odd_bound(signs, k0, 0.01), rel=1e-4)
    with pytest.raises(InvalidArgument, match="odd"):
        mf.partial.odd_bound(signs, k0, 1.0, sigma="relu")


def test_the_bound_by_hand():
    """2 A L B max √k0(x, x) / √n; the 2 is that of the contraction principle."""
    k0 = torch.tensor([[4.0, 1.0], [1.0, 1.0]]).double()
    assert mf.partial.bound(k0, 3.0, 0.5, "tanh") == pytest.approx(2 * 0.5 * 3 * 2 / sqrt(2))
    wide = mf.partial.bound(k0, 3.0, 0.5, "erf", n=8)
    assert wide == pytest.approx(2 * 0.5 * STEEPEST["erf"] * 3 * 2 / sqrt(8))


@pytest.mark.parametrize("sigma", sorted(STEEPEST))
def test_the_mean_over_all_signs_is_below_the_bound(sigma):
    k0 = plain.law(n=6)[3]
    for B in (0.3, 2.0, 20.0):
        found = 1.5 * mf.partial.supremum(every_sign(6), k0, sigma, B, starts(6)).mean()
        assert float(found) <= mf.partial.bound(k0, B, 1.5, sigma)


def test_the_constants_are_lipschitz_constants():
    h = torch.linspace(-5, 5, 2001).double()
    for sigma, constant in STEEPEST.items():
        phi = activation(sigma)
        assert float(phi.value(torch.zeros(1))) == 0
        assert float(phi.slope(h).abs().max()) == pytest.approx(constant, rel=1e-12)
    with pytest.raises(InvalidArgument, match="σ"):
        mf.partial.bound(torch.eye(2), 1.0, sigma="sigmoid")
