"""IDX files: what is written is read back, and every kind of damage is named."""

import gzip
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from mfcheck.data.idx import read_idx
from mfcheck.errors import InvalidArgument, Unavailable


def idx(array: np.ndarray) -> bytes:
    """The IDX bytes of an array of unsigned bytes, from the published description."""
    header = struct.pack(">BBBB", 0, 0, 8, array.ndim)
    return header + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


GOOD = idx(np.arange(24, dtype=np.uint8).reshape(2, 3, 4))


@given(arrays(np.uint8, array_shapes(min_dims=1, max_dims=3, max_side=6)), st.booleans())
def test_what_is_written_is_read_back(tmp_path_factory, array, zipped) -> None:
    file = tmp_path_factory.mktemp("idx") / "array"
    file.write_bytes(gzip.compress(idx(array)) if zipped else idx(array))
    assert np.array_equal(read_idx(file, axes=array.ndim), array)


@pytest.mark.parametrize(
    ("raw", "fragments"),
    [
        (b"", ["length of", "'0 bytes'", "header alone takes 16", "fetch the file again"]),
        (GOOD[:10], ["length of", "'10 bytes'", "header alone takes 16", "fetch"]),
        (GOOD[:-1], ["length of", "'39 bytes'", "sizes (2, 3, 4) make it 40", "fetch"]),
        (GOOD + b"\0", ["length of", "'41 bytes'", "sizes (2, 3, 4) make it 40", "fetch"]),
        (b"<html>" + GOOD, ["magic number of", f"= {0x3C68746D}", "must be 2051", "fetch"]),
        (idx(np.zeros(5, np.uint8)), ["magic number", "= 2049", "must be 2051", "exchanged"]),
        (b"\0\0\x0d" + GOOD[3:], ["magic number", "= 3331", "must be 2051", "unsigned bytes"]),
        (idx(np.zeros((0, 2, 2), np.uint8)), ["sizes in", "(0, 2, 2)", "every axis", "fetch"]),
        (gzip.compress(GOOD)[:-9], ["file = ", "broken gzip file", "fetch the file again"]),
        (b"\x1f\x8b junk and more junk", ["file = ", "broken gzip file", "fetch"]),
        (gzip.compress(GOOD)[:12] + b"\xff" * 30, ["file = ", "broken gzip file", "fetch"]),
        (gzip.compress(GOOD) + b"more", ["file = ", "broken gzip file", "fetch"]),
        (gzip.compress(GOOD + b"\0"), ["'41 bytes'", "make it 40", "fetch"]),
    ],
    ids=lambda value: "" if isinstance(value, bytes) else value[1],
)
def test_damage_is_named(tmp_path, raw, fragments) -> None:
    file = tmp_path / "images"
    file.write_bytes(raw)
    with pytest.raises(InvalidArgument) as refusal:
        read_idx(file, axes=3)
    assert all(fragment in str(refusal.value) for fragment in fragments), str(refusal.value)
    assert str(file) in str(refusal.value)


def test_a_missing_file_and_a_folder_are_unavailable(tmp_path) -> None:
    with pytest.raises(Unavailable, match="no such file; check the name"):
        read_idx(tmp_path / "nothing", axes=1)
    with pytest.raises(Unavailable, match=r"cannot be read \(.*; pass a file you may read"):
        read_idx(tmp_path, axes=1)
