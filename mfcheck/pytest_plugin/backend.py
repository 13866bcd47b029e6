"""What the pytest plugin does once it is sure that there are claims to run.

Kept apart from the plugin, which is imported by every pytest of the environment and must not
wait for torch.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from time import perf_counter, time
from types import ModuleType

import torch
from msgspec import structs

import mfcheck
from mfcheck import evidence
from mfcheck.claims.budget import Budget, budget
from mfcheck.claims.claim import Check
from mfcheck.engine.device import commit, device, machine
from mfcheck.engine.executor import Executor
from mfcheck.engine.store import FILE, Store, create_store, refuse_other
from mfcheck.errors import invalid
from mfcheck.evidence import (
    CatalogueEntry,
    Evidence,
    HuntRecord,
    MachineRecord,
    NoteRecord,
    Row,
    RunRecord,
    history,
)
from mfcheck.evidence.verdict import control_ruling, ruling
from mfcheck.files import RunFolder
from mfcheck.files.layout import of_a_run
from mfcheck.problems.kinds import own_tags
from mfcheck.problems.reading import spec_in, spec_of
from mfcheck.problems.spec import ProblemSpec, json_object
from mfcheck.report import write_report as write_report
from mfcheck.run.check_run import CheckRun
from mfcheck.run.corpus import kept, propose
from mfcheck.search.adversarial import AdversarialSearch, time_share
from mfcheck.stats import Verdict


@dataclass
class Settings:
    """The command line, as far as a run depends on it.

    hunt: minutes of a hunt, None for a run that rules on the checks' own problems. workers:
    processes of the session that measure side by side.
    """

    folder: Path
    session: str
    budget: str = "quick"
    seed: int = 0
    device: str = "auto"
    problem: str | None = None
    command: str = ""
    hunt: float | None = None
    workers: int = 1
    started: float = field(default_factory=perf_counter)

    def chosen(self) -> Budget:
        """The budget of that name."""
        return budget(self.budget)


@dataclass(frozen=True)
class Collected:
    """A check as pytest found it; selected: whether it is to run."""

    check: Check
    file: str
    nodeid: str
    module: ModuleType
    selected: bool


def verify_settings(settings: Settings) -> None:
    """Refuse a device or a problem that is none, before anything runs."""
    device(settings.device)
    if settings.hunt is not None and settings.problem is not None:
        rule = "a hunt draws its problems itself"
        raise invalid("--mf-problem", settings.problem, rule, "leave one of the two options out")
    if settings.problem is not None and not _of_a_property_file(settings.problem):
        given = given_problem(settings)
        assert given is not None  # since there is one
        given.problem()


def refuse_others(settings: Settings) -> None:
    """Raise NotOwned if a file of somebody else's has a name that the run would write."""
    RunFolder(settings.folder).verify(of_a_run(search=settings.hunt is not None))
    refuse_other(settings.folder)


def open_session(settings: Settings, found: list[Collected]) -> Executor:
    """The store of the run, with every collected check in its catalogue, and its executor.

    Raises NotOwned, with nothing made and nothing measured, where the run's folder holds files
    of somebody else's.
    """
    refuse_others(settings)
    store = create_store(settings.folder)
    executor = Executor(store)
    for order, one in enumerate(found):
        name = f"{order:05d} {one.nodeid}"
        executor.adopt(one.file, one.module)
        entry = evidence.catalogue_entry(one.check, one.nodeid, executor.file(one.file).text)
        store.note(settings.session, "check", name, entry)
    chosen = [one for one in found if one.selected]
    counts = [
        (
            one.check.claim.name,
            one.check.name,
            _problems(one, executor.file(one.file).homes, settings),
        )
        for one in chosen
    ]
    store.note(settings.session, "plan", "rows", sum(number for *_, number in counts))
    store.note(settings.session, "counts", "rows", counts)
    store.note(settings.session, "hunts", "number", len(chosen))
    return executor


def is_open(settings: Settings) -> bool:
    """Whether some process has opened this session."""
    exists = (settings.folder / FILE).exists()
    return exists and bool(Store(settings.folder).notes(settings.session, "plan", int))


def run_check(settings: Settings, executor: Executor, where: tuple[Check, str, str]) -> list[Row]:
    """Rule on a check's problems; returns its rows."""
    torch.set_num_threads(1)
    check, file, nodeid = where
    given = given_problem(settings, executor.file(file).homes)
    trial = CheckRun(
        check,
        file,
        nodeid,
        settings.chosen(),
        executor,
        settings.session,
        settings.seed,
        device(settings.device),
    )
    rows = _hunt(settings, trial) if settings.hunt is not None else trial.run(given)
    if executor.store:
        executor.store.note(settings.session, "ended", nodeid, nodeid)
    return rows


