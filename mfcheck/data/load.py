"""A law of Z from a file of the user's own: .npz or .csv."""

import zlib
from collections.abc import Collection
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from mfcheck.data.law import DataLaw
from mfcheck.data.paths import AnyPath, as_path, contents
from mfcheck.data.table import read_table
from mfcheck.errors import invalid


def load(path: AnyPath) -> DataLaw:
    """The law stored in `path`, in float64; nothing is scaled and no coordinate is added.

    .npz: arrays x (n, d), y (n,) and, if wanted, q (n,), and no others; pickled objects are
    refused. .csv: the first row names the columns: y, if wanted q, and all others are the
    coordinates of x in the order of the file. q are probabilities, uniform when left out. For
    biases in the first layer give x a constant last coordinate.

    Raises InvalidArgument for a file that does not hold such a law (the message says where), and
    Unavailable for one that cannot be read.
    """
    file = as_path(path)
    if file.suffix.lower() not in READERS:
        raise invalid(
            "path",
            str(file),
            f"unknown suffix {file.suffix!r}",
            f"known are {' and '.join(READERS)}",
        )
    return READERS[file.suffix.lower()](file)


def _from_csv(file: Path) -> DataLaw:
    table = read_table(file)
    coordinates = [name for name in table if name not in ("y", "q")]
    held = set(table) | ({"x"} if coordinates else set())
    _require(
        held,
        f"columns of {str(file)!r}",
        list(table),
        "name the targets y in row 1; x is all others",
    )
    return DataLaw(
        np.column_stack([table[name] for name in coordinates]), table["y"], table.get("q")
    )


def _from_npz(file: Path) -> DataLaw:
    arrays = _unpacked(file, contents(file))
    _require(
        arrays, f"arrays of {str(file)!r}", list(arrays), "call the inputs x and the targets y"
    )
    for name in arrays:
        _check_array(file, name, arrays[name])
    x, y = (arrays[name].astype(np.float64) for name in "xy")
    return DataLaw(x, y, arrays.get("q"))


def _unpacked(file: Path, raw: bytes) -> dict[str, np.ndarray]:
    try:
        if not raw.startswith(b"PK"):
            raise ValueError("it is not a zip archive" if raw else "it is empty")
        with np.load(BytesIO(raw), allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except (ValueError, OSError, EOFError, KeyError, BadZipFile, zlib.error) as error:
        raise invalid(
            "path",
            str(file),
            f"is not an .npz of plain arrays ({error})",
            "write it with numpy.savez(path, x=x, y=y), numbers only",
        ) from error


def _check_array(file: Path, name: str, array: np.ndarray) -> None:
    if name not in ("x", "y", "q"):
        raise invalid(
            f"array in {str(file)!r}", name, "only x, y and q have a meaning", "save only these"
        )
    kind = np.asarray(array).dtype
    if kind.kind not in "fiub":
        raise invalid(
            f"dtype of {name} in {str(file)!r}", str(kind), "must be real numbers", "convert it"
        )


def _require(held: Collection[str], name: str, shown: list[str], repair: str) -> None:
    missing = [wanted for wanted in ("x", "y") if wanted not in held]
    if missing:
        raise invalid(name, shown, f"{' and '.join(missing)} missing", repair)


READERS = {".npz": _from_npz, ".csv": _from_csv}
