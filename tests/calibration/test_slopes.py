"""The slope estimator on synthetic power laws, and from there to the verdict."""

from math import e, log, sqrt

import numpy as np
import pytest
from scipy.stats import binom

from mfcheck.stats import (
    AtMost,
    Between,
    Procedure,
    Verdict,
    bounds,
    curvature,
    decide,
    end_slopes,
    median,
    slopes,
)

WIDTHS = np.array([16.0, 32.0, 64.0, 128.0])
WIDE = np.array([32.0, 64.0, 128.0, 256.0, 512.0])
PROCEDURE = Procedure()
REPLICATES = 4000
NOISE = 0.4  # sd of the log value at one width
STRAY = 1e-6
MARGIN = 0.15


def power_law(theta, rng, replicates, widths=WIDTHS):
    """N^θ times lognormal noise, shape (widths, replicates)."""
    noise = rng.normal(0, NOISE, (len(widths), replicates))
    return widths[:, None] ** theta * np.exp(noise)


def slope_sd(widths):
    """Standard deviation of one slope: σ / √Σ(x − x̄)²."""
    x = np.log(widths)
    return NOISE / np.sqrt(np.sum((x - x.mean()) ** 2))


def envelope(N, T=1.0, delta=0.05):
    """The width term of the coupling bound: N^-1/2 · log^1/2(3(T+1)N²/δ + e)."""
    return np.array([n**-0.5 * sqrt(log(3 * (T + 1) * n**2 / delta + e)) for n in N])


@pytest.mark.parametrize("theta", [-1.0, -0.5, 0.0, 0.5])
def test_the_median_slope_is_the_exponent(theta):
    seen = slopes(WIDTHS, power_law(theta, np.random.default_rng(6), REPLICATES))
    interval = bounds(seen, STRAY, STRAY)
    assert interval.low <= theta <= interval.high
    assert interval.high - interval.low < slope_sd(WIDTHS)


def test_the_spread_of_the_slopes_is_that_of_least_squares():
    """The share of slopes within one standard deviation is 68.3%, as for any normal law."""
    seen = slopes(WIDTHS, power_law(0.0, np.random.default_rng(7), REPLICATES))
    interval = bounds(np.abs(seen) / slope_sd(WIDTHS), STRAY, STRAY, quantile=0.6827)
    assert interval.low <= 1 <= interval.high


def test_noise_leaves_the_curvature_at_zero_and_a_bend_does_not():
    rng = np.random.default_rng(8)
    straight = power_law(-0.5, rng, REPLICATES)
    bent = straight * np.exp(0.5 * np.log(WIDTHS)[:, None] ** 2)
    level = bounds(curvature(WIDTHS, straight), STRAY, STRAY)
    bend = bounds(curvature(WIDTHS, bent), STRAY, STRAY)
    assert level.low <= 0 <= level.high and bend.low <= 0.5 <= bend.high and bend.low > 0


@pytest.mark.parametrize("c", [0.0, -0.05, 0.3])
@pytest.mark.parametrize("widths", [WIDTHS, np.array([10.0, 16.0, 100.0])])
def test_the_intervals_of_a_bend_and_of_the_last_slope_miss_as_often_as_they_say(c, widths):
    """log v = a + b x + c x² with heavy tails: misses of 2000 intervals, against the binomial."""
    alpha, n, runs = 0.05, 64, 2000
    rng, x = np.random.default_rng(11), np.log(widths)
    noise = rng.laplace(0, NOISE, (len(widths), n * runs))
    v = np.exp(1 - 0.5 * x + c * x**2)[:, None] * np.exp(noise)
    wanted = {curvature: c, end_slopes: 2 * c * x[-1] - 0.5}
    most = binom.isf(STRAY, runs, alpha)
    for measure, truth in wanted.items():
        each = measure(widths, v).reshape(runs, n)
        seen = [bounds(values, alpha / 2, alpha / 2) for values in each]
        missed = sum(not interval.low <= truth <= interval.high for interval in seen)
        assert 0 < missed <= most


def test_a_logarithm_hides_in_the_slope_and_the_envelope_takes_it_out():
    """N^-1/2 √log N² looks like N^-0.43 over these widths; divided by itself it is flat."""
    raw = envelope(WIDE)[:, None] * power_law(0.0, np.random.default_rng(9), REPLICATES, WIDE)
    apparent = slopes(WIDE, envelope(WIDE)[:, None])[0]
    assert apparent == pytest.approx(-0.43, abs=0.005)
    seen = bounds(slopes(WIDE, raw), STRAY, STRAY)
    assert seen.low <= apparent <= seen.high < -0.4 and seen.low > -0.5
    flat = bounds(slopes(WIDE, raw / envelope(WIDE)[:, None]), STRAY, STRAY)
    assert flat.low <= 0 <= flat.high


@pytest.mark.parametrize(
    ("theta", "region", "verdict"),
    [
        (0.0, AtMost(0.0), Verdict.SUPPORTED),
        (-0.7, AtMost(0.0), Verdict.SUPPORTED),
        (0.5, AtMost(0.0), Verdict.REFUTED),
        (-0.5, Between(-0.5, -0.5), Verdict.SUPPORTED),
        (-1.0, Between(-0.5, -0.5), Verdict.REFUTED),
        (0.0, Between(-0.5, -0.5), Verdict.REFUTED),
    ],
)
def test_from_values_to_a_verdict(theta, region, verdict):
    rng = np.random.default_rng(10)

    def draw(a, b):
        return slopes(WIDTHS, power_law(theta, rng, b - a))

    assert decide(draw, region.widened(MARGIN), PROCEDURE).verdict is verdict


def test_a_control_that_diverges_at_the_largest_width_is_refuted():
    def draw(a, b):
        values = power_law(-0.5, np.random.default_rng(a), b - a)
        values[-1] = np.inf
        return slopes(WIDTHS, values)

    look = decide(draw, AtMost(0.0).widened(MARGIN), PROCEDURE)
    assert look.verdict is Verdict.REFUTED and look.n == 32 and look.counts.diverged == 32


def test_an_error_of_exactly_zero_supports_an_upper_bound():
    look = decide(lambda a, b: slopes(WIDTHS, np.zeros((4, b - a))), AtMost(0.0), PROCEDURE)
    assert look.verdict is Verdict.SUPPORTED and median([look.estimate]) == -np.inf
