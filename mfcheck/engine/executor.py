"""From addresses to numbers, through the store; knows no region and no verdict."""

import traceback
from dataclasses import dataclass
from hashlib import sha256
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from time import perf_counter
from types import ModuleType
from typing import Any

import numpy as np
import torch

from mfcheck.engine.cell import Address
from mfcheck.engine.store import Store
from mfcheck.errors import MfcheckError
from mfcheck.seeds import Seeds
from mfcheck.written import posed


class CellFailed(MfcheckError, RuntimeError):
    """A measurement raised: its text says what, and the row that asked for it carries it."""


@dataclass(frozen=True)
class Cell:
    """One cell's numbers, one per replicate, their cost, and whether they were in the store."""

    value: np.ndarray
    seconds: float
    resumed: bool


class Executor:
    """Computes cells in this process; keeps the last study, so that its limit is solved once."""

    def __init__(self, store: Store | None = None) -> None:
        self.store = store
        self._modules: dict[str, ModuleType] = {}
        self._last: tuple[Any, Any] = (None, None)

    def compute(self, address: Address, seeds: Seeds) -> Cell:
        """The cell's numbers, from the store if they are there.

        Raises CellFailed with the traceback's last lines if the property's code raises; an
        interruption passes through.
        """
        key = address.key
        found = self.store.cell(key) if self.store else None
        if found is not None:
            return Cell(found[0], found[1], True)
        start = perf_counter()
        value = self._measure(address, seeds)
        seconds = perf_counter() - start
        if self.store:
            self.store.keep_cell(key, address.inputs(), value, seconds)
        return Cell(value, seconds, False)

    def study(self, address: Address) -> Any:
        """The study that the check at this address makes of its problem."""
        key = (address.file, address.check, address.problem, address.dtype, address.device)
        if self._last[0] != key:
            check = getattr(self.module(address.file), address.check)
            problem = posed(address.problem).problem()
            self._last = (key, check(problem.on(getattr(torch, address.dtype), address.device)))
        return self._last[1]

    def module(self, file: str) -> ModuleType:
        """A property file, imported by path."""
        if file not in self._modules:
            name = f"mfcheck_property_{Path(file).stem}_{sha256(file.encode()).hexdigest()[:8]}"
            spec = spec_from_file_location(name, file)
            if spec is None or spec.loader is None:
                raise CellFailed(f"{file} is not a Python file.")
            module = module_from_spec(spec)
            spec.loader.exec_module(module)
            self._modules[file] = module
        return self._modules[file]

    def _measure(self, address: Address, seeds: Seeds) -> np.ndarray:
        try:
            value = self.study(address).measure(address.point, seeds)
        except Exception as error:
            raise CellFailed(_explain(error)) from error
        array = np.asarray(torch.as_tensor(value).detach().cpu(), dtype=np.float64)
        array = np.broadcast_to(array, (len(seeds.replicates),)) if array.ndim == 0 else array
        if array.shape != (len(seeds.replicates),):
            rule = f"needs one number per replicate, shape ({len(seeds.replicates)},)"
            raise CellFailed(f"the measurement returned shape {array.shape}: {rule}.")
        return array


def _explain(error: Exception) -> str:
    """The error and the line of the property that raised it."""
    text = "".join(traceback.format_exception_only(error)).strip()
    if "out of memory" in text or isinstance(error, MemoryError):
        text += " Use narrower widths, or another device."
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{text} ({Path(frame.filename).name}:{frame.lineno})"
