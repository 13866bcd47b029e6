"""Two versions of the simulator: folders with a checkout, or commits unpacked into one.

Each runs the problems of *this* guard in a process of its own, so that versions from before the
guard, or with other problems, can be compared too.
"""

import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import mfcheck
from mfcheck.errors import Unavailable, invalid
from mfcheck.regression import golden
from mfcheck.regression.measure import Found

HERE = Path(mfcheck.__file__).resolve().parents[1]
"""The checkout that this guard belongs to."""

GUARD = Path(__file__).resolve().parent

SECONDS = 600
"""After this long a run is given up."""


@dataclass(frozen=True)
class Version:
    """A folder that holds mfcheck/, and what to call it."""

    folder: Path
    words: str


@contextmanager
def version(name: str | None) -> Iterator[Version]:
    """The checkout in a folder, or a commit of this repository; this checkout for None.

    Raises InvalidArgument for a name that is neither, Unavailable without git.
    """
    if name is None:
        yield Version(HERE, "this checkout as it stands")
    elif Path(name).exists():
        yield Version(_checkout(Path(name)), f"the checkout {name}")
    else:
        with TemporaryDirectory(prefix="mfcheck-guard-") as scratch:
            words = _unpack(name, Path(scratch))
            yield Version(Path(scratch), words)


def _checkout(folder: Path) -> Path:
    if not (folder / "mfcheck" / "__init__.py").is_file():
        rule = "holds no package mfcheck"
        raise invalid("checkout", str(folder), rule, "name the folder above mfcheck/")
    return folder.resolve()


def _unpack(name: str, folder: Path) -> str:
    """mfcheck/ as it stands in a commit, put into `folder`; the commit in words."""
    found = _git("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
    if found.returncode:
        rule = f"is neither a folder nor a commit of {HERE}"
        raise invalid("version", name, rule, "name a checkout's folder, or e.g. HEAD~1")
    commit = found.stdout.decode().strip()
    archive = _git("archive", "--format=tar", commit, "mfcheck")
    if archive.returncode:
        rule = f"the commit holds no mfcheck/ ({archive.stderr.decode().strip()})"
        raise invalid("version", name, rule, "name a later commit")
    with tarfile.open(fileobj=BytesIO(archive.stdout)) as tar:
        tar.extractall(folder, filter="data")
    return f"commit {_git('log', '-1', '--format=%h (%s)', commit).stdout.decode().strip()}"


def _git(*words: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(["git", "-C", str(HERE), *words], capture_output=True, check=False)
    except OSError as error:
        raise Unavailable(f"git cannot be run ({error}); name the folders of checkouts.") from error


def run_both(old: Version, new: Version, names: Sequence[str]) -> tuple[Found, Found]:
    """Both versions at once, each in a process and on a thread of its own."""
    with TemporaryDirectory(prefix="mfcheck-guard-") as scratch:
        files = [Path(scratch) / "old.json", Path(scratch) / "new.json"]
        runs = [_start(v, f, names) for v, f in zip((old, new), files, strict=True)]
        try:
            found = [_finish(*run) for run in zip(runs, (old, new), files, strict=True)]
        finally:
            for run in runs:
                run.kill()
                run.communicate()
        return found[0], found[1]


def _start(version: Version, file: Path, names: Sequence[str]) -> subprocess.Popen[str]:
    script = GUARD / "worker.py"
    own = {
        "PYTHONPATH": str(version.folder),
        "OMP_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    return subprocess.Popen(
        [sys.executable, "-P", str(script), str(version.folder), str(file), *names],
        env={**os.environ, **own},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _finish(run: subprocess.Popen[str], version: Version, file: Path) -> Found:
    try:
        _, said = run.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired as error:
        raise Unavailable(f"{version.words} was not done after {SECONDS} s.") from error
    if run.returncode:
        last = said.strip().splitlines()[-1:] or [f"exit code {run.returncode}"]
        raise Unavailable(f"{version.words} cannot run the problems: {last[0]}")
    return golden.read_golden(file)
