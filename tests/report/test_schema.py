"""The schema is a schema, explains itself, and refuses what the page could not show."""

import math

import jsonschema
import pytest

from mfcheck.report import schema

VALIDATOR = jsonschema.Draft202012Validator


def test_the_schema_is_valid():
    VALIDATOR.check_schema(schema())


def test_the_sample_satisfies_it(evidence):
    VALIDATOR(schema()).validate(evidence)


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
        optional[name] = set(record["properties"]) - set(record["required"])
    assert {name: left for name, left in optional.items() if left} == {
        "claim": {"papers", "code"},
        "row": {"above", "cost", "floors", "figure", "quantile", "assumptions"},
    }


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("schema",), 2),
        (("run", "budget"), "enormous"),
        (("run", "seed"), -1),
        (("claims", 0, "verdict"), "PROVED"),
        (("rows", 0, "verdict"), "NOT RUN"),
        (("rows", 0, "estimator"), "guess"),
        (("rows", 3, "points"), [0, 16]),
        (("rows", 3, "curves"), [[1.0]] * 33),
        (("rows", 3, "unheard_of"), 1),
        (("notes", 0, "text"), None),
    ],
)
def test_it_refuses(evidence, path, value):
    record = evidence
    for step in path[:-1]:
        record = record[step]
    record[path[-1]] = value
    assert not VALIDATOR(schema()).is_valid(evidence)


def test_the_sample_holds_finite_numbers_only(evidence):
    def numbers(part):
        if isinstance(part, dict):
            part = list(part.values())
        if isinstance(part, list):
            return [x for item in part for x in numbers(item)]
        return [part] if isinstance(part, float) else []

    assert all(map(math.isfinite, numbers(evidence)))
