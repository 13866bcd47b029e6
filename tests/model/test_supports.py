"""Supports as sets: their distances, against a search over many of their points."""

from math import inf, sqrt

import numpy as np
import pytest
import torch

import mfcheck as mf
from mfcheck.model.laws import distance_to_support
from mfcheck.model.supports import Support, union

U = torch.linspace(-6, 6, 481, dtype=torch.float64) + 0.003

SETS = {
    "interval": (Support(((-1.0, 2.0),)), np.linspace(-1, 2, 30001)),
    "points": (Support(((-1.0, -1.0), (0.5, 0.5))), np.array([-1.0, 0.5])),
    "gap": (
        Support(((-9.0, -1.0), (1.0, 9.0))),
        np.concatenate([np.linspace(-9, -1, 80001), np.linspace(1, 9, 80001)]),
    ),
    "lattice": (Support(lattices=((0.7, -inf, inf),)), 0.7 * np.arange(-20, 21)),
    "half a lattice": (Support(lattices=((0.7, -1.0, 2.9),)), 0.7 * np.arange(-1, 5)),
    "both": (Support(((1.0, 1.2),), ((2.0, -inf, 0.0),)), np.r_[1.0, 1.1, 1.2, -6, -4, -2, 0.0]),
}


@pytest.mark.parametrize("name", SETS)
def test_distances_are_to_the_nearest_point(name):
    support, points = SETS[name]
    nearest = np.abs(U.numpy()[:, None] - points).min(1)
    off = 0.06 if name == "both" else 1e-4
    assert support.distance(U).numpy() == pytest.approx(nearest, abs=off)


def test_what_is_whole():
    assert Support(((-inf, inf),)).whole and Support(((-inf, 0.0), (0.0, inf))).whole
    assert Support(((-inf, 1.0), (2.0, 3.0), (0.0, inf))).intervals == ((-inf, inf),)
    for less in (((-inf, -1.0), (1.0, inf)), ((0.0, inf),), ((-inf, 5.0),)):
        assert not Support(less).whole
    assert not Support(lattices=((0.1, -inf, inf),)).whole


def test_ends_and_unions():
    both = union(Support(((3.0, 4.0), (0.0, 1.0))), Support(lattices=((0.5, -1.2, 0.7),)))
    assert both.ends == (-1.0, 4.0) and both.intervals == ((0.0, 1.0), (3.0, 4.0))
    assert Support(lattices=((1.0, -inf, 2.5),)).ends == (-inf, 2.0)


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"intervals": ((1.0, 0.0),)},
        {"lattices": ((0.0, -1.0, 1.0),)},
        {"lattices": ((1.0, 0.2, 0.8),)},
    ],
)
def test_empty_sets_are_refused(wrong):
    with pytest.raises(mf.InvalidArgument, match="a point at least"):
        Support(**wrong)


def test_every_law_is_drawn_within_its_support_and_fills_it():
    """Draws lie in the support, and no point of it between the draws is far from one."""
    u = np.linspace(0, 1, 20003)[1:-1]
    for law in [
        mf.Normal(0.5, 2.0),
        mf.Uniform(-1, 2),
        mf.Dirac(1.5),
        mf.Rademacher(1.0, 0.5),
        mf.Mixture((mf.Uniform(-3, -2), mf.Dirac(0.0), mf.Uniform(1, 2)), (0.2, 0.5, 0.3)),
        mf.Conditioned(mf.Normal(), ((-inf, -1.0), (1.0, 2.0))),
        mf.Rounded(mf.Uniform(-0.9, 1.4), 0.5),
    ]:
        drawn = torch.as_tensor(np.unique(law.quantile(u)))
        assert float(law.support.distance(drawn).max()) < 1e-12, law
        inside = U[(law.support.distance(U) == 0) & (U.abs() < 3)]
        if len(inside):
            assert float((inside[:, None] - drawn).abs().amin(1).max()) < 0.01, law
        low, high = law.support.ends
        assert drawn.min() >= low and drawn.max() <= high


def test_distance_to_a_product_is_that_of_its_nearest_point():
    law = mf.Independent(
        mf.Conditioned(mf.Normal(), ((-inf, -1.0), (1.0, inf))), mf.Rounded(mf.Normal())
    )
    u = 3 * torch.as_tensor(mf.Seeds(2).uniforms("points", 0, 40)[0]).reshape(20, 2) - 1.5
    first = np.r_[np.linspace(-4, -1, 3001), np.linspace(1, 4, 3001)]
    x, y = np.meshgrid(first, np.arange(-4.0, 5.0))
    points = torch.as_tensor(np.stack([x.ravel(), y.ravel()], -1))
    nearest = torch.cdist(u, points).amin(1)
    assert torch.allclose(distance_to_support(law, u), nearest, atol=1e-3)


def test_distance_to_supports():
    u = torch.tensor([[-2.0, 3.0], [1.0, 0.5]], dtype=torch.float64)
    laws = {
        mf.Normal(0, 1, dim=2): [0, 0],
        mf.Dirac(1.0, dim=2): [sqrt(13), 0.5],
        mf.Uniform(-1, 1, dim=2): [sqrt(5), 0],
        mf.Independent(mf.Uniform(0, 1), mf.Normal()): [2, 0],
    }
    for law, wanted in laws.items():
        assert distance_to_support(law, u).tolist() == pytest.approx(wanted)
    with pytest.raises(mf.InvalidArgument, match="2 coordinates"):
        distance_to_support(mf.Normal(dim=2), torch.zeros(1, 3))
