"""The mutants of mfcheck, and which test or claim killed each of them.

`make mutants` tries them and leaves record.json beside this file; docs/mutants.md shows it. It is
of the sources as they then were, so we count which of those files have changed since.
"""

from dataclasses import dataclass
from json import loads
from pathlib import Path
from typing import Any

import mfcheck
from mfcheck.sources.loading import text_hash

FILE = Path(__file__).with_name("record.json")
SOURCES = Path(mfcheck.__file__).parent

Record = dict[str, Any]


@dataclass(frozen=True)
class Planted:
    """The record: how it was measured (`about`), the mutants by area, and the files that hold them.

    changed: those of the files, relative to mfcheck/, that are no longer the same.
    """

    about: Record
    areas: dict[str, list[Record]]
    files: dict[str, str]
    changed: tuple[str, ...]

    @property
    def mutants(self) -> list[Record]:
        """Every mutant, area by area."""
        return [mutant for mutants in self.areas.values() for mutant in mutants]

    def count(self, verdict: str) -> int:
        """How many mutants have that verdict: killed, or equivalent."""
        return sum(mutant["verdict"] == verdict for mutant in self.mutants)

    @property
    def seconds(self) -> float:
        """Core-seconds of all attempts."""
        return sum(mutant["seconds"] for mutant in self.mutants)

    @property
    def standing(self) -> str:
        """What was measured, and how much of it is still there."""
        number, total = len(self.changed), len(self.files)
        since = f"{number} of the {total} files that held a mutant {_have(number)} changed since"
        if not number:
            since = f"none of the {total} files that held a mutant has changed since"
        return f"Measured on {self.about['version']}; {since}."


def planted(file: Path = FILE, sources: Path = SOURCES) -> Planted | None:
    """The record, or None where there is none; sources: the folder of the present mfcheck."""
    if not file.exists():
        return None
    found = loads(file.read_text("utf-8"))
    areas: dict[str, list[Record]] = {}
    for mutant in found["mutants"]:
        areas.setdefault(mutant["area"], []).append(mutant)
    now = digests(found["files"], sources)
    changed = tuple(name for name, old in found["files"].items() if now[name] != old)
    return Planted(found["about"], areas, found["files"], changed)


def digests(names: Any, sources: Path = SOURCES) -> dict[str, str]:
    """The hash of each file, relative to mfcheck/; empty for one that is gone."""
    paths = {name: sources / name for name in names}
    return {name: text_hash(p.read_bytes()) if p.is_file() else "" for name, p in paths.items()}


def catcher(node: str) -> str:
    """A pytest node as the table names it: the file without its folder's common part."""
    file, _, name = node.partition("::")
    short = file.removeprefix("tests/").removeprefix("properties/").removesuffix(".py")
    return f"{short}::{name}" if name else short


def _have(number: int) -> str:
    return "has" if number == 1 else "have"
