"""The code of a number: every text with its hash, as it was executed, and versions of packages."""

import os
import py_compile
import subprocess
import sys
from pathlib import Path

import pytest

import mfcheck
from mfcheck.sources import code, code_of, load_source
from mfcheck.sources.places import PACKAGE


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        del sys.modules[name]


def test_texts_are_named_the_same_wherever_the_project_lies(tmp_path):
    found = []
    for place in ("one", "other"):
        file = tmp_path / place / "properties" / "p.py"
        file.parent.mkdir(parents=True)
        (file.parent / "beside_p.py").write_text("x = 1\n")
        file.write_text("from .beside_p import x\nimport mfcheck as mf\n")
        found.append(code_of(file))
    assert found[0].hash == found[1].hash
    names = [name for name, _ in found[0].texts]
    assert "p.py" in names and "beside_p.py" in names and "mfcheck:dynamics/sgd.py" in names


@pytest.mark.parametrize("edited", ["p.py", "beside_p.py"])
def test_an_edit_of_any_text_changes_the_hash(folder, edited):
    (folder / "beside_p.py").write_text("x = 1\n")
    (folder / "p.py").write_text("import beside_p\n")
    before = code_of(folder / "p.py").hash
    assert code_of(folder / "p.py").hash == before
    (folder / edited).write_text((folder / edited).read_text() + "# edited\n")
    assert code_of(folder / "p.py").hash != before


def test_data_and_programs_that_are_declared_are_in_it(folder):
    (folder / "p.py").write_text("x = 1\n")
    (folder / "mine.csv").write_text("1,2\n")
    (folder / "tool.py").write_text("import deeper\n")
    (folder / "deeper.py").write_text("x = 1\n")
    also = [folder / "mine.csv", folder / "tool.py"]
    before = code_of(folder / "p.py", also)
    assert [name for name, _ in before.texts] == ["deeper.py", "mine.csv", "p.py", "tool.py"]
    for name in ("mine.csv", "deeper.py"):
        (folder / name).write_text("3\n")
        after = code_of(folder / "p.py", also)
        assert after.hash != before.hash
        before = after


def test_packages_have_their_versions(folder, monkeypatch):
    (folder / "p.py").write_text("import numpy, json\nfrom torch import Tensor\n")
    found = code_of(folder / "p.py")
    assert dict(found.packages).keys() == {"numpy", "torch"}
    monkeypatch.setattr(code, "release", lambda name: {name: "0"})
    assert code_of(folder / "p.py").hash != found.hash


def test_all_of_the_facade_is_reached(folder):
    """`mf.distance` and `mf.stats` are loaded when they are first used."""
    (folder / "p.py").write_text("import mfcheck as mf\n")
    names = {name for name, _ in code_of(folder / "p.py").texts}
    for home in {*mfcheck._HOME.values(), *mfcheck._MODULES}:
        place = home.replace(".", "/")
        assert names & {f"mfcheck:{place}.py", f"mfcheck:{place}/__init__.py"}, home


def test_pages_and_plans_are_not_in_it():
    """What only reads numbers may change without any being measured again."""
    file = Path(__file__).parents[2] / "properties" / "coupling.py"
    names = [name for name, _ in code_of(file).texts]
    away = ("report/", "plan/", "search/", "pytest_plugin/", "regression/", "cli.py")
    assert not [n for n in names if n.removeprefix("mfcheck:").startswith(away)]


def test_a_text_that_was_edited_since_is_known_as_it_ran(folder):
    """Its numbers are of the old text, and so is its hash, and what it imports."""
    (folder / "beside_p.py").write_text("x = 1\n")
    (folder / "p.py").write_text("import beside_p\n")
    load_source(folder / "p.py")
    before = code_of(folder / "p.py")
    (folder / "p.py").write_text("x = 2\n")
    (folder / "beside_p.py").write_text("x = 2\n")
    assert code_of(folder / "p.py") == before
    load_source(folder / "p.py")
    assert [name for name, _ in code_of(folder / "p.py").texts] == ["p.py"]


SCRIPT = """
import sys
from pathlib import Path
import stale_helper
from mfcheck.sources import code_of
print(stale_helper.x)
code_of(Path("p.py"))
"""


def run(folder):
    env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env=env | {"PYTHONPATH": str(PACKAGE.parent)},
    )


def test_a_stale_cache_is_noticed(tmp_path):
    """Loaded by Python before us, from a cache of another text of the same size and time."""
    helper = tmp_path / "stale_helper.py"
    helper.write_text("x = 1\n")
    (tmp_path / "p.py").write_text("import stale_helper\n")
    first = run(tmp_path)
    assert (first.returncode, first.stdout) == (0, "1\n"), first.stderr
    stat = helper.stat()
    helper.write_text("x = 2\n")
    os.utime(helper, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    second = run(tmp_path)
    assert second.stdout == "1\n"  # the old number: Python believes its cache
    assert second.returncode and "stale_helper.py is not the text" in second.stderr


@pytest.mark.parametrize("edited", [False, True])
def test_a_cache_is_held_against_its_text(folder, monkeypatch, edited):
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    helper = folder / "cached_helper.py"
    helper.write_text("def f(x):\n    return x + 1\n")
    py_compile.compile(str(helper))
    if edited:
        helper.write_text("def f(x):\n    return x + 2\n")
    assert code._is_current(helper) is not edited


def test_mfchecks_own_texts_are_those_that_run():
    (file,) = (PACKAGE / "dynamics").glob("sgd.py")
    assert code._own_hash(file, None) == code.text_hash(file.read_bytes())
