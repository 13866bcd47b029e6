"""The files that a Python file reaches by imports, read off their texts: nothing is executed.

An import counts wherever it stands, within functions too, in each form: `import a.b`,
`from . import c`, `import_module("d")`; and so does a text that is the name of a Python file beside
the one that has it, such as spec_from_file_location("x", "sim.py"). What only type checkers see
does not count, but in a package that loads its names lazily, by a `__getattr__`: there it is the
list of them.
"""

import ast
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path

from mfcheck.sources.loading import executed
from mfcheck.sources.places import PACKAGE, is_local, is_own

CALLS = ("import_module", "__import__")


@dataclass(frozen=True)
class Reached:
    """files: local files, the first one among them. packages: top-level names of the others."""

    files: frozenset[Path]
    packages: frozenset[str] = field(default=frozenset())


def reached(*files: Path) -> Reached:
    """Everything that files reach by imports, transitively."""
    found: set[Path] = set()
    packages: set[str] = set()
    waiting = [file.resolve() for file in files]
    while waiting:
        file = waiting.pop()
        if file not in found:
            found.add(file)
            more, names = _direct(file, executed(file) or file.read_bytes())
            waiting += more
            packages |= names
    return Reached(frozenset(found), frozenset(packages))


@cache
def _direct(file: Path, text: bytes) -> tuple[frozenset[Path], frozenset[str]]:
    """The local files and the foreign packages that one file names; once for each of its texts."""
    tree = ast.parse(text, str(file))
    files: set[Path] = set()
    packages: set[str] = set()
    for name in _names(tree, file):
        inside = _files(name, file)
        files |= inside
        if not inside:
            packages.add(name.split(".")[0])
    named = _texts(tree) if b".py" in text else ()
    files |= {path for one in named if (path := _beside(one, file)) is not None}
    return frozenset(files - {file}), frozenset(packages)


def _names(tree: ast.Module, file: Path) -> Iterator[str]:
    """The dotted names that are imported; of `from a import b` both a and a.b."""
    lazy = any(isinstance(n, ast.FunctionDef) and n.name == "__getattr__" for n in tree.body)
    own = _statements if is_own(file) else ast.iter_child_nodes
    for node in ast.walk(tree) if lazy else _visible(tree, own):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(node, file)
            yield from filter(None, [base, *(f"{base}.{a.name}".strip(".") for a in node.names)])
        elif isinstance(node, ast.Call) and _called(node) in CALLS and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value


def _visible(tree: ast.AST, children: Callable[[ast.AST], Iterable[ast.AST]]) -> Iterator[ast.AST]:
    """Every node but those that only type checkers see."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        waiting.extend(children(node))


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    """Enough for mfcheck's own files, which import by statements alone (a test says so)."""
    kinds = ast.stmt | ast.excepthandler | ast.match_case
    return (child for child in ast.iter_child_nodes(node) if isinstance(child, kinds))


def _called(node: ast.Call) -> str:
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def _absolute(node: ast.ImportFrom, file: Path) -> str:
    """The module of a `from` import; a relative one from the package that the file lies in."""
    if not node.level:
        return node.module or ""
    package = _package(file)
    kept = package[: len(package) - node.level + 1]
    return ".".join([*kept, *([node.module] if node.module else [])])


def _package(file: Path) -> list[str]:
    """The package that a file lies in, as far up as there are __init__.py."""
    parts: list[str] = []
    folder = file.parent
    while (folder / "__init__.py").is_file():
        parts.insert(0, folder.name)
        folder = folder.parent
    return parts


@cache
def _own_files(name: str) -> frozenset[Path]:
    """The same of a name in mfcheck, whose place is known."""
    parts, found = name.split(".")[1:], {PACKAGE / "__init__.py"}
    for k in range(len(parts)):
        place = PACKAGE.joinpath(*parts[: k + 1])
        found |= {f for f in (place / "__init__.py", place.with_suffix(".py")) if f.is_file()}
    return frozenset(found)


def _files(name: str, file: Path) -> set[Path]:
    """The local files that importing a dotted name executes: its packages and itself."""
    if name.split(".")[0] == PACKAGE.name:
        return set(_own_files(name))
    found: set[Path] = set()
    where: list[str] | None = None
    for k, part in enumerate(name.split(".")):
        spec = _spec(".".join(name.split(".")[: k + 1]), part, where, file)
        if spec is None:
            break
        if spec.origin and spec.has_location and is_local(Path(spec.origin)):
            found.add(Path(spec.origin).resolve())
        if spec.submodule_search_locations is None:
            break
        where = list(spec.submodule_search_locations)
    return found


def _spec(whole: str, part: str, where: list[str] | None, file: Path) -> ModuleSpec | None:
    """Where Python finds a module; one that is loaded already is where it came from."""
    loaded = sys.modules.get(whole)
    spec = getattr(loaded, "__spec__", None)
    if isinstance(spec, ModuleSpec) and spec.name == whole:
        return spec
    try:
        if where is not None:
            return PathFinder.find_spec(whole, where)
        top = PathFinder.find_spec(part, [*sys.path, *map(str, _above(file))])
    except (ImportError, ValueError):
        return None
    return top


def _above(file: Path) -> list[Path]:
    """Folders from which a file's imports may be found: its own, and those of its packages."""
    return [file.parent, file.parents[len(_package(file))] if _package(file) else file.parent]


def _texts(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if node.value.endswith(".py") and len(node.value) < 256:
                yield node.value


def _beside(text: str, file: Path) -> Path | None:
    """The local Python file that a text names, from the folder of the file that has it."""
    path = file.parent / text
    try:
        return path.resolve() if path.is_file() and is_local(path) else None
    except (OSError, ValueError):  # no name of a file at all
        return None
