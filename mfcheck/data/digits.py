"""Handwritten digits, 8×8 pixels: the small real data set that needs no download."""

from mfcheck.data.law import DataLaw
from mfcheck.data.standard import Target, image_law
from mfcheck.errors import Unavailable


def digits(target: Target = "odd", n: int | None = None, scale: float = 1.0) -> DataLaw:
    """The uniform law on the first `n` of 1797 handwritten digits, with targets ±1.

    target: "odd" (odd digits +1, even −1) or a digit k (k is +1, the rest −1). n: None for all.
    scale: factor of the pixels. x: (n, 65), float64: 64 pixels standardised over the whole data
    set (a pixel that never changes is 0) times `scale`, then the constant coordinate 1. y: (n,).

    Raises InvalidArgument for a target, n or scale outside these ranges, and Unavailable when
    scikit-learn, which carries the images, is not installed.

    Source: the test set of E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits,
    UCI Machine Learning Repository, 1998, as distributed with scikit-learn.
    """
    try:
        from sklearn.datasets import load_digits
    except ImportError as error:
        raise Unavailable(
            f"scikit-learn cannot be imported ({error}): mf.data.digits takes its images from it; "
            "install it with  pip install 'mfcheck[data]'."
        ) from error
    pixels, labels = load_digits(return_X_y=True)
    return image_law(pixels, labels, target, n, scale)
