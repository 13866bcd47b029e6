"""The number that a search climbs: 0 is what the theorem allows, 1 the border of REFUTED."""

from math import inf, nan

import numpy as np
import pytest

import mfcheck as mf
from mfcheck.claims.study import Study
from mfcheck.search.score import FAR, reach, residual_decades, score

NUMBER = mf.value(lambda seeds: seeds)
HIGH = mf.value(lambda seeds: seeds, quantile=0.9)
EXACT = mf.identity(lambda seeds: seeds)
OFTEN = mf.exceedance(lambda seeds: seeds, above=1.0)


@pytest.mark.parametrize(
    ("allowed", "estimate", "wanted"),
    [
        (mf.AtMost(0.0), 0.0, 0.0),
        (mf.AtMost(0.0), 0.15, 1.0),
        (mf.AtMost(0.0), -0.3, -2.0),
        (mf.AtLeast(0.5), 0.35, 1.0),
        (mf.AtLeast(0.5), 0.8, -2.0),
        (mf.Equals(-0.5), -0.5, 0.0),
        (mf.Equals(-0.5), -0.65, 1.0),
        (mf.Equals(-0.5), -0.35, 1.0),
        (mf.Between(0.4, 0.6), 0.5, -2 / 3),
    ],
)
def test_it_counts_margins_beyond_the_region(allowed, estimate, wanted):
    assert reach(estimate, allowed, 0.15) == pytest.approx(wanted)
    values = np.full((1, 32), estimate)
    assert score(NUMBER, values, allowed, 0.15) == pytest.approx(wanted)


def test_the_border_is_where_a_row_with_no_noise_is_refuted():
    """A hair above 1 all replicates lie beyond the border, a hair below none."""
    for shift, verdict in ((1e-9, "REFUTED"), (-1e-9, "SUPPORTED")):
        values = np.full(32, 0.15 + shift)
        found = score(NUMBER, values[None], mf.AtMost(0.0), 0.15)
        look = mf.stats.judge(values, mf.AtMost(0.0).widened(0.15), mf.stats.Procedure(), 0)
        assert found is not None and (found > 1) == (look.verdict == verdict == "REFUTED")


@pytest.mark.parametrize(("residual", "wanted"), [(1e-10, 1.0), (1e-9, 2.0), (1e-16, -5.0)])
def test_of_an_identity_it_counts_decades(residual, wanted):
    assert residual_decades(residual, 1e-10) == pytest.approx(wanted)
    values = np.array([[0.0, nan, residual / 3, residual]])
    assert score(EXACT, values, mf.Equals(0), 1e-10) == pytest.approx(wanted)


def test_of_a_rate_it_is_the_median_slope_and_of_a_bound_in_probability_its_quantile():
    growing = mf.growth(lambda N, seeds: seeds, along=(1, 2, 4))
    values = np.array([[1.0, 1.0, 1.0], [2.0, 1.0, 4.0], [4.0, 1.0, 16.0]])  # slopes 1, 0, 2
    assert score(growing, values, mf.AtMost(0.0), 0.5) == pytest.approx(2.0)
    numbers = np.arange(1.0, 11.0)[None]
    assert score(NUMBER, numbers, mf.AtMost(0.0), 1.0) == pytest.approx(5.5)
    assert score(HIGH, numbers, mf.AtMost(0.0), 1.0) == pytest.approx(9.5)


def test_of_an_event_it_is_the_share_of_replicates():
    values = np.array([[0.5, 2.0, inf, 0.5, 0.5, 0.5, 0.5, 0.5]])
    assert score(OFTEN, values, mf.AtMost(0.05), 0.1) == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("study", "numbers", "wanted"),
    [
        (NUMBER, [inf, inf, inf], FAR),
        (NUMBER, [-inf, -inf, -inf], -FAR),
        (NUMBER, [nan, nan, nan], None),
        (NUMBER, [nan, 1.0, nan], 1.0),
        (NUMBER, [-inf, inf], None),
        (EXACT, [0.0, 0.0], -FAR),
        (EXACT, [0.0, inf], FAR),
        (EXACT, [nan, nan], None),
    ],
)
def test_what_is_not_finite_is_a_number_all_the_same_or_none(study: Study, numbers, wanted):
    unit = 1e-10 if study is EXACT else 1.0
    allowed = mf.Equals(0) if study is EXACT else mf.AtMost(0.0)
    assert score(study, np.array([numbers]), allowed, unit) == wanted
