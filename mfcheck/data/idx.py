"""IDX files: the array format of the MNIST database, read strictly.

A file is a magic number (two zero bytes, the type of the entries, the number of axes), one
big-endian 32-bit size per axis, and the entries, last axis fastest. Only unsigned bytes (type 8)
occur here. Source: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits".
"""

import gzip
import zlib
from math import prod
from pathlib import Path
from struct import unpack_from

import numpy as np

from mfcheck.data.paths import contents
from mfcheck.errors import InvalidArgument, invalid

UNSIGNED_BYTE = 0x08
GZIP = b"\x1f\x8b"


def read_idx(file: Path, axes: int) -> np.ndarray:
    """The array of unsigned bytes in `file`, plain or gzipped, with the given number of axes.

    Raises InvalidArgument for a wrong magic number, an empty axis, missing or surplus bytes and
    a broken gzip stream, and Unavailable when the file cannot be read.
    """
    raw = _unzipped(file)
    start = 4 + 4 * axes
    magic, expected = int.from_bytes(raw[:4], "big"), UNSIGNED_BYTE * 256 + axes
    if len(raw) >= 4 and magic != expected:
        raise invalid(
            f"magic number of {str(file)!r}",
            magic,
            f"must be {expected}: unsigned bytes on {axes} axes",
            "check that images and labels are not exchanged, or fetch the file again",
        )
    if len(raw) < start:
        raise _wrong_length(file, len(raw), f"the header alone takes {start}")
    sizes = unpack_from(f">{axes}I", raw, 4)
    if min(sizes) < 1:
        raise invalid(f"sizes in {str(file)!r}", sizes, "every axis needs an entry", _AGAIN)
    if len(raw) != start + prod(sizes):
        raise _wrong_length(file, len(raw), f"sizes {sizes} make it {start + prod(sizes)}")
    return np.frombuffer(raw, dtype=np.uint8, offset=start).reshape(sizes)


_AGAIN = "fetch the file again"


def _wrong_length(file: Path, length: int, rule: str) -> InvalidArgument:
    return invalid(f"length of {str(file)!r}", f"{length} bytes", rule, _AGAIN)


def _unzipped(file: Path) -> bytes:
    """The bytes of the file; gzip is known by its first two bytes, which no IDX file has."""
    raw = contents(file)
    if not raw.startswith(GZIP):
        return raw
    try:
        return gzip.decompress(raw)
    except (OSError, EOFError, zlib.error) as error:
        raise invalid("file", str(file), f"is a broken gzip file ({error})", _AGAIN) from error
