"""A .csv file as named columns of finite numbers, read strictly.

The first row names the columns (spaces around a name do not count), every further row holds one
finite number per column. Rows are counted as a spreadsheet does: the names are row 1. Empty lines
are passed over.
"""

import csv
from io import StringIO
from math import isfinite
from pathlib import Path

import numpy as np

from mfcheck.data.paths import contents
from mfcheck.errors import InvalidArgument, invalid

Line = tuple[int, list[str]]


def read_table(file: Path) -> dict[str, np.ndarray]:
    """Columns (n,) float64 by name, in the order of the file.

    Raises InvalidArgument, with row and column, for a cell that is not a finite number, a row of
    the wrong length, a name that is missing or given twice, and a file without rows; Unavailable
    when the file cannot be read.
    """
    rows = _rows(file)
    if not rows:
        raise invalid("path", str(file), "is empty", "begin with names, e.g. y,x1,x2")
    names = _names(file, rows[0][1])
    table = np.array([_numbers(file, names, row) for row in rows[1:]])
    if not len(table):
        raise invalid("path", str(file), "holds names but no numbers", "add a row per data point")
    return dict(zip(names, table.T, strict=True))


def _rows(file: Path) -> list[Line]:
    try:
        lines = csv.reader(StringIO(contents(file).decode("utf-8-sig"), newline=""), strict=True)
        return [(lines.line_num, cells) for cells in lines if cells]
    except (UnicodeDecodeError, csv.Error) as error:
        raise invalid(
            "path", str(file), f"is not a table in text ({error})", "save it as CSV in UTF-8"
        ) from error


def _names(file: Path, cells: list[str]) -> list[str]:
    names = [cell.strip() for cell in cells]
    if "" in names:
        raise invalid(
            f"names in {str(file)!r}",
            names,
            f"column {names.index('') + 1} has none",
            "name every column in the first row, e.g. y,x1,x2",
        )
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise invalid(
            f"names in {str(file)!r}", names, f"{twice[0]!r} stands twice", "rename one of them"
        )
    return names


def _numbers(file: Path, names: list[str], row: Line) -> list[float]:
    line, cells = row
    if len(cells) != len(names):
        raise invalid(
            f"row {line} of {str(file)!r}",
            f"{len(cells)} cells",
            f"the first row names {len(names)} columns",
            "give every row one number per column",
        )
    return [
        _number(cell, f"row {line}, column {name!r} of {str(file)!r}")
        for name, cell in zip(names, cells, strict=True)
    ]


def _number(cell: str, place: str) -> float:
    try:
        number = float(cell)
    except ValueError as error:
        raise _not_a_number(cell, place) from error
    if not isfinite(number):
        raise _not_a_number(cell, place)
    return number


def _not_a_number(cell: str, place: str) -> InvalidArgument:
    return invalid(place, cell, "must be a finite number", "mend the cell or drop the row")
