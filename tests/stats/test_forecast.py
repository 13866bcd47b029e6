"""Forecasts: against the exact law, against whole runs of the procedure, and their limits."""

from math import inf, nan

import numpy as np
import pytest
from scipy.special import ndtr

from mfcheck.stats import (
    AtLeast,
    AtMost,
    Between,
    Procedure,
    decide,
    forecast,
    forecast_event,
    judge_exceedance,
    power,
)
from mfcheck.stats.forecast import certain

PROCEDURE = Procedure()
MARGIN = 0.15
SETTINGS = [(0.0, 0.2), (0.0, 0.35), (0.05, 0.35), (0.3, 0.35), (0.5, 0.35), (-0.3, 0.3)]


def first_run(rng, mean, sd):
    """Values of a whole run and what its last look counted: (n, outside)."""
    seen = []

    def draw(a, b):
        fresh = rng.normal(mean, sd, b - a)
        seen.extend(fresh)
        return fresh

    look = decide(draw, AtMost(MARGIN), PROCEDURE)
    return np.array(seen), (look.n, look.counts.above)


@pytest.mark.parametrize(("mean", "sd"), SETTINGS)
def test_an_earlier_run_foretells_the_mean_number_of_replicates(mean, sd):
    """60 first runs: the mean of their forecasts against the exact mean, within a quarter."""
    rng, exact = np.random.default_rng(1), power(PROCEDURE, float(ndtr((MARGIN - mean) / sd)))
    made = []
    for _ in range(60):
        values, counted = first_run(rng, mean, sd)
        seen = counted if counted[0] > 32 else None
        made.append(forecast(values[:32], AtMost(MARGIN), PROCEDURE, seen))
    assert np.mean([f.mean for f in made]) == pytest.approx(exact.mean_replicates, rel=0.25)
    assert np.mean([f.undecided for f in made]) < 0.06


def test_few_values_leave_open_how_far_the_border_is():
    """Eight values 1.4 sd from the border may be of a law at 0.7 or at 2; eighty hardly."""
    eight = np.tile([-0.1, 0.1], 4)
    few, many = (forecast(np.tile(eight, k), AtMost(MARGIN), PROCEDURE) for k in (1, 10))
    assert few.mean > 1.2 * few.likely and few.variance > 3 * many.variance
    assert many.mean == pytest.approx(many.likely, rel=0.2)


@pytest.mark.parametrize(("mean", "sd"), SETTINGS)
def test_a_pilot_foretells_within_a_factor_of_two(mean, sd):
    rng, exact = np.random.default_rng(2), power(PROCEDURE, float(ndtr((MARGIN - mean) / sd)))
    made = [forecast(rng.normal(mean, sd, 32), AtMost(MARGIN), PROCEDURE) for _ in range(60)]
    ratio = np.mean([f.likely for f in made]) / exact.mean_replicates
    assert 1 / 2 < ratio < 2


def test_on_the_border_a_row_probably_stays_undecided():
    values, _ = first_run(np.random.default_rng(3), MARGIN, 0.3)
    counted = (1024, 512)
    found = forecast(values[:32], AtMost(MARGIN), PROCEDURE, counted)
    assert found.undecided > 0.9 and found.likely > 1000
    clear = forecast(np.linspace(-1.2, -0.8, 32), AtMost(MARGIN), PROCEDURE)
    assert clear.undecided < 1e-6 and clear.likely == pytest.approx(32)


def test_what_lies_outside_a_lower_or_a_two_sided_region():
    v = np.random.default_rng(4).normal(0, 0.35, 32)
    upper = forecast(v, AtMost(MARGIN), PROCEDURE)
    mirrored = forecast(-v, AtLeast(-MARGIN), PROCEDURE)
    assert mirrored == upper
    both = forecast(v, Between(-9, MARGIN), PROCEDURE)
    assert both.stopping == upper.stopping


def test_values_without_spread_or_without_a_number():
    same = forecast(np.zeros(32), AtMost(MARGIN), PROCEDURE)
    assert same.undecided < 1e-3 and same.likely == pytest.approx(32, rel=0.05)
    lost = forecast([nan, inf] * 16, AtMost(MARGIN), PROCEDURE)
    assert lost.likely == pytest.approx(32, rel=0.05)  # refuted, probably: all count as outside


@pytest.mark.parametrize(
    ("p", "delta"), [(0.01, 0.0575), (0.0, 0.0575), (0.3, 0.0575), (0.02, 0.23)]
)
def test_an_event(p, delta):
    """The mean over 40 first runs against the mean of 40 second ones."""
    rng = np.random.default_rng(5)

    def run():
        return decide(
            lambda a, b: rng.random(b - a) < p, AtMost(delta), PROCEDURE, judge_exceedance
        )

    first = [run() for _ in range(40)]
    counts = [(look.counts.above, look.n) for look in first]
    likely = np.mean([forecast_event(*c, delta, PROCEDURE).likely for c in counts])
    assert likely == pytest.approx(np.mean([run().n for _ in range(40)]), rel=0.35)


def test_the_numbers_of_a_forecast():
    one = certain(96, decided=False)
    assert (one.mean, one.variance, one.undecided, one.likely) == (96, 0, 1, 96)
    values = np.random.default_rng(6).normal(0, 0.35, 32)
    found = forecast(values, AtMost(MARGIN), PROCEDURE)
    assert sum(found.stopping) == pytest.approx(1)
    assert found.variance > 0 and found.likely < found.mean  # few rows are dear


def test_a_row_without_time_takes_no_further_look():
    values = np.random.default_rng(7).normal(0.05, 0.35, 32)
    found = forecast(values, AtMost(MARGIN), PROCEDURE)
    short = found.within(100)
    assert short.rounds == (32, 64, 128) and sum(short.stopping) == pytest.approx(1)
    assert short.undecided == pytest.approx(sum(found.stopping[3:])) and short.likely <= 128
    assert found.within(1e9) is found