def _hunt(settings: Settings, trial: CheckRun) -> list[Row]:
    """Hunt for the check's worst problem within its share of the minutes; returns the rows."""
    store, nodeid, now = Store(settings.folder), trial.nodeid, time()
    store.note(settings.session, "begun", nodeid, now)
    begun = store.notes(settings.session, "begun", float)
    (number,) = store.notes(settings.session, "hunts", int)
    seconds = time_share(settings.hunt or 0.0, begun, number, settings.workers, now)
    return AdversarialSearch(
        trial, seconds, lambda found: store.note(settings.session, "hunt", nodeid, found)
    ).run()


def outcome(check: Check, rows: list[Row]) -> tuple[bool, str]:
    """Whether the item passes, and the sentence that says why."""
    if check.control_of is None:
        verdict, reason = ruling(rows)
        hoped = Verdict.SUPPORTED if check.expect else Verdict.REPORTED
        return verdict == hoped, f"{verdict}: {reason}"
    verdict, reason = control_ruling(rows)
    return verdict == Verdict.REFUTED, f"control {verdict}: {reason}"


def close_session(settings: Settings, notes: Mapping[str, str], interrupted: bool) -> Path:
    """Evidence and report of the session; returns the report's path. notes: troubles by place."""
    found = _found(settings, notes, interrupted)
    propose(found, settings.folder)
    changes = history.changes(history.past(settings.folder), found)
    found = structs.replace(found, changes=changes)
    history.append(settings.folder, history.history_entry(found))
    evidence.write_evidence(found, settings.folder)
    return write_report(found, settings.folder)


def _found(settings: Settings, notes: Mapping[str, str], interrupted: bool) -> Evidence:
    """The evidence of the session, from its store."""
    store, session = Store(settings.folder), settings.session
    ended, rows = store.notes(session, "ended", str), store.rows(session, Row)
    catalogue = [
        structs.replace(entry, ended=entry.check.nodeid in ended)
        for entry in store.notes(session, "check", CatalogueEntry)
    ]
    found = evidence.assemble(
        _run(settings, interrupted, sum(row.seconds for row in rows)),
        evidence.procedure_record(settings.chosen(), store.slots_used(session)),
        catalogue,
        rows,
        [NoteRecord(where=where, text=text) for where, text in notes.items()],
    )
    return structs.replace(found, hunts=tuple(store.notes(session, "hunt", HuntRecord)))


def given_problem(settings: Settings, homes: Collection[str] = ()) -> ProblemSpec | None:
    """The problem of `--mf-problem`: JSON, or a file that holds one.

    homes: files whose kinds of problems it may be of, beside mfcheck's own.
    """
    text = settings.problem
    if text is None:
        return None
    if _is_json(text):
        return spec_of(text, homes)
    python = text.endswith(".py")
    return _executed(text, settings.session) if python else spec_in(text, homes)


@cache
def _executed(path: str, session: str) -> ProblemSpec:
    """The problem that a Python file defines, which a session executes once."""
    return spec_in(path)


def _is_json(text: str) -> bool:
    return text.lstrip().startswith("{")


def _of_a_property_file(text: str) -> bool:
    """Whether the problem is of a kind that mfcheck does not have: a property file may."""
    if not _is_json(text):
        return False
    given = json_object(text)
    return "W" not in given and given.get("init", "") not in own_tags()


def _problems(one: Collected, homes: Collection[str], settings: Settings) -> int:
    if settings.problem is not None or settings.hunt is not None:
        return 1
    check, drawn = one.check, settings.chosen().drawn if one.check.control_of is None else 1
    own = len(kept(check, one.file, one.module, homes)) + len(check.over.always)
    return own + drawn * len(check.over.strata)


def _run(settings: Settings, interrupted: bool, core_seconds: float) -> RunRecord:
    wall = perf_counter() - settings.started
    now = datetime.now(UTC)
    return RunRecord(
        id=settings.session,
        seed=settings.seed,
        budget=settings.chosen().name,
        margin=settings.chosen().margin,
        command=settings.command,
        started=datetime.fromtimestamp(now.timestamp() - wall, UTC).isoformat("T", "seconds"),
        finished=None if interrupted else now.isoformat("T", "seconds"),
        interrupted=interrupted,
        wall_seconds=round(wall, 2),
        core_seconds=round(core_seconds, 2),
        version=mfcheck.__version__,
        commit=commit(),
        machine=MachineRecord(**machine(settings.device)),
    )
