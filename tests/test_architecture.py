"""The architecture: imports go down, one name is one thing, and light things stay light.

The contract of the imports stands in pyproject.toml; import-linter reads it.
"""

import ast
import os
import re
import shutil
import subprocess
import sys
import tokenize
from collections import defaultdict
from pathlib import Path

import pytest

import mfcheck

ROOT = Path(mfcheck.__file__).parent


def imported(path):
    """The modules that a file imports, as dotted names."""
    names = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names.append(node.module or "")
    return names


HEAVY = ("torch", "scipy", "hypothesis", "sympy")
QUADRATURE = ("dynamics/reduced.py",)
"""Scrambles the nodes of a quadrature with fixed keys, through scipy: nothing is sampled by it."""

FILES = [path for path in sorted(ROOT.rglob("*.py")) if path != ROOT / "__init__.py"]
IDS = [str(path.relative_to(ROOT)) for path in FILES]


def test_imports_keep_the_contract():
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_a_file_that_imports_upwards_breaks_it(tmp_path):
    """The contract is one that can be broken."""
    for part in ("pyproject.toml", "mfcheck"):
        copy = shutil.copytree if (ROOT.parent / part).is_dir() else shutil.copy
        copy(ROOT.parent / part, tmp_path / part)
    with (tmp_path / "mfcheck" / "seeds.py").open("a") as file:
        file.write("\n\ndef late():\n    from mfcheck.run import replay\n")
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )
    assert done.returncode == 1 and "mfcheck.seeds" in done.stdout


def test_no_module_lies_loose():
    loose = {path.name for path in ROOT.glob("*.py")}
    assert loose == {"__init__.py", "arrays.py", "cli.py", "errors.py", "seeds.py"}


def test_no_two_modules_have_one_name():
    homes = defaultdict(list)
    for path in ROOT.rglob("*.py"):
        if path.name != "__init__.py":
            homes[path.stem].append(path.relative_to(ROOT).as_posix())
    assert [places for places in homes.values() if len(places) > 1] == []


def given(node):
    """The names that a statement of a module gives: a class, a function, constants, an alias."""
    if isinstance(node, ast.ClassDef | ast.FunctionDef):
        return [node.name]
    targets = [*getattr(node, "targets", ()), getattr(node, "target", None)]
    parts = [part for target in targets if target for part in ast.walk(target)]
    return [part.id for part in parts if isinstance(part, ast.Name)]


NAMESAKES = {
    "flow": "mf.flow and mf.partial.flow",
    "sine": "mf.data.sine and the map of that name, as problems call them",
}
"""Names that two modules have, and of what."""


def test_no_public_name_is_given_twice():
    homes = defaultdict(set)
    for path in ROOT.rglob("*.py"):
        for node in ast.parse(path.read_text("utf-8")).body:
            for name in given(node):
                if not name.startswith("_"):
                    homes[name].add(path.relative_to(ROOT).as_posix())
    twice = {name: places for name, places in homes.items() if len(places) > 1}
    assert set(twice) == set(NAMESAKES), twice


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("A = 1", ["A"]),
        ("A, B = 1, 2", ["A", "B"]),
        ("A: int = 1", ["A"]),
        ("NAMES |= {1}", ["NAMES"]),
        ("Row = dict[str, int]", ["Row"]),
        ("def f(): x = 1", ["f"]),
        ("class C: x = 1", ["C"]),
        ("import a", []),
    ],
)
def test_what_a_statement_gives(text, names):
    assert given(ast.parse(text).body[0]) == names


def test_the_facade_lists_all_that_it_loads():
    """What `sources` takes for the code behind `mf.name` is what is loaded."""
    node = next(
        n
        for n in ast.parse((ROOT / "__init__.py").read_text("utf-8")).body
        if isinstance(n, ast.If)
    )
    listed = {
        (n.module.removeprefix("mfcheck").strip("."), a.name) for n in node.body for a in n.names
    }
    names = {(home, name) for name, home in mfcheck._HOME.items()}
    assert listed == names | {("", name) for name in mfcheck._MODULES}


@pytest.mark.parametrize("name", ["mfcheck", "mfcheck.pytest_plugin", "mfcheck.cli"])
def test_what_every_process_imports_is_light(name):
    code = f"import sys, {name}; print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_random_numbers_come_from_seeds_alone(path):
    if path == ROOT / "seeds.py" or path.relative_to(ROOT).as_posix() in QUADRATURE:
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


MOST = 5
"""Arguments that a call may leave without a name."""

CONTRACT = {"flow_call.py": ["flow"]}
"""mf.partial.flow(a, h, k0, y, q, activation, T, ...) is written so in notebooks, and stays."""

FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


def crowded(text):
    """The functions of a text with more positional parameters than that, but for self and cls."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, FUNCTION):
            names = [arg.arg for arg in (*node.args.posonlyargs, *node.args.args)]
            if len(names) - (names[:1] in (["self"], ["cls"])) > MOST:
                yield getattr(node, "name", "a lambda")


@pytest.mark.parametrize("folder", ["mfcheck", "properties"])
def test_no_function_has_more_than_five_positional_parameters(folder):
    files = sorted((ROOT.parent / folder).rglob("*.py"))
    found = {
        path.name: names for path in files if (names := list(crowded(path.read_text("utf-8"))))
    }
    assert files and found == (CONTRACT if folder == "mfcheck" else {})


def test_positional_parameters_are_counted():
    text = """
def many(a, b, c, d, e, f=0): pass
def named(a, b, c, d, e, *, f, g): pass
def rest(a, b, c, d, e, *f, **g): pass
class Class:
    def method(self, a, b, c, d, e): pass
    async def full(self, a, b, /, c, d, e, f): pass
    @staticmethod
    def static(a, b, c, d, e, f): pass
few, more = lambda a, b, c, d, e: 0, lambda a, b, c, d, e, f: 0
"""
    assert set(crowded(text)) == {"many", "full", "static", "a lambda"}


SILENCED = re.compile(
    r"#\s*(?:noqa(?:\s*:\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*)?|(?:type|pyright):\s*\w+(?:\[.*?\])?)"
)


def reasoned(comment):
    """Whether a comment that silences a linter or the type checker goes on with words."""
    return not SILENCED.search(comment) or bool(re.search(r"\w", SILENCED.sub("", comment)))


def unreasoned(path):
    """Where a file silences something and does not say why on the line."""
    with tokenize.open(path) as file:
        tokens = list(tokenize.generate_tokens(file.readline))
    comments = [token for token in tokens if token.type == tokenize.COMMENT]
    return [f"{path}:{c.start[0]} {c.string}" for c in comments if not reasoned(c.string)]


@pytest.mark.parametrize("folder", ["mfcheck", "tools", "bench"])
def test_what_is_silenced_says_why(folder):
    files = sorted((ROOT.parent / folder).rglob("*.py"))
    assert files and [line for path in files for line in unreasoned(path)] == []


@pytest.mark.parametrize(
    ("comment", "said"),
    [
        ("# noqa: E731 - a formula", True),
        ("# noqa: PLR0913, PLR0917 - the public contract", True),
        ("# type: ignore[arg-type]  # as below", True),
        ("# pyright: ignore[reportUnsupportedDunderAll]  # as below", True),
        ("# noqa", False),
        ("# noqa: E731", False),
        ("# noqa: E731 -", False),
        ("# type: ignore", False),
        ("# type: ignore[a-b, c]  #", False),
        ("# noqa: F401  # type: ignore[x]", False),
        ("# pyright: basic", False),
    ],
)
def test_a_reason_is_words_after_what_is_silenced(comment, said):
    assert reasoned(comment) is said
