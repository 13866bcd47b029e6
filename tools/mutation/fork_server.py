"""A process that has imported the libraries and nothing of mfcheck, and forks one for each attempt.

    python -m tools.mutation.fork_server

reads a job a line from its input, as JSON, and answers a line each. Importing torch, scipy and
sympy takes seconds; importing mfcheck afresh in a fork takes a tenth of one.
"""

import json
import os
import select
import signal
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from traceback import format_exc
from typing import Self

from tools.mutation.attempt import Words, attempt

LIMIT = 240.0
"""Seconds after which an attempt is given up."""

LIBRARIES = (
    *("torch", "torch.func", "numpy", "scipy.stats", "scipy.integrate", "scipy.special"),
    *("sympy", "jinja2", "latex2mathml.converter", "rich", "tomllib", "execnet", "sqlite3"),
    *("hypothesis.stateful", "hypothesis.strategies", "hypothesis.extra.numpy", "jsonschema"),
    *("pytest_timeout", "_hypothesis_pytestplugin", "xdist", "xdist.looponfail"),
)


class ForkServer:
    """The process, as the one that asks sees it; a context, at whose end the process ends."""

    def __init__(self, home: Path) -> None:
        own = {name: v for name, v in os.environ.items() if not name.startswith("PYTEST")}
        self.home = home
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tools.mutation.fork_server"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=home,
            env={**own, "PYTHONPATH": str(home), "OMP_NUM_THREADS": "1"},
            text=True,
        )

    def ask(self, job: Words) -> Words:
        """The answer to one job. Raises RuntimeError if the process has ended."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps({"home": str(self.home), **job}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the fork_server has ended with code {self.process.wait()}")
        return json.loads(line)

    def close(self) -> None:
        """End the process."""
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def main() -> None:
    """Answer until the input ends."""
    for name in LIBRARIES:
        import_module(name)
    for name in import_module("_pytest.config").default_plugins:
        import_module(f"_pytest.{name}")
    _prepare()
    for line in sys.stdin:
        print(json.dumps(spawned(json.loads(line))), flush=True)


def _prepare() -> None:
    """One thread; and Hypothesis looks for a failure, keeps none and shrinks none."""
    import gc

    import torch
    from hypothesis import Phase, settings

    torch.set_num_threads(1)
    settings.register_profile(
        "mutants", phases=(Phase.explicit, Phase.generate), database=None, print_blob=False
    )
    gc.collect()
    gc.freeze()  # a fork copies no page for the collector's sake


def spawned(job: Words, limit: float = LIMIT) -> Words:
    """Attempt the job in a fork; its answer, with the core-seconds that it took.

    What the fork prints is only shown where it says nothing else.
    """
    limit, spent = job.get("limit", limit), 0.0
    with TemporaryDirectory() as name:
        scratch = Path(name)
        out, into = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(out)
            _live(job, scratch, into)
        os.close(into)
        try:
            text = _heard(out, limit)
        finally:
            spent = _end(child)
        found = json.loads(text) if text else _silent(scratch, limit)
        return {**found, "seconds": spent}


def _silent(scratch: Path, limit: float) -> Words:
    return {"items": {}, "code": -1, "broken": f"no answer in {limit:g} s: {_tail(scratch)}"}


def _live(job: Words, scratch: Path, into: int) -> None:
    """The forked process: never returns."""
    os.setpgid(0, 0)
    said = os.open(scratch / "said", os.O_WRONLY | os.O_CREAT)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for old, new in ((nothing, 0), (said, 1), (said, 2)):
        os.dup2(old, new)
    try:
        found = attempt(job, scratch)
        if found["code"] not in (0, 1) and not found["broken"]:
            found["broken"] = f"pytest ended with {found['code']}: {_tail(scratch)}"
    except BaseException:
        found = {"items": {}, "code": -1, "broken": format_exc()[-2000:]}
    with os.fdopen(into, "w") as pipe:
        pipe.write(json.dumps(found))
    os._exit(0)


def _tail(scratch: Path) -> str:
    """The last words of the forked process."""
    sys.stdout.flush()
    sys.stderr.flush()
    return (scratch / "said").read_text("utf-8", "replace")[-2000:]


def _heard(out: int, limit: float) -> str:
    """All that comes out of the pipe before the limit, or nothing."""
    with os.fdopen(out, "rb") as pipe:
        return pipe.read().decode() if select.select([pipe], [], [], limit)[0] else ""


def _end(child: int) -> float:
    """End the forked process and what it started; the core-seconds that it took."""
    try:
        os.killpg(child, signal.SIGKILL)
    except ProcessLookupError:
        pass
    used = os.wait4(child, 0)[2]
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
