"""The executor: an address is enough to compute a cell, once, and what fails says where."""

from dataclasses import replace
from math import inf, isnan

import numpy as np
import pytest

from mfcheck.engine.cell import Address
from mfcheck.engine.executor import CellFailed, Executor
from mfcheck.engine.store import create_store
from mfcheck.problems.finite import FiniteSpec
from mfcheck.seeds import Seeds

PROBLEM = FiniteSpec(("tanh", "identity"), atoms=3, n=4, d=2)
FILE = """
from __future__ import annotations
from dataclasses import dataclass
import numpy as np
import torch
import mfcheck as mf

calls = {"studies": 0, "cells": 0}


@dataclass
class Said:
    dtype: str


def check(problem):
    calls["studies"] += 1

    def ratio(N, seeds):
        calls["cells"] += 1
        return torch.as_tensor(N * seeds.uniforms("u", 0, 1)[:, 0])

    return mf.growth(ratio, along=(1, 2, 4))


def precision(problem):
    return mf.identity(lambda seeds: problem.sample(3, seeds)[0].W[1][:, 0, 0])


def broken(problem):
    return mf.identity(helper)


def helper(seeds):
    return seeds.uniforms("u", 0, 1) / undefined  # the line


def broken_inside(problem):
    return mf.identity(lambda seeds: problem.sample(0, seeds))  # asked


def broken_study(problem):
    raise KeyError("no such layer")  # here


def hungry(problem):
    raise MemoryError


def stopped(problem):
    return mf.identity(stop)


def stop(seeds):
    raise KeyboardInterrupt


def returns(value):
    return lambda problem: mf.identity(lambda seeds: value)


scalar, text, nothing = returns(1.0), returns("1"), returns(None)
short, square = returns(torch.ones(3)), returns(torch.ones(8, 1))
imaginary, single = returns(1j * torch.ones(8)), returns(torch.ones(8, dtype=torch.float32))
plain, array = returns([0, 1, 2, 3, 4, 5, 6, 7]), returns(np.arange(8))
strange = returns(torch.tensor([np.nan, np.inf, -np.inf, 0.0, 0.0, 0.0, 0.0, 0.0]))
graph = returns(torch.ones(8, requires_grad=True))
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "toy.py"
    path.write_text(FILE)
    return str(path)


def address(file, check="check", **changes):
    base = Address(
        file=file,
        code=Executor().code(file),
        check=check,
        problem=PROBLEM.json(),
        point=2,
        chunk=0,
        size=8,
        seed=0,
        dtype="float64",
    )
    return replace(base, **changes)


SEEDS = Seeds(0, range(8), ("toy",))


def test_a_cell_is_computed_from_its_path(file):
    cell = Executor().compute(address(file), PROBLEM, SEEDS)
    np.testing.assert_array_equal(cell.value, 2 * SEEDS.uniforms("u", 0, 1)[:, 0])
    assert not cell.resumed
    assert cell.seconds >= 0


def test_another_process_computes_the_same(file):
    one, other = (Executor().compute(address(file), PROBLEM, SEEDS).value for _ in range(2))
    assert one.tobytes() == other.tobytes()


def test_a_stored_cell_is_not_computed_again(file, tmp_path):
    store = create_store(tmp_path / "run")
    first = Executor(store).compute(address(file), PROBLEM, SEEDS)
    again = Executor(store)
    second = again.compute(address(file), PROBLEM, SEEDS)
    assert second.resumed
    assert second.value.tobytes() == first.value.tobytes()
    assert second.seconds == pytest.approx(first.seconds)
    assert again.module(file).calls == {"studies": 0, "cells": 0}


def test_a_study_is_made_once_per_problem_and_a_file_imported_once(file):
    executor = Executor()
    for point in (1, 2, 4):
        for chunk in range(2):
            executor.compute(address(file, point=point, chunk=chunk), PROBLEM, SEEDS)
    assert executor.module(file).calls == {"studies": 1, "cells": 6}
    other = replace(PROBLEM, seed=1)
    executor.compute(address(file, problem=other.json()), other, SEEDS)
    executor.compute(address(file, dtype="float32"), PROBLEM, SEEDS)
    assert executor.module(file).calls["studies"] == 3


@pytest.mark.parametrize(("dtype", "exact"), [("float32", False), ("float64", True)])
def test_networks_have_the_precision_of_the_address(file, dtype, exact):
    value = Executor().compute(address(file, "precision", dtype=dtype), PROBLEM, SEEDS).value
    assert value.dtype == np.float64
    assert bool((value.astype(np.float32) == value).all()) is not exact


@pytest.mark.parametrize("check", ["single", "plain", "array", "graph"])
def test_whatever_holds_one_number_per_replicate_is_read(file, check):
    value = Executor().compute(address(file, check), PROBLEM, SEEDS).value
    assert (value.dtype, value.shape) == (np.float64, (8,))


def test_what_is_not_finite_is_kept(file):
    value = Executor().compute(address(file, "strange"), PROBLEM, SEEDS).value
    assert isnan(value[0])
    assert value[1:3].tolist() == [inf, -inf]


@pytest.mark.parametrize("check", ["scalar", "short", "square", "imaginary", "text", "nothing"])
def test_whatever_does_not_is_refused(file, check):
    """A number for all is not one per replicate: as eight equal ones it would feign evidence."""
    with pytest.raises(CellFailed, match="the measurement returned"):
        Executor().compute(address(file, check), PROBLEM, SEEDS)


def line(mark):
    return next(k for k, text in enumerate(FILE.splitlines(), 1) if text.endswith(f"# {mark}"))


@pytest.mark.parametrize(
    ("check", "error", "mark"),
    [
        ("broken", "NameError: name 'undefined' is not defined", "the line"),
        ("broken_inside", "InvalidArgument: widths[1] = 0", "asked"),
        ("broken_study", "KeyError: 'no such layer'", "here"),
    ],
)
def test_what_a_property_raises_names_its_line(file, check, error, mark):
    with pytest.raises(CellFailed) as caught:
        Executor().compute(address(file, check), PROBLEM, SEEDS)
    assert error in str(caught.value)
    assert str(caught.value).endswith(f"(toy.py:{line(mark)})")


def test_no_memory_has_a_repair(file):
    with pytest.raises(CellFailed, match="narrower widths"):
        Executor().compute(address(file, "hungry"), PROBLEM, SEEDS)


def test_a_check_that_is_not_there(file):
    with pytest.raises(CellFailed, match="no attribute 'gone'"):
        Executor().compute(address(file, "gone"), PROBLEM, SEEDS)


def test_a_file_that_does_not_import(tmp_path):
    (tmp_path / "toy.py").write_text("1 / 0")
    with pytest.raises(ZeroDivisionError):
        Executor().file(str(tmp_path / "toy.py"))


def test_a_failure_is_not_stored_and_may_be_tried_again(file, tmp_path):
    store = create_store(tmp_path / "run")
    for _ in range(2):
        with pytest.raises(CellFailed):
            Executor(store).compute(address(file, "broken"), PROBLEM, SEEDS)


def test_an_interruption_passes_through(file):
    with pytest.raises(KeyboardInterrupt):
        Executor().compute(address(file, "stopped"), PROBLEM, SEEDS)


def test_a_file_edited_meanwhile_is_not_taken_for_the_old_one(file):
    """A cell says by which text it is computed; a process that has another one refuses it."""
    executor, old = Executor(), address(file)
    executor.compute(old, PROBLEM, SEEDS)
    with open(file, "a") as edited:
        edited.write("\n")
    assert executor.code(file) == old.code
    executor.compute(replace(old, point=4), PROBLEM, SEEDS)
    fresh = Executor()
    assert fresh.code(file) != old.code
    with pytest.raises(CellFailed, match=r"^toy\.py is no longer the file"):
        fresh.compute(old, PROBLEM, SEEDS)


def test_a_module_that_is_there_already_is_taken_over(file):
    executor, module = Executor(), Executor().module(file)
    executor.adopt(file, module)
    assert executor.module(file) is module
    executor.compute(address(file), PROBLEM, SEEDS)
    assert module.calls["cells"] == 1
