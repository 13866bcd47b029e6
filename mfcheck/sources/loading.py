"""Local modules, executed from a text that is read once: its hash is that of what runs.

Python's own import compares the time and size of a file with those in its cache, which misses an
edit within a second and never says which text is running. While `watching`, local modules come
from their text, without the cache, and the hash of each is remembered.
"""

import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType

from mfcheck.sources.places import is_local, is_own

_EXECUTED: dict[Path, bytes] = {}
_REACHED: dict[Path, frozenset[Path]] = {}


def text_hash(content: bytes) -> str:
    """The hash of a text, as evidence shows it."""
    return sha256(content).hexdigest()[:16]


def executed(path: Path) -> bytes | None:
    """The text of a file that this process has executed last, if it is known."""
    return _EXECUTED.get(path.resolve())


def reached_by_executing(path: Path) -> frozenset[Path]:
    """The local files whose modules were executed while a file was loaded, however named."""
    return _REACHED.get(path.resolve(), frozenset())


def load_source(file: Path) -> ModuleType:
    """A module from the text of a file, executed now, whatever Python has in its cache.

    It may import what lies beside it, by name or relatively.
    """
    path = Path(file).resolve()
    source = path.read_bytes()
    name = f"mfcheck_property_{path.stem}_{sha256(str(path).encode()).hexdigest()[:8]}"
    module = ModuleType(name)
    module.__file__, module.__package__ = str(file), _package(path.parent)
    if str(path.parent) not in sys.path:
        sys.path.append(str(path.parent))  # last, so that it hides nothing
    before, sys.modules[name] = sys.modules.get(name), module  # dataclasses look their module up
    try:
        with watching() as seen:
            exec(compile(source, str(file), "exec"), module.__dict__)
    except BaseException:
        sys.modules.pop(name)
        if before is not None:
            sys.modules[name] = before
        raise
    _EXECUTED[path], _REACHED[path] = source, frozenset(seen)
    return module


def _package(folder: Path) -> str:
    """A package for the relative imports of a folder's files, two levels up."""
    top = f"mfcheck_folder_{sha256(str(folder.parent).encode()).hexdigest()[:8]}"
    for name, place in ((top, folder.parent), (f"{top}.{folder.name}", folder)):
        if name not in sys.modules:
            module = sys.modules[name] = ModuleType(name)
            module.__path__ = [str(place)]
    return f"{top}.{folder.name}"


@contextmanager
def watching() -> Generator[set[Path]]:
    """Execute local modules from their texts; gives the files whose modules are executed meanwhile.

    mfcheck's own are left to Python, whose cache `code_of` checks.
    """
    seen: set[Path] = set()
    plain = SourceFileLoader.get_code

    def get_code(self: SourceFileLoader, fullname: str) -> CodeType | None:
        path = Path(self.get_filename(fullname))
        if not is_local(path) or is_own(path):
            return plain(self, fullname)
        source = self.get_data(str(path))
        _EXECUTED[path.resolve()] = source
        seen.add(path.resolve())
        return compile(source, str(path), "exec", dont_inherit=True)

    SourceFileLoader.get_code = get_code
    sys.meta_path.insert(0, _First)
    try:
        yield seen
    finally:
        SourceFileLoader.get_code = plain
        sys.meta_path.remove(_First)


class _First:
    """Finds local modules before other finders do; pytest's has a cache of its own."""

    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Where Python itself finds a local module; None for any other."""
        spec = PathFinder.find_spec(name, path, target)
        origin = spec.origin if spec and spec.has_location else None
        return spec if origin and is_local(Path(origin)) and not is_own(Path(origin)) else None
