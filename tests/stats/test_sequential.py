"""The rounds: what is asked for, when it stops, what is refused."""

import pytest

from mfcheck.errors import InvalidArgument
from mfcheck.stats import AtMost, Procedure, Verdict, decide, looks

PROCEDURE = Procedure(rounds=(32, 64, 128))


class Recorder:
    """A draw that returns given values and remembers which replicates were asked for."""

    def __init__(self, values):
        self.values, self.asked = values, []

    def __call__(self, a, b):
        self.asked.append((a, b))
        return self.values[a:b]


def test_it_stops_at_the_look_that_decides():
    draw = Recorder([0.0] * 16 + [1.0] * 16 + [0.0] * 96)
    seen = list(looks(draw, AtMost(0.5), PROCEDURE))
    assert draw.asked == [(0, 32), (32, 64), (64, 128)][: len(seen)]
    assert [look.n for look in seen] == [32, 64]
    assert [look.verdict for look in seen] == [Verdict.INCONCLUSIVE, Verdict.SUPPORTED]


def test_a_row_that_is_refuted_gets_no_further_look():
    """Later replicates would have spoken for the claim: they are never drawn."""
    draw = Recorder([1.0] * 32 + [0.0] * 96)
    seen = list(looks(draw, AtMost(0.5), PROCEDURE))
    assert [look.verdict for look in seen] == [Verdict.REFUTED]
    assert draw.asked == [(0, 32)]


def test_it_ends_undecided_after_the_last_round():
    draw = Recorder([0.0, 1.0] * 64)
    look = decide(draw, AtMost(0.5), PROCEDURE)
    assert look.verdict is Verdict.INCONCLUSIVE and look.n == 128
    assert draw.asked == [(0, 32), (32, 64), (64, 128)]


def test_the_caller_may_stop_earlier():
    draw = Recorder([0.0, 1.0] * 64)
    first = next(looks(draw, AtMost(0.5), PROCEDURE))
    assert first.n == 32 and draw.asked == [(0, 32)]


def test_a_row_without_a_region_is_reported_after_one_round():
    draw = Recorder([0.0] * 128)
    assert decide(draw, None, PROCEDURE).verdict is Verdict.REPORTED
    assert draw.asked == [(0, 32)]


def test_a_draw_of_the_wrong_length_is_refused():
    with pytest.raises(InvalidArgument, match="asked for replicates 0 to 31"):
        decide(lambda a, b: [0.0] * (b - a + 1), AtMost(0), PROCEDURE)
