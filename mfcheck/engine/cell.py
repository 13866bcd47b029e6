"""Cells: the address of a number, from which any process can compute it again.

An address names code by its hash, never carries it: no pickled closures. What a number depends on
is derived, never listed by hand: every local file and every module of mfcheck that the property
file reaches by imports, with the hash of the text that was executed; versions of the packages among
them; and what of machine and process decides the last bits.
"""

from dataclasses import asdict, dataclass
from hashlib import sha256
from json import dumps
from pathlib import Path

from mfcheck.engine.fingerprint import fingerprint


@dataclass(frozen=True)
class Address:
    """Everything that one cell's numbers depend on.

    file, check: the property file, and the check's name in it. code: the hash of `sources.Code`,
    of the texts as they were executed. problem: its JSON.
    point: where along the axis. chunk, size: which block of replicates, and how many of it.
    seed: the run's. dtype, device: how precisely and where. trainer: name and version of who
    trains the networks, empty for mfcheck's own engine.
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
    trainer: str = ""

    def inputs(self) -> str:
        """Canonical JSON of the address, and of the machine and process behind it."""
        own = {**asdict(self), "file": Path(self.file).name, "machine": fingerprint(self.device)}
        if not self.trainer:
            own.pop("trainer")
        return dumps(own, sort_keys=True, separators=(",", ":"))

    @property
    def key(self) -> str:
        """The name of the cell in a store."""
        return sha256(self.inputs().encode()).hexdigest()
