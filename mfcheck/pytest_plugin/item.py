"""A check of a claim as a pytest item."""

from pathlib import Path
from typing import Any

import pytest

from mfcheck.errors import MfcheckError

MARK = "mf_claim"


class Unmet(Exception):  # a verdict, not an error
    """The verdict is not the wanted one."""


class PropertyModule(pytest.Module):
    """A property file, executed from the text that is read, whatever Python has in its cache."""

    def _getobj(self) -> Any:
        from mfcheck.sources import load_source

        try:
            return load_source(self.path)
        except SyntaxError as error:
            words = pytest.ExceptionInfo.from_exception(error).getrepr(style="short")
            raise self.CollectError(str(words)) from error


class CheckItem(pytest.Item):
    """One check or control of a claim."""

    def __init__(self, *, check: Any, **rest: Any) -> None:
        super().__init__(**rest)
        self.check, self.where = check, (check, str(self.path), self.nodeid)
        self.add_marker(getattr(pytest.mark, MARK)(check.claim.name))
        if self.config.getoption("timeout", 0) is None:  # no --timeout, but perhaps one in an ini
            self.add_marker(pytest.mark.timeout(0))  # a row has the time that its budget allows
        self.user_properties.append(("mf_claim", check.claim.name))

    @property
    def module(self) -> Any:
        """The property file, as pytest imported it."""
        parent: Any = self.getparent(pytest.Module)
        return parent.obj

    def runtest(self) -> None:
        from mfcheck.pytest_plugin import backend  # heavy

        run: Any = self.config.pluginmanager.get_plugin("mfcheck_run")
        if run.refusal:
            raise Unmet(run.refusal)
        ruling, rows = backend.run_check(run.settings, run.executor, self.where)
        held, words = backend.outcome(self.check, ruling, rows)
        self.user_properties.append(("mf_outcome", words))
        if ruling.verdict == "NOT APPLICABLE":
            pytest.skip(words)
        if not held:
            raise Unmet(words)

    def repr_failure(self, excinfo: Any, style: Any = None) -> Any:
        """The verdict in a sentence; anything else as pytest shows it."""
        known = isinstance(excinfo.value, Unmet | MfcheckError)
        return str(excinfo.value) if known else super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the check stands, and its name."""
        line = self.check.measure.__code__.co_firstlineno - 1
        return self.path, line, f"{self.check.claim.name}: {self.name}"
