"""Regions: what a claim may allow, and how it reads."""

from math import inf, nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mfcheck.errors import InvalidArgument
from mfcheck.stats import AtLeast, AtMost, Between, Equals, Interval, Region

finite = st.floats(-10, 10)
quiet = settings(deadline=None, database=None, derandomize=True)


def test_the_four_ways_to_say_one():
    assert AtMost(0.0) == Region(-inf, 0.0)
    assert AtLeast(0.35) == Region(0.35, inf)
    assert Between(0.4, 0.6) == Region(0.4, 0.6)
    assert Equals(0) == Region(0.0, 0.0)


@pytest.mark.parametrize(
    ("region", "words"),
    [
        (AtMost(0.0), "slope ≤ 0"),
        (AtLeast(-0.35), "slope ≥ -0.35"),
        (Between(0.4, 0.6), "0.4 ≤ slope ≤ 0.6"),
        (Equals(0), "slope = 0"),
    ],
)
def test_describe(region, words):
    assert region.describe("slope") == words


def test_two_sided():
    assert Between(0, 1).two_sided and Equals(0).two_sided
    assert not AtMost(0).two_sided and not AtLeast(0).two_sided


def test_widened_moves_finite_ends_only():
    assert AtMost(0.0).widened(0.15) == AtMost(0.15)
    assert AtLeast(0.5).widened(0.25) == AtLeast(0.25)
    assert Between(0.5, 0.75).widened(0.25) == Between(0.25, 1.0)
    assert Equals(1).widened(0.0) == Equals(1)


@pytest.mark.parametrize("margin", [-0.1, inf, nan, "wide"])
def test_widened_refuses(margin):
    with pytest.raises(InvalidArgument, match="margin"):
        AtMost(0).widened(margin)


@pytest.mark.parametrize(
    ("low", "high", "rule"),
    [
        (nan, 0, "NaN"),
        (0, nan, "NaN"),
        (1, 0, "low exceeds high"),
        (inf, inf, "no finite value"),
        (-inf, -inf, "no finite value"),
        (-inf, inf, "nothing could refute it"),
        ("0", 1, "must be a number"),
    ],
)
def test_region_refuses(low, high, rule):
    with pytest.raises(InvalidArgument, match=rule):
        Region(low, high)


def test_contains_and_excludes_at_the_border():
    region = Between(0, 1)
    assert region.contains(Interval(0, 1)) and not region.excludes(Interval(0, 1))
    assert not region.contains(Interval(0.5, 1.5)) and not region.excludes(Interval(1, 2))
    assert region.excludes(Interval(1.25, 2)) and region.excludes(Interval(-1, -0.25))


@quiet
@given(st.tuples(finite, finite), st.tuples(finite, finite), finite.map(abs))
def test_widening_keeps_what_was_allowed(ends, interval, margin):
    region, seen = Region(*sorted(ends)), Interval(*sorted(interval))
    assert not (region.contains(seen) and region.excludes(seen))
    if region.contains(seen):
        assert region.widened(margin).contains(seen)
    if region.widened(margin).excludes(seen):
        assert region.excludes(seen)
