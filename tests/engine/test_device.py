"""Where a run computes: names of devices, and what the evidence says of the machine."""

import subprocess
import sys

import pytest
import torch

from mfcheck.engine import device as module
from mfcheck.engine.device import commit, device, machine
from mfcheck.errors import InvalidArgument, Unavailable
from mfcheck.report import schema


@pytest.fixture
def gpus(monkeypatch):
    """Make torch see so many GPUs."""

    def see(count):
        monkeypatch.setattr(torch.cuda, "is_available", lambda: count > 0)
        monkeypatch.setattr(torch.cuda, "device_count", lambda: count)

    return see


@pytest.mark.parametrize(
    ("name", "count", "wanted"),
    [
        ("auto", 0, "cpu"),
        ("auto", 2, "cuda:0"),
        ("cpu", 2, "cpu"),
        ("cuda", 2, "cuda:0"),
        ("cuda:1", 2, "cuda:1"),
    ],
)
def test_names_of_devices(gpus, name, count, wanted):
    gpus(count)
    assert device(name) == wanted


@pytest.mark.parametrize(
    "name", ["", "gpu", "cpu:0", "cuda:", "cuda:x", "cuda:-1", "cuda:1:2", "CPU"]
)
def test_what_is_no_device_is_refused(gpus, name):
    gpus(1)
    with pytest.raises(InvalidArgument, match="choose auto, cpu"):
        device(name)


@pytest.mark.parametrize(("name", "count"), [("cuda", 0), ("cuda:0", 0), ("cuda:2", 2)])
def test_a_gpu_that_is_not_there_is_refused_with_the_repair(gpus, name, count):
    gpus(count)
    with pytest.raises(Unavailable, match="use --mf-device cpu"):
        device(name)


def test_the_machine_is_what_the_evidence_asks_for():
    asked = schema()["$defs"]["MachineRecord"]["properties"]
    assert set(machine("cpu")) == set(asked)


def git(folder, *words):
    own = ["-c", "user.name=a", "-c", "user.email=a@b"]
    return subprocess.run(["git", "-C", str(folder), *own, *words], check=True, capture_output=True)


@pytest.mark.parametrize("tracked", [True, False])
def test_the_commit_is_that_of_mfcheck_and_not_of_a_folder_around_it(
    tmp_path, monkeypatch, tracked
):
    """Installed into an environment inside somebody's own repository, mfcheck has no commit."""
    package = tmp_path / "mfcheck"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (tmp_path / "other").write_text("")
    git(tmp_path, "init")
    git(tmp_path, "add", "other", *(["mfcheck"] if tracked else []))
    git(tmp_path, "commit", "-m", "all")
    monkeypatch.setattr(module.mfcheck, "__file__", str(package / "__init__.py"))
    head = git(tmp_path, "rev-parse", "HEAD").stdout.decode()
    found = commit()
    assert (found is not None and head.startswith(found)) if tracked else found is None


def test_no_checkout_and_no_git_are_no_commit(tmp_path, monkeypatch):
    monkeypatch.setattr(module.mfcheck, "__file__", str(tmp_path / "__init__.py"))
    assert commit() is None
    assert module._output(["no such program"]) is None
    assert module._output([sys.executable, "-c", "raise SystemExit(1)"]) is None


def test_git_that_hangs_is_no_commit(monkeypatch):
    monkeypatch.setattr(module, "SLOWEST", 0.2)
    assert module._output([sys.executable, "-c", "import time; time.sleep(5)"]) is None
