"""Numbers are printed with a true minus, sensible digits, and never claim too much."""

import math

import pytest

from mfcheck.report.wording import numbers


@pytest.mark.parametrize(
    ("low", "high", "printed"),
    [
        (-0.12, 0.07, "[−0.12, 0.07]"),
        (-0.1234, 0.0678, "[−0.13, 0.07]"),
        (0.0101, 0.0154, "[0.0101, 0.0154]"),
        (-1.26, 3.11, "[−1.3, 3.2]"),
        (-130.4, 220.0, "[−131, 220]"),
        (-0.001, 0.5, "[−0.01, 0.50]"),
        (-0.1, None, "[−0.10, not finite]"),
        (None, None, "undefined"),
        (0.5, 0.5, "[0.50, 0.50]"),
    ],
)
def test_intervals_are_rounded_outwards(low, high, printed):
    assert numbers.interval(low, high) == printed


@pytest.mark.parametrize(
    ("x", "places", "printed"),
    [(-0.001, 2, "0.00"), (-0.126, 2, "−0.13"), (None, 2, "undefined"), (math.nan, 2, "undefined")],
)
def test_fixed(x, places, printed):
    assert numbers.fixed(x, places) == printed


@pytest.mark.parametrize(
    ("x", "printed"),
    [
        (0, "0"),
        (0.15, "0.15"),
        (-0.5, "−0.5"),
        (2e-6, "2 × 10⁻⁶"),
        (1e-12, "10⁻¹²"),
        (2e-6 * 500, "0.001"),
        (128, "128"),
        (None, "undefined"),
        (math.inf, "undefined"),
    ],
)
def test_plain(x, printed):
    assert numbers.plain(x) == printed


@pytest.mark.parametrize(
    ("x", "printed"),
    [(3.14e-14, "3.1 × 10⁻¹⁴"), (0, "0"), (-2e5, "−2 × 10⁵"), (None, "undefined")],
)
def test_scientific(x, printed):
    assert numbers.scientific(x) == printed


@pytest.mark.parametrize(
    ("x", "printed"),
    [
        (0.44, "0.4 s"),
        (12.4, "12 s"),
        (59.7, "1 min 0 s"),
        (200, "3 min 20 s"),
        (3900, "1 h 5 min"),
    ],
)
def test_seconds(x, printed):
    assert numbers.seconds(x) == printed


def test_counts():
    assert numbers.count(1, "row") == "1 row"
    assert numbers.count(1234, "row") == "1\u202f234 rows"
    assert numbers.count(2, "entry", "entries") == "2 entries"


def test_huge_numbers_are_powers_and_still_rounded_outwards():
    assert numbers.fixed(7.2057594037927e16, 2) == "7.2 × 10¹⁶"
    assert numbers.interval(7.26e16, 7.21e17) == "[7.2 × 10¹⁶, 7.3 × 10¹⁷]"
    assert numbers.interval(-7.21e17, -7.26e16) == "[−7.3 × 10¹⁷, −7.2 × 10¹⁶]"
    assert numbers.fixed(999_999.0, 0) == "999999"
