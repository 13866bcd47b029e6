"""The command line, as far as a run depends on it."""

from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from mfcheck.claims.budget import Budget, budget


@dataclass
class Settings:
    """What a run of claims was asked for.

    search: minutes of a search, None for a run that rules on the checks' own problems. workers:
    processes of the session that measure side by side.
    """

    folder: Path
    session: str
    budget: str = "quick"
    seed: int = 0
    device: str = "auto"
    problem: str | None = None
    command: str = ""
    search: float | None = None
    workers: int = 1
    started: float = field(default_factory=perf_counter)

    def chosen(self) -> Budget:
        """The budget of that name."""
        return budget(self.budget)
