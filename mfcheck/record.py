"""Frozen records of plain values as JSON and as code: what every blueprint can be turned into."""

from dataclasses import asdict, fields
from json import dumps, loads
from typing import Any

from mfcheck.errors import invalid, one_of


def as_json(record: Any) -> str:
    """One line of JSON, keys in the order of the fields, defaults included."""
    return dumps(asdict(record), separators=(",", ":"))


def from_json(kind: type[Any], what: str, text: str) -> Any:
    """The record written by `as_json`; unknown fields are refused, missing ones default.

    what: the record as an error calls it.
    """
    given = loads(text)
    known = [f.name for f in fields(kind)]
    if not isinstance(given, dict):
        raise invalid("problem", given, "is a JSON object", f"with keys among {known}")
    for name in given:
        one_of(f"field of {what}", name, known)
    return kind(**given)


def as_code(record: Any) -> str:
    """The call that rebuilds the record, fields at their defaults left out."""
    changed = [
        f"{f.name}={getattr(record, f.name)!r}"
        for f in fields(record)
        if getattr(record, f.name) != f.default
    ]
    return f"mf.{type(record).__name__}({', '.join(changed)})"
