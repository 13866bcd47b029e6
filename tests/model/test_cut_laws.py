"""Conditioned and rounded laws: draws, means and quadrature against scipy's and against counts."""

from math import inf

import numpy as np
import pytest
import torch
from scipy import stats
from scipy.integrate import quad

import mfcheck as mf
from mfcheck.model.cut_laws import below
from mfcheck.model.laws import spread

U = mf.Seeds(5).uniforms("cut laws", 1, 20000)[0]
GAP = mf.Conditioned(mf.Normal(0.5, 2.0), ((1.0, inf), (-inf, -1.0)))
CUT = mf.Conditioned(mf.Normal(), ((-0.5, 2.0),))


def gap_cdf(x):
    normal = stats.norm(0.5, 2.0)
    left, right = normal.cdf(-1), normal.sf(1)
    under = np.where(x < -1, normal.cdf(x), left + np.clip(normal.cdf(x) - normal.cdf(1), 0, None))
    return under / (left + right)


def test_below_is_the_distribution_function():
    x = np.array([-inf, -3.0, 0.0, 0.7, 5.0, inf])
    assert below(mf.Normal(0.5, 2.0), x) == pytest.approx(stats.norm(0.5, 2.0).cdf(x), abs=1e-15)
    assert below(mf.Uniform(0, 2), x) == pytest.approx([0, 0, 0, 0.35, 1, 1], abs=1e-15)


def test_one_interval_is_scipys_truncated_normal():
    exact, grid = stats.truncnorm(-0.5, 2.0), np.linspace(0.001, 0.999, 99)
    assert CUT.quantile(grid) == pytest.approx(exact.ppf(grid), abs=1e-12)
    assert CUT.mean == pytest.approx(exact.mean(), rel=1e-12)
    assert spread(CUT) == pytest.approx(exact.std(), rel=1e-10)


def test_a_gap():
    drawn = GAP.quantile(U.reshape(100, 200))
    assert drawn.shape == (100, 200) and np.abs(drawn).min() >= 1
    assert stats.kstest(drawn.ravel(), gap_cdf).pvalue > 1e-6
    wrong = mf.Conditioned(mf.Normal(0.6, 2.0), GAP.on)
    assert stats.kstest(wrong.quantile(U), gap_cdf).pvalue < 1e-6
    assert GAP.support.intervals == ((-inf, -1.0), (1.0, inf)) and GAP.dim == 1
    normal = stats.norm(0.5, 2.0)
    parts = [quad(lambda x: x * normal.pdf(x), *ends)[0] for ends in GAP.on]
    assert GAP.mean == pytest.approx(sum(parts) / (normal.cdf(-1) + normal.sf(1)), rel=1e-9)


def test_quadrature_over_a_gap():
    nodes, weights = GAP.rule(40)
    assert len(nodes) == 80 and weights.sum() == pytest.approx(1) and np.abs(nodes).min() > 1
    exact = [quad(lambda x: np.tanh(x) * stats.norm(0.5, 2.0).pdf(x), *ends)[0] for ends in GAP.on]
    share = stats.norm(0.5, 2.0).cdf(-1) + stats.norm(0.5, 2.0).sf(1)
    assert weights @ np.tanh(nodes) == pytest.approx(sum(exact) / share, abs=1e-6)


def test_a_rounded_law_has_the_masses_of_its_cells():
    law = mf.Rounded(mf.Normal(0.3, 1.0), 0.5)
    nodes, weights = law.rule(1)
    normal = stats.norm(0.3, 1.0)
    assert weights == pytest.approx(normal.cdf(nodes + 0.25) - normal.cdf(nodes - 0.25), abs=1e-14)
    assert weights.sum() == pytest.approx(1) and nodes == pytest.approx(0.5 * np.rint(nodes / 0.5))
    drawn, counts = np.unique(law.quantile(U), return_counts=True)
    mass = weights[np.searchsorted(nodes, drawn)]
    assert np.abs(counts / len(U) - mass).max() < 0.015
    assert law.mean == pytest.approx(weights @ nodes) and law.dim == 1


@pytest.mark.parametrize(
    ("law", "points"),
    [
        (mf.Rounded(mf.Uniform(-0.5, 1.5)), [0.0, 1.0]),
        (mf.Rounded(mf.Uniform(-0.6, 1.6)), [-1.0, 0.0, 1.0, 2.0]),
        (mf.Rounded(mf.Uniform(0.2, 0.4)), [0.0]),
        (mf.Rounded(mf.Uniform(0.2, 0.4), 0.1), [0.2, 0.3, 0.4]),
    ],
)
def test_a_rounded_interval_ends_where_its_mass_does(law, points):
    assert law.rule(1)[0] == pytest.approx(points)
    assert law.support.ends == pytest.approx((points[0], points[-1]))
    assert float(law.support.distance(torch.tensor(points)).max()) < 1e-6


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: mf.Conditioned(mf.Uniform(0, 1), ((1.0, 2.0),)), "positive probability"),
        (lambda: mf.Conditioned(mf.Normal(), ((0.0, 1.0), (1.0, 2.0))), "apart"),
        (lambda: mf.Conditioned(mf.Normal(), ((0.0, 0.0),)), "positive probability"),
        (lambda: mf.Conditioned(mf.Dirac(), ((-1.0, 1.0),)), "without atoms"),
        (lambda: mf.Conditioned(mf.Normal(dim=2), ((-1.0, 1.0),)), "dim=1"),
        (lambda: mf.Rounded(mf.Rademacher()), "without atoms"),
        (lambda: mf.Rounded(mf.Normal(), 0.0), "step = 0"),
    ],
)
def test_refusals(make, said):
    with pytest.raises(mf.InvalidArgument, match=said):
        make()
