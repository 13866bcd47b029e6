"""What a property file reaches: every form of an import, transitively, and nothing executed."""

import ast
import sys

import pytest

from mfcheck.sources import closure
from mfcheck.sources.closure import reached
from mfcheck.sources.places import PACKAGE

BOOM = "raise RuntimeError('executed')\n"


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Write files of a project: project("properties/p.py", "import helper")."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def write(name, text=BOOM):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    return write


def names(path, base):
    return {file.relative_to(base).as_posix() for file in reached(path).files}


@pytest.mark.parametrize(
    "text",
    [
        "import helper",
        "import helper as h",
        "from helper import f",
        "from helper import *",
        "def f():\n    import helper",
        "class A:\n    def f(self):\n        from helper import f",
        "try:\n    import helper\nexcept ImportError:\n    pass",
        "if True:\n    import helper",
        "from importlib import import_module\nh = import_module('helper')",
        "import importlib\nh = importlib.import_module('helper')",
        "h = __import__('helper')",
        "from importlib.util import spec_from_file_location as s\nh = s('x', '../helper.py')",
        "import runpy\nh = runpy.run_path('../helper.py')",
    ],
)
def test_each_form_of_an_import_is_seen(project, tmp_path, text):
    project("helper.py")
    path = project("properties/p.py", text)
    assert names(path, tmp_path) == {"properties/p.py", "helper.py"}


@pytest.mark.parametrize("text", ["import beside", "from .beside import f", "from . import beside"])
def test_what_lies_beside_is_seen_by_name_and_relatively(project, tmp_path, text):
    project("properties/beside.py")
    path = project("properties/p.py", text)
    found = names(path, tmp_path)
    assert found == {"properties/p.py", "properties/beside.py"}


def test_imports_are_followed_transitively(project, tmp_path):
    project("a.py", "import b")
    project("b.py", "import pack.inner")
    project("pack/__init__.py", "from pack import other")
    project("pack/inner.py", "from .deep import d")
    project("pack/deep.py", "import a")
    project("pack/other.py")
    path = project("properties/p.py", "import a")
    wanted = {"a.py", "b.py", "pack/__init__.py", "pack/inner.py", "pack/deep.py", "pack/other.py"}
    assert names(path, tmp_path) == wanted | {"properties/p.py"}


def test_a_parent_package_runs_too(project, tmp_path):
    project("pack/__init__.py")
    project("pack/sub/__init__.py")
    project("pack/sub/inner.py")
    path = project("properties/p.py", "from pack.sub.inner import f")
    wanted = {"pack/__init__.py", "pack/sub/__init__.py", "pack/sub/inner.py", "properties/p.py"}
    assert names(path, tmp_path) == wanted


def test_what_only_type_checkers_see_does_not_count(project, tmp_path):
    project("helper.py")
    head = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import helper\n"
    assert names(project("properties/p.py", head), tmp_path) == {"properties/p.py"}


def test_a_lazy_package_lists_there_what_it_loads(project, tmp_path):
    project("lazy/inner.py")
    lazy = "from typing import TYPE_CHECKING\ndef __getattr__(name): ...\n"
    project("lazy/__init__.py", lazy + "if TYPE_CHECKING:\n    from lazy.inner import f\n")
    path = project("properties/p.py", "import lazy")
    assert names(path, tmp_path) == {"properties/p.py", "lazy/__init__.py", "lazy/inner.py"}


def test_other_packages_are_named_and_pythons_own_are_not_local(project, tmp_path):
    path = project("properties/p.py", "import torch.nn\nimport json\nfrom numpy import array\n")
    found = reached(path)
    assert found.packages == {"torch", "json", "numpy"}
    assert names(path, tmp_path) == {"properties/p.py"}


def test_an_edit_is_seen_by_the_same_process(project, tmp_path):
    path = project("properties/p.py", "x = 1")
    assert names(path, tmp_path) == {"properties/p.py"}
    project("helper.py")
    path.write_text("import helper")
    assert names(path, tmp_path) == {"properties/p.py", "helper.py"}


def test_a_module_that_is_loaded_is_where_it_came_from(project, tmp_path, monkeypatch):
    """By its name alone another file would be found."""
    project("helper.py", "x = 1")
    elsewhere = project("elsewhere/helper.py", "x = 2")
    monkeypatch.syspath_prepend(str(elsewhere.parent))
    import helper  # type: ignore[import-not-found]  # written above

    assert helper.x == 2
    monkeypatch.setattr(sys, "path", [p for p in sys.path if p != str(elsewhere.parent)])
    path = project("properties/p.py", "import helper")
    assert names(path, tmp_path) == {"properties/p.py", "elsewhere/helper.py"}
    del sys.modules["helper"]


def test_mfcheck_imports_by_statements_alone():
    """Its closure looks no further: a name that is imported by a call is put together there."""
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and closure._called(node) in closure.CALLS:
                assert not isinstance(node.args[0], ast.Constant), path


def test_a_circle_ends(project, tmp_path):
    project("a.py", "import b")
    project("b.py", "import a")
    path = project("properties/p.py", "import a")
    assert names(path, tmp_path) == {"properties/p.py", "a.py", "b.py"}
