"""`--mf-seconds`: a limit on the session, within which as many checks as possible are decided.

A check that has begun is finished, so that no verdict depends on how fast the machine is; one for
which no time is left is skipped, and stands in the report as not run.
"""

from contextlib import suppress
from time import time
from typing import Any

import pytest

from mfcheck.pytest_plugin.item import CheckItem
from mfcheck.pytest_plugin.troubles import SPOILT


class Deadline:
    """Orders the checks of a session and lets none begin after its time is up."""

    def __init__(self, run: Any) -> None:
        worker: Any = getattr(run.config, "workerinput", None)
        self.run, self.seconds = run, run.config.option.mf_seconds
        self.until: float | None = None
        self.piles: int = worker["mf_piles"] if worker else 1

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """A search has minutes of its own."""
        if self.run.config.option.mf_search is not None:
            raise pytest.UsageError("--mf-search has its own minutes: leave --mf-seconds out")

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """The checks whose decision costs least come first, as far as an earlier run tells."""
        own = {f"{i.check.claim.name}::{i.name}": i for i in items if isinstance(i, CheckItem)}
        if own:
            from mfcheck import plan  # heavy

            prices: dict[str, float] = {}
            with suppress(*SPOILT):
                prices = plan.known_prices(self.run.settings)
            others = [item for item in items if not isinstance(item, CheckItem)]
            ordered = plan.cheapest(list(own), prices, self.piles)
            items[:] = [*others, *(own[name] for name in ordered)]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """No check begins after the time is up, which runs from the first one in this process."""
        if not isinstance(item, CheckItem):
            return
        if self.until is None:
            self.until = time() + self.seconds
        elif time() > self.until:
            pytest.skip(f"not begun within {self.seconds:g} s (--mf-seconds)")

    def tell(self, node: Any) -> None:
        """What a worker of xdist must know: how its share of the checks is cut."""
        option: Any = self.run.config.option
        node.workerinput["mf_piles"] = option.numprocesses if option.dist == "worksteal" else 1
