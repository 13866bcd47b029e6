"""Distances to laws and correlations of pairs: against scipy and against loops."""

import numpy as np
import pytest
import torch
from scipy import stats

import mfcheck as mf
from mfcheck.observe.marginals import (
    KOLMOGOROV_MEDIAN,
    kolmogorov,
    pair_correlation,
    two_samples,
    wasserstein,
)
from mfcheck.seeds import Seeds

U = torch.as_tensor(Seeds(1).uniforms("entries", 0, 90)[0]).reshape(3, 30)


@pytest.mark.parametrize(
    ("law", "known"),
    [
        (mf.Normal(0.4, 0.5), stats.norm(0.4, 0.5)),
        (mf.Uniform(-0.2, 0.9), stats.uniform(-0.2, 1.1)),
    ],
)
def test_kolmogorov_is_scipys(law, known):
    expected = [stats.kstest(row, known.cdf).statistic for row in U.numpy()]
    assert kolmogorov(U, law).tolist() == pytest.approx(expected)


def test_two_samples_are_scipys_with_ties_too():
    a, b = U, (3 * U.flip(-1)[:, :20]).round() / 3
    a = torch.cat([a, b[:, :5]], -1)
    scale = (35 * 20 / 55) ** 0.5
    pairs = zip(a.numpy(), b.numpy(), strict=True)
    expected = [stats.ks_2samp(x, y).statistic * scale for x, y in pairs]
    assert two_samples(a, b).tolist() == pytest.approx(expected)


def test_the_median_is_kolmogorovs():
    assert stats.kstwobign.cdf(KOLMOGOROV_MEDIAN) == pytest.approx(0.5, abs=1e-4)


def test_wasserstein_of_shifted_atoms_is_the_shift():
    law = mf.Rademacher(1.0, 0.5)
    atoms = torch.tensor([0.5] * 10 + [1.5] * 10).double()
    assert float(wasserstein(atoms, law)) == 0
    assert float(wasserstein(atoms.flip(0) + 0.1, law)) == pytest.approx(0.1)
    smooth = wasserstein(U, mf.Uniform(0, 1))
    grid = np.linspace(0, 1, 200001)
    F = np.searchsorted(np.sort(U[0].numpy()), grid, side="right") / 30
    assert float(smooth[0]) == pytest.approx(np.abs(F - grid).mean(), abs=1 / 60)


def test_pairs_are_pairs_of_different_entries():
    w, mean = U.numpy(), 0.3
    v = w - mean
    pairs = [v[j, k] * v[j, q] for j in range(3) for k in range(30) for q in range(30) if k != q]
    expected = np.mean(pairs) / np.mean(v**2)
    assert float(pair_correlation(U, mean)) == pytest.approx(expected)


def test_a_law_without_a_density_is_refused():
    with pytest.raises(mf.InvalidArgument, match="use Normal or Uniform"):
        kolmogorov(U, mf.Rademacher(0.0, 1.0))
