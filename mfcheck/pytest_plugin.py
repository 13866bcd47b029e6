"""Claims as pytest items: `pytest properties`. Nothing heavy is imported until one is collected.

A file in a folder named `properties` that mentions mfcheck is a module of claims; each `Check`
in it is an item, which passes when its verdict is the wanted one. A file that fails to import
is a note of the report, and the others run.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

MARK = "mf_claim"


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("mfcheck", "mean-field claims")
    group.addoption("--mf-budget", default="quick", help="quick, standard or full (default quick)")
    group.addoption("--mf-seed", type=int, default=0, help="the run's seed (default 0)")
    group.addoption("--mf-device", default="auto", help="auto, cpu or cuda:0 (default auto)")
    group.addoption("--mf-report", default=None, help="folder of the report (reports/latest)")
    group.addoption("--mf-problem", default=None, help="one problem: its JSON, or a file of it")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", f"{MARK}(name): a check of a claim")
    run = Run(config)
    config.pluginmanager.register(run, "mfcheck_run")
    if not run.is_worker and config.pluginmanager.hasplugin("xdist"):
        config.pluginmanager.register(Nodes(run), "mfcheck_nodes")
    if any(_of_properties(arg) for arg in config.args):
        config.option.continue_on_collection_errors = True


@pytest.hookimpl(tryfirst=True)
def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    if file_path.suffix != ".py" or file_path.parent.name != "properties":
        return None
    patterns = parent.config.getini("python_files")
    taken = parent.session.isinitpath(file_path) or any(file_path.match(p) for p in patterns)
    if taken or b"mfcheck" not in file_path.read_bytes():
        return None
    return pytest.Module.from_parent(parent, path=file_path)


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makeitem(collector: Any, name: str, obj: object) -> Any:
    kind = type(obj)
    if (kind.__module__, kind.__name__) != ("mfcheck.court.claim", "Check"):
        return None
    check: Any = obj
    own = name == check.name and check.measure.__module__ == collector.obj.__name__
    return CheckItem.from_parent(collector, name=name, check=check) if own else []


def pytest_report_teststatus(report: Any) -> tuple[str, str, str] | None:
    """No dots among the rows; the verdict in the verbose listing."""
    words = dict(report.user_properties).get("mf_outcome") if report.when == "call" else None
    return None if words is None else (report.outcome, "", words)


class Unmet(Exception):  # a verdict, not an error
    """The verdict is not the wanted one."""


class CheckItem(pytest.Item):
    """One check or control of a claim."""

    def __init__(self, *, check: Any, **rest: Any) -> None:
        super().__init__(**rest)
        self.check, self.file = check, str(self.path)
        self.add_marker(getattr(pytest.mark, MARK)(check.claim.name))
        self.user_properties.append(("mf_claim", check.claim.name))

    def runtest(self) -> None:
        from mfcheck import running  # heavy

        run: Any = self.config.pluginmanager.get_plugin("mfcheck_run")
        where = (self.check, self.file, self.nodeid)
        rows = running.run_check(run.settings, run.executor, where)
        held, words = running.outcome(self.check, rows)
        self.user_properties.append(("mf_outcome", words))
        if not held:
            raise Unmet(words)

    def repr_failure(self, excinfo: Any, style: Any = None) -> Any:
        """The verdict in a sentence; anything else as pytest shows it."""
        known = isinstance(excinfo.value, Unmet)
        return str(excinfo.value) if known else super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the check stands, and its name."""
        line = self.check.measure.__code__.co_firstlineno - 1
        return self.path, line, f"{self.check.claim.name}: {self.name}"


class Run:
    """One session: what was collected, what failed to import, where the report goes."""

    def __init__(self, config: pytest.Config) -> None:
        worker = getattr(config, "workerinput", None)
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H-%M-%S-%f")
        self.config, self.is_worker = config, worker is not None
        self.session: str = worker["mf_session"] if worker else now
        self.items: list[CheckItem] = []
        self.notes: dict[str, str] = {}
        self.executor: Any = None
        self.ticker: Any = None
        self.report: Path | None = None
        self._settings: Any = None

    @property
    def settings(self) -> Any:
        """The command line as `running.Settings`, made once."""
        from mfcheck.running import Settings  # heavy

        if self._settings is None:
            option: Any = self.config.option
            base: Any = self.config.invocation_params.dir
            given = option.mf_problem
            is_json = given is None or given.lstrip().startswith("{")
            self._settings = Settings(
                folder=base / (option.mf_report or self.config.rootpath / "reports/latest"),
                session=self.session,
                budget=option.mf_budget,
                seed=option.mf_seed,
                device=option.mf_device,
                problem=given if is_json else str(base / given),
                command=" ".join(["pytest", *map(str, self.config.invocation_params.args)]),
            )
        return self._settings

    def watch(self) -> None:
        """Show rows as they end; only the controller does."""
        from mfcheck.ticker import Ticker  # heavy

        if self.ticker is None:
            writer = self.config.get_terminal_writer()
            self.ticker = Ticker(self.settings.folder, self.session, writer)
            self.ticker.start()

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        if isinstance(item, CheckItem):
            self.items.append(item)

    def pytest_collectreport(self, report: Any) -> None:
        if report.failed and _of_properties(report.nodeid):
            text = str(report.longrepr).strip().splitlines() or ["failed to import"]
            errors = [line[1:].strip() for line in text if line.startswith("E ")]
            self.notes[report.nodeid] = errors[-1] if errors else text[-1]

    def pytest_collection_finish(self) -> None:
        from_here = self.items and not self.config.option.collectonly
        if from_here:
            from mfcheck import running  # heavy

            listed = [(item.check, item.file, item.nodeid) for item in self.items]
            self.executor = running.Executor(running.open_session(self.settings, listed))
        if not self.is_worker and (
            from_here or (self.notes and not self.config.option.collectonly)
        ):
            self.watch()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: Any) -> None:
        if self.ticker is not None and report.when == "call":
            self.ticker.look()

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, exitstatus: int) -> None:
        if self.ticker is None:
            return
        from mfcheck import running  # heavy

        self.ticker.stop()
        notes = [{"where": where, "text": text} for where, text in self.notes.items()]
        interrupted = exitstatus == pytest.ExitCode.INTERRUPTED
        self.report = running.close_session(self.settings, notes, interrupted)

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self) -> None:
        if self.report is not None:
            here = Path.cwd()
            near = self.report.is_relative_to(here)
            path = self.report.relative_to(here) if near else self.report
            self.config.get_terminal_writer().line(f"report: {path}")


class Nodes:
    """Hooks that xdist owns: registered only where it is."""

    def __init__(self, run: Run) -> None:
        self.run = run

    def pytest_configure_node(self, node: Any) -> None:
        node.workerinput["mf_session"] = self.run.session

    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        if any(_of_properties(name) for name in ids):
            self.run.watch()


def _of_properties(arg: str) -> bool:
    """Whether a path or node id is a folder named properties, or lies in one."""
    path = Path(arg.split("::")[0])
    return "properties" in (path.name, path.parent.name)
