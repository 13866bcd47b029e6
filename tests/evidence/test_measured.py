"""What is measured of a row: the numbers that JSON may hold, and what is counted beside them."""

from math import inf, nan

import numpy as np
import pytest

from mfcheck.claims.study import growth
from mfcheck.evidence.measured import Measured, change, fitted_curvature
from mfcheck.evidence.record import json_number
from mfcheck.evidence.row import CURVES
from mfcheck.evidence.row_parts import FloorRecord, MedianRecord, RoundRecord
from mfcheck.stats import AtLeast, AtMost, Between, Equals, Procedure, judge, judge_identity, slopes
from mfcheck.stats.interval import critical

POINTS = (1, 2, 4)
PROCEDURE = Procedure()


def curves(slope, n=32):
    """Exact power laws (3, n) of the given slopes."""
    return np.array(POINTS)[:, None] ** np.broadcast_to(np.asarray(slope, float), (n,))


def measured(values, region=None, margin=0.15):
    """Values with the first look at their slopes."""
    region = region or AtMost(0)
    look = judge(slopes(POINTS, values), region.widened(margin), PROCEDURE, 0)
    return Measured(np.asarray(values), [look])


def figures(values, region=None):
    region = region or AtMost(0)
    return measured(values, region).figures(region, "growth")


def ordered(*numbers: float | None) -> bool:
    """Whether all are numbers, each at least the one before."""
    known = [number for number in numbers if number is not None]
    return len(known) == len(numbers) and known == sorted(known)


@pytest.mark.parametrize("value", [nan, inf, -inf])
def test_what_is_not_finite_is_none(value):
    assert json_number(value) is None


def test_what_is_finite_is_a_builtin_float():
    assert type(json_number(np.float32(0.5))) is float


def test_a_plain_row():
    found = figures(curves(0.0))
    assert (found["n"], found["verdict"], found["diverged"], found["undefined"]) == (
        32,
        "SUPPORTED",
        0,
        0,
    )
    assert found["median_curve"] == (1.0, 1.0, 1.0)
    assert found["estimate"] == found["low"] == found["high"] == found["excluded"] == 0.0
    assert found["rounds"] == (RoundRecord(n=32, below=32, above=0),)


def test_no_more_curves_are_kept_than_can_be_drawn():
    found = Measured(curves(0.0, n=64)).figures(AtMost(0), "growth")
    assert len(found["curves"]) == CURVES
    assert found["n"] == 64
    assert all(len(curve) == len(POINTS) for curve in found["curves"])


def test_a_replicate_that_diverged_is_counted_and_drawn_as_none():
    values = curves(0.0)
    values[2, :3] = inf
    found = figures(values)
    assert (found["diverged"], found["undefined"]) == (3, 0)
    assert found["curves"][0] == (1.0, 1.0, None)
    assert found["rounds"] == (RoundRecord(n=32, below=29, above=3),)
    assert "3 of 32 diverged" in found["reason"]


def test_a_replicate_without_a_number_is_counted_once():
    values = curves(0.0)
    values[0, 0] = nan
    values[0, 1], values[2, 1] = nan, inf  # it diverged, whatever else
    found = figures(values)
    assert (found["diverged"], found["undefined"]) == (1, 1)
    assert found["rounds"] == (RoundRecord(n=32, below=30, above=1),)


def test_a_slope_that_cannot_be_read_is_undefined():
    values = curves(0.0)
    values[1, 0] = 0.0
    assert figures(values)["undefined"] == 1


def test_without_a_look_the_values_themselves_are_counted():
    values = np.array([[1.0, nan, nan], [inf, inf, 1.0]])
    found = Measured(values).figures(AtMost(0), "growth")
    assert (found["diverged"], found["undefined"]) == (2, 1)
    assert (found["verdict"], found["estimate"], found["excluded"]) == ("INCONCLUSIVE", None, None)


@pytest.mark.parametrize("estimator", ["growth", "identity", "value"])
@pytest.mark.parametrize("shape", [(0, 0), (3, 0), (1, 0)])
@pytest.mark.filterwarnings("error")
def test_nothing_measured_is_nothing(shape, estimator):
    found = Measured(np.empty(shape)).figures(AtMost(0), estimator)
    assert (found["n"], found["curves"], found["median_curve"]) == (0, (), ())


@pytest.mark.parametrize(
    ("region", "slope", "excluded"),
    [
        (AtMost(0.5), 0.25, -0.25),
        (AtMost(-0.5), 0.25, 0.75),
        (AtLeast(0.5), 0.25, 0.25),
        (AtLeast(0.0), 0.25, -0.25),
        (Between(0.0, 1.0), 0.25, -0.25),
        (Between(0.5, 1.0), 0.25, 0.25),
        (Equals(0.0), 0.25, 0.25),
    ],
)
def test_how_far_beyond_the_claim_the_interval_reaches(region, slope, excluded):
    assert figures(curves(slope), region)["excluded"] == pytest.approx(excluded)


