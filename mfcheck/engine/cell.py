"""Cells: the address of a number, from which any process can compute it again.

An address names code by file and hash, never carries it: no pickled closures. Statistics,
court and report are not in the key, so judging again costs nothing.
"""

from dataclasses import asdict, dataclass
from functools import cache
from hashlib import sha256
from json import dumps
from pathlib import Path

import mfcheck

NUMERICAL = (
    "arrays.py",
    "seeds.py",
    "problem.py",
    "blueprint.py",
    "written.py",
    "model",
    "data",
    "dynamics",
    "observe",
)
"""The files and folders of mfcheck on which the numbers depend."""


@dataclass(frozen=True)
class Address:
    """Everything that one cell's numbers depend on.

    file, check: the property file and the check's name in it. problem: its JSON.
    point: where along the axis. chunk, size: which block of replicates, and how many of it.
    seed: the run's. dtype, device: how precisely and where.
    """

    file: str
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
        stamp = {"property": digest(self.file), "mfcheck": numerics(), **libraries()}
        own = {**asdict(self), "file": Path(self.file).name}
        return dumps({**own, **stamp}, sort_keys=True, separators=(",", ":"))

    @property
    def key(self) -> str:
        """The name of the cell in a store."""
        return sha256(self.inputs().encode()).hexdigest()


def digest(*files: str | Path) -> str:
    """One hash of the contents of files."""
    total = sha256()
    for file in files:
        total.update(Path(file).read_bytes())
    return total.hexdigest()[:16]


@cache
def numerics() -> str:
    """One hash of the numerical floors of mfcheck."""
    root = Path(mfcheck.__file__).parent
    files = [p for name in NUMERICAL for p in sorted((root / name).rglob("*.py")) or [root / name]]
    return digest(*files)


@cache
def libraries() -> dict[str, str]:
    """The versions and the thread count that decide the last bits."""
    import torch  # two seconds that listing claims need not pay

    return {"torch": torch.__version__, "threads": str(torch.get_num_threads())}
