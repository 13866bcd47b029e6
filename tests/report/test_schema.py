"""The schema is a schema, explains itself, and refuses what the page could not show."""

import math
from json import loads

import jsonschema
import pytest
from msgspec import ValidationError

from mfcheck.engine.json_text import json_text
from mfcheck.report import schema
from tests.records import as_evidence

VALIDATOR = jsonschema.Draft202012Validator


def test_the_schema_is_valid():
    VALIDATOR.check_schema(schema())


def test_the_sample_satisfies_it(evidence):
    VALIDATOR(schema()).validate(evidence)


def test_it_is_that_of_this_draft_and_version():
    found = schema()
    assert found["$schema"] == VALIDATOR.META_SCHEMA["$id"]
    assert found["$id"] == "urn:mfcheck:evidence:2"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("rows", 3, "figure"), None),
        (("rows", 3, "cost"), {"once": 0, "replicate": [0.5]}),
        (("rows", 3, "above"), -1.5),
        (("rows", 3, "quantile"), 0.9),
        (("rows", 3, "floors"), [{"name": "rounding", "value": 0}]),
        (("rows", 3, "assumptions"), [{"standing": "by construction", "why": ""}]),
        (("rows", 3, "curvature", "level"), 0.999),
        (("rows", 3, "curves"), [[1.0, None]] * 32),
        (("claims", 0, "code"), "0af1"),
        (("claims", 0, "papers"), ["one"]),
        (("run", "seed"), 10**40),
        (("changes",), ["a step"]),
        (("searches",), []),
    ],
)
def test_it_accepts(evidence, path, value):
    record = evidence
    for step in path[:-1]:
        record = record[step]
    record[path[-1]] = value
    VALIDATOR(schema()).validate(evidence)
    VALIDATOR(schema()).validate(loads(json_text(as_evidence(evidence))))


def test_every_record_is_closed_and_every_field_described():
    def walk(part):
        if isinstance(part, list):
            for item in part:
                walk(item)
        elif isinstance(part, dict):
            if "properties" in part:
                assert part["additionalProperties"] is False
                for name, field in part["properties"].items():
                    assert field.get("description") or "$ref" in field, name
            for item in part.values():
                walk(item)

    walk(schema())


def test_little_may_be_left_out():
    optional = {}
    defs = schema()["$defs"]
    for name, record in defs.items():
        if "properties" in record:
            optional[name] = set(record["properties"]) - set(record["required"])
    assert {name: left for name, left in optional.items() if left} == {
        "Evidence": {"changes", "searches"},
        "RunRecord": {"trainer"},
        "ClaimRecord": {"papers", "code", "measured"},
        "CheckRecord": {"equivalence", "beyond"},
        "Row": {"above", "cost", "floors", "figure", "quantile", "assumptions"}
        | {"finer", "gave_up", "neighbours", "rate_exponent"},
        "CurvatureRecord": {"level", "end"},
    }


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("schema",), 1),
        (("run", "budget"), "enormous"),
        (("run", "seed"), -1),
        (("claims", 0, "verdict"), "PROVED"),
        (("rows", 0, "verdict"), "NOT RUN"),
        (("rows", 0, "estimator"), "guess"),
        (("rows", 3, "points"), [0, 16]),
        (("rows", 3, "curves"), [[1.0]] * 33),
        (("rows", 3, "unheard_of"), 1),
        (("rows", 3, "estimate"), "0.1"),
        (("rows", 3, "n"), 0.5),
        (("rows", 3, "n"), -1),
        (("rows", 3, "quantile"), 1.0),
        (("rows", 3, "seconds"), -0.1),
        (("rows", 3, "origin"), "found"),
        (("rows", 3, "curvature", "level"), None),
        (("rows", 3, "curvature", "end"), None),
        (("rows", 3, "problem", "json"), None),
        (("rows", 3, "rounds"), None),
        (("rows", 3, "figure"), {}),
        (("run", "margin"), 0),
        (("run", "machine", "cores"), 0),
        (("procedure", "rounds"), []),
        (("procedure", "alpha_fail"), 1.5),
        (("claims", 0, "code"), None),
        (("claims", 0, "checks", 0, "verdict"), "PROVED"),
        (("notes", 0, "text"), None),
        (("changes",), None),
        (("searches",), [{}]),
    ],
)
def test_it_refuses(evidence, path, value):
    record = evidence
    for step in path[:-1]:
        record = record[step]
    record[path[-1]] = value
    assert not VALIDATOR(schema()).is_valid(evidence)
    with pytest.raises(ValidationError):
        as_evidence(evidence)


def test_the_sample_holds_finite_numbers_only(evidence):
    def numbers(part):
        if isinstance(part, dict):
            part = list(part.values())
        if isinstance(part, list):
            return [x for item in part for x in numbers(item)]
        return [part] if isinstance(part, float) else []

    assert all(map(math.isfinite, numbers(evidence)))
