"""evidence.json in the folder of a run: written whole, and read or refused in one line."""

from pathlib import Path

from msgspec import DecodeError, ValidationError
from msgspec.json import decode

from mfcheck.engine.json_text import json_text
from mfcheck.errors import InvalidArgument, Unavailable, invalid
from mfcheck.evidence.records import VERSION, Evidence
from mfcheck.files import RunFolder
from mfcheck.files.layout import EVIDENCE as FILE

UNREAD, REPAIR = (
    "so no run of mfcheck can be read from it",
    "name the folder of another run, or run its claims again",
)


def write_evidence(evidence: Evidence, folder: Path) -> Path:
    """evidence.json in the folder, replaced in one step; NaN and infinities are refused."""
    text = json_text(evidence, indent=1, ensure_ascii=False)
    return RunFolder(folder).write(FILE, text.encode())


def read_evidence(folder: Path) -> Evidence:
    """The evidence in a run folder.

    Raises Unavailable where no file can be read, InvalidArgument for one that is cut off, of
    another version or of another form.
    """
    path = folder / FILE
    try:
        content = path.read_bytes()
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise Unavailable(f"{path} cannot be opened ({why}), {UNREAD}; {REPAIR}.") from error
    try:
        return decode(content, type=Evidence)
    except (DecodeError, UnicodeDecodeError) as error:
        raise _other(path, error) from error


def _other(path: Path, error: Exception) -> InvalidArgument:
    """What is wrong with a file, in one line."""
    why = " ".join(str(error).split())
    if not isinstance(error, ValidationError):
        rule = "is cut off or no JSON"
    elif why.endswith("`$.schema`"):
        rule = f"is not of version {VERSION}"
    else:
        rule = "has another form"
    return invalid("evidence", str(path), f"{rule} ({why}), {UNREAD}", REPAIR)
