"""A run's folder: only what its manifest lists is replaced or removed, whatever else is there."""

import multiprocessing
import os
import sys
from json import dumps, loads

import pytest

from mfcheck.errors import NotOwned, Unavailable
from mfcheck.files import MANIFEST, RunFolder, lock
from mfcheck.files.layout import of_a_run
from mfcheck.files.manifest import hashed
from mfcheck.files.place import draft

RUN = of_a_run(search=True)


@pytest.fixture
def run(tmp_path):
    return RunFolder(tmp_path / "run")


def names(folder):
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if not p.is_dir())


def test_a_file_of_its_own_is_replaced(run):
    for content in (b"one", b"two", b"two"):
        run.write("index.html", content)
        run.verify(RUN)
    assert (run.path / "index.html").read_bytes() == b"two"
    assert names(run.path) == ["index.html", MANIFEST]
    listed = loads((run.path / MANIFEST).read_text())["files"]
    assert listed == {"index.html": [hashed(b"two")]}


@pytest.mark.parametrize("name", ["index.html", "figures/plot.svg", "corpus/coupling.json"])
@pytest.mark.parametrize("kind", ["foreign", "changed", "link", "dangling", "folder"])
def test_a_file_of_somebody_elses_is_refused_and_left(run, tmp_path, name, kind):
    path, other = run.path / name, tmp_path / "other"
    other.write_bytes(b"precious")
    path.parent.mkdir(parents=True)
    if kind == "foreign":
        path.write_bytes(b"precious")
    elif kind == "changed":
        run.write(name, b"ours")
        path.write_bytes(b"precious")
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to(other if kind == "link" else tmp_path / "nowhere")
    before = names(tmp_path)
    for refused in (lambda: run.verify(RUN), lambda: run.write(name, b"new")):
        with pytest.raises(NotOwned, match="left as it is: move it away") as told:
            refused()
        assert str(path) in str(told.value) and "\n" not in str(told.value)
    assert names(tmp_path) == before
    assert other.read_bytes() == b"precious"
    if kind in ("foreign", "changed"):
        assert path.read_bytes() == b"precious"


@pytest.mark.parametrize("kind", ["link", "file"])
def test_a_subfolder_that_is_none_is_refused(run, tmp_path, kind):
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "plot.svg").write_bytes(b"precious")
    run.path.mkdir()
    if kind == "link":
        (run.path / "figures").symlink_to(tmp_path / "own")
    else:
        (run.path / "figures").write_bytes(b"precious")
    for refused in (lambda: run.verify(RUN), lambda: run.write("figures/plot.svg", b"new")):
        with pytest.raises(NotOwned, match="figures is"):
            refused()
    assert names(tmp_path / "own") == ["plot.svg"]


def test_removing_follows_no_link_and_takes_only_what_is_listed(run, tmp_path):
    """A subfolder turned into a link after the run: what lies behind it stays."""
    run.write("figures/a.svg", b"ours")
    run.write("figures/b.svg", b"ours too")
    (run.path / "figures" / "mine.svg").write_bytes(b"precious")
    (run.path / "figures" / "b.svg").write_bytes(b"changed")
    run.prune("figures", [])
    assert names(run.path) == ["figures/b.svg", "figures/mine.svg", MANIFEST]
    run.write("figures/c.svg", b"ours")
    (run.path / "figures").rename(tmp_path / "elsewhere")
    (run.path / "figures").symlink_to(tmp_path / "elsewhere")
    run.prune("figures", [])
    assert (tmp_path / "elsewhere" / "c.svg").read_bytes() == b"ours"


def test_a_link_to_a_copy_is_no_file_of_mfchecks(run, tmp_path):
    """The bytes are those that the manifest lists; the link is the user's all the same."""
    page = run.write("index.html", b"ours")
    page.rename(tmp_path / "copy.html")
    page.symlink_to(tmp_path / "copy.html")
    for refused in (lambda: run.verify(RUN), lambda: run.write("index.html", b"new")):
        with pytest.raises(NotOwned, match="is a link"):
            refused()
    assert page.is_symlink()


