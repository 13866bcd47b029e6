"""The check on MNIST exists where a folder is named, and its stored numbers are of its images."""

import struct
from pathlib import Path

import numpy as np
import pytest

import mfcheck as mf
from mfcheck.engine.executor import Executor
from mfcheck.errors import InvalidArgument
from mfcheck.problems.reading import spec_of

FILE = str(Path(__file__).parents[2] / "properties" / "loss_curves_collapse.py")


def folder(path, seed):
    """A folder with files in the form of MNIST's, of random images."""
    draw, n = np.random.default_rng(seed), 70
    images = (255 * draw.random((n, 28, 28)) ** 3).astype(np.uint8)
    labels = draw.integers(0, 10, n).astype(np.uint8)
    path.mkdir()
    head = struct.pack(">IIII", 0x803, n, 28, 28)
    (path / "train-images-idx3-ubyte").write_bytes(head + images.tobytes())
    (path / "train-labels-idx1-ubyte").write_bytes(struct.pack(">II", 0x801, n) + labels.tobytes())
    return path


def the_check(monkeypatch, path):
    monkeypatch.setenv("MFCHECK_MNIST", str(path))
    return Executor().module(FILE).sup_gap_mnist


def test_without_a_folder_there_is_no_such_check(monkeypatch):
    monkeypatch.delenv("MFCHECK_MNIST", raising=False)
    assert not hasattr(Executor().module(FILE), "sup_gap_mnist")


def test_the_problem_holds_the_images_and_says_which(monkeypatch, tmp_path):
    path = folder(tmp_path / "one", 1)
    (blueprint,) = the_check(monkeypatch, path).over.always
    problem = spec_of(blueprint.json(), [blueprint.home]).problem()
    assert (problem.data.x == mf.data.mnist(path, n=64, scale=1 / 28).x).all()
    assert "MNIST" in blueprint.label and blueprint.digest in blueprint.label


def test_other_images_are_refused_under_the_digest_of_a_run(monkeypatch, tmp_path):
    one, two = (the_check(monkeypatch, folder(tmp_path / str(k), k)).over.always[0] for k in (1, 2))
    assert one.json() != two.json()
    with pytest.raises(InvalidArgument, match="digest"):
        one.problem()
