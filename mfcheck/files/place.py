"""Bytes into a file in one step: a reader meets the old file or the new one, never half of it.

The bytes are written beside the target, under a hidden name that carries their hash, and then take
the target's name. What a kill leaves of them is known by that name and taken away by whoever
writes the same bytes again.
"""

import os
from hashlib import sha256
from pathlib import Path

from mfcheck.errors import NotOwned, Unavailable


def is_link(path: Path) -> bool:
    """Whether a path is a link itself, wherever it leads, if anywhere."""
    return path.is_symlink()


def stands(path: Path) -> bool:
    """Whether anything has this name: a file, a folder, a link that leads nowhere."""
    return os.path.lexists(path)


def draft(path: Path, mark: str) -> Path:
    """Where bytes of this hash wait for the name `path`."""
    return path.with_name(f".{path.name}.{mark[:16]}.draft")


def create_file(path: Path, content: bytes) -> Path:
    """A new file with these bytes. Raises NotOwned if anything has its name, a link too."""
    if stands(path):
        raise NotOwned(f"{path} exists and is left as it is: move it away or choose another name.")
    waiting = _written(path, content)
    try:
        _named(waiting, path, content)
    except FileExistsError as error:
        rule = "exists since a moment ago, and is left as it is"
        raise NotOwned(f"{path} {rule}: move it away or choose another name.") from error
    finally:
        waiting.unlink(missing_ok=True)
    return path


def _named(waiting: Path, path: Path, content: bytes) -> None:
    """Give a draft its name, in the one way that never replaces what came first."""
    try:
        os.link(waiting, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without links: whole unless the process is killed right here
        _exclusive(path, content)


def settle(path: Path, content: bytes) -> None:
    """Take away the draft that a kill left of a file that was created with these bytes."""
    waiting = draft(path, sha256(content).hexdigest())
    if stands(waiting):
        _left_over(waiting, content, path)


def exchange(path: Path, content: bytes) -> Path:
    """These bytes in the place of a file that is the caller's to replace, or a new file."""
    os.replace(_written(path, content), path)
    return path


def _written(path: Path, content: bytes) -> Path:
    """The draft of these bytes, whole and on the disk."""
    waiting = draft(path, sha256(content).hexdigest())
    if stands(waiting):
        _left_over(waiting, content, path)
    try:
        _exclusive(waiting, content)
    except OSError as error:
        raise Unavailable(f"{path} cannot be written ({error}); name another place.") from error
    return waiting


def _left_over(waiting: Path, content: bytes, path: Path) -> None:
    """Take a draft away that a killed process left: it is part of what is written, or its file."""
    plain = waiting.is_file() and not is_link(waiting)
    same = plain and stands(path) and waiting.samefile(path)
    if not (same or (plain and content.startswith(waiting.read_bytes()))):
        raise NotOwned(f"{waiting} is no draft of mfcheck and is left as it is: move it away.")
    waiting.unlink()


def _exclusive(path: Path, content: bytes) -> None:
    with open(path, "xb") as file:  # follows no link
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