def test_what_is_no_name_of_a_run_is_nobodys_business(run):
    run.write("index.html", b"ours")
    for name in ("notes.txt", "figures/mine.txt.bak", "figures/.DS_Store"):
        (run.path / name).parent.mkdir(exist_ok=True)
        (run.path / name).write_bytes(b"precious")
    run.verify(RUN)
    run.write("figures/a.svg", b"ours")
    run.prune("figures", [])
    assert "figures/mine.txt.bak" in names(run.path)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b'{"files": {}}',
        b'{"format": 2, "files": {}}',
        b'{"format": 1, "files": []}',
        dumps({"format": 1, "files": {"../../.bashrc": ["0" * 64]}}).encode(),
        dumps({"format": 1, "files": {"/etc/passwd": ["0" * 64]}}).encode(),
        dumps({"format": 1, "files": {"a/b/c": ["0" * 64]}}).encode(),
        dumps({"format": 1, "files": {"a": "0" * 64}}).encode(),
        dumps({"format": 1, "files": {"a": ["none"]}}).encode(),
    ],
)
def test_a_manifest_that_is_none_is_refused_and_left(run, text):
    run.path.mkdir()
    (run.path / MANIFEST).write_bytes(text)
    for refused in (lambda: run.verify(RUN), lambda: run.write("index.html", b"new")):
        with pytest.raises(NotOwned, match="no manifest"):
            refused()
    assert names(run.path) == [MANIFEST] and (run.path / MANIFEST).read_bytes() == text


@pytest.mark.parametrize("at", range(1, 12))
@pytest.mark.parametrize("old", [False, True])
def test_a_kill_at_any_step_leaves_a_folder_that_the_next_run_knows(run, monkeypatch, at, old):
    """Every system call that changes the disk is a moment to die at."""
    if old:
        run.write("figures/a.svg", b"old")
    steps = []

    def counted(real):
        def call(*args, **more):
            steps.append(1)
            if len(steps) == at:
                raise KeyboardInterrupt
            return real(*args, **more)

        return call

    with monkeypatch.context() as patched:
        for name in ("replace", "fsync"):
            patched.setattr(os, name, counted(getattr(os, name)))
        try:
            run.write("figures/a.svg", b"new")
        except KeyboardInterrupt:
            pass
    before = (run.path / "figures" / "a.svg").read_bytes() if old else None
    assert before in (None, b"old", b"new")
    run.verify(RUN)
    run.write("figures/a.svg", b"third")
    assert names(run.path) == ["figures/a.svg", MANIFEST]
    run.verify(RUN)


def test_what_a_kill_left_of_drafts_goes_with_the_next_write(run):
    run.write("index.html", b"one")
    files = loads((run.path / MANIFEST).read_text())
    files["files"]["index.html"].append(hashed(b"two"))
    (run.path / MANIFEST).write_text(dumps(files))
    draft(run.path / "index.html", hashed(b"two")).write_bytes(b"t")
    (run.path / f".{MANIFEST}.0123456789abcdef.draft").write_bytes(b'{\n "what": "Fil')
    (run.path / f".{MANIFEST}.fedcba9876543210.draft").write_bytes(b"precious")
    run.write("index.html", b"three")
    left = [name for name in names(run.path) if "draft" in name]
    assert left == [f".{MANIFEST}.fedcba9876543210.draft"]


def test_an_earlier_version_is_named_where_its_evidence_lies(run):
    run.path.mkdir()
    for name in ("evidence.json", "index.html", "notes.html"):
        (run.path / name).write_bytes(b"of an earlier version")
    with pytest.raises(NotOwned, match=f"mfcheck adopt {run.path}"):
        run.verify(RUN)
    assert run.adopt(["index.html", "evidence.json", "history.jsonl"]) == [
        "index.html",
        "evidence.json",
    ]
    run.verify(RUN)
    run.write("index.html", b"new")
    assert (run.path / "notes.html").read_bytes() == b"of an earlier version"


def test_links_are_never_adopted(run, tmp_path):
    run.path.mkdir()
    (tmp_path / "mine.html").write_bytes(b"precious")
    (run.path / "index.html").symlink_to(tmp_path / "mine.html")
    assert run.adopt(["index.html"]) == []


def test_a_file_in_the_place_of_the_folder_is_one_line(run):
    run.path.write_bytes(b"precious")
    with pytest.raises(NotOwned, match="no folder"):
        run.verify(RUN)


def _writes(folder, name, together):
    together.wait()
    for k in range(20):
        RunFolder(folder).write(f"figures/{name}-{k}.svg", f"{name} {k}".encode())


@pytest.mark.skipif(sys.platform == "win32", reason="forks")
def test_two_runs_that_write_at_once_lose_no_entry(run):
    context = multiprocessing.get_context("fork")
    together = context.Barrier(2)
    workers = [context.Process(target=_writes, args=(run.path, n, together)) for n in "ab"]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0, 0]
    run.verify(RUN)
    assert len(names(run.path)) == 41


@pytest.mark.skipif(sys.platform == "win32", reason="locks")
def test_a_folder_that_is_held_for_ever_is_one_line(run, monkeypatch):
    run.write("index.html", b"one")
    monkeypatch.setattr(lock, "PATIENCE", 0.05)
    with lock.alone(run.path), pytest.raises(Unavailable, match="another process"):
        run.write("index.html", b"two")
