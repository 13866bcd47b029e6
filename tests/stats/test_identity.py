"""Exact identities: one counterexample refutes, an unknown residual decides nothing."""

from math import inf, isnan, nan

import pytest

from mfcheck.errors import InvalidArgument
from mfcheck.stats import Interval, Verdict, judge_identity

TOLERANCE = 1e-10


@pytest.mark.parametrize(
    ("residuals", "verdict"),
    [
        ([0.0, TOLERANCE], Verdict.SUPPORTED),
        ([0.0, 2 * TOLERANCE], Verdict.REFUTED),
        ([0.0, inf], Verdict.REFUTED),
        ([nan, 1.0], Verdict.REFUTED),
        ([nan, 0.0], Verdict.INCONCLUSIVE),
        ([nan], Verdict.INCONCLUSIVE),
    ],
)
def test_verdicts(residuals, verdict):
    assert judge_identity(residuals, TOLERANCE).verdict is verdict


def test_an_identity_to_the_bit():
    assert judge_identity([0.0], 0.0).verdict is Verdict.SUPPORTED


def test_the_record():
    look = judge_identity([0.0, 0.25, 0.5], 0.25)
    assert look.estimate == 0.5 and look.interval == Interval(0.0, 0.5) and look.n == 3
    assert look.reason == "1 of 3 residuals exceed 0.25, the largest is 0.5"


def test_the_record_with_unknown_residuals():
    look = judge_identity([nan, 0.125], 0.25)
    assert look.estimate == 0.125 and look.interval == Interval(0.0, inf)
    assert look.reason == "1 of 2 residuals are NaN"
    assert isnan(judge_identity([nan], 0.25).estimate)


def test_the_reason_for_support():
    assert (
        judge_identity([0.0, 0.125], 0.25).reason
        == "the largest of 2 residuals, 0.125, is at most 0.25"
    )


@pytest.mark.parametrize(
    ("residuals", "tolerance", "rule"),
    [
        ([0.0, -1.0], 0.1, r"residuals\[1\] = -1.0: a residual is a magnitude"),
        ([], 0.1, "at least one entry"),
        ([0.0], -1.0, "tolerance"),
        ([0.0], inf, "tolerance"),
        ([0.0], nan, "tolerance"),
    ],
)
def test_identity_refuses(residuals, tolerance, rule):
    with pytest.raises(InvalidArgument, match=rule):
        judge_identity(residuals, tolerance)
