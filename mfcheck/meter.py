"""Asks the executor for the numbers of one check at one seed, cell by cell."""

from dataclasses import dataclass, replace

import numpy as np

from mfcheck.court.claim import Check
from mfcheck.court.row import Measured
from mfcheck.court.study import Study, cell_size
from mfcheck.engine.cell import Address
from mfcheck.engine.executor import Executor
from mfcheck.seeds import CHUNK, Seeds
from mfcheck.written import Posed


@dataclass(frozen=True)
class Meter:
    """One check's instrument: where its file is, at which seed and on which device it measures."""

    check: Check
    file: str
    executor: Executor
    seed: int = 0
    device: str = "cpu"

    def study(self, problem: Posed) -> Study:
        """The study that the check makes of a problem. Raises CellFailed if its code does."""
        return self.executor.study(self._address(problem, 0, 0, 1))

    def chunk(self, problem: Posed, study: Study, chunk: int, measured: Measured) -> np.ndarray:
        """One chunk of replicates at every point: (points, replicates); its cost is added up."""
        size = cell_size(study)
        found = []
        for point in study.points:
            before = measured.seconds
            found.append(self._cell(self._address(problem, point, chunk, size), measured))
            measured.cost.add(point, size, measured.seconds - before)
        return np.stack(found)

    def exact(self, problem: Posed, point: float, size: int, measured: Measured) -> np.ndarray:
        """The first replicates (size,) at one point, in float64 whatever the check's precision."""
        address = self._address(problem, point, 0, size)
        return self._cell(replace(address, dtype="float64"), measured)

    def _cell(self, address: Address, measured: Measured) -> np.ndarray:
        names = (self.check.claim.name, self.check.name, address.problem)
        start = address.chunk * CHUNK
        seeds = Seeds(self.seed, range(start, start + address.size), names)
        cell = self.executor.compute(address, seeds)
        measured.seconds += cell.seconds
        return cell.value

    def _address(self, problem: Posed, point: float, chunk: int, size: int) -> Address:
        code = self.executor.code(self.file)
        where = (self.file, code, self.check.name, problem.json(), point, chunk, size)
        return Address(*where, seed=self.seed, dtype=self.check.dtype, device=self.device)
