"""The example of CONTRIBUTING.md runs as it stands, and its floors are those of the contract."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import mfcheck
from tools.mutation.mutant import Mutant

ROOT = Path(mfcheck.__file__).parents[1]
TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```$", TEXT, re.M | re.S)
FILES = {
    block.splitlines()[0].removeprefix("# "): block.partition("\n")[2]
    for block in BLOCKS
    if block.startswith("# ")
}
CLAIM = "properties/mean_weight.py"


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A copy of mfcheck with the files of the example, and nothing else changed."""
    folder = tmp_path_factory.mktemp("project")
    away = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "mfcheck", folder / "mfcheck", ignore=away)
    shutil.copy(ROOT / "pyproject.toml", folder)
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


def called(project, *words):
    """A tool of this environment, in the project: its exit code and its output."""
    done = subprocess.run(
        [Path(sys.executable).with_name(words[0]), *words[1:]],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(project)},
    )
    return done.returncode, done.stdout + done.stderr


def test_a_claim_with_a_kind_of_problem_is_one_file_and_an_observable_another():
    assert [name for name in FILES if not name.startswith("tests/")] == [
        "mfcheck/observe/barycentre.py",
        CLAIM,
    ]


def test_the_check_is_supported_and_its_control_refuted(project):
    code, words = called(project, "pytest", "-q", *(n for n in FILES if "mfcheck/" not in n))
    assert code == 0, words
    found = json.loads((project / "reports/latest/evidence.json").read_text("utf-8"))
    (claim,) = found["claims"]
    verdicts = {check["name"]: check["verdict"] for check in claim["checks"]}
    assert verdicts == {"in_width": "SUPPORTED", "at_rest": "REFUTED"}
    assert claim["verdict"] == "SUPPORTED"


@pytest.mark.parametrize(
    "words",
    [
        ("ruff", "check", *FILES),
        ("ruff", "format", "--check", *FILES),
        ("lint-imports", "--no-cache"),
    ],
    ids=["ruff", "form", "imports"],
)
def test_the_example_passes_lint(project, words):
    code, output = called(project, *words)
    assert code == 0, output


def test_the_mutant_fits_the_example():
    """Its text stands in the file once, and its catchers are functions of the example."""
    (block,) = (block for block in BLOCKS if block.startswith("Mutant("))
    mutant = eval(block, {"Mutant": Mutant})
    source = FILES[f"mfcheck/{mutant.file}"]
    assert mutant.planted(source) != source
    for node in mutant.by:
        file, name = node.split("::")
        assert f"def {name}(" in FILES[file]


def test_the_floors_are_those_of_the_contract():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    layers = project["tool"]["importlinter"]["contracts"][0]["layers"]
    section = TEXT.partition("## The floors")[2].partition("\n## ")[0]
    shown = re.findall(r"^\| (`.*?) \|", section, re.M)
    assert [re.findall(r"\w+", floor) for floor in shown] == [
        re.findall(r"\w+", layer) for layer in layers
    ]
