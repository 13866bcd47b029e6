"""The form of the evidence as a JSON schema, made from its records."""

from typing import Any

from msgspec import json

from mfcheck.evidence import VERSION, Evidence

HEAD = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": f"urn:mfcheck:evidence:{VERSION}",
    "title": f"mfcheck evidence, version {VERSION}",
}


def schema() -> dict[str, Any]:
    """The JSON schema (draft 2020-12) that every evidence.json satisfies."""
    return HEAD | json.schema(Evidence)
