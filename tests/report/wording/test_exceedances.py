"""What the page says of an event that was counted."""

import re
from html import unescape

import pytest
from msgspec import structs

from mfcheck.report import render
from mfcheck.report.markdown import markdown_table
from mfcheck.report.wording import exceedances, row_text
from tests.records import as_evidence, changed


@pytest.fixture
def row(evidence):
    """A growth row turned into the count of 2 of 64."""
    row = next(r for r in as_evidence(evidence).rows if r.id == "coupling.leg_in_width.0")
    count = {
        "estimator": "exceedance",
        "axis": None,
        "points": [],
        "median_curve": [],
        "curvature": None,
        "above": 1.5,
        "n": 64,
        "estimate": 2 / 64,
        "low": 1e-5,
        "high": 0.0901,
        "allowed_low": None,
        "allowed_high": 0.1,
        "margin": 0.015,
        "excluded": -0.0099,
    }
    return changed(row, **count)


@pytest.mark.parametrize(
    ("share", "printed"),
    [
        (0.0, "0 %"),
        (1.0, "100 %"),
        (0.5, "50 %"),
        (2 / 64, "3.1 %"),
        (1 / 256, "0.39 %"),
        (1e-6, "0 %"),
        (0.05, "5 %"),
        (None, "undefined"),
    ],
)
def test_percent(share, printed):
    assert exceedances.percent(share) == printed


def test_a_row_in_words(row):
    assert row_text.measured(row) == "in 2 of 64 replicates (3.1 %, at most 9.1 %)"
    assert row_text.estimate(row) == "2 of 64"
    assert row_text.span(row) == "0 % to 9.1 %"
    assert row_text.allowance(row) == "≤ 10 % + 1.5 %"
    assert row_text.excluded(row) == "more than 9.1 %"
    assert row_text.heading(row) == "Beyond 1.5"
    assert row_text.statistic(row) == "share of replicates beyond 1.5"


def test_a_refuted_row_says_at_least(row):
    row = changed(row, verdict="REFUTED", estimate=60 / 64, low=0.679, high=0.99)
    assert row_text.measured(row) == "in 60 of 64 replicates (94 %, at least 67 %)"


def test_a_row_that_failed_says_so(row):
    row = changed(row, **dict.fromkeys(("estimate", "low", "high", "excluded")))
    assert row_text.measured(row) == row_text.estimate(row) == row_text.span(row) == "undefined"
    assert row_text.excluded(row) == "—"


def test_the_page_and_the_table(evidence, row):
    found = as_evidence(evidence)
    others = (r for r in found.rows if r.claim != row.claim)
    counted = structs.replace(found, rows=(row, *others))
    page = render(counted)
    text = " ".join(unescape(re.sub("<[^>]+>", " ", page)).split())
    assert "64 2 of 64 0 % to 9.1 % more than 9.1 %" in text
    assert "The share of replicates beyond 1.5 of every problem with its interval" in text
    assert "Share of replicates per problem" in text and "δ + m" in text
    assert "at or below the bound" in text
    assert "| in 2 of 64 replicates (3.1 %, at most 9.1 %) | ≤ 10 % + 1.5 % |" in markdown_table(
        counted
    )
