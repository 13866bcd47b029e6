"""One attempt, in a process of its own that has not imported mfcheck: pytest on a wrong source.

The process imports mfcheck afresh, and one of its modules from the changed text: whoever imports
a name from that module gets the changed one. What pytest said is only believed under oath: the
changed text was executed, and all of mfcheck came from one folder.
"""

import os
import sys
from collections.abc import Generator, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

Words = dict[str, Any]
"""What travels between processes: texts, numbers, lists and dicts."""

PLUGINS = ("xdist", "cacheprovider", "terminal", "junitxml")
QUIET = [word for name in PLUGINS for word in ("-p", f"no:{name}")]
FIXED = ["--assert=plain", "--hypothesis-seed=0", "--hypothesis-profile=mutants", "--timeout=60"]


class Planted(SourceFileLoader, MetaPathFinder):
    """Imports one module from a text that is not the file's."""

    def __init__(self, module: str, path: str, text: str) -> None:
        super().__init__(module, path)
        self.text, self.ran = text, 0

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> ModuleSpec | None:
        if fullname != self.name:
            return None
        inside = [os.path.dirname(self.path)] if self.path.endswith("__init__.py") else None
        return spec_from_file_location(
            fullname, self.path, loader=self, submodule_search_locations=inside
        )

    def get_code(self, fullname: str) -> Any:
        self.ran += 1
        return compile(self.text, self.path, "exec")


class Listener:
    """Writes down how each item ended: its node, seconds, and the kind and words of its failure."""

    def __init__(self) -> None:
        self.items: dict[str, Words] = {}
        self.unread: list[str] = []

    def pytest_collectreport(self, report: Any) -> None:
        if report.failed:
            self.unread.append(f"{report.nodeid} was not collected: {str(report.longrepr)[-300:]}")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> None:
        """Shrinking a refuted problem illustrates, does not count, and takes most of the time.

        Tests of the shrinking itself are left alone.
        """
        claims = all(item.path.parent.name == "properties" for item in session.items)
        explore: Any = sys.modules.get("mfcheck.run.explore")
        if claims and explore:
            explore.SHRINKS = 0

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """No report of the refuted claims is written."""
        run: Any = session.config.pluginmanager.get_plugin("mfcheck_run")
        if run is not None:
            run.begun, run.notes = False, {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: Any, call: Any) -> Generator[None, Any, Any]:
        report = yield
        if report.when == "call" or (report.failed and item.nodeid not in self.items):
            error = call.excinfo.value if report.failed else None
            said = dict(report.user_properties).get("mf_outcome")
            self.items[item.nodeid] = {
                "passed": report.passed,
                "when": report.when,
                "seconds": call.duration,
                "kind": type(error).__name__ if error else "",
                "words": str(said or error or "")[:500],
            }
        return report


def attempt(job: Words, scratch: Path) -> Words:
    """Run pytest on `nodes` with `text` in the place of the module's source, if a text is given.

    job: home (a folder that holds mfcheck and tests), nodes, and module, path, text of the mutant.
    Returns items by node, pytest's exit code and, if the oath was broken, why.
    """
    if not job["nodes"]:  # pytest would run everything
        return {"items": {}, "code": 5, "broken": "no node was asked for"}
    astray = [name for name in sys.modules if name.split(".")[0] == "mfcheck"]
    planted = Planted(job["module"], job["path"], job["text"]) if job.get("text") else None
    if planted:
        sys.meta_path.insert(0, planted)
    listener = Listener()
    where = ["--basetemp", str(scratch / "tmp"), "--mf-report", str(scratch / "report")]
    code = pytest.main([*QUIET, *FIXED, *where, *job.get("more", ()), *job["nodes"]], [listener])
    before = f"imported before: {astray}" if astray else ""
    broken = before or "; ".join(listener.unread) or _oath(planted, Path(job["home"]))
    return {"items": listener.items, "code": int(code), "broken": broken}


def _oath(planted: Planted | None, home: Path) -> str:
    """Why what pytest said is worth nothing: empty if the right sources ran."""
    inside = home.resolve() / "mfcheck"
    mine = {n: m for n, m in sys.modules.items() if n.split(".")[0] == "mfcheck"}
    files = {name: getattr(module, "__file__", None) for name, module in mine.items()}
    away = [f for f in files.values() if f and inside not in Path(f).resolve().parents]
    if away:
        return f"modules from elsewhere took part: {sorted(away)}"
    if planted is None:
        return ""
    loader = getattr(mine.get(planted.name), "__loader__", None)
    if planted.ran < 1 or loader is not planted:
        return f"{planted.name} was never imported from the changed text"
    return ""


def named(nodes: Sequence[str], items: dict[str, Words]) -> dict[str, list[str]]:
    """The items that belong to each node that was asked for, parameters and all."""
    return {
        node: [
            item
            for item in items
            if item == node or item.startswith((f"{node}[", f"{node}::", f"{node}/"))
        ]
        for node in nodes
    }
