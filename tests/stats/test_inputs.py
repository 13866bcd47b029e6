"""The door: what is taken, what is refused, and with which words."""

import subprocess
import sys

import numpy as np
import pytest

from mfcheck.errors import InvalidArgument
from mfcheck.stats import inputs


def test_numbers_become_float64():
    array = inputs.numbers("values", [1, 2, np.inf], dims=1)
    assert array.dtype == np.float64 and array.tolist() == [1.0, 2.0, np.inf]


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        (["a"], "not an array of real numbers"),
        ([object()], "not an array of real numbers"),
        ([1j], "must be real"),
        ([], "at least one entry"),
        ([[1.0]], "needs 1 axis"),
    ],
)
def test_numbers_refuses(value, rule):
    with pytest.raises(InvalidArgument, match=rule):
        inputs.numbers("values", value, dims=1)


def test_two_axes_are_said_in_the_plural():
    with pytest.raises(InvalidArgument, match="needs 2 axes"):
        inputs.numbers("values", [1.0], dims=2)


@pytest.mark.parametrize(
    ("check", "value", "rule"),
    [
        (inputs.number, "0.1", "must be a number"),
        (inputs.number, True, "must be a number"),
        (inputs.number, float("nan"), "must not be NaN"),
        (inputs.margin, -0.1, "at least 0"),
        (inputs.margin, float("inf"), "finite"),
        (inputs.level, 0.0, "error rate"),
        (inputs.level, 0.5, "error rate"),
        (inputs.inner_share, 1.0, "between 0 and 1"),
        (inputs.inner_share, 0, "between 0 and 1"),
    ],
)
def test_numbers_of_the_wrong_kind(check, value, rule):
    with pytest.raises(InvalidArgument, match=rule):
        check("name", value)


@pytest.mark.parametrize("value", [0, 1.0, True, "1"])
def test_whole_refuses(value):
    with pytest.raises(InvalidArgument, match="whole number >= 1"):
        inputs.whole_number("n", value, least=1)


def test_whole_takes_integers_of_numpy():
    assert inputs.whole_number("n", np.int64(3), least=1) == 3


def test_the_wing_does_not_load_torch():
    code = "import sys, mfcheck.stats; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
