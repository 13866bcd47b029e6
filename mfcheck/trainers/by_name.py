"""A trainer by its name: a Python path, a file, or an entry point of an installed package.

my_pkg.train:sgd          the object `sgd` of a module that can be imported
train.py:sgd              of a file
fast-sgd                  an entry point of the group mfcheck.trainers
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib import import_module, metadata
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from mfcheck.errors import Unavailable, invalid
from mfcheck.sources import load_source, watching
from mfcheck.trainers.contract import Train, Trainer

GROUP = "mfcheck.trainers"
"""The group of entry points."""

USE = "use my_pkg.train:sgd, train.py:sgd or the name of an entry point mfcheck.trainers"


@dataclass(frozen=True)
class NamedTrainer:
    """A trainer, how it was named, and the files of its own that its numbers depend on."""

    text: str
    trainer: Trainer
    files: tuple[Path, ...] = ()

    @property
    def label(self) -> str:
        """Its name and version, as evidence has them."""
        return f"{self.trainer.name} {self.trainer.version}".strip()


def named_trainer(text: str, base: Path | None = None) -> NamedTrainer:
    """The trainer of that name; base: the folder from which files and modules are looked for.

    Raises InvalidArgument for names of nothing, Unavailable for a module that fails to import.
    """
    folder = (base or Path.cwd()).resolve()
    place, _, name = text.rpartition(":")
    if not place:
        return _of_entry_point(text)
    module = _module(text, place, folder)
    found = getattr(module, name, None)
    if found is None:
        rule = f"{place} has no {name!r}; it has {', '.join(_callables(module)) or 'no function'}"
        raise invalid("trainer", text, rule, USE)
    return _named(text, found, module)


def _module(text: str, place: str, folder: Path) -> ModuleType:
    file = folder / place
    try:
        if place.endswith(".py"):
            if not file.is_file():
                raise invalid("trainer", text, f"there is no file {file}", USE)
            return load_source(file)
        if str(folder) not in sys.path:
            sys.path.append(str(folder))  # last, so that it hides nothing
        with watching():
            return import_module(place)
    except ModuleNotFoundError as error:
        if error.name != place.split(".")[0]:
            raise Unavailable(f"trainer {text!r}: {error}") from error
        raise invalid(
            "trainer", text, f"no module {place!r} is found from {folder}", USE
        ) from error
    except (ImportError, SyntaxError) as error:
        raise Unavailable(f"trainer {text!r} does not import: {error}") from error


def _of_entry_point(text: str) -> NamedTrainer:
    found = {point.name: point for point in metadata.entry_points(group=GROUP)}
    if text not in found:
        known = ", ".join(sorted(found)) or "none is installed"
        rule = f"is no entry point of {GROUP} ({known})"
        raise invalid("trainer", text, rule, USE)
    point = found[text]
    with watching():
        loaded = point.load()
    version = point.dist.version if point.dist else ""
    named = _named(text, loaded, sys.modules[point.module])
    if named.trainer.version:
        return named
    return replace(named, trainer=replace(named.trainer, version=version))


def _named(text: str, found: Any, module: ModuleType) -> NamedTrainer:
    """The trainer that an object is, with the files behind it."""
    if not callable(found):
        rule = f"is {type(found).__name__}, no function of a TrainingRun"
        raise invalid("trainer", text, rule, "name a function, or an mf.Trainer")
    trainer = found if isinstance(found, Trainer) else Trainer(cast(Train, found), text)
    file = getattr(module, "__file__", None)
    own = [Path(file).resolve()] if file and str(file).endswith(".py") else []
    more = (own[0].parent / name for name in trainer.depends) if own else map(Path, trainer.depends)
    return NamedTrainer(text, trainer, (*own, *_there(text, more)))


def _there(text: str, files: Iterator[Path]) -> Iterator[Path]:
    for file in files:
        if not file.is_file():
            raise invalid("depends", str(file), f"the trainer {text} depends on no such file", USE)
        yield file.resolve()


def _callables(module: ModuleType) -> list[str]:
    return [n for n, v in vars(module).items() if callable(v) and not n.startswith("_")][:8]
