"""One process at a time in a folder: a lock on the folder itself, which leaves no file behind.

It ends with the process that holds it, however that ends. Where there is none (Windows, some
network file systems) two runs that end in one folder at the same instant may refuse each other.
"""

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

from mfcheck.errors import Unavailable

PATIENCE = 30.0
"""Seconds that a process waits for another one."""


@contextmanager
def alone(folder: Path) -> Generator[None]:
    """Keep other processes out. Raises Unavailable if one stays in for longer than PATIENCE."""
    if sys.platform == "win32":
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        _wait(handle, folder)
        yield
    finally:
        os.close(handle)


def _wait(handle: int, folder: Path) -> None:
    until = monotonic() + PATIENCE
    while not _taken(handle):
        if monotonic() > until:
            rule = f"another process has been writing there for {PATIENCE:g} s"
            raise Unavailable(f"{folder}: {rule}; end it, then try again.")
        sleep(0.01)


def _taken(handle: int) -> bool:
    """Whether the lock is ours now, or there is none to be had."""
    import fcntl  # not on Windows

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True
