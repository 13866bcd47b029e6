"""The bugs that were planted in mfcheck, and which test or claim caught each of them.

`make mutants` plants them and leaves planted.json beside this file; the page shows that record. It
is of the sources as they then were, so we count which of those files have changed since.
"""

import re
from dataclasses import dataclass
from json import loads
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from mfcheck.engine.cell import digest

FILE = Path(__file__).with_name("planted.json")
SOURCES = Path(__file__).parents[1]

INDEX = re.compile(r"([_^])(\{[^}]*\}|\([^)]*\)|min|[A-Za-z0-9])")
"""An index or a power, as plain text writes it: H_1, Δ_{i-1}, X_(k+1), M^{−β}."""

Record = dict[str, Any]


@dataclass(frozen=True)
class Planted:
    """The record: how it was measured (`about`), the bugs by area, and the files that hold them.

    changed: those of the files, relative to mfcheck/, that are no longer the same.
    """

    about: Record
    areas: dict[str, list[Record]]
    files: dict[str, str]
    changed: tuple[str, ...]

    @property
    def bugs(self) -> list[Record]:
        """Every bug, area by area."""
        return [bug for bugs in self.areas.values() for bug in bugs]

    def count(self, verdict: str) -> int:
        """How many bugs have that verdict: caught, or equivalent."""
        return sum(bug["verdict"] == verdict for bug in self.bugs)

    @property
    def seconds(self) -> float:
        """Core-seconds of all attempts."""
        return sum(bug["seconds"] for bug in self.bugs)

    @property
    def standing(self) -> str:
        """What was measured, and how much of it is still there."""
        number, total = len(self.changed), len(self.files)
        since = f"{number} of the {total} files that held a bug {_have(number)} changed since"
        if not number:
            since = f"none of the {total} files that held a bug has changed since"
        return f"Measured on {self.about['version']}; {since}."


def planted(file: Path = FILE, sources: Path = SOURCES) -> Planted | None:
    """The record, or None where there is none; sources: the folder of the present mfcheck."""
    if not file.exists():
        return None
    found = loads(file.read_text("utf-8"))
    areas: dict[str, list[Record]] = {}
    for bug in found["bugs"]:
        areas.setdefault(bug["area"], []).append(bug)
    now = digests(found["files"], sources)
    changed = tuple(name for name, old in found["files"].items() if now[name] != old)
    return Planted(found["about"], areas, found["files"], changed)


def digests(names: Any, sources: Path = SOURCES) -> dict[str, str]:
    """The hash of each file, relative to mfcheck/; empty for one that is gone."""
    paths = {name: sources / name for name in names}
    return {name: digest(p.read_bytes()) if p.is_file() else "" for name, p in paths.items()}


def catcher(node: str) -> str:
    """A pytest node as the table names it: the file without its folder's common part."""
    file, _, name = node.partition("::")
    short = file.removeprefix("tests/").removeprefix("properties/").removesuffix(".py")
    return f"{short}::{name}" if name else short


def breakable(name: str) -> Markup:
    """A long name that may be broken where its parts join."""
    return Markup(re.sub(r"(::|/|_)", r"\1<wbr>", str(escape(name))))


def indexed(text: str) -> Markup:
    """Plain text with its indices set below the line and its powers above."""
    return Markup(INDEX.sub(_set, str(escape(text))))


def _set(found: re.Match[str]) -> str:
    tag, text = ("sub" if found[1] == "_" else "sup"), found[2].strip("{}").replace("-", "−")
    return f"<{tag}>{text}</{tag}>"


def _have(number: int) -> str:
    return "has" if number == 1 else "have"
