"""MNIST from IDX files, written here."""

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest
import torch

import mfcheck.data
from mfcheck.arrays import ROUNDING
from mfcheck.errors import InvalidArgument, Unavailable

ROUND = ROUNDING[torch.float64]
M = 30
PIXELS = (np.arange(M * 784, dtype=np.uint64) ** 2 // 7 % 251).astype(np.uint8)
IMAGES = PIXELS.reshape(M, 28, 28)
IMAGES[:, 0, :] = 5  # pixels that never change
LABELS = (np.arange(M) * 7 % 10).astype(np.uint8)


def write(folder: Path, part: str, images=IMAGES, labels=LABELS, *, mark="-", zipped=False):
    """The two files of one part, named with a dash or a dot, plain or gzipped."""
    for content, kind, array in (("images", "idx3", images), ("labels", "idx1", labels)):
        header = struct.pack(f">{1 + array.ndim}I", 0x800 + array.ndim, *array.shape)
        raw = header + array.tobytes()
        name = f"{part}-{content}{mark}{kind}-ubyte" + (".gz" if zipped else "")
        (folder / name).write_bytes(gzip.compress(raw) if zipped else raw)
    return folder


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("mark", ["-", "."])
@pytest.mark.parametrize(("part", "prefix"), [("train", "train"), ("test", "t10k")])
def test_round_trip(tmp_path, part, prefix, mark, zipped) -> None:
    law = mfcheck.data.mnist(write(tmp_path, prefix, mark=mark, zipped=zipped), part=part)
    flat = IMAGES.reshape(M, 784).astype(float)
    varies = np.ptp(flat, axis=0) > 0
    centred = flat - flat.sum(0) / M
    deviation = np.sqrt((centred**2).sum(0) / M)
    expected = np.where(varies, centred / np.where(varies, deviation, 1), 0)
    assert law.x.dtype == torch.float64 and (law.n, law.d) == (M, 785)
    assert np.allclose(law.x[:, :784], expected, rtol=0, atol=ROUND)
    assert bool((law.x[:, 784] == 1).all()) and not bool(law.x[:, :28].any())
    assert law.y.tolist() == [1.0 if label % 2 else -1.0 for label in LABELS]


def test_the_first_n_and_one_digit(tmp_path) -> None:
    all_ = mfcheck.data.mnist(str(write(tmp_path, "train")))
    law = mfcheck.data.mnist(tmp_path, target=7, n=5, scale=0.1)
    assert torch.equal(law.x[:, :784], 0.1 * all_.x[:5, :784])
    assert law.y.tolist() == [-1, 1, -1, -1, -1]
    with pytest.raises(InvalidArgument, match=f"n = {M + 1}: .* from 1 to {M}"):
        mfcheck.data.mnist(tmp_path, n=M + 1)


def test_missing_files_are_named_with_their_source(tmp_path) -> None:
    with pytest.raises(Unavailable) as refusal:
        mfcheck.data.mnist(tmp_path, part="test")
    said = str(refusal.value)
    for dot in ("-", "."):
        for end in ("", ".gz"):
            assert f"t10k-images{dot}idx3-ubyte{end}" in said
    assert str(tmp_path) in said and "LeCun, Cortes, Burges" in said
    assert "https://ossci-datasets.s3.amazonaws.com/mnist/" in said and "torchvision" in said


def test_a_missing_label_file_and_a_missing_folder(tmp_path) -> None:
    write(tmp_path, "train")
    (tmp_path / "train-labels-idx1-ubyte").unlink()
    with pytest.raises(Unavailable, match=r"holds none of train-labels-idx1-ubyte, .*; fetch"):
        mfcheck.data.mnist(tmp_path)
    with pytest.raises(Unavailable, match="is not a folder; looked there for train-images"):
        mfcheck.data.mnist(tmp_path / "elsewhere")


@pytest.mark.parametrize(
    ("images", "labels", "fragments"),
    [
        (IMAGES, LABELS[:-1], ["30 images, 29 labels", "every image needs one label", "fetch"]),
        (IMAGES[:, :14], LABELS, ["image size", "(14, 28)", "28 × 28", "mf.data.load"]),
        (IMAGES, LABELS + 1, ["largest label", "= 10", "digits 0 … 9", "check"]),
        (LABELS, IMAGES, ["magic number of", "= 2049", "must be 2051", "exchanged"]),
    ],
)
def test_files_that_do_not_fit_are_refused(tmp_path, images, labels, fragments) -> None:
    with pytest.raises(InvalidArgument) as refusal:
        mfcheck.data.mnist(write(tmp_path, "train", images, labels))
    assert all(fragment in str(refusal.value) for fragment in fragments), str(refusal.value)
    assert str(tmp_path) in str(refusal.value)


@pytest.mark.parametrize(
    ("change", "fragments"),
    [
        ({"part": "all"}, ["part = 'all'", "unknown name", "choose one of train, test"]),
        ({"path": None}, ["path = None", "is not a path", "pass a string"]),
        ({"path": ""}, ["path = ''", "is not a path", "pass a string"]),
        ({"path": __file__}, ["test_mnist.py", "is a file", "pass the folder"]),
        ({"target": "seven"}, ["target = 'seven'", "'odd' or a digit", "target=3"]),
        ({"n": 0}, ["n = 0", "from 1 to 30", "n=None"]),
        ({"scale": -1}, ["scale = -1", "above 0", "scale=0.1"]),
    ],
)
def test_a_wrong_request_is_refused(tmp_path, change, fragments) -> None:
    with pytest.raises(InvalidArgument) as refusal:
        mfcheck.data.mnist(**({"path": write(tmp_path, "train")} | change))
    assert all(fragment in str(refusal.value) for fragment in fragments), str(refusal.value)
