"""Trainers by their names: files, modules and entry points."""

from importlib import metadata
from pathlib import Path

import pytest

import mfcheck as mf
from mfcheck.errors import Unavailable
from mfcheck.trainers import named_trainer

TEXT = """
import mfcheck as mf

def bare(run):
    return [(run.W, run.b) for _ in run.at]

@mf.trainer(name="fast", version="2", can=("biases",), depends=("table.txt",))
def made(run):
    return bare(run)

number = 3
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "mine_for_tests.py").write_text(TEXT)
    (tmp_path / "table.txt").write_text("1 2")
    return tmp_path


@pytest.mark.parametrize("place", ["mine_for_tests.py", "mine_for_tests"])
def test_a_function_by_file_and_by_module(folder, place, monkeypatch):
    monkeypatch.syspath_prepend(folder)
    found = named_trainer(f"{place}:bare", folder)
    assert found.label == f"{place}:bare" and "float64" in found.trainer.can
    assert found.files == (folder / "mine_for_tests.py",)


def test_a_trainer_says_its_own_name_and_files(folder):
    found = named_trainer("mine_for_tests.py:made", folder)
    assert found.label == "fast 2" and found.trainer.can == {"biases"}
    assert [file.name for file in found.files] == ["mine_for_tests.py", "table.txt"]


def test_an_entry_point(monkeypatch):
    point = metadata.EntryPoint("plain", "tests.trainers.plainly:plain", "mfcheck.trainers")
    monkeypatch.setattr(metadata, "entry_points", lambda group: metadata.EntryPoints([point]))
    found = named_trainer("plain")
    assert found.label == "tests.trainers.plainly:plain 1"
    assert found.files == (Path(__file__).with_name("plainly.py"),)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("gone.py:f", "there is no file"),
        ("no_such_module_here:f", "no module 'no_such_module_here'"),
        ("mine_for_tests.py:gone", "it has bare, made"),
        ("mine_for_tests.py:number", "is int, no function"),
        ("nothing", "is no entry point of mfcheck.trainers"),
    ],
)
def test_names_of_nothing_are_refused(folder, text, rule):
    with pytest.raises(mf.InvalidArgument, match=rule):
        named_trainer(text, folder)


def test_a_module_that_fails_to_import_says_why(folder):
    (folder / "broken.py").write_text("import no_such_module_either\n")
    with pytest.raises(Unavailable, match="no_such_module_either"):
        named_trainer("broken.py:f", folder)
    (folder / "worse.py").write_text("def f(:\n")
    with pytest.raises(Unavailable, match="worse"):
        named_trainer("worse.py:f", folder)


def test_a_file_that_is_not_there_is_named(folder):
    (folder / "table.txt").unlink()
    with pytest.raises(mf.InvalidArgument, match=r"table\.txt"):
        named_trainer("mine_for_tests.py:made", folder)
