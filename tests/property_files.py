"""The property files as modules, each loaded as a run loads it and under no name of a package."""

from functools import cache
from pathlib import Path
from types import ModuleType

from mfcheck.engine.executor import Executor

FOLDER = Path(__file__).parents[1] / "properties"
FILES = {path.stem: path for path in sorted(FOLDER.glob("*.py"))}


@cache
def property_file(name: str) -> ModuleType:
    """The module of properties/<name>.py, once."""
    return Executor().module(str(FILES[name]))
