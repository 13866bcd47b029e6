"""Standardising, against formulas written down a second time."""

from statistics import fmean, pstdev

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mfcheck.arrays import ROUNDING
from mfcheck.data.standard import image_law, signs, standardise
from mfcheck.errors import InvalidArgument

ROUND = ROUNDING[torch.float64]
IMAGES = arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 5)))


@given(IMAGES, st.data())
def test_pixels_have_mean_0_and_variance_1_over_all_images(pixels, data) -> None:
    n = data.draw(st.integers(1, len(pixels)))
    found = standardise(pixels, n)
    assert found.shape == (n, pixels.shape[1]) and found.dtype == np.float64
    for column, standard in zip(pixels.T.tolist(), found.T, strict=True):
        deviation = pstdev(column)
        expected = [(v - fmean(column)) / deviation if deviation else 0.0 for v in column[:n]]
        assert np.allclose(standard, expected, rtol=0, atol=ROUND)


@pytest.mark.parametrize("value", [0.1, 7.0, 255.0, 1 / 3])
def test_a_pixel_that_never_changes_is_exactly_0(value) -> None:
    assert not standardise(np.full((1797, 2), value)).any()


def test_scale_multiplies_the_pixels_and_spares_the_constant() -> None:
    pixels, labels = np.arange(12.0).reshape(4, 3) ** 2, np.arange(4)
    plain, wide = (image_law(pixels, labels, "odd", None, scale) for scale in (1.0, 3.0))
    assert torch.equal(wide.x[:, :-1], 3 * plain.x[:, :-1])
    assert torch.equal(wide.x[:, -1], torch.ones(4, dtype=torch.float64))


def test_the_first_n_images_are_the_same_vectors_for_every_n() -> None:
    pixels, labels = np.arange(20.0).reshape(5, 4) % 7, np.arange(5)
    few, all_ = image_law(pixels, labels, 1, 2, 1.0), image_law(pixels, labels, 1, None, 1.0)
    assert torch.equal(few.x, all_.x[:2]) and torch.equal(few.y, all_.y[:2])


def test_targets_are_signs() -> None:
    labels = np.array([0, 1, 2, 9, 3], dtype=np.uint8)
    assert signs(labels, "odd").tolist() == [-1, 1, -1, 1, 1]
    assert signs(labels, 9).tolist() == [-1, -1, -1, 1, -1]
    assert signs(labels, 0).tolist() == [1, -1, -1, -1, -1]


@pytest.mark.parametrize(
    ("target", "n", "scale", "fragments"),
    [
        ("even", None, 1.0, ["target = 'even'", "'odd' or a digit 0 … 9", "use target='odd'"]),
        (10, None, 1.0, ["target = 10", "digit 0 … 9", "target=3"]),
        (-1, None, 1.0, ["target = -1", "digit 0 … 9", "target=3"]),
        (True, None, 1.0, ["target = True", "digit 0 … 9", "target=3"]),
        (None, None, 1.0, ["target = None", "digit 0 … 9", "target=3"]),
        (np.arange(2), None, 1.0, ["target = array([0, 1])", "digit 0 … 9", "target=3"]),
        ("odd", 0, 1.0, ["n = 0", "whole number from 1 to 4", "n=None for all 4"]),
        ("odd", 5, 1.0, ["n = 5", "whole number from 1 to 4", "n=None for all 4"]),
        ("odd", 2.0, 1.0, ["n = 2.0", "whole number from 1 to 4", "n=None for all 4"]),
        ("odd", None, 0.0, ["scale = 0.0", "finite number above 0", "scale=0.1"]),
        ("odd", None, "1", ["scale = '1'", "finite number above 0", "scale=0.1"]),
    ],
)
def test_a_wrong_request_is_refused(target, n, scale, fragments) -> None:
    with pytest.raises(InvalidArgument) as refusal:
        image_law(np.eye(4), np.arange(4), target, n, scale)
    assert all(fragment in str(refusal.value) for fragment in fragments), str(refusal.value)
