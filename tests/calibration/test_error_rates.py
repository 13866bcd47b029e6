"""Both error rates of the whole procedure, computed exactly, never simulated.

At the border the number of values inside is binomial with share 1/2, so the chance that a look
decides wrongly is a binomial tail, the chance that any look does is at most their sum, and its
exact value is the crossing probability of a random walk (`power`).
"""

import pytest
from scipy.stats import binom

from mfcheck.stats import AtLeast, AtMost, Between, Procedure, critical, power

PROCEDURE = Procedure()
BUDGETS = [
    PROCEDURE,
    Procedure(rounds=(64,)),
    Procedure(rounds=(20, 50, 90, 333)),
    Procedure(alpha_fail=1e-4, alpha_pass=0.01),
    Procedure(quantile=0.95),
    Procedure(quantile=0.1),
]


@pytest.mark.parametrize("procedure", BUDGETS)
def test_the_looks_together_stay_within_both_levels(procedure):
    """Union bound: the tails of all looks, computed with scipy's binomial, sum to the level."""
    p = procedure.quantile
    fail = sum(binom.cdf(k_fail - 1, n, p) for n, k_fail, _ in procedure.table())
    passing = sum(binom.cdf(k_pass - 1, n, 1 - p) for n, _, k_pass in procedure.table())
    assert 0 < fail <= procedure.alpha_fail
    assert 0 < passing <= procedure.alpha_pass


@pytest.mark.parametrize("procedure", BUDGETS)
def test_the_crossing_probability_stays_within_both_levels(procedure):
    """Exact, over the dependence between the looks, for the border itself."""
    border = power(procedure, procedure.quantile)
    assert 0 < sum(border.refuted) <= procedure.alpha_fail
    assert 0 < sum(border.supported) <= procedure.alpha_pass


def test_the_union_bound_gives_little_away():
    """Overlapping looks and whole numbers cost less than half of each level."""
    border = power(PROCEDURE, 0.5)
    assert sum(border.refuted) > PROCEDURE.alpha_fail / 2
    assert sum(border.supported) > PROCEDURE.alpha_pass / 2


@pytest.mark.parametrize("share", [0.5, 0.51, 0.6, 0.9, 1.0])
def test_a_true_upper_bound_is_no_more_often_refuted_than_at_the_border(share):
    assert sum(power(PROCEDURE, share).refuted) <= PROCEDURE.alpha_fail


@pytest.mark.parametrize("share", [0.5, 0.49, 0.4, 0.1, 0.0])
def test_a_violated_upper_bound_is_no_more_often_supported_than_at_the_border(share):
    assert sum(power(PROCEDURE, share).supported) <= PROCEDURE.alpha_pass


def test_a_run_of_five_hundred_rows():
    """Exact false-REFUTED rate of a full ledger whose rows all lie at the border."""
    row = sum(power(PROCEDURE, 0.5).refuted)
    run = 1 - (1 - row) ** PROCEDURE.slots
    assert run <= PROCEDURE.false_refuted == pytest.approx(1e-3)


@pytest.mark.parametrize("region", [AtMost(0), AtLeast(0), Between(0, 1)])
def test_every_kind_of_region_has_the_same_levels(region):
    """A two-sided row adds the tails of both sides to refute, and takes the larger to support."""
    level = PROCEDURE.fail_level(region.two_sided)
    sides = 2 if region.two_sided else 1
    tails = [binom.cdf(critical(n, level) - 1, n, 0.5) for n in PROCEDURE.rounds]
    assert sides * sum(tails) <= PROCEDURE.alpha_fail
