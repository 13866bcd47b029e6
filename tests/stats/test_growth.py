"""Growth exponents: power laws to rounding, and the table of values without a logarithm."""

from math import inf, isnan, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mfcheck.errors import InvalidArgument
from mfcheck.stats import curvature, end_slopes, slopes

WIDTHS = (16, 32, 64, 128)
quiet = settings(deadline=None, database=None, derandomize=True)
exponents = st.floats(-3, 3)
constants = st.floats(0.01, 100)


def columns(*replicates):
    """Values (m, replicates) from one tuple per replicate."""
    return np.array(replicates, dtype=float).T


def test_two_sizes_by_hand():
    # log 8 / log 4 = 3/2 and log (1/4) / log 4 = −1.
    assert slopes([1, 4], columns((1, 8), (2, 0.5))) == pytest.approx([1.5, -1.0])


def test_three_sizes_by_hand():
    # x = 0, 1, 2 and y = 0, 0, 3 in units of log 2: slope (−1·0 + 1·3)/2 = 3/2.
    assert slopes([1, 2, 4], columns((1, 1, 8))) == pytest.approx([1.5])


@quiet
@given(exponents, constants)
def test_power_laws_are_recovered(theta, c):
    v = c * np.array(WIDTHS, dtype=float) ** theta
    assert slopes(WIDTHS, columns(v)) == pytest.approx([theta], abs=1e-12)
    assert curvature(WIDTHS, columns(v)) == pytest.approx([0.0], abs=1e-12)


@quiet
@given(st.lists(constants, min_size=4, max_size=4), exponents, constants)
def test_a_factor_shifts_nothing_and_a_power_adds_up(values, theta, c):
    x = np.array(WIDTHS, dtype=float)
    scaled = c * np.array(values) * x**theta
    assert slopes(WIDTHS, columns(scaled)) == pytest.approx(
        slopes(WIDTHS, columns(values)) + theta, abs=1e-10
    )


@pytest.mark.parametrize("along", [WIDTHS, (10, 12, 50, 51, 900)])
def test_both_coefficients_agree_with_polyfit(along):
    v = np.random.default_rng(1).lognormal(size=(len(along), 5))
    straight = np.polyfit(np.log(along), np.log(v), 1)
    bent = np.polyfit(np.log(along), np.log(v), 2)
    assert slopes(along, v) == pytest.approx(straight[0])
    assert curvature(along, v) == pytest.approx(bent[0])
    end = 2 * bent[0] * np.log(along[-1]) + bent[1]
    assert end_slopes(along, v) == pytest.approx(end)


def test_curvature_by_hand():
    # log v = x²: the coefficient of x² is 1, wherever the origin of x.
    x = np.log(WIDTHS)
    assert curvature(WIDTHS, columns(np.exp(x**2))) == pytest.approx([1.0])


@pytest.mark.parametrize(
    ("values", "slope"),
    [
        ((1, 2, inf, 4), inf),
        ((inf, 2, 1, 1), inf),
        ((1, nan, inf, 4), inf),
        ((0, 0, 0, inf), inf),
        ((0, 0, 0, 0), -inf),
        ((1, 1, 0, 0), -inf),
        ((0, 0, 1, 1), inf),
        ((0, 1, 1, 0), nan),
        ((1, 0, 0, 1), nan),
        ((1, nan, 1, 1), nan),
        ((0, nan, 0, 0), nan),
    ],
)
def test_values_without_a_finite_logarithm(values, slope):
    assert slopes(WIDTHS, columns(values)) == pytest.approx([slope], nan_ok=True)
    assert isnan(curvature(WIDTHS, columns(values))[0])
    assert isnan(end_slopes(WIDTHS, columns(values))[0])


@pytest.mark.parametrize("zeros", [(0, 0, 1, 1), (1, 1, 0, 0), (0, 1, 1, 1), (1, 1, 1, 0)])
def test_the_rule_for_zeros_is_the_limit_of_small_values(zeros):
    """Zeros on one end only: with a tiny number for each, the slope runs off to the same side."""
    tiny = [max(z, np.finfo(float).tiny) for z in zeros]
    runaway, limit = slopes(WIDTHS, columns(tiny)), slopes(WIDTHS, columns(zeros))
    assert np.sign(runaway) == np.sign(limit) and abs(runaway[0]) > 10


def test_irregular_replicates_leave_the_others_alone():
    v = columns((1, 2, 4, 8), (1, 1, 1, inf), (0, 0, 0, 0), (8, 4, 2, 1))
    assert slopes(WIDTHS, v) == pytest.approx([1.0, inf, -inf, -1.0])
    assert curvature(WIDTHS, v) == pytest.approx([0.0, nan, nan, 0.0], abs=1e-12, nan_ok=True)


@pytest.mark.parametrize(
    ("along", "values", "rule"),
    [
        ([1, 2], [[1.0], [-1.0]], r"values\[1, 0\] = -1.0: .*at least 0"),
        ([1, 2], [[1.0, 1.0], [1.0, -inf]], r"values\[1, 1\] = -inf"),
        ([2, 1], [[1.0], [1.0]], "strictly increasing"),
        ([0, 1], [[1.0], [1.0]], "positive"),
        ([1, inf], [[1.0], [1.0]], "finite"),
        ([1, nan], [[1.0], [1.0]], "finite"),
        ([1], [[1.0]], "at least 2 sizes"),
        ([1, 2, 3], [[1.0], [1.0]], "one row per size, of which there are 3"),
        ([1, 2], [1.0, 1.0], "needs 2 axes"),
    ],
)
def test_slopes_refuse(along, values, rule):
    with pytest.raises(InvalidArgument, match=rule):
        slopes(along, values)


def test_curvature_needs_three_sizes():
    with pytest.raises(InvalidArgument, match="at least 3 sizes"):
        curvature([1, 2], [[1.0], [1.0]])
    with pytest.raises(InvalidArgument, match="at least 3"):
        end_slopes([1, 2], [[1.0], [1.0]])
