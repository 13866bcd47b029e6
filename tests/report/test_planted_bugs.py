"""What the page says of the bugs that were planted: the record, and how much of it still stands."""

from html import unescape
from json import dumps

import pytest

from mfcheck.report import page, planted, render


def bug(area, name, **more):
    known = {"file": "a.py", "wrong": f"{name} is wrong.", "by": ["tests/x/test_a.py::test_it"]}
    told = {"as": ["AssertionError"], "seconds": 0.5, "verdict": "caught", "proof": ""}
    return {"area": area, "name": name} | known | told | more


BUGS = [
    bug("Store", "one"),
    bug("Store", "two", by=["properties/coupling.py::leg", "tests/test_b.py::test_b"]),
    bug("Report", "<three>", verdict="equivalent", proof="1/2 + 1/2 = 1", by=[]),
]


@pytest.fixture
def record(tmp_path):
    """A record of three bugs in two files, as they stand in a folder of sources."""
    (tmp_path / "a.py").write_text("a")
    (tmp_path / "b.py").write_text("b")
    about = {"version": "mfcheck 1, commit abc", "date": "2026-01-02", "seconds": 90}
    files = planted.digests(["a.py", "b.py"], tmp_path)
    kept = tmp_path / "planted.json"
    kept.write_text(dumps({"about": about, "files": files, "bugs": BUGS}))
    return kept


def test_bugs_are_counted_by_area_and_verdict(record):
    kept = planted.planted(record, record.parent)
    assert {area: len(bugs) for area, bugs in kept.areas.items()} == {"Store": 2, "Report": 1}
    assert (kept.count("caught"), kept.count("equivalent"), kept.seconds) == (2, 1, 1.5)
    assert kept.standing.startswith("Measured on mfcheck 1, commit abc; none of the 2 files")


def test_a_file_that_has_changed_or_gone_since_is_said(record):
    (record.parent / "b.py").write_text("B")
    kept = planted.planted(record, record.parent)
    assert kept.changed == ("b.py",)
    assert "1 of the 2 files that held a bug has changed since" in kept.standing
    (record.parent / "a.py").unlink()
    assert "2 of the 2 files" in planted.planted(record, record.parent).standing


def test_a_catcher_is_named_without_its_folder():
    assert planted.catcher("tests/stats/test_rule.py::test_a[1]") == "stats/test_rule::test_a[1]"
    assert planted.catcher("properties/coupling.py::leg") == "coupling::leg"
    assert planted.catcher("tests/report") == "report"


def test_the_page_shows_every_bug_with_its_catchers(record, evidence, monkeypatch):
    monkeypatch.setattr(page, "planted", lambda: planted.planted(record, record.parent))
    html = render(evidence)
    part = html.split('id="planted"')[1].split("<h3")[0]
    assert part.count("<details") == 2 and "<script" not in part
    assert "3 bugs were planted" in part and "2 were caught" in part
    assert "1 is proved to change nothing" in part
    assert "none of the 2 files" in part
    part = part.replace("<wbr>", "")
    for one in BUGS:
        assert one["wrong"] in unescape(part)
    assert "coupling::leg" in part and "test_b::test_b" in part
    assert "equivalent: 1/2 + 1/2 = 1" in part


def test_indices_and_powers_are_set_as_such_and_nothing_else_is():
    assert planted.indexed("H_1 = φ_{i-1}'") == "H<sub>1</sub> = φ<sub>i−1</sub>&#39;"
    assert planted.indexed("X_(k+1) at M^{−β}") == "X<sub>(k+1)</sub> at M<sup>−β</sup>"
    assert planted.indexed("λ_min(K) < 1 − 2") == "λ<sub>min</sub>(K) &lt; 1 − 2"
    assert planted.breakable("a/b_c::d<") == "a/<wbr>b_<wbr>c::<wbr>d&lt;"


def test_without_a_record_the_page_says_nothing(evidence, monkeypatch, tmp_path):
    monkeypatch.setattr(page, "planted", lambda: planted.planted(tmp_path / "none.json"))
    assert "Planted bugs" not in render(evidence)
