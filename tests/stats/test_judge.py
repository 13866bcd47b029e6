"""The judge: the counting rule by hand, its equivalence with the bounds, NaN and divergence."""

from math import inf, isnan, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mfcheck.errors import InvalidArgument
from mfcheck.stats import (
    AtLeast,
    AtMost,
    Between,
    Counts,
    Interval,
    Procedure,
    Region,
    Verdict,
    count_sides,
    judge,
)

PROCEDURE = Procedure()
SMALL = Procedure(alpha_fail=0.02, alpha_pass=0.06, rounds=(8, 16, 24))
BORDER = 0.15
quiet = settings(deadline=None, database=None, derandomize=True, max_examples=300)
ends = st.integers(-2, 2)
regions = st.one_of(
    ends.map(AtMost), ends.map(AtLeast), st.tuples(ends, ends).map(lambda e: Between(*sorted(e)))
)
entries = st.sampled_from([-inf, -2.0, -1.0, 0.0, 0.5, 1.0, 2.0, inf, nan])


def at_most(n, above, unknown=0):
    """n values, of which `above` lie above the border and `unknown` are NaN."""
    return [BORDER + 1] * above + [nan] * unknown + [BORDER] * (n - above - unknown)


def test_counts_by_hand():
    counts = count_sides([-1.0, 0.0, 0.5, 1.0, 2.0, inf, nan], Between(0, 1))
    assert counts == Counts(n=7, below=1, inside=3, above=2, unknown=1, diverged=1)
    assert counts.scaled(14) == Counts(n=14, below=2, inside=6, above=4, unknown=2, diverged=2)
    assert count_sides([-inf, 0.0, inf, nan], None).inside == 3


@pytest.mark.parametrize(
    ("look", "n", "k_fail", "k_pass"), [(i, *r) for i, r in enumerate(PROCEDURE.table())]
)
def test_the_counting_rule_at_its_thresholds(look, n, k_fail, k_pass):
    def verdict(above):
        return judge(at_most(n, above), AtMost(BORDER), PROCEDURE, look).verdict

    assert verdict(k_pass - 1) is Verdict.SUPPORTED
    assert verdict(k_pass) is Verdict.INCONCLUSIVE
    assert verdict(n - k_fail) is Verdict.INCONCLUSIVE
    assert verdict(n - k_fail + 1) is Verdict.REFUTED


@quiet
@given(regions, st.sampled_from(SMALL.rounds), st.data())
def test_the_verdict_is_the_position_of_the_bounds(region, n, data):
    """Counting and comparing order-statistic bounds with the region say the same."""
    values = data.draw(st.lists(entries, min_size=n, max_size=n))
    look = judge(values, region, SMALL, SMALL.rounds.index(n))
    assert (look.verdict is Verdict.SUPPORTED) == region.contains(look.at_pass)
    assert (look.verdict is Verdict.REFUTED) == region.excludes(look.at_fail)
    assert isnan(look.estimate) or look.interval.low <= look.estimate <= look.interval.high


@quiet
@given(st.lists(entries, min_size=16, max_size=16), ends)
def test_a_lower_bound_is_the_mirror_image(values, end):
    mirrored = judge([-v for v in values], AtLeast(-end), SMALL, 1)
    assert mirrored.verdict is judge(values, AtMost(end), SMALL, 1).verdict


@quiet
@given(st.lists(entries, min_size=16, max_size=16), regions, st.permutations(range(16)))
def test_the_order_of_replicates_does_not_matter(values, region, order):
    shuffled = judge([values[r] for r in order], region, SMALL, 1)
    assert repr(shuffled) == repr(judge(values, region, SMALL, 1))


@quiet
@given(st.lists(entries, min_size=16, max_size=16), regions, st.integers(0, 15))
def test_forgetting_a_value_never_decides(values, region, r):
    """A NaN instead of a value can undo a decision; it can neither make nor turn one."""
    forgotten = [*values[:r], nan, *values[r + 1 :]]
    before, after = judge(values, region, SMALL, 1), judge(forgotten, region, SMALL, 1)
    assert after.verdict in (before.verdict, Verdict.INCONCLUSIVE)


@pytest.mark.parametrize("quantile", [0.25, 0.8])
def test_equivalence_at_other_quantiles(quantile):
    procedure = Procedure(alpha_fail=0.02, alpha_pass=0.06, rounds=(32,), quantile=quantile)
    for above in range(33):
        for region, values in (
            (AtMost(0), [1.0] * above + [0.0] * (32 - above)),
            (AtLeast(0), [-1.0] * above + [0.0] * (32 - above)),
        ):
            look = judge(values, region, procedure, 0)
            assert (look.verdict is Verdict.SUPPORTED) == region.contains(look.at_pass)
            assert (look.verdict is Verdict.REFUTED) == region.excludes(look.at_fail)


