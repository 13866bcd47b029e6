"""Asks the executor for the numbers of one check at one seed, cell by cell."""

from dataclasses import dataclass, replace

import numpy as np

from mfcheck.claims.claim import Check
from mfcheck.claims.study import Study, cell_size
from mfcheck.engine.cell import Address
from mfcheck.engine.executor import Executor
from mfcheck.evidence.measured import Measured
from mfcheck.problems.spec import ProblemSpec
from mfcheck.seeds import CHUNK, Seeds


@dataclass(frozen=True)
class Sampler:
    """One check's instrument: where its file is, at which seed and on which device it measures."""

    check: Check
    file: str
    executor: Executor
    seed: int = 0
    device: str = "cpu"

    def study(self, problem: ProblemSpec) -> Study:
        """The study that the check makes of a problem. Raises CellFailed if its code does."""
        return self.executor.study(self.address(problem, 0, 0, 1), problem)

    def chunk(
        self, problem: ProblemSpec, study: Study, chunk: int, measured: Measured
    ) -> np.ndarray:
        """One chunk of replicates at every point: (points, replicates); its cost is added up."""
        size = cell_size(study)
        found = []
        for point in study.points:
            before = measured.seconds
            address = self.address(problem, point, chunk, size)
            found.append(self._cell(address, problem, measured))
            measured.cost.add(point, size, measured.seconds - before)
        return study.judged(np.stack(found))

    def exact(
        self, problem: ProblemSpec, study: Study, size: int, measured: Measured
    ) -> np.ndarray:
        """The first replicates (size,) at the last point, in float64 whatever the check's dtype."""
        point = study.points[-1]
        address = self.address(problem, point, 0, size)
        found = self._cell(replace(address, dtype="float64"), problem, measured)
        return found if study.rate is None else found / study.rate(point)

    def _cell(self, address: Address, problem: ProblemSpec, measured: Measured) -> np.ndarray:
        names = (self.check.claim.name, self.check.name, address.problem)
        start = address.chunk * CHUNK
        seeds = Seeds(self.seed, range(start, start + address.size), names)
        cell = self.executor.compute(address, problem, seeds)
        measured.seconds += cell.seconds
        return cell.value

    def address(self, problem: ProblemSpec, point: float, chunk: int, size: int) -> Address:
        code = self.executor.code(self.file, problem)
        where = (self.file, code, self.check.name, problem.json(), point, chunk, size)
        how = {"dtype": self.check.dtype, "device": self.device, "trainer": self.executor.label}
        return Address(*where, seed=self.seed, **how)
