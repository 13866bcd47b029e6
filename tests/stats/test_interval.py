"""Order-statistic bounds: by hand, against scipy's binomial, and by their symmetries."""

from math import inf, isnan, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from mfcheck.errors import InvalidArgument
from mfcheck.stats import Interval, bounds, critical, median, point, proportion

quiet = settings(deadline=None, database=None, derandomize=True)
extended = st.one_of(st.integers(-3, 3).map(float), st.sampled_from([inf, -inf]))
samples = st.lists(extended, min_size=1, max_size=40)
with_unknown = st.lists(st.one_of(extended, st.just(nan)), min_size=1, max_size=40)
levels = st.sampled_from([1e-6, 1e-3, 0.01, 0.1, 0.3, 0.49])
quantiles = st.sampled_from([0.05, 0.25, 0.5, 0.75, 0.9])


def test_critical_by_hand():
    # P(Bin(5, 1/2) <= 0) = 1/32, P(Bin(5, 1/2) <= 1) = 6/32.
    assert critical(5, 1 / 33) == 0
    assert critical(5, 1 / 32) == 1
    assert critical(5, 5 / 32) == 1
    assert critical(5, 6 / 32) == 2


def test_a_bound_at_one_in_a_million_needs_twenty_replicates():
    assert critical(19, 1e-6) == 0 and critical(20, 1e-6) == 1


@quiet
@given(st.integers(1, 2000), levels, quantiles)
def test_critical_is_the_largest_k(n, alpha, quantile):
    k = critical(n, alpha, quantile)
    assert k == 0 or binom.cdf(k - 1, n, quantile) <= alpha
    assert binom.cdf(k, n, quantile) > alpha


def test_critical_of_a_million_replicates():
    n, alpha = 2**20, 2e-6 / 6
    k = critical(n, alpha)
    assert binom.cdf(k - 1, n, 0.5) <= alpha < binom.cdf(k, n, 0.5)


@pytest.mark.parametrize(
    "arguments", [(0, 0.1), (2.5, 0.1), (9, 0.0), (9, 0.5), (9, 0.1, 0.0), (9, 0.1, 1.0)]
)
def test_critical_refuses(arguments):
    with pytest.raises(InvalidArgument):
        critical(*arguments)


def test_bounds_by_hand():
    # n = 5: level 1/32 takes the extremes, level 6/32 the second from either end.
    values = [3.0, 1.0, 5.0, 2.0, 4.0]
    assert bounds(values, 1 / 32, 6 / 32) == Interval(1.0, 4.0)
    assert bounds(values, 6 / 32, 1 / 32) == Interval(2.0, 5.0)
    assert bounds(values, 1 / 33, 1 / 33) == Interval(-inf, inf)


def test_bounds_of_another_quantile_by_hand():
    # P(Bin(3, 3/4) <= 1) = 10/64, so X_(2) bounds from below; no X_(4) bounds from above at 10/64,
    # since P(Bin(3, 1/4) <= 0) = 27/64 alone exceeds it.
    assert bounds([1.0, 2.0, 3.0], 10 / 64, 10 / 64, quantile=0.75) == Interval(2.0, inf)
    assert bounds([1.0, 2.0, 3.0], 10 / 64, 27 / 64, quantile=0.75) == Interval(2.0, 3.0)


def test_divergence_is_a_value_like_any_other():
    assert bounds([1.0, 2.0, 3.0, inf, inf], 6 / 32, 6 / 32) == Interval(2.0, inf)
    assert bounds([inf] * 5, 6 / 32, 6 / 32) == Interval(inf, inf)


def test_nan_counts_for_neither_side():
    assert bounds([1.0, 2.0, 3.0, 4.0, nan], 6 / 32, 6 / 32) == Interval(1.0, 4.0)
    assert bounds([nan] * 5, 6 / 32, 6 / 32) == Interval(-inf, inf)


