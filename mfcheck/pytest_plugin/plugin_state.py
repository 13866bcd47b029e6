"""One session of pytest: what was collected, what failed to import, where the report goes."""

from datetime import UTC, datetime
from pathlib import Path
from shlex import join
from traceback import format_exc
from typing import Any

import pytest

from mfcheck.errors import MfcheckError
from mfcheck.files.layout import STORE
from mfcheck.pytest_plugin.item import CheckItem
from mfcheck.pytest_plugin.planning import foretell
from mfcheck.pytest_plugin.property_files import FOLDER, file_of, near, states_claims
from mfcheck.pytest_plugin.troubles import last_words, usage

STOPPED = (pytest.ExitCode.INTERRUPTED, pytest.ExitCode.INTERNAL_ERROR)


class PluginState:
    """The plugin's state in one process: the controller's, or an xdist worker's."""

    def __init__(self, config: pytest.Config) -> None:
        worker: Any = getattr(config, "workerinput", None)
        start, given = config.invocation_params.dir, config.option.mf_report
        usual = "latest" if config.option.mf_search is None else "search"
        folder = start / given if given else config.rootpath / "reports" / usual
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H-%M-%S-%f")
        self.config, self.is_worker = config, worker is not None
        self.session: str = worker["mf_session"] if worker else now
        self.folder = Path(worker["mf_folder"]) if worker else folder
        self.workers: int = worker["workercount"] if worker else 1
        self.go_on: bool = config.option.continue_on_collection_errors
        self.idle = config.option.collectonly or config.option.mf_plan is not None
        self.others_failed = False
        self.items: list[CheckItem] = []
        self.claims: dict[str, Any] = {}
        self.homes: dict[tuple[str, str], Path] = {}
        self.notes: dict[str, str] = {}
        self.begun = False
        self.refusal = ""
        self.executor: Any = None
        self.ticker: Any = None
        self.outcome = ""
        self._settings: Any = None

    @property
    def settings(self) -> Any:
        """The command line as `run_settings.Settings`, made once."""
        from mfcheck.pytest_plugin.run_settings import Settings  # heavy

        if self._settings is None:
            option: Any = self.config.option
            given, base = option.mf_problem, self.config.invocation_params.dir
            is_file = given is not None and not given.lstrip().startswith("{")
            self._settings = Settings(
                folder=self.folder,
                session=self.session,
                budget=option.mf_budget,
                seed=option.mf_seed,
                device=option.mf_device,
                problem=str(base / str(given)) if is_file else given,
                command=join(["pytest", *map(str, self.config.invocation_params.args)]),
                trainer=option.mf_trainer,
                base=base,
                search=option.mf_search,
                workers=self.workers,
            )
        return self._settings

    def conflict(self, check: Any, path: Path) -> str | None:
        """Why a check cannot be told from one of another file, if so."""
        name, own = check.claim.name, self.claims.setdefault(check.claim.name, check.claim)
        home = self.homes.setdefault((name, check.name), path)
        if own == check.claim and home == path:
            return None
        first = next(at for (claim, _), at in self.homes.items() if claim == name)
        return f"the claim {name!r} stands in {first.name} too: rename one of them"

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """A command line that means nothing ends here, before any worker starts."""
        option = self.config.option
        if self.is_worker or self.idle:
            return
        with usage():
            if option.mf_device != "auto" or option.mf_problem or option.mf_trainer:
                from mfcheck.pytest_plugin.given_problem import verify_settings  # heavy

                verify_settings(self.settings)
            if self.folder.exists() and any(self._names_claims(arg) for arg in self.config.args):
                from mfcheck.pytest_plugin import backend  # heavy

                backend.refuse_others(self.settings)

    def _names_claims(self, arg: str) -> bool:
        """Whether an argument of pytest is a folder named properties, or lies in one."""
        path = file_of(arg, self.config.invocation_params.dir).resolve()
        return FOLDER in (path.name, path.parent.name)

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        if isinstance(item, CheckItem):
            self.items.append(item)

    def pytest_collectreport(self, report: Any) -> None:
        """A property file that fails is a note; alone, it keeps no other file from running."""
        if not report.failed:
            return
        if states_claims(file_of(report.nodeid, self.config.rootpath)):
            self.notes[report.nodeid] = last_words(str(report.longrepr))
        else:
            self.others_failed = True
        go_on = self.go_on or not self.others_failed
        self.config.option.continue_on_collection_errors = go_on

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        selected = {item.nodeid for item in session.items if isinstance(item, CheckItem)}
        if not selected or self.idle:
            return
        try:
            self._open(selected)
        except MfcheckError as error:
            if not self.is_worker:
                raise pytest.UsageError(str(error)) from None
            self.refusal = str(error)  # the controller says so, and ends the session
        if not self.is_worker:
            self.begin()

    def _open(self, selected: set[str]) -> None:
        from mfcheck.pytest_plugin import backend  # heavy

        found = [
            backend.Collected(*item.where, item.module, item.nodeid in selected)
            for item in self.items
        ]
        self.executor = backend.open_session(self.settings, found)

    def join(self) -> None:
        """Begin, if a worker has opened the session."""
        from mfcheck.pytest_plugin import backend  # heavy

        if not self.begun:
            with usage():
                backend.refuse_others(self.settings)
        if not self.begun and backend.is_open(self.settings):
            self.begin()

    def begin(self) -> None:
        """Show rows as they end, where there is a terminal; only the controller does."""
        from mfcheck.pytest_plugin.progress import Progress  # heavy

        self.begun = True
        if self.config.pluginmanager.hasplugin("terminalreporter"):
            writer = self.config.get_terminal_writer()
            foretell(self, writer)
            self.ticker = Progress(self.folder, self.session, writer)
            self.ticker.start()

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Rows start on lines of their own."""
        if self.ticker is not None and states_claims(file_of(nodeid, self.config.rootpath)):
            reporter: Any = self.config.pluginmanager.get_plugin("terminalreporter")
            reporter.ensure_newline()
            reporter.flush()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: Any) -> None:
        if self.ticker is not None and report.when == "call":
            self.ticker.look()

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Evidence and report, whatever has happened to the run."""
        if self.is_worker or self.idle or not (self.begun or self.notes):
            return
        from mfcheck.pytest_plugin import backend  # heavy

        if self.ticker is not None:
            self.ticker.stop()
        stopped = bool(session.shouldstop or session.shouldfail) or exitstatus in STOPPED
        try:
            if not self.begun:
                backend.open_session(self.settings, [])
            page = backend.close_session(self.settings, self.notes, stopped)
            self.outcome = f"report: {near(page)}"
        except Exception as error:
            why = f"mfcheck: {error}\n" if isinstance(error, MfcheckError) else format_exc()
            kept = self.begun or (self.folder / STORE).exists()
            where = f"; what was measured: {near(self.folder)}" if kept else ""
            self.outcome = f"{why}no report{where}"
            session.exitstatus = pytest.ExitCode.INTERNAL_ERROR

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self) -> None:
        if self.outcome and self.config.pluginmanager.hasplugin("terminalreporter"):
            self.config.get_terminal_writer().line(self.outcome)
