"""Claims as pytest items: `pytest properties`. Nothing heavy is imported until one is collected.

A file in a folder named `properties` that mentions mfcheck is a module of claims; each `Check`
in it is an item, which passes when its verdict is the wanted one. A file that fails to import
is a note of the report, and the others run.
"""

from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

import pytest

from mfcheck.pytest_plugin.deadline import Deadline
from mfcheck.pytest_plugin.item import MARK, CheckItem, PropertyModule
from mfcheck.pytest_plugin.planning import Planning
from mfcheck.pytest_plugin.plugin_state import PluginState
from mfcheck.pytest_plugin.property_files import states_claims
from mfcheck.pytest_plugin.xdist_nodes import XdistNodes

BUDGETS = ("quick", "standard", "full")


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("mfcheck", "mean-field claims")
    group.addoption("--mf-budget", default="quick", choices=BUDGETS, help="(default quick)")
    group.addoption("--mf-seed", type=_seed, default=0, help="the run's seed (default 0)")
    group.addoption("--mf-device", default="auto", help="auto, cpu or cuda:0 (default auto)")
    group.addoption("--mf-report", default=None, help="folder of the report (reports/latest)")
    group.addoption("--mf-problem", default=None, help="one problem: its JSON, or a file of it")
    group.addoption(
        "--mf-trainer",
        default=None,
        metavar="TRAINER",
        help="who trains the networks, in the place of mfcheck's own engine: my_pkg.train:sgd, "
        "train.py:sgd, or an entry point mfcheck.trainers",
    )
    group.addoption(
        "--mf-search",
        "--mf-hunt",
        dest="mf_search",
        type=_minutes,
        default=None,
        metavar="MINUTES",
        help="instead of ruling on the checks' own problems, look for the one on which each comes "
        "nearest to refutation, and rule on that; MINUTES are for the session, shared by the "
        "checks (report in reports/search)",
    )
    group.addoption(
        "--mf-seconds",
        type=_seconds,
        default=None,
        metavar="SECONDS",
        help="let no check begin so long after the first; those whose decision costs least come "
        "first, as far as an earlier run in the report's folder tells (no limit by default)",
    )
    group.addoption(
        "--mf-plan",
        nargs="?",
        const="",
        default=None,
        metavar="FOLDER",
        help="run nothing: print what the run would take and what it may leave undecided, from "
        "the earlier run in FOLDER (by default the report's), or else from a pilot",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", f"{MARK}(name): a check of a claim")
    run = PluginState(config)
    config.pluginmanager.register(run, "mfcheck_run")
    if config.option.mf_plan is not None:
        config.pluginmanager.register(Planning(run), "mfcheck_planning")
    if config.option.mf_seconds is not None:
        config.pluginmanager.register(Deadline(run), "mfcheck_limit")
    if not run.is_worker and config.pluginmanager.hasplugin("xdist"):
        config.pluginmanager.register(XdistNodes(run), "mfcheck_nodes")


@pytest.hookimpl(tryfirst=True)
def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    patterns = parent.config.getini("python_files")
    taken = parent.session.isinitpath(file_path) or any(file_path.match(p) for p in patterns)
    if taken or not states_claims(file_path):
        return None
    return PropertyModule.from_parent(parent, path=file_path)


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makeitem(collector: Any, name: str, obj: object) -> Any:
    kind = type(obj)
    if (kind.__module__, kind.__name__) != ("mfcheck.claims.check", "Check"):
        return None
    check: Any = obj
    if name != check.name or check.measure.__module__ != collector.obj.__name__:
        return []  # known, and an item of another file
    run: Any = collector.config.pluginmanager.get_plugin("mfcheck_run")
    conflict = run.conflict(check, collector.path)
    if conflict:
        raise collector.CollectError(conflict)
    return CheckItem.from_parent(collector, name=name, check=check)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A search leaves out what has no worst problem to look for: controls, reports, fixed lists."""
    if config.getoption("mf_search") is None:
        return
    others = [i for i in items if isinstance(i, CheckItem) and not i.check.can_be_searched]
    if others:
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if item not in others]


def pytest_report_teststatus(report: Any) -> tuple[str, str, str] | None:
    """No dots among the rows; the verdict in the verbose listing."""
    words = dict(report.user_properties).get("mf_outcome") if report.when == "call" else None
    return None if words is None else (report.outcome, "", words)


def _minutes(text: str) -> float:
    try:
        minutes = float(text)
    except ValueError:
        minutes = 0.0
    if not 0 < minutes < float("inf"):
        raise ArgumentTypeError(f"{text!r}: a search takes a positive number of minutes, as 10")
    return minutes


def _seconds(text: str) -> float:
    try:
        limit = float(text)
    except ValueError:
        limit = 0.0
    if not 0 < limit < float("inf"):
        raise ArgumentTypeError(f"{text!r}: a limit is a positive number of seconds, such as 120")
    return limit


def _seed(text: str) -> int:
    if not text.isdecimal():
        raise ArgumentTypeError(f"{text!r}: a seed is a whole number of at least 0")
    return int(text)
