"""The MNIST database of handwritten digits, 28×28 pixels, from files the user has fetched."""

from pathlib import Path

import numpy as np

from mfcheck.data.idx import read_idx
from mfcheck.data.law import DataLaw
from mfcheck.data.paths import AnyPath, as_path
from mfcheck.data.standard import Target, image_law
from mfcheck.errors import Unavailable, invalid, one_of

PREFIX = {"train": "train", "test": "t10k"}
SIDE = 28


def mnist(
    path: AnyPath,
    target: Target = "odd",
    n: int | None = None,
    part: str = "train",
    scale: float = 1.0,
) -> DataLaw:
    """The uniform law on the first `n` images of one part of MNIST, with targets ±1.

    path: the folder of the IDX files, plain or gzipped (a plain file goes first):
    train-images-idx3-ubyte and train-labels-idx1-ubyte, or t10k-… for part="test"; a dot before
    "idx" is as good as a dash. target: "odd" (odd digits +1, even −1) or a digit k (k is +1, the
    rest −1). n: None for all. scale: factor of the pixels. x: (n, 785), float64: 784 pixels
    standardised over the whole part (a pixel that never changes is 0) times `scale`, then the
    constant coordinate 1. y: (n,). Any data set in the same format (Fashion-MNIST) will do.

    Raises Unavailable when a file is missing (the message says which names were looked for and
    where to fetch them), and InvalidArgument for a damaged file, counts that do not match, and a
    target, n, part or scale outside these ranges.

    Source: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits".
    """
    prefix, folder = PREFIX[one_of("part", part, PREFIX)], as_path(path)
    if folder.is_file():
        raise invalid("path", str(folder), "is a file", "pass the folder that holds it")
    images = read_idx(_find(folder, prefix, "images", "idx3"), axes=3)
    labels = read_idx(_find(folder, prefix, "labels", "idx1"), axes=1)
    _check(folder, images, labels)
    return image_law(images.reshape(len(images), -1), labels, target, n, scale)


def _find(folder: Path, prefix: str, content: str, kind: str) -> Path:
    names = [
        f"{prefix}-{content}{mark}{kind}-ubyte{end}" for end in ("", ".gz") for mark in ("-", ".")
    ]
    for name in names:
        if (folder / name).is_file():
            return folder / name
    state = "holds none of" if folder.is_dir() else "is not a folder; looked there for"
    raise Unavailable(
        f"path = {str(folder)!r}: {state} {', '.join(names)}; fetch the four files of the MNIST "
        "database (LeCun, Cortes, Burges), for instance from the mirror that torchvision uses, "
        "https://ossci-datasets.s3.amazonaws.com/mnist/, and pass their folder (torchvision "
        "itself leaves them in MNIST/raw under its root)."
    )


def _check(folder: Path, images: np.ndarray, labels: np.ndarray) -> None:
    if images.shape[1:] != (SIDE, SIDE):
        raise invalid(
            f"image size in {str(folder)!r}",
            images.shape[1:],
            f"MNIST images are {SIDE} × {SIDE}",
            "pass other images through mf.data.load",
        )
    if len(images) != len(labels):
        raise invalid(
            f"counts in {str(folder)!r}",
            f"{len(images)} images, {len(labels)} labels",
            "every image needs one label",
            "fetch both files from the same place",
        )
    if labels.max() > 9:
        raise invalid(
            f"largest label in {str(folder)!r}",
            int(labels.max()),
            "labels are digits 0 … 9",
            "check that this is MNIST",
        )
