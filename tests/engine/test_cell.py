"""Addresses: the key changes with everything that the numbers depend on, and with nothing else."""

import multiprocessing
from dataclasses import fields, replace
from json import dumps, loads
from pathlib import Path

import pytest
import torch

from mfcheck.engine.cell import Address
from mfcheck.engine.fingerprint import SWITCHES
from mfcheck.problems.finite import FiniteSpec
from mfcheck.problems.reading import spec_of

PROBLEM = FiniteSpec(("tanh", "identity"), atoms=3, n=4, d=2)
BASE = Address(
    file="/somewhere/properties/toy.py",
    code="0" * 64,
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
    "trainer": "mine 7",
    "file": "/somewhere/properties/other.py",
    "code": "1" * 64,
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
    assert {f.name for f in fields(FiniteSpec)} == set(STRUCTURE)


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
    one, two = (replace(BASE, problem=spec_of(dumps(p)).json()).key for p in (parts, other))
    assert one != two


def test_the_folder_of_the_file_changes_nothing():
    assert replace(BASE, file="/elsewhere/toy.py").key == BASE.key


def test_the_key_is_the_same_tomorrow():
    assert replace(BASE).key == BASE.key
    assert loads(BASE.inputs())["check"] == "check"


CHANGES = {
    "threads": lambda: torch.set_num_threads(2),
    "matmul precision": lambda: torch.set_float32_matmul_precision("medium"),
    "default dtype": lambda: torch.set_default_dtype(torch.float64),
    "deterministic": lambda: torch.use_deterministic_algorithms(True),
    "denormals": lambda: torch.set_flush_denormal(True),
}


@pytest.mark.parametrize("name", CHANGES)
def test_state_of_the_process_that_changes_bits_changes_the_key(name):
    """In a process of its own: what it sets stays set."""
    context = multiprocessing.get_context("fork")
    found = context.Queue()
    process = context.Process(target=_keys, args=(name, found))
    process.start()
    before, after = found.get(timeout=60)
    process.join(60)
    assert before != after


def _keys(name, found):
    before = BASE.key
    CHANGES[name]()
    found.put((before, BASE.key))


@pytest.mark.parametrize("name", SWITCHES)
def test_switches_of_libraries_change_the_key(monkeypatch, name):
    before = BASE.key
    monkeypatch.setenv(name, "other")
    assert BASE.key != before


@pytest.mark.parametrize(
    "place", ["torch.backends.cpu.get_cpu_capability", "mfcheck.engine.fingerprint.processor"]
)
def test_another_processor_changes_the_key(monkeypatch, place):
    before = BASE.key
    monkeypatch.setattr(place, lambda: "other")
    assert BASE.key != before


def test_an_address_is_text_and_numbers():
    assert loads(BASE.inputs())["point"] == 16
    assert str(Path(BASE.file).parent) not in BASE.inputs()
