"""The version stands in one place, and to ask for it loads nothing."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import mfcheck

ROOT = Path(mfcheck.__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def test_the_version_is_read_from_the_package():
    home = PROJECT["tool"]["hatch"]["version"]["path"]
    text = (ROOT / home).read_text("utf-8")
    assert PROJECT["project"]["dynamic"] == ["version"] and "version" not in PROJECT["project"]
    assert re.findall(r'^__version__ = "(.*)"$', text, re.M) == [mfcheck.__version__]


def test_the_command_prints_it_without_torch():
    code = (
        "import sys\nfrom mfcheck.cli import main\ntry: main(['--version'])\n"
        "finally: print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, f"mfcheck {mfcheck.__version__}\nFalse\n")


def test_the_package_says_that_it_is_typed():
    assert (ROOT / "mfcheck" / "py.typed").is_file()
    assert PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"] == ["mfcheck"]
