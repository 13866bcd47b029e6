"""The form of an evidence record, as a JSON schema that ships with the package."""

import json
from importlib.resources import files
from typing import Any


def schema() -> dict[str, Any]:
    """The JSON schema (draft 2020-12) that every evidence.json satisfies."""
    text = files("mfcheck.report").joinpath("evidence.schema.json").read_text(encoding="utf-8")
    return json.loads(text)
