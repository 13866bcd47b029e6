"""What the pytest plugin does once it is sure that there are claims to run.

Kept apart from the plugin, which is imported by every pytest of the environment and must not
wait for torch.
"""

import os
import platform
import subprocess
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy
import torch

import mfcheck
from mfcheck import evidence
from mfcheck.court.budget import Budget, budget
from mfcheck.court.claim import Check
from mfcheck.court.verdict import control_ruling, ruling
from mfcheck.engine.executor import Executor
from mfcheck.engine.store import Store, create
from mfcheck.errors import Unavailable, one_of
from mfcheck.report import write as write_report
from mfcheck.stats import Verdict
from mfcheck.trial import Trial
from mfcheck.written import Posed, posed, posed_in

DEVICES = ("auto", "cpu", "cuda")


@dataclass
class Settings:
    """The command line, as far as a run depends on it."""

    folder: Path
    session: str
    budget: str = "quick"
    seed: int = 0
    device: str = "auto"
    problem: str | None = None
    command: str = ""
    started: float = field(default_factory=perf_counter)

    def chosen(self) -> Budget:
        """The budget of that name."""
        return budget(self.budget)


def open_session(settings: Settings, items: list[tuple[Check, str, str]]) -> Store:
    """The store of the run, with every collected check in its catalogue."""
    store = create(settings.folder)
    for order, (check, _, nodeid) in enumerate(items):
        name = f"{order:05d} {nodeid}"
        store.note(settings.session, "check", name, evidence.entry(check, nodeid))
    expected = sum(_problems(check, settings) for check, _, _ in items)
    store.note(settings.session, "plan", "rows", expected)
    return store


def run_check(settings: Settings, executor: Executor, where: tuple[Check, str, str]) -> list[Any]:
    """Rule on a check's problems; returns its rows."""
    torch.set_num_threads(1)
    check, file, nodeid = where
    given = given_problem(settings.problem)
    trial = Trial(
        check,
        file,
        nodeid,
        settings.chosen(),
        executor,
        settings.session,
        settings.seed,
        device(settings.device),
    )
    return trial.run(given)


def outcome(check: Check, rows: list[Any]) -> tuple[bool, str]:
    """Whether the item passes, and the sentence that says why."""
    records = [row.record() for row in rows]
    if check.control_of is None:
        verdict, reason = ruling(records)
        return verdict == Verdict.SUPPORTED, f"{verdict}: {reason}"
    verdict, reason = control_ruling(records)
    return verdict == Verdict.REFUTED, f"control {verdict}: {reason}"


def close_session(settings: Settings, notes: list[dict[str, str]], interrupted: bool) -> Path:
    """Evidence and report of the session; returns the report's path."""
    store = Store(settings.folder)
    catalogue = store.notes(settings.session, "check")
    rows = store.rows(settings.session)
    seconds = sum(row["seconds"] for row in rows)
    found = evidence.assemble(
        _run(settings, interrupted, seconds),
        settings.chosen(),
        catalogue,
        rows,
        slots_used=store.slots_used(settings.session),
        notes=notes,
    )
    evidence.write(found, settings.folder)
    return write_report(found, settings.folder)


def given_problem(text: str | None) -> Posed | None:
    """The problem of `--mf-problem`: JSON, or a file that holds one."""
    if text is None:
        return None
    return posed(text) if text.lstrip().startswith("{") else posed_in(Path(text))


def device(name: str) -> str:
    """The device to run on; "auto" is a GPU where there is one."""
    kind, _, number = name.partition(":")
    one_of("--mf-device", kind, DEVICES)
    if name == "auto":
        return "cuda:0" if torch.cuda.is_available() else "cpu"
    if kind == "cuda" and not torch.cuda.is_available():
        raise Unavailable("--mf-device cuda: torch sees no GPU here; use --mf-device cpu.")
    return f"cuda:{number or 0}" if kind == "cuda" else name


def _problems(check: Check, settings: Settings) -> int:
    if settings.problem is not None:
        return 1
    drawn = settings.chosen().drawn if check.control_of is None else 1
    return len(check.over.always) + drawn * len(check.over.strata)


def _run(settings: Settings, interrupted: bool, core_seconds: float) -> dict[str, Any]:
    wall = perf_counter() - settings.started
    now = datetime.now(UTC)
    return {
        "id": settings.session,
        "seed": settings.seed,
        "budget": settings.budget,
        "margin": settings.chosen().margin,
        "command": settings.command,
        "started": datetime.fromtimestamp(now.timestamp() - wall, UTC).isoformat("T", "seconds"),
        "finished": None if interrupted else now.isoformat("T", "seconds"),
        "interrupted": interrupted,
        "wall_seconds": round(wall, 2),
        "core_seconds": round(core_seconds, 2),
        "version": mfcheck.__version__,
        "commit": _commit(),
        "machine": {
            "python": platform.python_version(),
            "torch": torch.__version__,
            "numpy": numpy.__version__,
            "platform": f"{platform.system()} {platform.machine()}",
            "cpu": _cpu(),
            "cores": os.cpu_count() or 1,
            "device": device(settings.device),
        },
    }


def _commit() -> str | None:
    """The commit of the folder in which mfcheck stands, if it is a checkout."""
    where = Path(mfcheck.__file__).parent
    words = ["git", "-C", str(where), "describe", "--always", "--dirty", "--abbrev=12"]
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=10, check=False)
    except OSError:
        return None
    return done.stdout.strip() or None


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
