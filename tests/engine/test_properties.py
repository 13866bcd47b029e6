"""A property file and the code behind its numbers: all that is executed is in it."""

import sys
from pathlib import Path

import numpy as np
import pytest

from mfcheck.claims import Check
from mfcheck.engine.cell import Address
from mfcheck.engine.executor import Executor
from mfcheck.engine.properties import ROOTS, PropertyFile
from mfcheck.engine.store import create_store
from mfcheck.errors import InvalidArgument
from mfcheck.problems.finite import FiniteSpec
from mfcheck.run.explore import draw
from mfcheck.run.sampler import Sampler
from mfcheck.seeds import Seeds
from mfcheck.sources.places import PACKAGE, is_local

FOLDER = Path(__file__).parents[2] / "properties"
NAMES = sorted(path.stem for path in FOLDER.glob("*.py"))
PROBLEM = FiniteSpec(("tanh", "identity"), atoms=3, n=4, d=2)

FILE = """
import mfcheck as mf
from pathlib import Path
import torch

claim = mf.Claim("c", text="It holds.", source="here", section="A", depends=("mine.csv",))
HERE = Path(__file__).parent


@claim.check(over=[mf.FiniteSpec(("tanh", "identity"), atoms=3, n=4, d=2)], expect=mf.AtMost(0))
def reads(problem):
    def measure(seeds):
        return torch.full((len(seeds.replicates),), float((HERE / "mine.csv").read_text()))

    return mf.value(measure)
"""


@pytest.fixture
def file(tmp_path):
    (tmp_path / "mine.csv").write_text("1.0")
    path = tmp_path / "p.py"
    path.write_text(FILE)
    return path


def measured(store, file):
    """The numbers of the check, and whether they came from the store."""
    executor = Executor(store)
    code = executor.code(str(file), PROBLEM)
    address = Address(str(file), code, "reads", PROBLEM.json(), 0.0, 0, 4, 0, "float64")
    cell = executor.compute(address, PROBLEM, Seeds(0, range(4), ()))
    return cell.value.tolist(), cell.resumed


def test_data_that_a_claim_depends_on_are_in_the_address(file, tmp_path):
    store = create_store(tmp_path / "run")
    assert measured(store, file) == ([1.0] * 4, False)
    assert measured(store, file) == ([1.0] * 4, True)
    (tmp_path / "mine.csv").write_text("2.0")
    assert measured(store, file) == ([2.0] * 4, False)


def test_data_that_change_meanwhile_are_not_kept(file, tmp_path):
    """Measured on the new data, it would be stored under the hash of the old."""
    store, executor = create_store(tmp_path / "run"), None
    executor = Executor(store)
    code = executor.code(str(file), PROBLEM)
    (tmp_path / "mine.csv").write_text("2.5")
    address = Address(str(file), code, "reads", PROBLEM.json(), 0.0, 0, 4, 0, "float64")
    value = executor.compute(address, PROBLEM, Seeds(0, range(4), ())).value
    np.testing.assert_array_equal(value, 2.5)
    assert store.cell(address.key) is None


def test_a_file_that_is_not_there_is_refused(file, tmp_path):
    (tmp_path / "mine.csv").unlink()
    with pytest.raises(InvalidArgument, match=r"depends = 'mine\.csv': is no file beside p\.py"):
        PropertyFile.loaded(file)


def test_a_module_that_no_text_shows_is_not_kept(file, tmp_path):
    """Imported while it is measured, under a name that is put together there."""
    hidden = "        __import__('hid' + 'den_of_a_test')\n        return torch.full"
    file.write_text(FILE.replace("        return torch.full", hidden))
    (tmp_path / "hidden_of_a_test.py").write_text("")
    store = create_store(tmp_path / "run")
    assert measured(store, file) == ([1.0] * 4, False)
    del sys.modules["hidden_of_a_test"]
    assert measured(store, file) == ([1.0] * 4, False)
    del sys.modules["hidden_of_a_test"]


@pytest.mark.parametrize("where", ["when it is measured", "when the study is made"])
def test_nor_are_the_numbers_that_follow_it(file, tmp_path, where):
    """The module is executed once, and the second cell rests on it all the same."""
    hidden = "__import__('hid' + 'den_of_another_test')"
    before = "        return torch.full" if "measured" in where else "    return mf.value"
    pad = before[: len(before) - len(before.lstrip())]
    file.write_text(FILE.replace(before, f"{pad}{hidden}\n{before}"))
    (tmp_path / "hidden_of_another_test.py").write_text("")
    store = create_store(tmp_path / "run")
    executor = Executor(store)
    sampler = Sampler(executor.module(str(file)).reads, str(file), executor)
    sampler.study(PROBLEM)
    for chunk in range(2):
        address = sampler.address(PROBLEM, 0.0, chunk, 4)
        executor.compute(address, PROBLEM, Seeds(0, range(4), ()))
        assert store.cell(address.key) is None
    del sys.modules["hidden_of_another_test"]


def test_what_measures_is_in_the_code_of_every_file(tmp_path):
    (tmp_path / "p.py").write_text("x = 1\n")
    names = {name for name, _ in PropertyFile.loaded(tmp_path / "p.py").code().texts}
    assert {f"mfcheck:{path.relative_to(PACKAGE)}" for path in ROOTS} <= names


def test_the_file_of_a_kind_of_problem_is_in_the_code(tmp_path):
    """A kind from a file of --mf-problem, which the property file never heard of."""
    (tmp_path / "p.py").write_text("x = 1\n")
    (tmp_path / "mine.py").write_text("x = 1\n")
    own = PropertyFile.loaded(tmp_path / "p.py")
    assert "mine.py" in dict(own.code(tmp_path / "mine.py").texts)
    assert own.code(tmp_path / "mine.py").hash != own.code().hash


def first(check):
    """The simplest problem of a check."""
    found = list(check.over.always)[-1:]
    if not found:
        draw(check.over.strata[0], lambda spec, _: bool(found.append(spec)), 1, 0)
    return found[0]


def ran(function):
    """The local files whose code runs in a call."""
    seen = set()

    def profile(frame, event, _):
        if event == "call":
            seen.add(frame.f_code.co_filename)

    sys.setprofile(profile)
    try:
        function()
    finally:
        sys.setprofile(None)
    return {Path(name).resolve() for name in seen if Path(name).is_file()}


@pytest.mark.parametrize("name", NAMES)
def test_every_module_that_runs_while_a_cell_is_measured_is_in_its_key(name):
    executor, file = Executor(), FOLDER / f"{name}.py"
    found = vars(executor.module(str(file))).values()
    check = next(c for c in found if isinstance(c, Check) and c.control_of is None)
    spec = first(check)
    sampler = Sampler(check, str(file), executor)

    def measure():
        study = sampler.study(spec)
        address = sampler.address(spec, study.points[0], 0, 1)
        executor.compute(address, spec, Seeds(0, range(1), ("test",)))

    local = {path for path in ran(measure) if is_local(path) and path != Path(__file__)}
    texts = {name for name, _ in executor.file(str(file)).code().texts}
    known = {PACKAGE / n.removeprefix("mfcheck:") for n in texts if n.startswith("mfcheck:")}
    known |= {(FOLDER / n).resolve() for n in texts if not n.startswith("mfcheck:")}
    assert local <= known, sorted(local - known)
    assert file.resolve() in local and len(local) > 5
