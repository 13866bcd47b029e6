"""The record of mutants, and how much of it still stands."""

from json import dumps

import pytest

from tools.mutation import table as mutants


def mutant(area, name, **more):
    known = {"file": "a.py", "wrong": f"{name} is wrong.", "by": ["tests/x/test_a.py::test_it"]}
    told = {"as": ["AssertionError"], "seconds": 0.5, "verdict": "killed", "proof": ""}
    return {"area": area, "name": name} | known | told | more


MUTANTS = [
    mutant("Store", "one"),
    mutant("Store", "two", by=["properties/coupling.py::leg", "tests/test_b.py::test_b"]),
    mutant("Report", "<three>", verdict="equivalent", proof="1/2 + 1/2 = 1", by=[]),
]


@pytest.fixture
def record(tmp_path):
    """A record of three mutants in two files, as they stand in a folder of sources."""
    (tmp_path / "a.py").write_text("a")
    (tmp_path / "b.py").write_text("b")
    about = {"version": "mfcheck 1, commit abc", "date": "2026-01-02", "seconds": 90}
    files = mutants.digests(["a.py", "b.py"], tmp_path)
    kept = tmp_path / "planted.json"
    kept.write_text(dumps({"about": about, "files": files, "mutants": MUTANTS}))
    return kept


def test_bugs_are_counted_by_area_and_verdict(record):
    kept = mutants.planted(record, record.parent)
    assert {area: len(mutants) for area, mutants in kept.areas.items()} == {"Store": 2, "Report": 1}
    assert (kept.count("killed"), kept.count("equivalent"), kept.seconds) == (2, 1, 1.5)
    assert kept.standing.startswith("Measured on mfcheck 1, commit abc; none of the 2 files")


def test_a_file_that_has_changed_or_gone_since_is_said(record):
    (record.parent / "b.py").write_text("B")
    kept = mutants.planted(record, record.parent)
    assert kept.changed == ("b.py",)
    assert "1 of the 2 files that held a mutant has changed since" in kept.standing
    (record.parent / "a.py").unlink()
    assert "2 of the 2 files" in mutants.planted(record, record.parent).standing


def test_a_catcher_is_named_without_its_folder():
    assert mutants.catcher("tests/stats/test_rule.py::test_a[1]") == "stats/test_rule::test_a[1]"
    assert mutants.catcher("properties/coupling.py::leg") == "coupling::leg"
    assert mutants.catcher("tests/report") == "report"
