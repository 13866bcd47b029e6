"""Ctrl-C: what was measured is in the evidence, and what was not is not called green."""

import os
import re
import signal
import subprocess
import sys
import time

import pytest

from tests.pytest_plugin.files import verdicts

pytest_plugins = ["pytester"]

SLOW = """

@claim.check(over=[*SOME, FiniteSpec(("erf", "identity"), atoms=6, n=6, d=2)], expect=mf.Equals(0))
def slow(problem):
    if problem.model.activations[0].name == "tanh":
        return full(0)
    print("captured and not shown")

    def residual(seeds):
        open("asleep", "w").close()
        time.sleep(60)

    return mf.identity(residual)


@exact
def never(problem):
    return full(0)
"""
PATIENCE = 120


def interrupted(folder, *args, all_of_it=False):
    """A run that gets SIGINT in the middle of a check: itself alone, or with its workers."""
    words = [sys.executable, "-m", "pytest", "properties", "-p", "no:cacheprovider", *args]
    run = subprocess.Popen(
        words,
        cwd=folder,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    end = time.monotonic() + PATIENCE
    while not (folder / "asleep").exists() and time.monotonic() < end:
        time.sleep(0.1)
    time.sleep(0.6)  # a look of the ticker, in the middle of the check
    (os.killpg if all_of_it else os.kill)(run.pid, signal.SIGINT)
    text, _ = run.communicate(timeout=PATIENCE)
    return run.returncode, text


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize(
    ("workers", "all_of_it"),
    [((), False), (("-n", "2", "--dist", "loadfile"), False), (("-n", "1"), True)],
    ids=["alone", "controller", "terminal"],
)
def test_what_was_measured_is_kept(pytester, claims, evidence, workers, all_of_it):
    """A program signals the controller; a terminal signals the workers too."""
    claims("toy", more=SLOW)
    if workers:
        pytest.importorskip("xdist")
        claims("other")
    code, text = interrupted(pytester.path, *workers, all_of_it=all_of_it)
    assert code == pytest.ExitCode.INTERRUPTED
    assert "INTERNALERROR" not in text
    assert text.splitlines()[-1] == "report: reports/latest/index.html"
    found = evidence()
    assert found["run"]["interrupted"]
    assert found["run"]["finished"] is None
    told = {
        c["name"]: c for claim in found["claims"] for c in claim["checks"] if claim["name"] == "toy"
    }
    assert {name: check["verdict"] for name, check in told.items()} == {
        "holds": "SUPPORTED",
        "broken": "REFUTED",
        "slow": "INCONCLUSIVE",
        "never": "NOT RUN",
    }
    assert "stopped before its last problem" in told["slow"]["reason"]
    assert verdicts(found)["slow"] == "INCONCLUSIVE"
    printed = re.findall(r"toy::(\w+)", text)
    assert sorted(printed) == sorted(["holds", "broken", "slow"] * 2)
    assert len([row for row in found["rows"] if row["claim"] == "toy"]) == 6


def test_the_next_run_ends_what_was_begun(pytester, claims, evidence):
    path = claims("toy", more="\n\n@exact\ndef stops(problem):\n    raise KeyboardInterrupt\n")
    first = pytester.runpytest("properties", no_reraise_ctrlc=True)
    assert first.ret == pytest.ExitCode.INTERRUPTED
    assert evidence()["run"]["interrupted"]
    path.write_text(path.read_text().replace("raise KeyboardInterrupt", "return full(0)"))
    assert pytester.runpytest("properties").ret == pytest.ExitCode.OK
    assert not evidence()["run"]["interrupted"]
