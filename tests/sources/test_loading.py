"""Executed from the text that is read: no cache of Python's stands between text and hash."""

import os
import sys

import pytest

from mfcheck.sources import executed, load_source, watching
from mfcheck.sources.loading import reached_by_executing


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        del sys.modules[name]


def rewrite(path, text):
    """Another text of the same size and time: what Python's cache cannot tell."""
    stat = path.stat()
    assert len(text) == stat.st_size
    path.write_text(text)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def test_a_file_is_executed_from_its_text_each_time(folder):
    path = folder / "p.py"
    path.write_text("x = 1\n")
    assert load_source(path).x == 1
    rewrite(path, "x = 2\n")
    assert load_source(path).x == 2
    assert executed(path) == b"x = 2\n"


def test_a_helper_is_executed_from_its_text(folder):
    """A cache of the same size and time stands beside it, with another number."""
    helper = folder / "helper_of_a_test.py"
    helper.write_text("x = 1\n")
    import helper_of_a_test  # type: ignore[import-not-found]  # written above

    assert helper_of_a_test.x == 1
    del sys.modules["helper_of_a_test"]
    rewrite(helper, "x = 2\n")
    (folder / "p.py").write_text("from helper_of_a_test import x\n")
    assert load_source(folder / "p.py").x == 2
    assert executed(helper) == b"x = 2\n"
    assert reached_by_executing(folder / "p.py") == {helper.resolve()}


@pytest.mark.parametrize(
    "text", ["from .beside import x", "from beside import x", "from ..above import x"]
)
def test_it_imports_what_lies_beside_it(folder, text):
    (folder / "properties").mkdir()
    (folder / "properties" / "beside.py").write_text("x = 3\n")
    (folder / "above.py").write_text("x = 3\n")
    (folder / "properties" / "p.py").write_text(text)
    assert load_source(folder / "properties" / "p.py").x == 3


def test_a_helper_by_a_path_that_no_text_shows_is_reached(folder):
    (folder / "hidden.py").write_text("x = 4\n")
    (folder / "p.py").write_text(
        "from importlib.util import module_from_spec, spec_from_file_location\n"
        "from pathlib import Path\n"
        "file = Path(__file__).with_name('hid' + 'den' + '.' + 'py')\n"
        "spec = spec_from_file_location('hidden', file)\n"
        "module = module_from_spec(spec)\nspec.loader.exec_module(module)\nx = module.x\n"
    )
    assert load_source(folder / "p.py").x == 4
    assert reached_by_executing(folder / "p.py") == {(folder / "hidden.py").resolve()}


def test_what_fails_leaves_no_module_behind(folder):
    (folder / "p.py").write_text("1 / 0\n")
    before = {name for name in sys.modules if name.startswith("mfcheck_property_")}
    with pytest.raises(ZeroDivisionError):
        load_source(folder / "p.py")
    assert before == {name for name in sys.modules if name.startswith("mfcheck_property_")}


def test_watching_ends(folder):
    from importlib.machinery import SourceFileLoader

    before = SourceFileLoader.get_code
    with pytest.raises(KeyError), watching():
        raise KeyError
    assert SourceFileLoader.get_code is before
