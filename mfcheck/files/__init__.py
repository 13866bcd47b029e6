"""Files: the one door through which mfcheck writes and removes, and how claims become names.

A file is replaced or removed only if the manifest of its folder lists it with the bytes that it
has. docs/reliability.md says what is written where.
"""

from mfcheck.files.folder import RunFolder
from mfcheck.files.manifest import MANIFEST, hashed
from mfcheck.files.names import file_name
from mfcheck.files.place import create_file, exchange, is_link, stands

__all__ = [
    "MANIFEST",
    "RunFolder",
    "create_file",
    "exchange",
    "file_name",
    "hashed",
    "is_link",
    "stands",
]