def test_what_is_excluded_is_counted_from_the_end_of_the_interval():
    found = figures(curves(np.linspace(-0.2, 0.1, 32)))
    assert found["excluded"] == found["high"]
    assert ordered(found["estimate"], found["high"]) and found["estimate"] != found["high"]


@pytest.mark.parametrize("region", [AtMost(0.0), AtLeast(0.0), Between(-1.0, 1.0)])
def test_an_interval_without_an_end_reaches_no_number(region):
    assert figures(curves(np.where(np.arange(32) % 2, inf, -inf)), region)["excluded"] is None


def test_of_a_lower_bound_the_violations_lie_below_the_border():
    slope = np.where(np.arange(32) < 5, -1.0, 0.0)
    assert figures(curves(slope), AtLeast(0.0))["rounds"] == (RoundRecord(n=32, below=5, above=27),)


def test_an_identity_has_no_median_curve_and_excludes_nothing():
    residuals = np.array([0.0, 1e-12, 2e-12])
    found = Measured(residuals[None], [judge_identity(residuals, 1e-10)]).figures(
        Equals(0), "identity"
    )
    assert (found["median_curve"], found["excluded"]) == ((), None)
    assert found["curves"] == ((0.0,), (1e-12,), (2e-12,))
    assert found["estimate"] == 2e-12


def test_the_curvature_is_that_of_the_median_curve():
    x = np.log(POINTS)
    values = np.exp(0.5 * x[:, None] ** 2 + np.linspace(-1, 1, 33) * x[:, None])
    found = fitted_curvature(growth(None, along=POINTS), values, 1e-3)
    assert found.estimate == pytest.approx(0.5)
    assert ordered(found.low, found.estimate, found.high)
    assert found.level == 0.999
    assert found.end.estimate == pytest.approx(x[-1])  # d/dx of x²/2
    assert ordered(found.end.low, found.end.estimate, found.end.high)


def test_both_ends_of_the_curvature_share_its_level():
    """64 curvatures in order: at 1/1000 in all, X_(k) with P(Bin(64, ½) ≤ k − 1) ≤ 1/2000."""
    x = np.log(POINTS)
    values = np.exp(np.linspace(-1, 1, 64) * x[:, None] ** 2)
    found = fitted_curvature(growth(None, along=POINTS), values, 1e-3)
    k = critical(64, 5e-4)
    assert k < critical(64, 1e-3)
    assert found.low == pytest.approx(np.linspace(-1, 1, 64)[k - 1])
    assert found.high == pytest.approx(np.linspace(-1, 1, 64)[64 - k])


@pytest.mark.filterwarnings("error")
def test_the_curvature_of_what_diverged_is_unknown():
    unknown = MedianRecord(estimate=None, low=None, high=None)
    found = fitted_curvature(growth(None, along=POINTS), np.full((3, 32), inf), 1e-3)
    assert (found.estimate, found.low, found.high) == (None, None, None)
    assert (found.level, found.end) == (0.999, unknown)


@pytest.mark.parametrize(
    ("values", "exact", "wanted"),
    [
        ([1.0, 2.0], [1.0, 2.0], 0.0),
        ([1.5, 2.0], [1.0, 2.0], 0.5),
        ([1.0, 1.0], [1.0, 2.0], 0.5),
        ([0.0, 1.0], [0.0, 1.0], 0.0),
        ([0.0], [1.0], 1.0),
        ([1.0], [0.0], inf),
        ([inf, inf], [inf, inf], 0.0),
        ([nan], [nan], 0.0),
        ([inf], [1.0], inf),
        ([1.0], [inf], 1.0),
        ([nan], [1.0], inf),
        ([1.0], [nan], inf),
    ],
)
@pytest.mark.filterwarnings("error")
def test_the_change_between_two_precisions(values, exact, wanted):
    """One that overflows where the other does not has changed: it must not drop out."""
    assert change(np.array(values), np.array(exact)) == pytest.approx(wanted)


@pytest.mark.parametrize("size", [0.016, inf, nan])
def test_a_coarse_reference_says_so(size):
    words = Measured(np.empty((3, 0)), floors={"fine": 0.001, "rounding": size}).coarse(0.015)
    assert "rounding" in words
    assert "fine" not in words
    assert "0.015" in words


def test_a_fine_reference_says_nothing():
    assert not Measured(np.empty((3, 0)), floors={"rounding": 0.015}).coarse(0.015)
    assert not Measured(np.empty((3, 0))).coarse(0.015)


def test_a_floor_that_is_no_number_does_not_reach_the_evidence():
    found = Measured(curves(0.0), floors={"a": inf, "b": 0.5}).figures(AtMost(0), "growth")
    assert found["floors"] == (FloorRecord(name="b", value=0.5),)
