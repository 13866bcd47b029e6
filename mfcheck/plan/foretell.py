"""Where a plan meets a session of pytest: checks that do not run, and what is told at the start."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from mfcheck import evidence
from mfcheck.claims.budget import Budget
from mfcheck.claims.claim import Check
from mfcheck.engine.device import device
from mfcheck.engine.executor import Executor
from mfcheck.engine.store import Store, create_store
from mfcheck.plan.order import prices
from mfcheck.plan.plan_text import sentence
from mfcheck.plan.planned import rough
from mfcheck.run.check_run import CheckRun
from mfcheck.trainers import NamedTrainer


class Asked(Protocol):
    """The part of the command line that a plan depends on."""

    folder: Path
    session: str
    seed: int
    device: str

    def chosen(self) -> Budget: ...

    def trained_by(self) -> NamedTrainer | None: ...


def check_runs(settings: Asked, found: Iterable[tuple[Check, str, str]]) -> list[CheckRun]:
    """A run of each (check, file, nodeid); cells go to the store, rows to no run's session."""
    executor = Executor(create_store(settings.folder), settings.trained_by())
    name = f"plan {settings.session}"
    where = (settings.chosen(), executor, name, settings.seed, device(settings.device))
    return [CheckRun(check, file, nodeid, *where) for check, file, nodeid in found]


def at_start(settings: Asked, workers: int) -> str | None:
    """How long a session that has been opened will take; None where no earlier run tells.

    The earlier run is the one whose evidence lies in the folder that the session will write to.
    """
    counted = Store(settings.folder).notes(settings.session, "counts", list[tuple[str, str, int]])
    if not counted or not (settings.folder / evidence.FILE).exists():
        return None
    counts = {(claim, check): number for claim, check, number in counted[0]}
    made = rough(counts, evidence.read_evidence(settings.folder), settings.chosen(), settings.seed)
    return sentence(made, workers, len(counts) - len(made.lines)) if made.lines else None


def known_prices(settings: Asked) -> dict[str, float]:
    """What a decision of each "claim::check" costs, as far as the evidence of the folder tells."""
    if not (settings.folder / evidence.FILE).exists():
        return {}
    found = evidence.read_evidence(settings.folder)
    counts = Counter((row.claim, row.check) for row in found.rows)
    made = rough(counts, found, settings.chosen(), settings.seed)
    return {f"{claim}::{check}": price for (claim, check), price in prices(made).items()}
