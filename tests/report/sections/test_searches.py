"""What a search found, on the page: scores in order, the worst, and what became of it."""

import jsonschema
import pytest
from msgspec import convert

from mfcheck.evidence import Row, SearchRecord
from mfcheck.report import render, schema
from mfcheck.report.sections.searches import searched, strip
from tests.records import as_evidence


def find(number, score):
    """A problem that was found."""
    return {
        "label": f"L=3, problem {number} <b>",
        "code": f"mf.FiniteSpec(seed={number}).problem()",
        "json": f'{{"depth": 3, "atoms": 12, "seed": {number}, "claim": "coupling"}}',
        "score": score,
    }


def search(check="leg_in_width", worst=None, simplest=None, **more):
    """The record of a search over six problems, one of which had no score."""
    leads = [[1, -0.5], [4, 0.7]]
    return {
        "claim": "coupling",
        "check": check,
        "estimator": "growth",
        "tried": 6,
        "without": 1,
        "trouble": "PREMISE NOT MET: n < 5",
        "seconds": 12.3,
        "share": 12.0,
        "scores": [*leads[:1], [2, -1.0], [3, -99.0], *leads[1:], [6, 0.1]],
        "leads": leads,
        "worst": worst or find(1, 0.7),
        "simplest": simplest or find(2, 0.5),
        "rows": [],
        "replay": f"pytest properties/coupling.py::{check} --mf-search 1",
    } | more


@pytest.fixture
def page(evidence):
    """The page of the sample after searches like these."""

    def of(*searches):
        evidence["searches"] = list(searches)
        jsonschema.validate(evidence, schema())
        return render(as_evidence(evidence))

    return of


def test_without_a_search_there_is_no_section(html):
    assert 'id="searched"' not in html


def test_the_section_tells_scores_problems_and_commands(page):
    text = page(search())
    assert 'id="searched"' in text and "This run searched for the worst problem" in text
    assert "6 problems in 12 s; stopped before the ruling." in text
    assert "1 problem without a number: PREMISE NOT MET: n &lt; 5" in text
    for words in ("<b>0.70</b> L=3, problem 1 &lt;b&gt;", "<b>0.50</b> L=3, problem 2 &lt;b&gt;"):
        assert words in text
    assert text.count("not ruled on") == 2
    assert "pytest properties/coupling.py::leg_in_width --mf-search 1" in text
    assert "mfcheck search keep coupling::leg_in_width" in text


def test_a_find_stands_beside_its_row(page, evidence):
    row = next(r for r in evidence["rows"] if r["check"] == "leg_in_width" and not r["control_of"])
    row |= {"origin": "searched", "verdict": "REFUTED", "reason": "beyond the border"}
    worst = find(1, 0.7) | {"json": row["problem"]["json"]}
    text = page(search(worst=worst, simplest=worst, rows=[row["id"]]))
    (one,) = searched(as_evidence(evidence))
    (only,) = one.finds
    assert (only.name, only.row, only.badge.word) == (
        "worst, and none simpler near it",
        convert(row, Row),
        "refuted",
    )
    assert "fresh replicates: beyond the border" in text
    assert "not ruled on" not in text


def test_the_nearest_to_its_border_comes_first(evidence):
    nothing = search("c", worst=None) | {"worst": None, "simplest": None, "scores": [], "leads": []}
    low, high = find(1, -2.0), find(1, 1.2)
    shrunk = search("d", worst=low, simplest=find(2, 1.3))
    evidence["searches"] = [nothing, search("a", low, low), search("b", high), shrunk]
    assert [one.told.check for one in searched(as_evidence(evidence))] == ["d", "b", "a", "c"]
    assert "No problem had a score." in render(as_evidence(evidence))


def test_the_strip_shows_every_score_once_and_the_worst_as_steps():
    picture = strip(convert(search(), SearchRecord))
    assert picture.count("<circle") == 5
    steps = picture.split('class="lead"')[0].rsplit('d="', 1)[1]
    assert steps.count("L") == 3
    assert "0.70 at problem 4" in picture


@pytest.mark.parametrize("scores", [[], [[1, -99.0]], [[1, 99.0]], [[1, 0.0]] * 3, [[1, 1e-12]]])
def test_odd_scores_are_drawn_too(scores):
    leads = scores[:1]
    assert "<svg" in strip(convert(search(scores=scores, leads=leads), SearchRecord))
