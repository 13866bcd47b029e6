"""The non-negative fit, on synthetic data whose coefficients are known."""

import numpy as np
import pytest
import torch
from scipy.optimize import lsq_linear

from mfcheck import InvalidArgument, Seeds
from mfcheck.observe.fit import nonnegative_fit

GRID = [(N, eps) for N in (8, 16, 32, 64) for eps in (0.05, 0.025, 0.0125)]
TERMS = torch.tensor([(1 / N, eps, 1.0) for N, eps in GRID], dtype=torch.float64)


def noisy(coefficients, groups, scatter):
    """Sums of the terms, each times an independent factor of mean one."""
    exact = TERMS @ torch.tensor(coefficients, dtype=torch.float64)
    u = Seeds(3, range(groups)).uniforms("factor", 0, len(exact))
    return exact[:, None] * torch.as_tensor(1 + scatter * np.sqrt(3) * (2 * u - 1)).T


@pytest.mark.parametrize("truth", [(0.1, 0.2, 0.0), (0.1, 0.0, 0.3), (0.0, 0.2, 0.004)])
def test_exact_sums_are_found_exactly(truth):
    found = nonnegative_fit(noisy(truth, 4, 0.0), TERMS)
    assert torch.allclose(found, torch.tensor([truth] * 4, dtype=torch.float64), atol=1e-12)


def test_it_is_unbiased_enough_where_no_coefficient_is_at_its_bound():
    truth = torch.tensor((0.1, 0.2, 0.02), dtype=torch.float64)
    found = nonnegative_fit(noisy(truth.tolist(), 512, 0.1), TERMS)
    assert (found.mean(0) / truth - 1).abs().max() < 0.05


def test_a_term_that_is_absent_is_mostly_found_absent_and_one_that_is_there_is_found():
    """The instrument of the third term: 12 cells, scatter as of groups of 32 networks."""
    finest = TERMS[-1]
    for third, least, most in ((0.0, 0.0, 0.15), (0.006, 0.4, 0.75)):
        found = nonnegative_fit(noisy((0.1, 0.15, third), 256, 0.15), TERMS) * finest
        share = (found[:, 2] / found.sum(1)).median()
        assert least <= share <= most


def test_it_minimises_what_it_says_it_minimises():
    values = noisy((0.1, 0.0, 0.01), 5, 0.3)
    for column, ours in zip(values.T, nonnegative_fit(values, TERMS), strict=True):
        relative = (TERMS / column[:, None]).numpy()
        other = lsq_linear(relative, np.ones(12), (0, np.inf), method="bvls", tol=1e-14)
        assert np.allclose(ours, other.x, atol=1e-9)


def test_a_group_with_a_network_that_diverged_is_unknown_and_spoils_no_other():
    values = noisy((0.1, 0.2, 0.0), 2, 0.0)
    values[3, 0] = torch.inf
    found = nonnegative_fit(values, TERMS)
    assert torch.isnan(found[0]).all() and torch.isfinite(found[1]).all()


@pytest.mark.parametrize(
    ("values", "terms"),
    [(torch.ones(11, 2), TERMS), (torch.zeros(12, 2), TERMS), (torch.ones(2, 2), TERMS[:2])],
)
def test_what_it_cannot_fit_is_refused(values, terms):
    with pytest.raises(InvalidArgument):
        nonnegative_fit(values, terms)
