"""A golden file on the disk: written over only as an earlier `mfcheck guard save` left it."""

from pathlib import Path

from mfcheck.errors import NotOwned
from mfcheck.files import exchange, is_link, stands
from mfcheck.regression import golden
from mfcheck.regression.measure import Found


def write_golden(found: Found, file: Path) -> None:
    """Write the golden file. Raises NotOwned as `verify` does, Unavailable if it cannot be."""
    verify_golden(file)
    exchange(file, golden.golden_text(found).encode())


def verify_golden(file: Path) -> None:
    """Raise NotOwned if something has this name that `write` did not leave there as it is."""
    rule = _foreign(file) if stands(file) else ""
    if rule:
        raise NotOwned(f"{file} {rule} and is left as it is: move it away or name another file.")


def _foreign(file: Path) -> str:
    """Why a file is none that `write` left, empty if it is."""
    if is_link(file):
        return "is a link"
    try:
        sealed = golden.is_sealed(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        return f"is no golden file ({error})"
    return "" if sealed else "is not as `mfcheck guard save` leaves it"
