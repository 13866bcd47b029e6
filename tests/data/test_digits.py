"""The 8×8 digits as a law."""

import sys

import numpy as np
import pytest
import torch

import mfcheck.data
from mfcheck.arrays import ROUNDING
from mfcheck.data import DataLaw
from mfcheck.errors import InvalidArgument, Unavailable

ROUND = ROUNDING[torch.float64]


@pytest.fixture(scope="module")
def bunch():
    return pytest.importorskip("sklearn.datasets").load_digits()


def test_the_law_is_the_standardised_data_set(bunch) -> None:
    law = mfcheck.data.digits()
    assert isinstance(law, DataLaw) and (law.n, law.d) == (1797, 65)
    assert law.x.dtype == torch.float64
    scaler = pytest.importorskip("sklearn.preprocessing").StandardScaler()
    expected = scaler.fit_transform(bunch.data)
    assert np.allclose(law.x[:, :64], expected, rtol=0, atol=ROUND)
    assert bool((law.x[:, 64] == 1).all())
    assert law.y.tolist() == [1.0 if label % 2 else -1.0 for label in bunch.target]


def test_the_first_n_with_one_digit_against_the_rest(bunch) -> None:
    law, all_ = mfcheck.data.digits(target=3, n=10, scale=0.5), mfcheck.data.digits()
    assert torch.equal(law.x[:, :64], 0.5 * all_.x[:10, :64])
    assert law.y.tolist() == [1.0 if label == 3 else -1.0 for label in bunch.target[:10]]


@pytest.mark.parametrize("n", [0, 1798, -3, 2.5, True])
def test_n_outside_the_data_set_is_refused_with_its_limit(n, bunch) -> None:
    with pytest.raises(InvalidArgument, match=rf"n = {n!r}: .* from 1 to 1797; use n=None"):
        mfcheck.data.digits(n=n)


def test_without_scikit_learn_the_message_says_what_to_install(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(Unavailable, match=r"scikit-learn .* pip install 'mfcheck\[data\]'"):
        mfcheck.data.digits()


def test_the_functions_keep_their_names_when_the_modules_are_imported() -> None:
    from mfcheck.data.digits import digits
    from mfcheck.data.load import load
    from mfcheck.data.mnist import mnist

    assert mfcheck.data.digits is digits
    assert mfcheck.data.mnist is mnist
    assert mfcheck.data.load is load
