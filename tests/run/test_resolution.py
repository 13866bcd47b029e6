"""The smallest violation that a row would have refuted, where it is known beforehand."""

import numpy as np
import pytest

from mfcheck.claims.neighbour import Neighbour, standard_neighbours
from mfcheck.claims.study import exceedance, growth, identity, value
from mfcheck.run.resolution import resolved
from mfcheck.stats import AtMost, Equals


def never(*args):
    raise AssertionError("nothing is measured here")


def only(study, expect, values, refutes):
    return resolved(standard_neighbours(study, expect), study, np.array(values), refutes)


def test_an_exponent_is_found_to_one_percent():
    """Of data that fall like N^-1/2 exactly, refuted above −0.35 and below −0.65."""
    study = growth(never, along=(16, 32, 64))
    values = np.array([[16.0], [32.0], [64.0]]) ** -0.5 * np.ones((1, 8))

    def refutes(v):
        return not np.all(np.abs(study.statistic(v) + 0.5) <= 0.15)

    slower, faster, floor = only(study, Equals(-0.5), values, refutes)
    assert slower.size == pytest.approx(0.15, rel=0.01) and slower.size > 0.15
    assert slower.words == "N^−0.35 or slower"
    assert (faster.words, floor.words[:11]) == ("N^−0.65 or faster", "a floor of ")


def test_a_rate_is_planted_in_what_was_measured_and_judged_beside_the_rate():
    study = growth(never, along=(16, 32, 64), rate=lambda N: N**-0.5)
    slower, _ = only(
        study, AtMost(0), np.ones((3, 8)), lambda v: bool(np.all(study.statistic(v) > 0.1))
    )
    assert slower.size == pytest.approx(0.1, rel=0.01)
    assert slower.words == "N^−0.40 or slower"


def test_what_no_size_refutes_is_said():
    (one,) = only(value(never), AtMost(0), [[1.0, 2.0]], lambda v: False)
    assert one.size is None and "or more" in one.words


def test_identities_and_events_have_a_scale_of_their_own():
    (error,) = only(identity(never), Equals(0), [[0.0, 1e-13]], lambda v: bool(v.max() > 1e-10))
    assert error.size == pytest.approx(1e-10, rel=0.02)
    assert error.words.startswith("a residual of 1.0e−10")
    study = exceedance(never, above=1.0)
    (tighter,) = only(study, AtMost(0.1), [[0.1, 0.4]], lambda v: bool(v.max() > 1))
    assert tighter.words == "a bound that is smaller by a factor 2.5"


def test_the_words_are_those_of_the_size_that_was_found():
    one = Neighbour("shift", lambda _, v, x: v + x, lambda x, e: f"{x:.2f} {e:.2f}", 8.0)
    (found,) = resolved([one], value(never), np.zeros((1, 4)), lambda v: bool(v.max() >= 1))
    assert found.size == pytest.approx(1, rel=0.01) and found.size >= 1
    assert found.words == f"{found.size:.2f} {found.size:.2f}"
