"""Where data lies on disk: a path from what the user passed, and the bytes found there."""

from os import PathLike
from pathlib import Path

from mfcheck.errors import Unavailable, invalid

AnyPath = str | PathLike[str]


def as_path(path: AnyPath) -> Path:
    """`path` as a Path, with ~ standing for the home folder."""
    if not isinstance(path, str | PathLike) or not str(path):
        raise invalid("path", path, "is not a path", "pass a string such as 'data/mnist'")
    return Path(path).expanduser()


def contents(file: Path) -> bytes:
    """All bytes of `file`; Unavailable when it is missing or cannot be read."""
    try:
        return file.read_bytes()
    except FileNotFoundError as error:
        raise Unavailable(
            f"path = {str(file)!r}: no such file; check the name (relative names start at the "
            "folder python runs in)."
        ) from error
    except (OSError, ValueError) as error:
        raise Unavailable(
            f"path = {str(file)!r}: cannot be read ({error}); pass a file you may read."
        ) from error
