"""The code behind a number: files with the hashes of their texts, and versions of packages."""

import marshal
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from hashlib import sha256
from importlib.util import cache_from_source
from os.path import relpath
from pathlib import Path
from types import CodeType

from mfcheck.errors import Unavailable
from mfcheck.sources.closure import reached
from mfcheck.sources.loading import executed, reached_by_executing, text_hash
from mfcheck.sources.places import PACKAGE, is_own, release


@dataclass(frozen=True)
class Code:
    """texts: {file: hash}, mfcheck's own by their place in it. packages: {distribution: version}.

    files: the local files among them that are not mfcheck's. data: those that are no Python, with
    their sizes and times when they were hashed.
    """

    texts: tuple[tuple[str, str], ...]
    packages: tuple[tuple[str, str], ...]
    files: tuple[str, ...] = ()
    data: tuple[tuple[str, tuple[int, int] | None], ...] = ()

    @cached_property
    def hash(self) -> str:
        """One hash of all of it."""
        return sha256(repr((self.texts, self.packages)).encode()).hexdigest()

    def is_current(self) -> bool:
        """Whether the data are as they were when they were hashed."""
        return all(_stamp(Path(name)) == stamp for name, stamp in self.data)


def code_of(file: Path, also: Iterable[Path] = (), roots: Iterable[Path] = ()) -> Code:
    """What a number depends on that a property file measures.

    also: data files, and Python files that imports cannot show, with all that these reach. roots:
    files of mfcheck that measure. A text is the one that was executed, whatever stands there now.
    Raises Unavailable for a module that Python loaded by itself from another text.
    """
    more = [path.resolve() for path in also]
    python = [path for path in more if path.suffix == ".py"]
    found = reached(file, *python, *roots, *reached_by_executing(file))
    base = file.resolve().parent
    data = tuple((str(path), _stamp(path)) for path in more if path.suffix != ".py")
    texts = {_name(path, base): _hash(path) for path in {*found.files, *more}}
    packages = {k: v for name in found.packages for k, v in release(name).items()}
    local = sorted(str(path) for path in found.files if not is_own(path))
    return Code(tuple(sorted(texts.items())), tuple(sorted(packages.items())), tuple(local), data)


def _stamp(path: Path) -> tuple[int, int] | None:
    """Size and time of a file; None for one that is gone."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


def _name(path: Path, base: Path) -> str:
    """A file's name, the same wherever project and package lie."""
    whole = path.resolve()
    return f"mfcheck:{whole.relative_to(PACKAGE)}" if is_own(whole) else relpath(whole, base)


def _hash(path: Path) -> str:
    """The hash of a file's text as it was executed; of data as it stands."""
    if path.suffix == ".py" and is_own(path):
        return _own_hash(path, _stamp(path))
    return _checked(path)


@cache
def _own_hash(path: Path, _: tuple[int, int] | None) -> str:
    """Of a file of mfcheck: looked at once for each of its times and sizes."""
    return _checked(path)


def _checked(path: Path) -> str:
    text = executed(path)
    if text is not None:
        return text_hash(text)
    if path.suffix == ".py" and str(path) in _loaded(len(sys.modules)) and not _is_current(path):
        rule = "is not the text that this process has executed"
        repair = "it was edited meanwhile, or Python's cache of it is stale: start again"
        raise Unavailable(f"{path} {rule}: {repair}, without its __pycache__.")
    return text_hash(path.read_bytes())


@lru_cache(1)
def _loaded(_: int) -> frozenset[str]:
    """The files of the modules that are loaded, looked up again when there are more or fewer."""
    return frozenset(
        getattr(module, "__file__", None) or "" for module in sys.modules.copy().values()
    )


def _is_current(path: Path) -> bool:
    """Whether a module that Python loaded by itself came from the text that is there.

    Python's cache says what it executed, unless it keeps none.
    """
    cached = Path(cache_from_source(str(path)))
    if sys.dont_write_bytecode or not cached.is_file():
        return True
    content = cached.read_bytes()
    try:
        found = marshal.loads(content[16:])
    except (EOFError, TypeError, ValueError):
        return True  # of another version of Python
    wanted: CodeType = compile(path.read_bytes(), str(path), "exec", dont_inherit=True)
    return found == wanted
