"""Troubles as pytest shows them: a call that is refused, a file that does not import."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from mfcheck.errors import MfcheckError

SPOILT = (MfcheckError, OSError, KeyError, TypeError, ValueError)
"""What reading the evidence of an earlier run may raise, if it is spoilt."""


@contextmanager
def usage() -> Iterator[None]:
    """What mfcheck refuses, as pytest shows a wrong command line."""
    try:
        yield
    except MfcheckError as error:
        raise pytest.UsageError(str(error)) from None


def last_words(text: str) -> str:
    """The error that ends a traceback."""
    lines = text.strip().splitlines() or ["failed to import"]
    errors = [line[1:].strip() for line in lines if line.startswith("E ")]
    return (errors or lines)[-1]