@quiet
@given(with_unknown, levels, levels, quantiles, st.data())
def test_nan_widens_to_every_completion(values, low, high, quantile, data):
    known = [data.draw(extended) if isnan(v) else v for v in values]
    wide, narrow = bounds(values, low, high, quantile), bounds(known, low, high, quantile)
    assert wide.low <= narrow.low and narrow.high <= wide.high


@quiet
@given(samples, levels, levels)
def test_reflection(values, low, high):
    seen, mirrored = bounds(values, low, high), bounds([-v for v in values], high, low)
    assert (mirrored.low, mirrored.high) == (-seen.high, -seen.low)


@quiet
@given(samples, levels, levels, quantiles)
def test_increasing_transformations_carry_the_bounds_along(values, low, high, quantile):
    seen = bounds(values, low, high, quantile)
    bent = bounds(np.arctan(values), low, high, quantile)
    if critical(len(values), low, quantile):
        assert bent.low == np.arctan(seen.low)
    if critical(len(values), high, 1 - quantile):
        assert bent.high == np.arctan(seen.high)


@quiet
@given(with_unknown, levels, levels, quantiles)
def test_the_point_lies_within_the_bounds(values, low, high, quantile):
    estimate, seen = point(values, quantile), bounds(values, low, high, quantile)
    assert isnan(estimate) or seen.low <= estimate <= seen.high


def test_median_by_hand():
    assert median([3.0, 1.0, 2.0]) == 2.0
    assert median([4.0, 1.0, 2.0, 3.0]) == 2.5
    assert median([1.0, nan, 3.0]) == 2.0
    assert median([1.0, 2.0, inf, inf]) == inf
    assert median([1.0, inf, inf]) == inf


def test_the_median_that_does_not_exist():
    assert isnan(median([nan, nan])) and isnan(median([-inf, inf]))


def test_point_of_another_quantile_by_hand():
    values = [1.0, 2.0, 3.0, 4.0]
    assert point(values, 0.75) == 3.5
    assert point(values, 0.9) == 4.0
    assert point(values, 0.1) == 1.0


@quiet
@given(st.lists(st.floats(-5, 5), min_size=1, max_size=30))
def test_median_agrees_with_numpy(values):
    assert median(values) == pytest.approx(np.median(values))


def test_proportion_by_hand():
    # No success in n: high solves (1 − p)^n = alpha/2. All: low solves p^n = alpha/2.
    alpha, n = 0.05, 10
    tail = (alpha / 2) ** (1 / n)
    none, every = proportion(0, n, alpha), proportion(n, n, alpha)
    assert none.low == 0.0 and none.high == pytest.approx(1 - tail)
    assert every.high == 1.0 and every.low == pytest.approx(tail)


@quiet
@given(st.integers(1, 200), st.data(), levels)
def test_proportion_solves_its_two_equations(n, data, alpha):
    s = data.draw(st.integers(0, n))
    seen = proportion(s, n, alpha)
    if s > 0:
        assert binom.sf(s - 1, n, seen.low) == pytest.approx(alpha / 2)
    if s < n:
        assert binom.cdf(s, n, seen.high) == pytest.approx(alpha / 2)


@pytest.mark.parametrize("arguments", [(-1, 5, 0.1), (6, 5, 0.1), (0, 0, 0.1), (1, 5, 1.0)])
def test_proportion_refuses(arguments):
    with pytest.raises(InvalidArgument):
        proportion(*arguments)


def test_interval_refuses_and_reads():
    with pytest.raises(InvalidArgument, match="low exceeds high"):
        Interval(1, 0)
    with pytest.raises(InvalidArgument, match="NaN"):
        Interval(0, nan)
    assert str(Interval(-inf, 0.1234)) == "[-inf, 0.123]"


def test_bounds_refuse():
    with pytest.raises(InvalidArgument, match="values"):
        bounds([], 0.1, 0.1)
    with pytest.raises(InvalidArgument, match="error rate"):
        bounds([1.0], 0.7, 0.1)
