"""What the selected items will take: told at the start, or (`--mf-plan`) instead of a run."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from mfcheck.pytest_plugin.item import CheckItem
from mfcheck.pytest_plugin.troubles import SPOILT, usage


class Planning:
    """Takes the place of the test loop. Collects in this process, for however many are asked."""

    def __init__(self, run: Any) -> None:
        option: Any = run.config.option
        if option.mf_search is not None:
            words = "--mf-plan and --mf-search: a search takes the minutes that it is given"
            raise pytest.UsageError(f"{words}; leave one of the two options out.")
        self.run = run
        self.workers = processes(option)
        if hasattr(option, "dist"):
            option.dist, option.tx = "no", []

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Print the plan; run nothing."""
        chosen = [item for item in session.items if isinstance(item, CheckItem)]
        if chosen and not session.config.option.collectonly:
            each = session.config.option.verbose > 0
            words = self._words(chosen, each)
            session.config.get_terminal_writer().line(f"\n{words}")
        return True

    def _words(self, chosen: Sequence[CheckItem], each: bool) -> str:
        import torch  # heavy, as the others

        from mfcheck import evidence, plan
        from mfcheck.pytest_plugin import backend

        torch.set_num_threads(1)
        settings, option = self.run.settings, self.run.config.option
        base = self.run.config.invocation_params.dir
        folder = base / Path(option.mf_plan) if option.mf_plan else settings.folder
        known = None
        if option.mf_plan or (folder / evidence.FILE).exists():
            with usage():
                known = evidence.read_evidence(folder)
        check_runs = plan.check_runs(settings, [item.where for item in chosen])
        homes = {home for run in check_runs for home in run.executor.file(run.file).homes}
        with usage():
            given = backend.given_problem(settings, homes)
        return plan.plan_table(plan.plan(check_runs, known, given), self.workers, each)


def foretell(run: Any, writer: Any) -> None:
    """How long the session will take, if an earlier run of its folder tells: a line, no more."""
    from mfcheck import plan  # heavy

    option: Any = run.config.option
    usual = option.mf_search is None and option.mf_problem is None
    with suppress(*SPOILT):
        told = plan.at_start(run.settings, processes(option)) if usual else None
        if told:
            writer.line(f"\n{told}")


def processes(option: Any) -> int:
    """How many processes measure side by side."""
    return int(getattr(option, "numprocesses", None) or 1)
