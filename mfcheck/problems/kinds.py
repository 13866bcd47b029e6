"""The kinds of problem specification, each known by its tag and by the file that defines it.

mfcheck's own are known everywhere; one of a property file, or of a file that it imports, is known
to that property file alone. So two files may use one tag and never meet.
"""

import sys
from collections.abc import Collection
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import mfcheck.problems
from mfcheck.errors import invalid

OWN = "mfcheck"
"""The home of mfcheck's own kinds."""

_KINDS: dict[tuple[str, str], type[Any]] = {}


def kind_file(kind: type[Any]) -> Path | None:
    """The file that defines a kind; None for one that no file defines, as in a notebook."""
    file = getattr(sys.modules.get(kind.__module__), "__file__", None)
    return Path(file).resolve() if file else None


def home_of(kind: type[Any]) -> str:
    """The file that defines a kind; OWN for mfcheck's."""
    if kind.__module__.split(".")[0] == OWN:
        return OWN
    return str(kind_file(kind) or kind.__module__)


def register(kind: type[Any], tag: str) -> None:
    """Make a kind known by its tag. Raises InvalidArgument for a tag of mfcheck's own."""
    home = home_of(kind)
    if home != OWN and tag in own_tags():
        rule = f"is the tag of {_KINDS[OWN, tag].__name__}"
        raise invalid(f"{kind.__name__}.init", tag, rule, "choose a tag of its own")
    _KINDS[home, tag] = kind


def kind_of(tag: str, homes: Collection[str] = ()) -> type[Any]:
    """The kind with that tag, among mfcheck's own and those of the files in `homes`."""
    own = own_tags()
    found = {_KINDS[home, tag]: home for home in (OWN, *homes) if (home, tag) in _KINDS}
    if len(found) == 1:
        return next(iter(found))
    if found:
        where = " and ".join(sorted(Path(home).name for home in found.values()))
        raise invalid("init", tag, f"is a kind of {where}", "rename one of the two tags")
    known = sorted(own | {t for home, t in _KINDS if home in homes})
    rule = "is no kind of problem that is known here"
    raise invalid("init", tag, rule, f"choose one of {', '.join(map(repr, known))}")


def own_kind(name: str) -> type[Any] | None:
    """The kind of mfcheck's own that has this name, if there is one."""
    _import_own()
    own = (kind for (home, _), kind in _KINDS.items() if home == OWN)
    return next((kind for kind in own if kind.__name__ == name), None)


def own_tags() -> set[str]:
    """The tags of mfcheck's own kinds, every one of which is imported by this."""
    _import_own()
    return {tag for home, tag in _KINDS if home == OWN}


@cache
def _import_own() -> None:
    """Each kind is a module of mfcheck.problems: one that is added is found here."""
    for module in iter_modules(mfcheck.problems.__path__):
        import_module(f"mfcheck.problems.{module.name}")
