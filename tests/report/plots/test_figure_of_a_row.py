"""From a study's figure to the row: made once a check, as plain data, and never at a row's cost."""

from math import inf, nan

import pytest

import mfcheck as mf
from mfcheck.claims import budget
from mfcheck.claims.study import Figure, Series
from mfcheck.engine.executor import Executor
from mfcheck.run.check_run import CheckRun

FILE = '''"""A claim."""
import mfcheck as mf
from mfcheck.claims.study import Figure, Series

claim = mf.Claim("c", text="A claim.", source="none", section="Z")

def picture(seeds):
    return Figure("title", "x", "y", (Series("N", [0.0, 1.0], [float("inf"), 0.5]),))

def broken(seeds):
    raise ValueError("no ink")

TWO = [mf.FiniteSpec(n=2, atoms=2), mf.FiniteSpec(n=3, atoms=2)]

@claim.check(over=TWO, expect=mf.AtMost(0.0))
def good(problem):
    return mf.growth(lambda N, seeds: [1.0] * len(seeds.replicates), (1, 2, 4), figure=picture)

@claim.check(over=TWO, expect=mf.AtMost(0.0))
def bad(problem):
    return mf.growth(lambda N, seeds: [1.0] * len(seeds.replicates), (1, 2, 4), figure=broken)
'''


@pytest.fixture
def rows(tmp_path):
    """`rows(name)`: the rows of a check of the file above."""
    file = tmp_path / "c.py"
    file.write_text(FILE)
    executor = Executor()

    def run(name):
        check = getattr(executor.module(str(file)), name)
        return CheckRun(check, str(file), f"c.py::{name}", budget("quick"), executor, "s").run()

    return run


def test_the_first_problem_carries_the_figure(rows):
    first, second = rows("good")
    (curve,) = first.figure.series
    assert curve.y == (None, 0.5) and curve.low is None
    assert second.figure is None and "figure" not in first.reason


def test_a_figure_that_fails_costs_a_note(rows):
    first, second = rows("bad")
    assert (first.verdict, first.figure) == (second.verdict, None) == ("SUPPORTED", None)
    assert first.reason.endswith("; no figure, ValueError: no ink")
    assert "ink" not in second.reason


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"role": "ornament"}, "role"),
        ({"y": [1.0]}, "pass one each"),
        ({"low": [0.0, 0.0]}, "pass both"),
        ({"role": "band"}, "two edges"),
        ({"low": [0.0], "high": [1.0, 1.0]}, "pass one each"),
    ],
)
def test_a_series_that_cannot_be_drawn_is_refused(wrong, words):
    with pytest.raises(mf.InvalidArgument, match=words):
        Series(**({"label": "N", "x": [0.0, 1.0], "y": [nan, inf]} | wrong))


def test_a_figure_is_plain_data():
    curve = Series("N", (0.0, 1.0), (1.0, 2.0), "band", (0.0, 0.0), (3.0, 3.0))
    assert Figure("t", "x", "y", (curve,)).series[0].high == (3.0, 3.0)
