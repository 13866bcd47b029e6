"""The name of a file from a name that is not one: a claim's, a check's, whatever evidence says."""

import re
from hashlib import sha256

LONGEST = 80
"""Characters of a name that is kept as it is."""

PLAIN = re.compile(rf"[A-Za-z0-9_][A-Za-z0-9_.\-]{{0,{LONGEST - 1}}}(?<!\.)")
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
"""Devices, on Windows, whatever their suffix."""


def file_name(text: str) -> str:
    """`text` as the stem of a file: never a path, never hidden, never that of another text.

    Letters, digits, underscores, dots and dashes stay as they are. Whatever has anything else, a
    dot at an end, a reserved name or more than 80 characters is cleaned and carries a hash of
    the text, so that two names never meet in one file.
    """
    if PLAIN.fullmatch(text) and not RESERVED.fullmatch(text):
        return text
    mark = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    kept = re.sub(r"[^A-Za-z0-9_]+", "-", text).strip("-")[:LONGEST]
    return f"{kept or 'unnamed'}-{mark}"
