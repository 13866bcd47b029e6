"""The glossary names what is there, and leaves out no verdict, estimator or status."""

import re
from importlib import import_module
from pathlib import Path

import pytest

import mfcheck
from mfcheck.claims.assumption import Status
from mfcheck.claims.study import SYMBOLS
from mfcheck.stats import Verdict

ROOT = Path(mfcheck.__file__).parents[1]
TEXT = (ROOT / "docs" / "glossary.md").read_text("utf-8")
ROWS = [line.strip("| ").split(" | ") for line in TEXT.splitlines() if re.match(r"\| [^-]", line)]
CONCEPTS = {cells[0]: cells[1:] for cells in ROWS if cells[0] != "concept"}
NAMED = sorted(set(re.findall(r"`([^`]+)`", TEXT)))
PATHS = [name for name in NAMED if "/" in name]
NAMES = [name for name in NAMED if re.fullmatch(r"(mf|mfcheck|tools)(\.\w+)+", name)]

ASKED = """
    problem, embedding, finite embedding, i.i.d. embedding, diverse embedding, limit, tracer,
    coupling distance D_T, claim, check, control, assumption, study, estimand, region, margin,
    budget, look, replicate, chunk, cell, fingerprint, store, row, verdict, corpus,
    adversarial search, incumbent, golden file, regression check, mutant, false-alarm calibration,
    survey, curvature, evidence, history, manifest, PREMISE NOT MET
"""


@pytest.mark.parametrize("path", PATHS)
def test_a_path_is_there(path):
    assert (ROOT / path).exists()


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_there(name):
    home, *rest = name.split(".")
    found = mfcheck if home == "mf" else import_module(home)
    for k, part in enumerate(rest):
        if not hasattr(found, part):
            import_module(".".join([found.__name__, part]))
        found = getattr(found, part)
        assert found is not None, ".".join(rest[: k + 1])


def test_what_is_in_backticks_is_a_path_a_name_or_a_command():
    assert set(NAMED) == {*PATHS, *NAMES, "mfcheck guard"}


def test_every_concept_has_one_line_and_a_place():
    assert len(CONCEPTS) == len([cells for cells in ROWS if cells[0] != "concept"])
    assert all(len(cells) == 3 and cells[2].strip("`") in PATHS for cells in CONCEPTS.values())


def test_nothing_that_was_asked_for_is_missing():
    assert {word.strip() for word in ASKED.split(",")} <= set(CONCEPTS)
    assert set(map(str, Verdict)) | set(SYMBOLS) <= set(CONCEPTS)
    assert all(status in CONCEPTS["status of an assumption"][0] for status in Status)
