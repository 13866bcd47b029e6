"""The import rule: a file imports only from the floors below it, and light things stay light."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import mfcheck

ROOT = Path(mfcheck.__file__).parent

FLOORS = (
    {"errors"},
    {"seeds", "arrays", "files"},
    {"record"},
    {"data", "stats", "symbolic"},
    {"model"},
    {"dynamics"},
    {"observe", "problem", "partial"},
    {
        "blueprint",
        "convergence_blueprint",
        "diverse_blueprint",
        "homogeneous_blueprint",
        "iid_blueprint",
    },
    {"general_blueprint"},
    {"written"},
    {"court", "engine"},
    {"meter", "corpus"},
    {"trial", "evidence", "history", "report", "guard"},
    {"hunting", "plan"},
    {"running", "ticker", "replay", "adopt"},
    {"pytest_plugin", "cli"},
)
"""A package or module imports from floors below its own, and from itself. `mfcheck` itself is no
floor: its names are loaded when they are first used."""


def floor(name):
    """The floor of a package or module of mfcheck, or None."""
    return next((i for i, names in enumerate(FLOORS) if name in names), None)


def home(path):
    """The package or module that a file of mfcheck belongs to."""
    first = path.relative_to(ROOT).parts[0]
    return first.removesuffix(".py")


def files():
    """Every file of mfcheck but its `__init__`."""
    return [path for path in sorted(ROOT.rglob("*.py")) if path != ROOT / "__init__.py"]


def imported(path, top_only=False):
    """The modules that a file imports, as dotted names; without what only type checkers see.

    top_only: without what functions import when they are called.
    """
    names = []
    for node in _nodes(ast.parse(path.read_text("utf-8")), top_only):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            inside = module == "mfcheck" or (module.startswith("mfcheck.") and _package(module))
            names += [f"{module}.{alias.name}" for alias in node.names] if inside else [module]
    return names


def own(names):
    """The packages and modules of mfcheck among dotted names."""
    parts = [name.split(".") for name in names]
    return {part[1] for part in parts if part[0] == "mfcheck" and len(part) > 1} - {"__version__"}


def _package(module):
    return (ROOT.parent / module.replace(".", "/")).is_dir()


def _nodes(tree, top_only):
    for node in ast.iter_child_nodes(tree):
        yield node
        called = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        typing = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        if not typing and not (called and top_only):
            yield from _nodes(node, top_only)


HEAVY = ("torch", "scipy", "hypothesis", "sympy")
QUADRATURE = ("dynamics/reduced.py",)
"""Scrambles the nodes of a quadrature with fixed keys, through scipy: nothing is sampled by it."""

FILES = files()
IDS = [str(path.relative_to(ROOT)) for path in FILES]


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_a_file_imports_only_from_floors_below_its_own(path):
    here = floor(home(path))
    assert here is not None, f"{path.name} belongs to no floor: add it to FLOORS"
    for name in own(imported(path)) - {home(path)}:
        there = floor(name)
        assert there is not None, f"{name} belongs to no floor"
        assert there < here, f"{path.name} (floor {here}) imports {name} (floor {there})"


def test_every_floor_has_a_name_once():
    names = [name for names in FLOORS for name in names]
    assert len(names) == len(set(names))
    assert {"seeds", "stats", "court", "engine", "trial", "pytest_plugin"} <= set(map(home, FILES))


@pytest.mark.parametrize(("one", "other"), [("court", "engine"), ("engine", "court")])
def test_court_and_engine_have_not_heard_of_each_other(one, other):
    assert all(other not in own(imported(path)) for path in FILES if home(path) == one)


def test_statistics_have_never_heard_of_networks():
    wing = [path for path in FILES if home(path) == "stats"]
    assert wing
    assert set().union(*(own(imported(path)) for path in wing)) <= {"stats", "errors"}


def test_the_package_itself_imports_nothing_of_its_own_when_it_is_imported():
    assert not own(imported(ROOT / "__init__.py", top_only=True))


def test_the_rule_sees_an_import_whatever_its_form(tmp_path):
    text = """
import mfcheck.trial
from mfcheck import court
from mfcheck.engine.store import Store
def late():
    from mfcheck.stats import judge
if TYPE_CHECKING:
    from mfcheck.report import write
"""
    (tmp_path / "some.py").write_text(text)
    assert own(imported(tmp_path / "some.py")) == {"trial", "court", "engine", "stats"}
    assert own(imported(tmp_path / "some.py", top_only=True)) == {"trial", "court", "engine"}


@pytest.mark.parametrize("name", ["mfcheck", "mfcheck.pytest_plugin", "mfcheck.cli"])
def test_what_every_process_imports_is_light(name):
    code = f"import sys, {name}; print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_random_numbers_come_from_seeds_alone(path):
    if home(path) == "seeds" or path.relative_to(ROOT).as_posix() in QUADRATURE:
        pytest.skip("a source, or none of random numbers")
    tree = ast.parse(path.read_text("utf-8"))
    code = ast.unparse(_without_texts(tree))
    found = re.findall(r"manual_seed|np\.random|numpy\.random|torch\.(?:rand|normal|bern)\w*", code)
    modules = {name.split(".")[0] for name in imported(path)}
    assert not found
    assert not modules & {"random", "secrets"}


def _without_texts(tree):
    """The tree with its texts emptied: a docstring may speak of what the code must not do."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = ""
    return tree


def test_the_one_source_draws_raw_words_only():
    """Distribution methods of numpy's generators are not promised to stay the same."""
    code = (ROOT / "seeds.py").read_text("utf-8")
    assert re.findall(r"np\.random\.(\w+)", code) == ["Philox"]
    assert "random_raw" in code
