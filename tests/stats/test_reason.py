"""Plain words for every outcome, and the number of replicates that would decide."""

from math import nan

import numpy as np
import pytest

from mfcheck.stats import (
    AtLeast,
    AtMost,
    Between,
    Procedure,
    Verdict,
    judge,
    rate,
    replicates_needed,
)

PROCEDURE = Procedure()
BORDER = 0.15
NEVER = "no number of replicates up to 1048576 would decide in these proportions"
UNKNOWN = "; 32 of 64 are NaN, on neither side"


def split(n, share, low=0.0, high=1.0):
    """n values of which this share is high."""
    return [high] * round(n * share) + [low] * (n - round(n * share))


@pytest.mark.parametrize(
    ("values", "region", "words"),
    [
        ([0.081] * 32, AtMost(BORDER), "the 1e-3 upper bound 0.081 is at most 0.15"),
        ([0.21] * 32, AtMost(BORDER), "the 2e-6 lower bound 0.21 lies above 0.15"),
        ([0.5] * 32, AtLeast(0.35), "the 1e-3 lower bound 0.5 is at least 0.35"),
        ([0.2] * 32, AtLeast(0.35), "the 2e-6 upper bound 0.2 lies below 0.35"),
        ([0.5] * 32, Between(0.4, 0.6), "the 1e-3 interval [0.5, 0.5] lies within [0.4, 0.6]"),
        ([0.3] * 32, Between(0.4, 0.6), "the 2e-6 upper bound 0.3 lies below 0.4"),
        ([0.7] * 32, Between(0.4, 0.6), "the 2e-6 lower bound 0.7 lies above 0.6"),
        ([0.5] * 32, None, "median 0.5, reported without a verdict"),
    ],
)
def test_decided_rows(values, region, words):
    assert judge(values, region, PROCEDURE, 0).reason == words


@pytest.mark.parametrize(
    ("values", "region", "words"),
    [
        (
            split(64, 0.375),
            AtMost(BORDER),
            "24 of 64 replicates lie above 0.15: undecided; about 256 replicates would decide",
        ),
        (
            split(64, 0.625),
            AtLeast(BORDER),
            "24 of 64 replicates lie below 0.15: undecided; about 256 replicates would decide",
        ),
        (
            split(64, 0.5),
            Between(0.4, 0.6),
            f"32 of 64 replicates lie below 0.4 and 32 above 0.6: undecided; {NEVER}",
        ),
        (
            [nan] * 32 + [0.0] * 32,
            AtMost(BORDER),
            f"0 of 64 replicates lie above 0.15: undecided; {NEVER}{UNKNOWN}",
        ),
    ],
)
def test_undecided_rows(values, region, words):
    look = judge(values, region, PROCEDURE, 1)
    assert look.verdict is Verdict.INCONCLUSIVE and look.reason == words


def test_another_quantile_is_named():
    procedure = Procedure(rounds=(300,), quantile=0.95)
    assert judge(np.zeros(300), None, procedure, 0).reason.startswith("0.95 quantile 0,")


def test_rates_are_spoken():
    assert [rate(alpha) for alpha in (2e-6, 1e-3, 0.05, 0.25)] == ["2e-6", "1e-3", "5e-2", "2.5e-1"]


def test_needed_is_the_round_that_decides():
    """3/8 above: 256 is the first round with 5/8·n >= n − k_pass + 1."""
    decided = [n for n, _, k_pass in PROCEDURE.table() if n * 5 / 8 >= n - k_pass + 1]
    assert decided[0] == 256
    assert replicates_needed(split(64, 0.375), AtMost(BORDER), PROCEDURE) == 256


def test_needed_of_a_decided_row_is_what_it_had():
    assert replicates_needed([0.0] * 32, AtMost(BORDER), PROCEDURE) == 32


def test_needed_may_lie_beyond_the_rounds():
    assert replicates_needed(split(1000, 0.45), AtMost(BORDER), PROCEDURE) == 2048


def test_needed_looks_only_ahead():
    assert replicates_needed(split(4000, 0.48), AtMost(BORDER), PROCEDURE) == 2**13


def test_the_border_itself_is_never_decided():
    assert replicates_needed(split(64, 0.5), AtMost(BORDER), PROCEDURE) is None
