"""Whatever in the package can change a disk or start a program is listed in docs/reliability.md."""

import ast
import re
from pathlib import Path

import pytest

import mfcheck

ROOT = Path(mfcheck.__file__).parent
LIST = ROOT.parent / "docs" / "reliability.md"

CHANGES = frozenset(
    """
    unlink rmdir rmtree removedirs rename renames mkdir makedirs touch truncate chmod
    chown utime write_text write_bytes symlink symlink_to hardlink_to link_to copy2 copyfile
    copytree copymode copystat savefig tofile savez savez_compressed savetxt extract extractall
    mkstemp mkdtemp mktemp TemporaryDirectory TemporaryFile NamedTemporaryFile
    SpooledTemporaryFile connect memmap open_memmap dump Popen check_call check_output
    startfile execv execve spawnv posix_spawn fork
    """.split()
)
"""Names of calls that write, remove, or start something that may."""

STARTERS = frozenset({"run", "call"})
"""Names that many things have: counted as functions of subprocess only."""

COMMON = frozenset({"remove", "copy", "link", "move", "system", "popen"})
"""Names that many things have: counted as functions of os and shutil only."""


class Walker(ast.NodeVisitor):
    """Collects "file::function" of every call that can change a disk."""

    def __init__(self, file):
        self.file, self.inside, self.found, self.names = file, [], set(), {}

    def visit_ImportFrom(self, node):
        for alias in node.names:
            self.names[alias.asname or alias.name] = f"{node.module}.{alias.name}"

    def visit_Import(self, node):
        for alias in node.names:
            self.names[alias.asname or alias.name] = alias.name

    def _scope(self, node):
        self.inside.append(node.name)
        self.generic_visit(node)
        self.inside.pop()

    visit_FunctionDef = visit_AsyncFunctionDef = visit_ClassDef = _scope

    def visit_Call(self, node):
        if self._changes(node):
            self.found.add(f"{self.file}::{'.'.join(self.inside) or '<module>'}")
        self.generic_visit(node)

    def _changes(self, node):
        base, name = self._called(node.func)
        if name == "open":
            return _writes(node, base == "os")
        if name == "replace":  # of a text: two arguments; of dataclasses: no path
            plain = len(node.args) == 1 and not node.keywords
            return base == "os" or (plain and base not in ("", "dataclasses"))
        if name == "save":
            return base in ("numpy", "torch")
        if name in STARTERS:
            return base == "subprocess"
        if name in COMMON:
            return base in ("os", "shutil")
        return name in CHANGES

    def _called(self, func):
        """What a call is a function or method of, as far as imports tell, and its name."""
        if isinstance(func, ast.Name):
            module, _, name = self.names.get(func.id, func.id).rpartition(".")
            return module, name
        if isinstance(func, ast.Attribute):
            base = func.value.id if isinstance(func.value, ast.Name) else "?"
            return self.names.get(base, base), func.attr
        return "?", ""


def _writes(node, of_os):
    """Whether a call of open may write: by its mode, or because that cannot be told."""
    if of_os:
        return True
    given = [k.value for k in node.keywords if k.arg == "mode"]
    first = 1 if isinstance(node.func, ast.Name) else 0
    given += node.args[first : first + 1]
    return any(not isinstance(m, ast.Constant) or set(str(m.value)) & set("wax+") for m in given)


def places(text, file="x.py"):
    walker = Walker(file)
    walker.visit(ast.parse(text))
    return walker.found


def listed():
    """The places in the last table of the page."""
    table = LIST.read_text("utf-8").split("## Every place that writes or removes")[1]
    return re.findall(r"^\| `([\w/.]+::[\w.<>]+)` \|", table, re.MULTILINE)


def test_every_place_is_listed_and_every_one_listed_is_there():
    found = set()
    for path in sorted(ROOT.rglob("*.py")):
        found |= places(path.read_text("utf-8"), path.relative_to(ROOT).as_posix())
    assert len(found) > 10
    assert found - set(listed()) == set(), "writes or removes: list it in docs/reliability.md"
    assert set(listed()) - found == set(), "listed in docs/reliability.md and gone"
    assert len(listed()) == len(set(listed()))


@pytest.mark.parametrize(
    "call",
    [
        "path.unlink()",
        "path.unlink(missing_ok=True)",
        "path.rmdir()",
        "path.replace(other)",
        "path.rename(other)",
        "path.write_text(text)",
        "path.write_bytes(text)",
        "path.open('w')",
        "path.open(mode)",
        "path.open(mode='ab')",
        "path.touch()",
        "path.mkdir()",
        "path.symlink_to(other)",
        "open(path, 'x')",
        "open(path, mode='r+')",
        "open(path, mode)",
        "os.open(path, flags)",
        "os.remove(path)",
        "os.replace(one, other)",
        "os.link(one, other)",
        "shutil.rmtree(path)",
        "shutil.copy(one, other)",
        "shutil.move(one, other)",
        "aliased(one, other)",
        "renamed(path)",
        "np.save(path, x)",
        "torch.save(x, path)",
        "x.tofile(path)",
        "sheet.savefig(path)",
        "tar.extractall(path)",
        "sqlite3.connect(path)",
        "subprocess.run(words)",
        "Popen(words)",
        "TemporaryDirectory()",
        "os.system(words)",
        "json.dump(x, file)",
    ],
)
def test_each_way_to_change_a_disk_is_seen(call):
    head = (
        "import os, shutil, json, sqlite3, subprocess, torch\nimport numpy as np\n"
        "from subprocess import Popen\nfrom tempfile import TemporaryDirectory\n"
        "from os import replace as aliased\nfrom shutil import rmtree as renamed\n"
    )
    assert places(f"{head}class A:\n  def f(self):\n    {call}") == {"x.py::A.f"}
    assert places(f"{head}{call}") == {"x.py::<module>"}


@pytest.mark.parametrize(
    "call",
    [
        "text.replace('a', 'b')",
        "replace(row, n=3)",
        "open(path)",
        "open(path, 'rb')",
        "path.open()",
        "path.read_text()",
        "names.remove(one)",
        "names.copy()",
        "args.run(args)",
        "trial.run()",
        "dumps(x)",
    ],
)
def test_what_changes_nothing_is_passed_over(call):
    assert places(f"from dataclasses import replace\nfrom json import dumps\n{call}") == set()


def test_code_that_is_read_from_a_file_runs_in_two_places():
    """A property file or the Python file of --mf-problem, and checkouts of `guard compare`."""
    runs = re.compile(r"\b(run_path|run_module|exec_module|exec|eval|__import__|pickle)\(")
    found = {
        path.relative_to(ROOT).as_posix()
        for path in ROOT.rglob("*.py")
        for line in path.read_text("utf-8").splitlines()
        if runs.search(line) and "def " not in line
    }
    assert found == {"sources/loading.py", "regression/worker.py"}
