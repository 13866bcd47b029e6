"""Names of files: never a path, never hidden, and two names never meet in one file."""

from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mfcheck.files import file_name

HOSTILE = (
    "../../escaped/owned",
    "/etc/passwd",
    "..",
    ".",
    "",
    ".hidden",
    "a/b",
    "a\\b",
    "C:\\x",
    "CON",
    "nul.json",
    "ends.",
    "a\x00b",
    "\ud800",
    "x" * 300,
    "Ω",
)


def inside(name):
    """Whether a name is one plain part of a path here and on Windows, and short enough."""
    for kind in (PurePosixPath, PureWindowsPath):
        path = kind("run/corpus") / f"{name}.json"
        assert path.parent == kind("run/corpus") and path.name == f"{name}.json"
    return name.isascii() and not name.startswith(".") and 0 < len(name) <= 93


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_name_is_a_file_in_its_folder(text):
    assert inside(file_name(text)) and file_name(text) != text


@given(st.text(st.characters(codec=None), max_size=120))
def test_any_text_is_a_file_in_its_folder(text):
    assert inside(file_name(text))


@pytest.mark.parametrize("text", ["coupling", "leg_in_width", "a-b.c", "_x", "A" * 80])
def test_a_plain_name_stays(text):
    assert file_name(text) == text


@given(st.lists(st.text("a/ -.A", max_size=4), unique=True, max_size=20))
def test_two_names_never_meet(texts):
    assert len({file_name(text) for text in texts}) == len(texts)
