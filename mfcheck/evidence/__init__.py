"""Evidence: what a run found, as records; verdicts are computed here, from rows alone."""

from mfcheck.evidence.document import FILE, VERSION, assemble, entry, expects, read, wanted, write

__all__ = ["FILE", "VERSION", "assemble", "entry", "expects", "read", "wanted", "write"]
