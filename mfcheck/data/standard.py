"""Labelled images as a law of Z: standardised pixels, a constant coordinate, targets ±1.

Every pixel has mean 0 and variance 1 over *all* images, whether or not only the first n are kept,
so that laws of different n show the same picture by the same vector. The constant last coordinate
carries the bias of the first layer.
"""

import numpy as np

from mfcheck.arrays import positive
from mfcheck.data.law import DataLaw
from mfcheck.errors import invalid

Target = str | int
"""The question put to an image: "odd", or one digit 0 to 9."""


def image_law(
    pixels: np.ndarray, labels: np.ndarray, target: Target, n: int | None, scale: float
) -> DataLaw:
    """The uniform law on the first `n` images (all for None), in float64.

    pixels: (m, p) numbers; labels: (m,) digits. The law has x (n, p + 1): standardised pixels
    times `scale`, then the constant 1; and y (n,) in {+1, −1}.

    Raises InvalidArgument for an n outside 1 … m, an unknown target, a scale not above 0.
    """
    count = _count(n, len(pixels))
    y = signs(labels[:count], target)
    inputs = positive("scale", scale) * standardise(pixels, count)
    return DataLaw(np.column_stack([inputs, np.ones(count)]), y)


def standardise(pixels: np.ndarray, n: int | None = None) -> np.ndarray:
    """The first n rows of (m, p) with mean 0 and variance 1 per column over all m rows.

    The variance is the plain average of squares. A column that never changes becomes 0.
    """
    varies = pixels.min(axis=0) < pixels.max(axis=0)
    mean = pixels.mean(axis=0, dtype=np.float64)
    deviation = np.where(varies, pixels.std(axis=0, dtype=np.float64), 1.0)
    return np.where(varies, (pixels[:n] - mean) / deviation, 0.0)


def signs(labels: np.ndarray, target: Target) -> np.ndarray:
    """+1 where the label answers the question `target`, −1 elsewhere: (n,) float64."""
    if isinstance(target, str) and target == "odd":
        return np.where(labels % 2 == 1, 1.0, -1.0)
    if not _within(target, 0, 9):
        raise invalid(
            "target",
            target,
            "must be 'odd' or a digit 0 … 9",
            "use target='odd' (odd +1, even −1) or e.g. target=3 (threes +1, the rest −1)",
        )
    return np.where(labels == target, 1.0, -1.0)


def _count(n: int | None, limit: int) -> int:
    if n is None:
        return limit
    if not _within(n, 1, limit):
        raise invalid(
            "n", n, f"must be a whole number from 1 to {limit}", f"use n=None for all {limit}"
        )
    return int(n)


def _within(value: object, low: int, high: int) -> bool:
    """Whether `value` is a whole number from low to high."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        return False
    return low <= int(value) <= high
