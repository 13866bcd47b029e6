"""Exceedances: by hand, against scipy's binomial, and what counts as beyond."""

from dataclasses import replace
from math import inf, nan

import numpy as np
import pytest
from scipy.stats import binom

from mfcheck.errors import InvalidArgument
from mfcheck.stats import (
    AtLeast,
    AtMost,
    Between,
    Procedure,
    Verdict,
    beyond,
    decide,
    judge,
    judge_exceedance,
    power,
)

PROCEDURE = Procedure()
DELTA, BORDER = 0.05, 0.0575


def flags(hits, n):
    return np.r_[np.ones(hits), np.zeros(n - hits)]


def seen(hits, n, region=None):
    look = PROCEDURE.rounds.index(n)
    return judge_exceedance(flags(hits, n), region or AtMost(BORDER), PROCEDURE, look)


def test_what_is_unknown_or_diverged_is_beyond():
    assert beyond([0.0, 1.0, 1.0 + 1e-12, inf, nan, -inf], 1.0).tolist() == [0, 0, 1, 1, 1, 0]


@pytest.mark.parametrize("n", PROCEDURE.rounds)
def test_every_verdict_is_a_binomial_tail_against_the_border(n):
    """The definition, with scipy's tails, for every possible count."""
    for hits in range(n + 1):
        supported = binom.cdf(hits, n, BORDER) <= PROCEDURE.pass_level
        refuted = binom.sf(hits - 1, n, BORDER) <= PROCEDURE.fail_level(two_sided=False)
        words = {(True, False): "SUPPORTED", (False, True): "REFUTED"}
        found = words.get((bool(supported), bool(refuted)), "INCONCLUSIVE")
        assert seen(hits, n).verdict == found


def test_verdict_and_bounds_say_the_same():
    for hits in range(257):
        look = seen(hits, 256)
        assert (look.verdict is Verdict.SUPPORTED) == (look.at_pass.high <= BORDER)
        assert (look.verdict is Verdict.REFUTED) == (look.at_fail.low > BORDER)
        assert look.interval.low == look.at_fail.low and look.interval.high == look.at_pass.high
        assert look.interval.low <= look.estimate == hits / 256 <= look.interval.high


def test_it_is_the_rule_for_the_other_quantile_read_the_other_way_round():
    x = np.random.default_rng(3).exponential(size=512)
    for bound in (1.0, 2.5, 2.9, 3.2, 6.0):
        quantile = replace(PROCEDURE, quantile=1 - BORDER)
        other = judge(x, AtMost(bound), quantile, 4).verdict
        assert judge_exceedance(beyond(x, bound), AtMost(BORDER), PROCEDURE, 4).verdict is other


@pytest.mark.parametrize(
    ("hits", "n", "words"),
    [
        (
            2,
            256,
            "exceeded in 2 of 256 replicates (0.781 %): the 1e-3 upper bound 5.1 % is at most "
            "5.75 %",
        ),
        (
            60,
            64,
            "exceeded in 60 of 64 replicates (93.8 %): the 2e-6 lower bound 67.1 % lies above "
            "5.75 %",
        ),
        (
            4,
            256,
            "exceeded in 4 of 256 replicates (1.56 %): undecided against 5.75 %; about 512 "
            "replicates would decide at this share",
        ),
    ],
)
def test_the_reason(hits, n, words):
    assert seen(hits, n).reason == words


def test_no_number_of_replicates_tells_a_share_from_itself():
    look = judge_exceedance(flags(184, 1024), AtMost(184 / 1024), PROCEDURE, 5)
    assert look.verdict is Verdict.INCONCLUSIVE
    assert "no number of replicates up to 1048576 would decide" in look.reason


def test_without_a_region_it_is_reported():
    look = judge_exceedance(flags(3, 32), None, PROCEDURE, 0)
    assert look.verdict is Verdict.REPORTED
    assert look.reason == "exceeded in 3 of 32 replicates (9.38 %), reported without a verdict"
    assert 0 < look.interval.low < 3 / 32 < look.interval.high < 1


@pytest.mark.parametrize("region", [AtLeast(0.1), Between(0.1, 0.2), AtMost(0.0), AtMost(1.0)])
def test_a_region_bounds_a_probability_from_above(region):
    with pytest.raises(InvalidArgument, match=r"AtMost\(0.05\)"):
        judge_exceedance(flags(3, 32), region, PROCEDURE, 0)


@pytest.mark.parametrize(
    ("p", "verdict"), [(0.0, "SUPPORTED"), (0.02, "SUPPORTED"), (0.5, "REFUTED")]
)
def test_the_whole_procedure(p, verdict):
    rng = np.random.default_rng(5)

    def draw(a, b):
        return rng.random(b - a) < p

    assert decide(draw, AtMost(BORDER), PROCEDURE, judge_exceedance).verdict == verdict


@pytest.mark.parametrize(("delta", "margin"), [(0.5, 0.03), (0.05, 0.15), (0.01, 0.08)])
def test_both_error_rates_are_met_exactly(delta, margin):
    """No simulation: the count at the border is a random walk between the verdicts of each look."""
    border = delta * (1 + margin)
    refuted = supported = 0.0
    walk, size = np.ones(1), 0
    for look, n in enumerate(PROCEDURE.rounds):
        steps = binom.pmf(np.arange(n - size + 1), n - size, border)
        walk, size = np.convolve(walk, steps), n
        said = [
            judge_exceedance(flags(k, n), AtMost(border), PROCEDURE, look).verdict
            for k in range(n + 1)
        ]
        for name in ("REFUTED", "SUPPORTED"):
            stop = np.array([verdict == name for verdict in said])
            refuted += walk[stop].sum() if name == "REFUTED" else 0.0
            supported += walk[stop].sum() if name == "SUPPORTED" else 0.0
            walk[stop] = 0
    assert 0 < refuted <= PROCEDURE.alpha_fail
    assert supported <= PROCEDURE.alpha_pass
    other = power(replace(PROCEDURE, quantile=1 - border), 1 - border)
    assert sum(other.refuted) == pytest.approx(refuted, rel=1e-6)
    assert sum(other.supported) == pytest.approx(supported, rel=1e-6)
