"""The command as a part of a pipe."""

import subprocess
import sys
from pathlib import Path

import mfcheck

ROOT = Path(mfcheck.__file__).parents[1]


def test_a_reader_that_stops_reading_is_no_error():
    """As in `mfcheck list | head -1`."""
    code = "import sys; from mfcheck.cli import main; sys.exit(main(['list', sys.argv[1]]))"
    words = [sys.executable, "-c", code, str(ROOT / "properties")]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout and process.stderr
        process.stdout.close()
        assert (process.wait(), process.stderr.read()) == (0, b"")
