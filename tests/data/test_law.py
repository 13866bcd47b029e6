"""The law of Z refuses to be wrong, and its draws follow its probabilities."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from mfcheck.arrays import MASS, ROUNDING
from mfcheck.data import DataLaw
from mfcheck.errors import InvalidArgument
from mfcheck.seeds import Seeds

X, Y = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], [1.0, -1.0, 0.5]
NAN = float("nan")


def test_a_law_knows_its_sizes_and_is_uniform_by_default() -> None:
    law = DataLaw(X, Y)
    assert (law.n, law.d) == (3, 2)
    assert law.x.dtype == law.y.dtype == law.q.dtype == torch.float64
    assert law.q.tolist() == [1 / 3] * 3
    assert repr(law) == "DataLaw(n=3, d=2, uniform)"
    assert repr(DataLaw(X, Y, [0.5, 0.25, 0.25])) == "DataLaw(n=3, d=2, weighted)"


@pytest.mark.parametrize(
    ("arguments", "fragments"),
    [
        ((Y, Y), ["x.shape = (3,)", "needs 2 axes", "reshape"]),
        ((X, X), ["y.shape = (3, 2)", "needs 1 axes", "reshape"]),
        ((np.empty((0, 2)), []), ["x.shape = (0, 2)", "n >= 1 and d >= 1", "pass (n, d)"]),
        ((np.empty((3, 0)), Y), ["x.shape = (3, 0)", "n >= 1 and d >= 1", "pass (n, d)"]),
        ((X, Y[:2]), ["y.shape = (2,)", "x has 3 points", "one y each"]),
        ((X, Y, [0.5, 0.5]), ["q.shape = (2,)", "x has 3 points", "one q each"]),
        ((X, [1.0, NAN, 0.0]), ["y = '1 entries NaN", "must be finite", "drop or mend"]),
        (([[1.0], [float("inf")]], [0, 1]), ["x = '1 entries NaN or inf", "finite", "drop"]),
        ((X, Y, [0.5, 0.25, 0.2]), ["q = 'sum 0.95'", "sum to 1", "divide q by its sum"]),
        ((X, Y, [1.5, -0.5, 0.0]), ["q = -0.5", "not negative", "check the weights"]),
        ((X, Y, [0.5, NAN, 0.5]), ["q = '1 entries NaN", "must be finite", "drop or mend"]),
        ((X, ["a", "b", "c"]), ["y = ['a', 'b', 'c']", "not an array of numbers", "pass"]),
    ],
)
def test_a_wrong_law_is_refused_with_value_rule_and_repair(arguments, fragments) -> None:
    with pytest.raises(InvalidArgument) as refusal:
        DataLaw(*arguments)
    assert all(fragment in str(refusal.value) for fragment in fragments), str(refusal.value)


def test_a_law_is_frozen() -> None:
    with pytest.raises(AttributeError):
        DataLaw(X, Y).q = torch.ones(3)  # type: ignore[misc]


def test_to_changes_the_dtype_and_returns_the_same_law_when_there_is_nothing_to_do() -> None:
    law = DataLaw(X, Y, [0.1, 0.2, 0.7])
    narrow = law.to(torch.zeros(1))
    assert narrow.x.dtype == narrow.y.dtype == narrow.q.dtype == torch.float32
    assert torch.allclose(narrow.q.double(), law.q, atol=ROUNDING[torch.float32])
    assert law.to(torch.zeros(1, dtype=torch.float64)) is law


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=50))
def test_probabilities_sum_to_one_whatever_the_casts(weights) -> None:
    """A float32 q in a float64 law, and there and back again, still passes the strict check."""
    q = torch.tensor(weights, dtype=torch.float32)
    law = DataLaw(np.ones((len(weights), 1)), np.zeros(len(weights)), q / q.sum())
    assert law.q.dtype == torch.float64
    assert abs(float(law.q.sum()) - 1) <= MASS
    assert abs(float(law.to(torch.zeros(1)).to(law.x).q.sum()) - 1) <= MASS


@given(
    st.lists(st.integers(0, 5), min_size=1, max_size=12).filter(any),
    st.lists(st.floats(0, 1, exclude_max=True), min_size=1, max_size=30),
)
def test_atoms_of_probability_zero_are_never_drawn(weights, u) -> None:
    q = np.array(weights) / sum(weights)
    law = DataLaw(np.ones((len(q), 1)), np.zeros(len(q)), q)
    assert (q[law.draw(np.array(u)).numpy()] > 0).all()


def test_draws_follow_the_probabilities() -> None:
    """At equidistant uniforms the counts are the probabilities, one apart at most."""
    q, m = np.array([0.1, 0.0, 0.6, 0.3]), 1000
    drawn = DataLaw(np.ones((4, 1)), np.zeros(4), q).draw((np.arange(m) + 0.5) / m)
    assert np.abs(np.bincount(drawn, minlength=4) - m * q).max() <= 1
    u = Seeds(0, range(4)).uniforms("draw", 0, 5)
    assert DataLaw(X, Y).draw(u).shape == (4, 5)
