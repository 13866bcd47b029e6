"""The Anderson–Darling statistic, against scipy's and on samples of known law."""

import warnings

import numpy as np
import pytest
import torch
from scipy import stats
from scipy.special import ndtri

from mfcheck import InvalidArgument, Seeds
from mfcheck.observe.normality import NORMAL_MEDIAN, anderson_darling


def uniforms(samples, n):
    return Seeds(11, range(samples)).uniforms("normality", 0, n)


def test_it_is_scipys_statistic_with_stephens_factor():
    for n in (8, 32):
        sample = uniforms(5, n) ** 2
        ours = anderson_darling(torch.as_tensor(sample))
        theirs = [_scipys(row) for row in sample]
        assert np.allclose(ours, np.array(theirs) * (1 + 0.75 / n + 2.25 / n**2))


def _scipys(row):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # on how p-values will be computed
        return stats.anderson(row, "norm").statistic


@pytest.mark.parametrize("n", [32, 128])
def test_for_normal_samples_its_median_is_the_stated_one_whatever_mean_and_deviation(n):
    sample = torch.as_tensor(5 + 0.01 * ndtri(uniforms(20_000, n)))
    found = anderson_darling(sample)
    assert abs(float(found.median()) - NORMAL_MEDIAN) < 0.006
    assert abs(float((found > 0.752).double().mean()) - 0.05) < 0.006


def test_a_hundred_numbers_tell_student_and_a_slight_skewness_from_normal():
    u = uniforms(2_000, 128)
    for law in (stats.t(5), stats.gamma((2 / 0.7) ** 2)):
        assert float(anderson_darling(torch.as_tensor(law.ppf(u))).median()) > 0.75


@pytest.mark.parametrize("power", [3, 5])
def test_it_is_larger_for_samples_that_are_not_normal(power):
    cubed = torch.as_tensor(ndtri(uniforms(500, 32)) ** power)
    assert anderson_darling(cubed).median() > 1.0


def test_it_forgets_the_order_and_finds_a_constant_sample_infinitely_far():
    sample = torch.as_tensor(uniforms(3, 16))
    assert torch.allclose(anderson_darling(sample), anderson_darling(sample.flip(-1)))
    assert torch.isinf(anderson_darling(torch.ones(16)))


def test_short_samples_are_refused():
    with pytest.raises(InvalidArgument, match="8 numbers"):
        anderson_darling(torch.arange(7.0))