def test_ties_at_the_border_are_inside():
    assert judge([BORDER] * 32, AtMost(BORDER), PROCEDURE, 0).verdict is Verdict.SUPPORTED
    assert judge([BORDER] * 32, AtLeast(BORDER), PROCEDURE, 0).verdict is Verdict.SUPPORTED


def test_divergence_refutes_an_upper_bound():
    look = judge([inf] * 30 + [0.0] * 2, AtMost(BORDER), PROCEDURE, 0)
    assert look.verdict is Verdict.REFUTED and look.estimate == inf
    assert look.counts.diverged == 30 and look.reason.endswith("; 30 of 32 diverged")


def test_a_few_divergent_replicates_do_not_spoil_a_median():
    look = judge([inf] * 5 + [0.0] * 27, AtMost(BORDER), PROCEDURE, 0)
    assert look.verdict is Verdict.SUPPORTED


def test_zeros_support_an_upper_bound():
    assert judge([-inf] * 32, AtMost(BORDER), PROCEDURE, 0).verdict is Verdict.SUPPORTED


def test_nan_supports_and_refutes_nothing():
    look = judge([nan] * 32, AtMost(BORDER), PROCEDURE, 0)
    assert look.verdict is Verdict.INCONCLUSIVE and isnan(look.estimate)
    assert (
        judge(at_most(32, 3, unknown=2), AtMost(BORDER), PROCEDURE, 0).verdict is Verdict.SUPPORTED
    )
    assert (
        judge(at_most(32, 3, unknown=3), AtMost(BORDER), PROCEDURE, 0).verdict
        is Verdict.INCONCLUSIVE
    )


def test_two_sided_rows():
    region = Between(0.4, 0.6)
    assert judge([0.5] * 32, region, PROCEDURE, 0).verdict is Verdict.SUPPORTED
    assert judge([0.7] * 32, region, PROCEDURE, 0).verdict is Verdict.REFUTED
    assert judge([0.3] * 32, region, PROCEDURE, 0).verdict is Verdict.REFUTED
    assert judge([0.3] * 16 + [0.7] * 16, region, PROCEDURE, 0).verdict is Verdict.INCONCLUSIVE


def test_two_sided_refutation_pays_for_both_sides():
    """At n = 64 one side refutes with 64 − 13 + 1 votes; half the level has k = 12: one more."""
    votes = 64 - PROCEDURE.k_fail(1) + 1
    exact, more = ([1.0] * v + [0.5] * (64 - v) for v in (votes, votes + 1))
    assert judge(exact, AtMost(0.6), PROCEDURE, 1).verdict is Verdict.REFUTED
    assert judge(exact, Between(0.4, 0.6), PROCEDURE, 1).verdict is Verdict.INCONCLUSIVE
    assert judge(more, Between(0.4, 0.6), PROCEDURE, 1).verdict is Verdict.REFUTED


def test_the_interval_that_is_drawn():
    values = np.arange(64.0)
    # k_fail = 13, k_pass = 18 at n = 64, so X_(13) = 12, X_(18) = 17, X_(47) = 46, X_(52) = 51.
    assert judge(values, AtMost(99), PROCEDURE, 1).interval == Interval(12, 46)
    assert judge(values, AtLeast(-9), PROCEDURE, 1).interval == Interval(17, 51)
    assert judge(values, Between(-9, 99), PROCEDURE, 1).interval == Interval(17, 46)
    assert judge(values, None, PROCEDURE, 1).interval == Interval(17, 46)


def test_without_a_region_the_row_is_reported():
    look = judge(np.arange(32.0), None, PROCEDURE, 0)
    assert look.verdict is Verdict.REPORTED and look.estimate == 15.5 and look.n == 32
    assert look.needed is None


def test_a_verdict_reads_as_its_word():
    assert str(Verdict.NOT_RUN) == "NOT RUN" and Verdict("REFUTED") is Verdict.REFUTED


@pytest.mark.parametrize("n", [31, 33, 64])
def test_the_number_of_replicates_is_the_look_s(n):
    with pytest.raises(InvalidArgument, match="look 0 takes 32 replicates"):
        judge([0.0] * n, AtMost(0), PROCEDURE, 0)


def test_a_degenerate_region_is_never_supported_by_spread_values():
    look = judge(np.linspace(-1, 1, 32), Region(0, 0), PROCEDURE, 0)
    assert look.verdict is Verdict.INCONCLUSIVE
