"""Addresses: the key changes with everything that the numbers depend on, and with nothing else."""

from dataclasses import fields, replace
from json import dumps, loads
from pathlib import Path

import pytest
import torch

from mfcheck.blueprint import Blueprint
from mfcheck.engine import cell
from mfcheck.engine.cell import NUMERICAL, Address, digest
from mfcheck.written import posed
from tests.test_floors import ROOT, files, home, imported, own

PROBLEM = Blueprint(("tanh", "identity"), atoms=3, n=4, d=2)
BASE = Address(
    file="/somewhere/properties/toy.py",
    code=digest(b"the file"),
    check="check",
    problem=PROBLEM.json(),
    point=16,
    chunk=0,
    size=32,
    seed=0,
    dtype="float64",
    device="cpu",
)
OTHERS = {
    "file": "/somewhere/properties/other.py",
    "code": digest(b"the file, edited"),
    "check": "other",
    "point": 32,
    "chunk": 1,
    "size": 8,
    "seed": 1,
    "dtype": "float32",
    "device": "cuda:0",
}
STRUCTURE = {
    "activations": ("erf", "identity"),
    "loss": "huber",
    "atoms": 4,
    "weighted": True,
    "centre": 0.25,
    "spread": 0.25,
    "bias": 0.0,
    "data": "sine",
    "n": 5,
    "d": 3,
    "T": 2.0,
    "eps": 0.05,
    "seed": 1,
}


def test_every_field_is_tried():
    assert {f.name for f in fields(Address)} == {*OTHERS, "problem"}
    assert {f.name for f in fields(Blueprint)} == set(STRUCTURE)


@pytest.mark.parametrize("name", OTHERS)
def test_every_field_changes_the_key(name):
    assert replace(BASE, **{name: OTHERS[name]}).key != BASE.key


@pytest.mark.parametrize("name", STRUCTURE)
def test_every_part_of_the_problem_changes_the_key(name):
    other = replace(PROBLEM, **{name: STRUCTURE[name]})
    assert replace(BASE, problem=other.json()).key != BASE.key


def test_a_digit_of_a_written_problem_changes_the_key():
    parts = {
        "activations": ["tanh", "identity"],
        "W": {"1": [[0.5]], "2": [[1.0]]},
        "x": [[1.0]],
        "y": [1.0],
        "T": 1.0,
    }
    other = {**parts, "W": {"1": [[0.5000000000000001]], "2": [[1.0]]}}
    one, two = (replace(BASE, problem=posed(dumps(p)).json()).key for p in (parts, other))
    assert one != two


def test_the_folder_of_the_file_changes_nothing():
    assert replace(BASE, file="/elsewhere/toy.py").key == BASE.key


def test_the_key_is_the_same_tomorrow():
    assert replace(BASE).key == BASE.key
    assert loads(BASE.inputs())["check"] == "check"


@pytest.mark.parametrize("name", ["numerics", "libraries"])
def test_the_code_behind_the_numbers_changes_the_key(monkeypatch, name):
    before = BASE.key
    other = {"numerics": "other", "libraries": {"torch": "0.0", "threads": "1"}}[name]
    monkeypatch.setattr(cell, name, lambda: other)
    assert BASE.key != before


@pytest.mark.parametrize("name", ["torch", "numpy", "scipy", "sympy", "threads"])
def test_every_library_is_in_the_key(name):
    assert name in loads(BASE.inputs())


def test_the_thread_count_in_the_key_is_that_of_torch():
    assert loads(BASE.inputs())["threads"] == str(torch.get_num_threads())


@pytest.mark.parametrize("edited", ["dynamics/sgd.py", "seeds.py", "model/new.py"])
def test_an_edit_of_the_numerical_floors_changes_their_hash(monkeypatch, tmp_path, edited):
    for name in NUMERICAL:
        path = tmp_path / name if name.endswith(".py") else tmp_path / name / "sgd.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    monkeypatch.setattr(cell.mfcheck, "__file__", str(tmp_path / "__init__.py"))
    before = cell.numerics.__wrapped__()
    assert cell.numerics.__wrapped__() == before
    (tmp_path / "court.py").write_text("judging again costs nothing")
    assert cell.numerics.__wrapped__() == before
    (tmp_path / edited).write_text("edited")
    assert cell.numerics.__wrapped__() != before


def test_the_numerical_floors_are_all_that_a_problem_and_its_readings_import():
    """What `written` and `observe` rest on, directly or not, decides the numbers."""
    known = {name.removesuffix(".py") for name in NUMERICAL}
    assert all((ROOT / name).exists() for name in NUMERICAL)
    for path in files():
        if home(path) in known:
            assert own(imported(path)) - known <= {"errors"}, path


def test_two_files_are_not_one():
    """Where one ends and the next begins is part of the hash."""
    assert digest(b"ab", b"c") != digest(b"a", b"bc")
    assert digest(b"a", b"b") != digest(b"b", b"a")


def test_an_address_is_text_and_numbers():
    assert loads(BASE.inputs())["point"] == 16
    assert str(Path(BASE.file).parent) not in BASE.inputs()
