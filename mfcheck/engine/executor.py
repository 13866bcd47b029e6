"""From addresses to numbers, through the store; knows no region and no verdict."""

import traceback
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import torch

from mfcheck.arrays import made_on
from mfcheck.engine.cell import Address
from mfcheck.engine.clock import clock
from mfcheck.engine.properties import PropertyFile
from mfcheck.engine.store import Store
from mfcheck.errors import InvalidArgument, MfcheckError, NotApplicable, Unresolved
from mfcheck.problems.problem import Problem
from mfcheck.problems.spec import ProblemSpec
from mfcheck.seeds import Seeds
from mfcheck.sources import watching
from mfcheck.trainers import NamedTrainer

GAVE_UP = "NUMERICS GAVE UP"
"""How the reason of a row begins where a solver did; that it did is a field of the row."""


class CellFailed(MfcheckError, RuntimeError):
    """A measurement raised: its text says what, and the row that asked for it carries it."""


class SolverGaveUp(CellFailed):
    """A solver gave up in a measurement, which is no evidence for or against any statement."""


GAVE_UP_IN = (SolverGaveUp, Unresolved)
"""What is raised where a solver gave up, in a measurement or before it."""


@dataclass(frozen=True)
class Cell:
    """One cell's numbers, one per replicate, their core-seconds, and whether they were stored."""

    value: np.ndarray
    seconds: float
    resumed: bool


class Executor:
    """Computes cells in this process; keeps the last study, so that its limit is solved once.

    trainer: who trains the networks; None for mfcheck's own engine.
    """

    def __init__(self, store: Store | None = None, trainer: NamedTrainer | None = None) -> None:
        self.store, self.trainer = store, trainer
        self._files: dict[str, PropertyFile] = {}
        self._built: tuple[ProblemSpec | None, Any] = (None, None)
        self._last: tuple[Any, Any] = (None, None)

    def compute(self, address: Address, spec: ProblemSpec, seeds: Seeds) -> Cell:
        """The cell's numbers, from the store if they are there.

        Raises CellFailed, naming the line, if the property's code raises; an interruption and
        NotApplicable pass through.
        """
        key = address.key
        found = self.store.cell(key) if self.store else None
        if found is not None:
            return Cell(found[0], found[1], True)
        start = clock(address.device)
        with watching() as executed:
            value = self._measure(address, spec, seeds)
        seconds = clock(address.device) - start
        if self.store and self.file(address.file).covers(executed):
            self.store.keep_cell(key, address.inputs(), value, seconds)
        return Cell(value, seconds, False)

    def study(self, address: Address, spec: ProblemSpec) -> Any:
        """The study that the check at this address makes of its problem."""
        key = (address.file, address.check, address.problem, address.dtype, address.device)
        if self._last[0] != key:
            with watching() as executed:
                made = _guarded(self._made, address.file, address, spec)
            self.file(address.file).covers(executed)  # a stranger is remembered
            self._last = (key, made)
        return self._last[1]

    def built(self, spec: ProblemSpec) -> Any:
        """The problem of a specification, in float64 on the CPU; the last one is kept."""
        if self._built[0] is not spec:
            self._built = (spec, spec.problem())
        return self._built[1]

    @property
    def label(self) -> str:
        """Name and version of the trainer; empty for mfcheck's own engine."""
        return "" if self.trainer is None else self.trainer.label

    def adopt(self, file: str, module: ModuleType) -> None:
        """Take over a property file that this process has imported already."""
        self._files.setdefault(file, PropertyFile(Path(file), module))

    def file(self, file: str) -> PropertyFile:
        """A property file, imported by path, once."""
        if file not in self._files:
            self._files[file] = PropertyFile.loaded(Path(file))
        return self._files[file]

    def module(self, file: str) -> ModuleType:
        """The module of a property file."""
        return self.file(file).module

    def code(self, file: str, spec: ProblemSpec | None = None) -> str:
        """The hash of all code behind a number: the property file's, the specification's and the
        trainer's."""
        kind = () if spec is None or spec.file is None else (spec.file,)
        own = () if self.trainer is None else self.trainer.files
        return self.file(file).code(*kind, *own).hash

    def _made(self, address: Address, spec: ProblemSpec) -> Any:
        if address.code != self.code(address.file, spec):
            raise CellFailed(f"{Path(address.file).name} is no longer the file of this cell.")
        check = getattr(self.module(address.file), address.check)
        problem = self.built(spec)
        with made_on(address.device):
            return check(self._entrusted(problem.on(getattr(torch, address.dtype), address.device)))

    def _entrusted(self, problem: Any) -> Any:
        """The problem, with its networks in the trainer's hands if there is one."""
        if self.trainer is None:
            return problem
        if not isinstance(problem, Problem):
            kind = type(problem).__name__
            raise NotApplicable(f"no trainer but mfcheck's own takes the networks of {kind}")
        return replace(problem, trainer=self.trainer.trainer)

    def _measure(self, address: Address, spec: ProblemSpec, seeds: Seeds) -> np.ndarray:
        study = self.study(address, spec)
        with made_on(address.device):
            value = _guarded(study.measure, address.file, address.point, seeds)
        try:
            array = torch.as_tensor(value).detach().cpu()
        except (TypeError, ValueError, RuntimeError) as error:
            kind = type(value).__name__
            raise CellFailed(f"the measurement returned a {kind}, no numbers.") from error
        size = len(seeds.replicates)
        if array.shape != (size,) or array.is_complex():
            rule = f"it is one real number per replicate, shape ({size},)"
            raise CellFailed(
                f"the measurement returned {array.dtype} of shape {tuple(array.shape)}: {rule}."
            )
        return array.to(torch.float64).numpy()


def explained(error: Exception) -> str:
    """Why there is no number, in the words of a row."""
    if isinstance(error, CellFailed | NotApplicable):
        return str(error)
    if isinstance(error, Unresolved):
        return f"{GAVE_UP}: {error}"
    known = isinstance(error, InvalidArgument)
    return f"refused: {error}" if known else f"{type(error).__name__}: {error}"


def _guarded(function: Any, file: str, *args: Any) -> Any:
    """What a property's function returns; what it raises, as a CellFailed that says where.

    That it is not applicable is no failure.
    """
    try:
        return function(*args)
    except (CellFailed, NotApplicable):
        raise
    except Unresolved as error:
        raise SolverGaveUp(f"{GAVE_UP}: {error}") from error
    except Exception as error:
        raise CellFailed(_explain(error, file)) from error


def _explain(error: Exception, file: str) -> str:
    """The error, and the last line of the property file (or else of any file) on its way."""
    text = "".join(traceback.format_exception_only(error)).strip()
    if "out of memory" in text or isinstance(error, MemoryError):
        text += " Use narrower widths, or another device."
    frames = traceback.extract_tb(error.__traceback__)
    frame = next((f for f in reversed(frames) if f.filename == file), frames[-1])
    return f"the property raised {text} ({Path(frame.filename).name}:{frame.lineno})"
