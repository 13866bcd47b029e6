"""The conftest.py of a mutated copy: swears to whose code ran, and leaves out the shrinking.

Shrinking a refuted problem illustrates and does not count, and would take most of the time.
"""

import json
import os
import sys
from pathlib import Path

import pytest

from mfcheck.court import explore

HERE = Path(__file__).resolve().parent

explore.SHRINKS = 0


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write where every module of mfcheck, the pytest plugin among them, was imported from."""
    plugin = session.config.pluginmanager.get_plugin("mfcheck")
    mine = [module for name, module in sys.modules.items() if name.split(".")[0] == "mfcheck"]
    files = sorted({str(getattr(module, "__file__", None)) for module in (plugin, *mine)})
    (HERE / f"origins-{os.getpid()}.json").write_text(json.dumps(files), "utf-8")
