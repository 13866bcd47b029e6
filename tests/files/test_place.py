"""Bytes into a file in one step: whole or not at all, and never over a file that came first."""

import os

import pytest

from mfcheck.errors import NotOwned, Unavailable
from mfcheck.files import create_file, exchange, place
from mfcheck.files.manifest import hashed
from mfcheck.files.place import draft, settle

NEW = b"the new bytes, all of them"


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("kind", ["file", "folder", "link", "dangling"])
def test_nothing_that_stands_there_is_written_over(tmp_path, kind):
    path, other = tmp_path / "a.py", tmp_path / "other"
    other.write_bytes(b"precious")
    if kind == "file":
        path.write_bytes(b"precious")
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to(other if kind == "link" else tmp_path / "nowhere")
    before = names(tmp_path)
    with pytest.raises(NotOwned, match="left as it is"):
        create_file(path, NEW)
    assert names(tmp_path) == before and other.read_bytes() == b"precious"


def test_one_who_comes_first_keeps_the_name(tmp_path, monkeypatch):
    """Between the look and the link another program makes the file."""
    link = os.link

    def late(source, target):
        (tmp_path / "a").write_bytes(b"precious")
        link(source, target)

    monkeypatch.setattr(place.os, "link", late)
    with pytest.raises(NotOwned, match="a moment ago"):
        create_file(tmp_path / "a", NEW)
    assert (tmp_path / "a").read_bytes() == b"precious" and names(tmp_path) == ["a"]


@pytest.mark.parametrize("first", [False, True])
def test_without_links_it_is_the_same(tmp_path, monkeypatch, first):
    def none(source, target):
        if first:
            (tmp_path / "a").write_bytes(b"precious")
        raise PermissionError("no links here")

    monkeypatch.setattr(place.os, "link", none)
    if first:
        with pytest.raises(NotOwned):
            create_file(tmp_path / "a", NEW)
    else:
        create_file(tmp_path / "a", NEW)
    assert (tmp_path / "a").read_bytes() == (b"precious" if first else NEW)
    assert names(tmp_path) == ["a"]


@pytest.mark.parametrize("put", [create_file, exchange])
@pytest.mark.parametrize("left", [b"", NEW[:7], NEW])
def test_a_draft_that_a_kill_left_is_taken_up(tmp_path, put, left):
    path = tmp_path / "a"
    draft(path, hashed(NEW)).write_bytes(left)
    put(path, NEW)
    assert path.read_bytes() == NEW and names(tmp_path) == ["a"]


@pytest.mark.parametrize("put", [create_file, exchange])
def test_what_only_looks_like_a_draft_is_left(tmp_path, put):
    other = draft(tmp_path / "a", hashed(NEW))
    other.write_bytes(b"precious")
    with pytest.raises(NotOwned, match="no draft"):
        put(tmp_path / "a", NEW)
    assert names(tmp_path) == [other.name] and other.read_bytes() == b"precious"


def test_a_second_name_of_the_file_goes_when_a_kill_left_it(tmp_path):
    """Killed between the link and the end of the draft: both are one file, which may have grown."""
    path = create_file(tmp_path / "a", NEW)
    os.link(path, draft(path, hashed(NEW)))
    path.open("ab").write(b" and more")
    settle(path, NEW)
    assert names(tmp_path) == ["a"]


def test_a_place_that_cannot_be_written_is_one_line(tmp_path):
    with pytest.raises(Unavailable, match="cannot be written"):
        exchange(tmp_path / "none" / "a", NEW)
