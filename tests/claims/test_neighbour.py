"""False statements near a check's: what they plant, and who has which."""

from math import inf

import numpy as np
import pytest

import mfcheck as mf
from mfcheck.claims.neighbour import Neighbour, rate_exponent, standard_neighbours
from mfcheck.claims.study import exceedance, growth, identity, value
from mfcheck.errors import InvalidArgument
from mfcheck.problems.finite import FiniteSpec
from mfcheck.stats import slopes

ALONG = (16, 32, 64)
POINTS = np.array(ALONG, dtype=float)[:, None]


def never(*args):
    raise AssertionError("neighbours cost no simulation")


RATE = growth(never, along=ALONG, rate=lambda N: 3 * N**-0.5)


@pytest.mark.parametrize(
    ("study", "expect", "names"),
    [
        (growth(never, along=ALONG), mf.AtMost(0), ["slower"]),
        (growth(never, along=ALONG), mf.AtLeast(0), ["faster"]),
        (growth(never, along=ALONG), mf.Equals(0), ["slower", "faster"]),
        (growth(never, along=ALONG), mf.Equals(-0.5), ["slower", "faster", "floor"]),
        (RATE, mf.AtMost(0), ["slower", "floor"]),
        (value(never), mf.AtMost(1), ["larger"]),
        (value(never), mf.Between(0, 1), ["larger", "smaller"]),
        (exceedance(never, above=1), mf.AtMost(0.1), ["tighter"]),
        (identity(never), mf.Equals(0), ["error"]),
    ],
)
def test_every_study_has_neighbours_on_the_sides_of_its_region(study, expect, names):
    assert [one.name for one in standard_neighbours(study, expect)] == names


@pytest.mark.parametrize(("name", "slope"), [("slower", -0.4), ("faster", -0.6)])
def test_another_exponent_is_planted_exactly(name, slope):
    found = {one.name: one for one in standard_neighbours(RATE, mf.Equals(0))}
    planted = found[name].plant(POINTS, POINTS**-0.5 * [[1.0, 2.0]], 0.1)
    assert slopes(ALONG, planted) == pytest.approx([slope, slope])
    assert f"N^{slope:.2f} or {name}" == found[name].says(0.1, slope)


def test_a_floor_is_a_share_of_the_first_median():
    floor = standard_neighbours(RATE, mf.AtMost(0))[-1]
    v = POINTS**-0.5 * [[1.0, 2.0, 9.0]]
    assert floor.plant(POINTS, v, 0.1) - v == pytest.approx(np.full((3, 3), 0.1 * 2 * 16**-0.5))
    assert floor.plant(POINTS, 0 * v, 0.1) == pytest.approx(np.full((3, 3), 0.1))
    assert floor.says(0.125, 0) == "a floor of 12.5% of the size at N = 16"


def test_an_axis_that_is_a_fraction_has_brackets():
    study = growth(never, along=ALONG, axis="T/ε")
    assert standard_neighbours(study, mf.AtMost(0))[0].says(1, 0.5) == "(T/ε)^0.50 or slower"


def test_the_slope_of_the_rate_is_added_to_the_exponent():
    assert rate_exponent(RATE) == pytest.approx(-0.5)
    assert rate_exponent(growth(never, along=ALONG)) == 0


def declared():
    claim = mf.Claim("c", text="It holds.", source="here", section="A")

    @claim.check(over=[FiniteSpec()], expect=mf.AtMost(0))
    def check(problem):
        """It holds."""

    return claim, check


def test_a_claim_adds_neighbours_of_its_own():
    claim, check = declared()

    @claim.neighbour(of=check, says=lambda x, _: f"{x:g} times more", most=3)
    def more(N, D, x):
        """More of it."""
        return D * (1 + x)

    (one,) = check.neighbours
    assert (one.name, one.most, one.says(2, 0)) == ("more", 3, "2 times more")
    assert one.plant(POINTS, POINTS, 1) == pytest.approx(2 * POINTS)


def test_a_neighbour_belongs_to_a_check_that_is_judged():
    claim, check = declared()
    shown = claim.report(over=[FiniteSpec()])(check.measure)
    control = claim.control(of=check)(check.measure)
    for wrong in (shown, control, declared()[1].measure, "check"):
        with pytest.raises(InvalidArgument, match="pass the check itself"):
            claim.neighbour(of=wrong, says=str)


@pytest.mark.parametrize("most", [0, -1, inf])
def test_a_size_is_positive_and_finite(most):
    with pytest.raises(InvalidArgument, match="most"):
        Neighbour("n", never, never, most)
