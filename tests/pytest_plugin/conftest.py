"""Small property files in folders of their own, and what a run over them leaves behind."""

import json

import jsonschema
import pytest

# Loaded before any run within this process: what a run loads is unloaded after it, which torch
# does not survive.
import mfcheck.pytest_plugin.backend
import mfcheck.pytest_plugin.progress  # noqa: F401 - as above
from mfcheck.report import schema
from tests.pytest_plugin.files import HEAD


@pytest.fixture
def claims(pytester):
    """Write a property file: claims("toy"), with more text after it or other text instead."""

    def write(name, more="", text=None, folder="properties"):
        path = pytester.path / folder / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text if text is not None else HEAD.replace("NAME", name) + more)
        return path

    return write


@pytest.fixture
def evidence(pytester):
    """The evidence of the last run, in the form of its schema, with its page beside it."""

    def read(folder="reports/latest"):
        where = pytester.path / folder
        found = json.loads((where / "evidence.json").read_text("utf-8"))
        jsonschema.validate(found, schema())
        page = (where / "index.html").read_text("utf-8")
        assert all(row["problem"]["label"] in page for row in found["rows"])
        return found

    return read
