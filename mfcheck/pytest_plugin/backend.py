"""What the pytest plugin does once it is sure that there are claims to run.

Kept apart from the plugin, which is imported by every pytest of the environment and must not
wait for torch.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, time
from types import ModuleType

import torch
from msgspec import UNSET, structs

import mfcheck
from mfcheck import evidence
from mfcheck.claims.claim import Check
from mfcheck.engine.device import commit, device, machine
from mfcheck.engine.executor import Executor
from mfcheck.engine.store import FILE, Store, create_store, refuse_other
from mfcheck.evidence import (
    CatalogueEntry,
    Evidence,
    MachineRecord,
    NoteRecord,
    Row,
    RulingRecord,
    RunRecord,
    SearchRecord,
    history,
)
from mfcheck.evidence.verdict import check_ruling
from mfcheck.files import RunFolder
from mfcheck.files.layout import of_a_run
from mfcheck.pytest_plugin.given_problem import given_problem, refuse_unknown_kind
from mfcheck.pytest_plugin.run_settings import Settings
from mfcheck.report import write_report as write_report
from mfcheck.report.wording.row_text import in_one_line
from mfcheck.run.check_run import CheckRun
from mfcheck.run.corpus import kept, propose
from mfcheck.search.adversarial import AdversarialSearch, time_share
from mfcheck.stats import Verdict

FAILURE_ROWS = 3
"""Rows that the failure of an item shows."""


@dataclass(frozen=True)
class Collected:
    """A check as pytest found it; selected: whether it is to run."""

    check: Check
    file: str
    nodeid: str
    module: ModuleType
    selected: bool


def refuse_others(settings: Settings) -> None:
    """Raise NotOwned if a file of somebody else's has a name that the run would write."""
    RunFolder(settings.folder).verify(of_a_run(search=settings.search is not None))
    refuse_other(settings.folder)


def open_session(settings: Settings, found: list[Collected]) -> Executor:
    """The store of the run, with every collected check in its catalogue, and its executor.

    Raises NotOwned, with nothing made and nothing measured, where the run's folder holds files
    of somebody else's.
    """
    refuse_others(settings)
    store = create_store(settings.folder)
    executor = Executor(store, settings.trained_by())
    for order, one in enumerate(found):
        name = f"{order:05d} {one.nodeid}"
        executor.adopt(one.file, one.module)
        entry = evidence.catalogue_entry(one.check, one.nodeid, executor.file(one.file).text)
        store.note(settings.session, "check", name, entry)
    chosen = [one for one in found if one.selected]
    refuse_unknown_kind(settings, (executor.file(one.file).homes for one in found))
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
    store.note(settings.session, "searches", "number", len(chosen))
    return executor


def is_open(settings: Settings) -> bool:
    """Whether some process has opened this session."""
    exists = (settings.folder / FILE).exists()
    return exists and bool(Store(settings.folder).notes(settings.session, "plan", int))


def run_check(
    settings: Settings, executor: Executor, where: tuple[Check, str, str]
) -> tuple[RulingRecord, list[Row]]:
    """Measure a check's problems and rule on it, once; the store keeps rows and ruling."""
    torch.set_num_threads(1)
    check, file, nodeid = where
    given = given_problem(settings, executor.file(file).homes)
    run = CheckRun(
        check,
        file,
        nodeid,
        settings.chosen(),
        executor,
        settings.session,
        settings.seed,
        device(settings.device),
    )
    rows = _search(settings, run) if settings.search is not None else run.run(given)
    verdict, reason = check_ruling(check.control_of, rows)
    ruling = RulingRecord(nodeid=nodeid, verdict=verdict, reason=reason)
    if executor.store:
        executor.store.note(settings.session, "ruling", nodeid, ruling)
    return ruling, rows


def _search(settings: Settings, run: CheckRun) -> list[Row]:
    """Search for the check's worst problem within its share of the minutes; returns the rows."""
    store, nodeid, now = Store(settings.folder), run.nodeid, time()
    store.note(settings.session, "begun", nodeid, now)
    begun = store.notes(settings.session, "begun", float)
    (number,) = store.notes(settings.session, "searches", int)
    seconds = time_share(settings.search or 0.0, begun, number, settings.workers, now)
    return AdversarialSearch(
        run, seconds, lambda found: store.note(settings.session, "search", nodeid, found)
    ).run()


def outcome(check: Check, ruling: RulingRecord, rows: Sequence[Row] = ()) -> tuple[bool, str]:
    """Whether the item of a check passes, and why: the ruling, then the first rows against it."""
    control = check.control_of is not None
    hoped = Verdict.REFUTED if control else Verdict.SUPPORTED if check.expect else Verdict.REPORTED
    words = f"{'control ' * control}{ruling.verdict}: {ruling.reason}"
    counted = [row for row in rows if row.applies and row.origin != "shrunk"]
    against = [row for row in counted if row.verdict != hoped]
    lines = [f"\n  {row.problem.label}: {in_one_line(row)}" for row in against[:FAILURE_ROWS]]
    return ruling.verdict == hoped, words + "".join(lines)


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
    rows = store.rows(session, Row)
    ruled = {ruling.nodeid: ruling for ruling in store.notes(session, "ruling", RulingRecord)}
    catalogue = [
        structs.replace(entry, ruling=ruled.get(entry.check.nodeid))
        for entry in store.notes(session, "check", CatalogueEntry)
    ]
    found = evidence.assemble(
        _run(settings, interrupted, sum(row.seconds for row in rows)),
        evidence.procedure_record(settings.chosen(), store.slots_used(session)),
        catalogue,
        rows,
        [NoteRecord(where=where, text=text) for where, text in notes.items()],
    )
    return structs.replace(found, searches=tuple(store.notes(session, "search", SearchRecord)))


def _problems(one: Collected, homes: Collection[str], settings: Settings) -> int:
    own = settings.problem is None or one.check.control_of is not None
    if settings.search is not None or not own:
        return 1
    check, drawn = one.check, settings.chosen().drawn if one.check.control_of is None else 1
    held = len(kept(check, one.file, one.module, homes)) + len(check.over.always)
    return held + drawn * len(check.over.strata)


def _run(settings: Settings, interrupted: bool, core_seconds: float) -> RunRecord:
    wall = perf_counter() - settings.started
    now, trainer = datetime.now(UTC), settings.trained_by()
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
        trainer=UNSET if trainer is None else trainer.label,
    )
