"""The command line, as far as a run depends on it."""

from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from mfcheck.claims.budget import Budget, budget

if TYPE_CHECKING:
    from mfcheck.trainers import NamedTrainer


@dataclass
class Settings:
    """What a run of claims was asked for.

    trainer: who trains the networks, looked for from the folder base. search: minutes of a search,
    None for a run that rules on the checks' own problems. workers: processes of the session that
    measure side by side.
    """

    folder: Path
    session: str
    budget: str = "quick"
    seed: int = 0
    device: str = "auto"
    problem: str | None = None
    trainer: str | None = None
    base: Path = field(default_factory=Path.cwd)
    command: str = ""
    search: float | None = None
    workers: int = 1
    started: float = field(default_factory=perf_counter)
    _trainer: "NamedTrainer | None" = field(default=None, init=False, repr=False)

    def trained_by(self) -> "NamedTrainer | None":
        """The trainer of that name, imported once; None for mfcheck's own engine."""
        from mfcheck.trainers import named_trainer  # heavy

        if self.trainer is not None and self._trainer is None:
            self._trainer = named_trainer(self.trainer, self.base)
        return self._trainer

    def chosen(self) -> Budget:
        """The budget of that name."""
        return budget(self.budget)
