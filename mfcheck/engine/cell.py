"""Cells: the address of a number, from which any process can compute it again.

An address names code by file and hash, never carries it: no pickled closures. Statistics,
court and report are not in the key, so judging again costs nothing.
"""

from dataclasses import asdict, dataclass
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from json import dumps
from pathlib import Path

import mfcheck

NUMERICAL = (
    "arrays.py",
    "seeds.py",
    "problem.py",
    "record.py",
    "blueprint.py",
    "convergence_blueprint.py",
    "diverse_blueprint.py",
    "general_blueprint.py",
    "homogeneous_blueprint.py",
    "iid_blueprint.py",
    "written.py",
    "symbolic",
    "model",
    "data",
    "dynamics",
    "observe",
    "partial",
)
"""The files and folders of mfcheck on which the numbers depend."""


@dataclass(frozen=True)
class Address:
    """Everything that one cell's numbers depend on.

    file, code, check: the property file, its hash when it was imported (a file may be edited
    while a run is on) and the check's name in it. problem: its JSON.
    point: where along the axis. chunk, size: which block of replicates, and how many of it.
    seed: the run's. dtype, device: how precisely and where.
    """

    file: str
    code: str
    check: str
    problem: str
    point: float
    chunk: int
    size: int
    seed: int
    dtype: str
    device: str = "cpu"

    def inputs(self) -> str:
        """Canonical JSON of the address and of the code and libraries behind it."""
        own = {**asdict(self), "file": Path(self.file).name, "mfcheck": numerics()}
        return dumps({**own, **libraries()}, sort_keys=True, separators=(",", ":"))

    @property
    def key(self) -> str:
        """The name of the cell in a store."""
        return sha256(self.inputs().encode()).hexdigest()


def digest(*contents: bytes) -> str:
    """One hash of the contents of files."""
    total = sha256()
    for content in contents:
        total.update(sha256(content).digest())
    return total.hexdigest()[:16]


@cache
def numerics() -> str:
    """One hash of the numerical floors of mfcheck."""
    root = Path(mfcheck.__file__).parent
    files = [p for name in NUMERICAL for p in sorted((root / name).rglob("*.py")) or [root / name]]
    return digest(*(file.read_bytes() for file in files))


@cache
def libraries() -> dict[str, str]:
    """The versions and the thread count that decide the last bits."""
    import torch  # two seconds that listing claims need not pay

    own = {name: version(name) for name in ("numpy", "scipy", "sympy")}
    return {**own, "torch": torch.__version__, "threads": str(torch.get_num_threads())}
