"""Evidence: what a run found, as records; verdicts are computed here, from rows alone."""

from mfcheck.evidence.document import (
    FILE,
    VERSION,
    assemble,
    catalogue_entry,
    expects,
    read_evidence,
    wanted,
    write_evidence,
)

__all__ = [
    "FILE",
    "VERSION",
    "assemble",
    "catalogue_entry",
    "expects",
    "read_evidence",
    "wanted",
    "write_evidence",
]
