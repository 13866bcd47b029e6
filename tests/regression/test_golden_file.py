"""`mfcheck guard save FILE` writes over its own file only, and looks before it measures."""

import pytest

from mfcheck.cli import main
from mfcheck.errors import NotOwned
from mfcheck.regression import command, golden, golden_file
from mfcheck.regression.measure import Found


@pytest.fixture
def found(monkeypatch):
    """What a save measures: the numbers of the golden file, at no cost."""
    before = golden.read_golden(golden.GOLDEN)
    few = Found({name: before.problems[name] for name in list(before.problems)[:2]})
    monkeypatch.setattr(command, "measure_all", lambda cases: few)
    return few


@pytest.fixture
def unmeasured(monkeypatch):
    """A save that measures fails the test."""

    def fail(cases):
        raise AssertionError("measured before the file was looked at")

    monkeypatch.setattr(command, "measure_all", fail)


@pytest.mark.parametrize("text", ["precious", "{}", "", "\x00"])
def test_a_file_of_somebody_elses_is_left(tmp_path, unmeasured, text, capsys):
    file = tmp_path / "results.json"
    file.write_text(text)
    assert main(["guard", "save", str(file)]) == 2
    assert f"{file} is not as `mfcheck guard save` leaves it" in capsys.readouterr().err
    assert file.read_text() == text and list(tmp_path.iterdir()) == [file]


def test_bytes_that_are_no_text_are_left(tmp_path, unmeasured):
    file = tmp_path / "results.json"
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(NotOwned, match="no golden file"):
        command.save_golden(file)
    assert file.read_bytes() == b"\xff\xfe"


def test_its_own_file_is_replaced_and_one_with_a_remark_is_not(tmp_path, found):
    file = tmp_path / "golden.json"
    command.save_golden(file)
    assert "Against the file it replaces: 0 changed" in command.save_golden(file)
    remark = file.read_text().replace('"format": 1', '"mine": "a remark",\n"format": 1')
    file.write_text(remark)
    with pytest.raises(NotOwned):
        command.save_golden(file)
    assert file.read_text() == remark


@pytest.mark.parametrize("dangling", [False, True])
def test_a_link_is_left(tmp_path, unmeasured, dangling):
    file, other = tmp_path / "golden.json", tmp_path / "other.json"
    if not dangling:
        other.write_text(golden.GOLDEN.read_text("utf-8"))
    file.symlink_to(other)
    with pytest.raises(NotOwned, match="is a link"):
        command.save_golden(file)
    assert file.is_symlink() and other.exists() == (not dangling)


def test_the_golden_file_of_this_version_may_be_saved_again():
    golden_file.verify_golden(golden.GOLDEN)
