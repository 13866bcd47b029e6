"""The page: the same each time, small, and saying what the evidence says."""

import re
from html import escape, unescape

import pytest

from mfcheck.files import MANIFEST
from mfcheck.report import render, write_report
from tests.records import as_evidence


def words(html):
    """The visible text, spaces squeezed."""
    return re.sub(
        r"\s+", " ", unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", html, flags=re.S))
    )


def test_the_same_evidence_gives_the_same_bytes(evidence, html):
    assert render(as_evidence(evidence)) == html


def test_rendering_changes_no_evidence(evidence):
    found = as_evidence(evidence)
    before = repr(found)
    render(found)
    assert repr(found) == before


def test_120_rows_stay_small(evidence, more_rows):
    for row in (more := more_rows(120 - len(evidence["rows"]))):
        row["problem"]["json"] = row["problem"]["code"] = "x" * 900
    evidence["rows"] += more
    assert len(render(as_evidence(evidence)).encode()) < 1_500_000


def test_the_header_counts(html):
    text = words(html)
    assert "7 claims on generated networks and data: 18 rows of evidence" in text
    assert "5 controls (3 refuted, as controls must be)" in text
    counts = re.findall(r"</span>([\w ]+)</dt><dd>(\d+)</dd>", html)
    assert counts == [
        ("supported", "3"),
        ("refuted", "1"),
        ("inconclusive", "1"),
        ("reported", "1"),
        ("not run", "1"),
    ]


def test_every_row_can_be_replayed(evidence, html):
    shown = [unescape(x) for x in re.findall(r"replay\"><code>(.*?)</code>", html, flags=re.S)]
    assert sorted(shown) == sorted(row["replay"] for row in evidence["rows"])
    for row in evidence["rows"]:
        assert (
            escape(row["problem"]["code"]).replace("&quot;", "&#34;").replace("&#x27;", "&#39;")
            in html
        )


def test_troubles_stand_at_the_head(html):
    head = words(html.split("<main>")[0])
    assert "The run was interrupted" in head and "1 claim had not begun" in head
    assert "1 control not refuted: there the instrument was blind" in head
    assert "3 replicates in 1 row diverged; each counts as +∞" in head
    assert "properties/broken.py SyntaxError: invalid syntax" in head


def test_a_clean_run_has_no_notices(evidence):
    evidence["notes"] = []
    evidence["run"] |= {"interrupted": False, "finished": "2026-11-22T02:34:00+00:00"}
    evidence["claims"] = [c for c in evidence["claims"] if c["name"] == "coupling"]
    evidence["rows"] = [r for r in evidence["rows"] if r["claim"] == "coupling"]
    html = render(as_evidence(evidence))
    assert '<aside class="notices"' not in html and 'id="notes"' not in html


def test_controls_are_read_the_other_way_round(html):
    text = words(html)
    assert "refuted, as it must be" in text
    assert "control not refuted: the instrument was blind" in text
    assert "control not run" in text


def test_what_was_not_measured_is_not_run(evidence):
    evidence["rows"] = [r for r in evidence["rows"] if r["claim"] != "coupling"]
    coupling = render(as_evidence(evidence)).split('id="coupling"')[1].split("</article>")[0]
    assert "v-not-run" in coupling and "v-supported" not in coupling


def test_a_row_without_a_home_is_named(evidence):
    evidence["rows"][0]["check"] = "gone"
    assert "1 row of checks that no claim lists: one_formula.gone" in words(
        render(as_evidence(evidence))
    )


def test_undefined_and_diverged_rows_say_so(html):
    text = words(html)
    assert "estimate undefined" in text and "no slope: every ratio was 0/0" in text
    assert "3 of 64 diverged" in text and "not finite]" in text


def test_each_verdict_has_word_and_shape(html):
    for css in ("supported", "refuted", "inconclusive", "reported", "not-run", "expected", "blind"):
        badges = re.findall(rf'<span class="badge v-{css}">(.*?)</span>([^<]+)</span>', html)
        assert badges and all("mark" in shape and word for shape, word in badges)


def test_methods_state_the_procedure(html):
    text = words(html)
    assert "probability at most 2 × 10⁻⁶; the run has 500 slots" in text
    assert "controls take none) and used 17" in text
    assert "in a whole run has probability at most 0.001" in text
    assert "rounds of 32, 64, 128, 256, 512, 1024" in text
    assert "pytest properties -n 2" in text


def test_uses_are_linked_where_the_claim_exists(html):
    assert '<a href="#one_formula">one_formula</a>, unlisted_claim' in html


def claim_on(html, name):
    """The part of the page about one claim."""
    return html.split(f'id="{name}"')[1].split("</article>")[0]


def test_a_theorem_is_told_apart_from_what_is_measured(html):
    for name, whose in (
        ("coupling", "The theorem, after Pham & Nguyen, ICLR 2021, Theorem 3"),
        ("one_formula", "Statement (ours)"),
    ):
        stated, measured = claim_on(html, name).split('<section class="prose measured">')
        assert f"{whose} Let" in words(stated) and "Draw" in words(stated)
        assert words(measured).startswith(" Measured here The gap")


def test_evidence_that_does_not_tell_them_apart_shows_its_statement(html):
    shown = claim_on(html, "fluctuations")
    assert "Let" in words(shown)
    assert "Measured here" not in shown and "The theorem, after" not in shown


def test_write_leaves_one_whole_file(evidence, html, tmp_path):
    folder = tmp_path / "reports" / "latest"
    target = write_report(as_evidence(evidence), folder)
    assert target == folder / "index.html"
    assert target.read_text(encoding="utf-8") == html
    write_report(as_evidence(evidence), folder)
    assert sorted(path.name for path in folder.iterdir()) == ["index.html", MANIFEST]


def test_a_failed_write_keeps_the_old_page(evidence, tmp_path, monkeypatch):
    target = write_report(as_evidence(evidence), tmp_path)
    before = target.read_bytes()

    def fail(found):
        raise RuntimeError("no page")

    monkeypatch.setattr("mfcheck.report.page.render", fail)
    with pytest.raises(RuntimeError, match="no page"):
        write_report(as_evidence(evidence), tmp_path)
    assert target.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["index.html", MANIFEST]


def test_a_run_that_measured_nothing_is_still_a_page(evidence):
    evidence["rows"], evidence["notes"] = [], [{"where": "x", "text": ""}]
    assert "0 rows of evidence" in words(render(as_evidence(evidence)))
    evidence["claims"] = []
    assert "0 claims" in words(render(as_evidence(evidence)))
