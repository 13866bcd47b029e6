"""The manifest of a folder: the files that mfcheck wrote there, with the hashes of their bytes.

    {"what": "...", "format": 1, "files": {"index.html": ["<sha256>"], "figures/a-b.svg": [...]}}

A file has more than one hash while it is being replaced: a kill between the two steps leaves the
old bytes or the new ones, and both are mfcheck's. What is read here is not trusted: an entry that
is no name within the folder makes the whole file one that mfcheck did not write.
"""

import re
from hashlib import sha256
from json import dumps, loads
from pathlib import Path
from typing import Any, TypeGuard, cast

from mfcheck.errors import NotOwned
from mfcheck.files.place import exchange, is_link, stands

MANIFEST = "mfcheck-manifest.json"
FORMAT = 1
WHAT = "Files of this folder that mfcheck wrote and may replace while they have these sha256."
NAME = re.compile(r"([A-Za-z0-9_][\w\-]*/)?[A-Za-z0-9_][\w.\-]*", re.ASCII)
HASH = re.compile(r"[0-9a-f]{64}")

Files = dict[str, list[str]]


def hashed(content: bytes) -> str:
    """The sha256 of a file's bytes."""
    return sha256(content).hexdigest()


def listed(folder: Path) -> Files:
    """{name: hashes} of the files in a folder that are mfcheck's; none without a manifest.

    Raises NotOwned for a file of that name that is no manifest.
    """
    path = folder / MANIFEST
    if not stands(path):
        return {}
    try:
        found = loads(path.read_bytes()) if path.is_file() and not is_link(path) else None
    except ValueError:  # no JSON, no text
        found = None
    known = cast("dict[str, Any]", found) if isinstance(found, dict) else {}
    files = known.get("files")
    if known.get("format") != FORMAT or not _entries(files):
        rule = "is no manifest of mfcheck and is left as it is"
        raise NotOwned(f"{path} {rule}: move it away or name another folder.")
    return files


def keep_manifest(folder: Path, files: Files) -> None:
    """Write the manifest of a folder, entries in the order of their names."""
    text = dumps({"what": WHAT, "format": FORMAT, "files": dict(sorted(files.items()))}, indent=1)
    _sweep(folder)
    exchange(folder / MANIFEST, f"{text}\n".encode())


def _sweep(folder: Path) -> None:
    """Take away drafts of a manifest that a kill left: their text begins as every manifest's."""
    head = dumps({"what": WHAT}, indent=1)[:-2].encode()
    for left in folder.glob(f".{MANIFEST}.*.draft"):
        if left.is_file() and not is_link(left):
            text = left.read_bytes()
            if text.startswith(head) or head.startswith(text):
                left.unlink()


def _entries(files: object) -> TypeGuard[Files]:
    return isinstance(files, dict) and all(map(_entry, cast("dict[str, object]", files).items()))


def _entry(entry: tuple[str, object]) -> bool:
    name, hashes = entry
    known = isinstance(hashes, list) and all(
        isinstance(h, str) and HASH.fullmatch(h) for h in cast("list[object]", hashes)
    )
    return known and bool(NAME.fullmatch(name))
