"""What a row says, and which row speaks for a claim."""

import pytest

from mfcheck.report import render
from mfcheck.report.markdown import markdown_table
from mfcheck.report.outline import outline, slug
from mfcheck.report.plots.figures import figures
from mfcheck.report.sections.summary import (
    claims_of,
    notices,
    row_reach,
    tightest,
    verdict_counts,
)
from mfcheck.report.wording import row_text
from tests.records import as_evidence, changed


@pytest.fixture
def row(evidence):
    return next(r for r in as_evidence(evidence).rows if r.id == "coupling.leg_in_width.0")


@pytest.mark.parametrize(
    ("low", "high", "printed"),
    [
        (None, 0.0, "≤ 0 + 0.15"),
        (-0.5, None, "≥ −0.5 − 0.15"),
        (-0.5, -0.5, "= −0.5 ± 0.15"),
        (-0.6, -0.4, "in [−0.6, −0.4] ± 0.15"),
        (None, None, "—"),
    ],
)
def test_allowance(row, low, high, printed):
    assert row_text.allowance(changed(row, allowed_low=low, allowed_high=high)) == printed


@pytest.mark.parametrize(
    ("low", "high", "size", "printed"),
    [
        (None, 0.0, 0.068, "above θ₀ + 0.07"),
        (None, 0.0, -0.031, "above θ₀ − 0.03"),
        (0.0, None, 0.068, "below θ₀ − 0.07"),
        (0.0, None, -0.031, "below θ₀ + 0.03"),
        (-0.5, -0.5, 0.111, "beyond θ₀ ± 0.12"),
        (None, 0.0, None, "—"),
    ],
)
def test_excluded(row, low, high, size, printed):
    changes = {"allowed_low": low, "allowed_high": high, "excluded": size, "low": 0.0, "high": 0.2}
    assert row_text.excluded(changed(row, **changes)) == printed


def test_measured(row):
    row = changed(row, estimate=-0.034, low=-0.121, high=0.069)
    assert row_text.measured(row) == "−0.03 [−0.13, 0.07]"
    undefined = changed(row, **dict.fromkeys(("estimate", "low", "high")))
    assert row_text.measured(undefined) == "undefined"
    assert row_text.measured(changed(row, estimator="identity", estimate=3e-14)) == "3 × 10⁻¹⁴"


def test_an_estimate_of_another_quantile_is_called_so(row):
    assert row_text.statistic(row) == "median" == row_text.statistic(changed(row, quantile=0.5))
    assert row_text.statistic(changed(row, quantile=0.9)) == "0.9-quantile"
    assert row_text.heading(changed(row, estimator="value", quantile=0.9)) == "0.9-quantile"
    assert row_text.heading(changed(row, estimator="value", quantile=0.5)) == "Value"


def test_troubles(row):
    assert row_text.troubles(row) == ""
    assert row_text.troubles(changed(row, diverged=2)) == "2 of 64 diverged"


def test_reach_is_one_on_the_border(row):
    assert row_reach(changed(row, high=0.15)) == pytest.approx(1.0)
    assert row_reach(changed(row, high=None)) == float("inf")
    two_sided = {"allowed_low": -0.5, "allowed_high": -0.5, "low": -0.8, "high": -0.5}
    assert row_reach(changed(row, **two_sided)) == pytest.approx(2.0)
    assert row_reach(changed(row, allowed_high=None)) == 0.0


def test_the_worst_row_speaks_for_a_claim_and_never_a_control(evidence):
    speakers = {c.declared.name: tightest(c) for c in claims_of(outline(as_evidence(evidence)))}
    assert speakers["coupling_sharp"].verdict == "REFUTED"
    assert speakers["coupling"].control_of is None
    assert speakers["loss_curves_collapse"].estimate is None
    assert speakers["fluctuations"] is None


def test_entries_count_on_through_the_controls(evidence):
    check = outline(as_evidence(evidence))[1].claims[0].checks[0]
    assert [e.number for e in check.everything] == [1, 2, 3, 4, 5]
    assert [c.declared.name for c in check.controls] == ["strangers", "narrow"]


def test_a_control_of_nothing_stands_alone(evidence):
    evidence["claims"][1]["checks"][0]["name"] = "renamed"
    checks = outline(as_evidence(evidence))[1].claims[0].checks
    assert [c.declared.name for c in checks] == ["renamed", "strangers", "narrow", "leg_in_step"]
    assert checks[1].badge.word == "refuted, as it must be"


def test_slugs_are_safe():
    assert slug("a<b> c/d") == "a-b-c-d"
    assert slug("<>") == "-"


def test_rows_whose_solver_gave_up_are_counted_by_their_field(evidence):
    """Words in a reason count for nothing: a refined grid may have failed where the row did not."""
    for row in evidence["rows"][:2]:
        row["gave_up"] = True
    evidence["rows"][2]["reason"] += "; the grid could not be refined: NUMERICS GAVE UP"
    found = as_evidence(evidence)
    assert any(
        told.startswith("In 2 rows the numerics gave up") for told in notices(outline(found), found)
    )


def test_what_does_not_apply_is_counted_apart(evidence):
    def counts():
        found = as_evidence(evidence)
        return verdict_counts(outline(found), found)

    before = counts()
    assert "not applicable" not in {badge.word for badge, _ in before.claims}
    own = [row for row in evidence["rows"] if row["claim"] == "coupling_sharp"]
    for row in own:
        row |= {"verdict": "NOT APPLICABLE", "reason": "of another kind"}
    declared = next(c for c in evidence["claims"] if c["name"] == "coupling_sharp")
    declared["verdict"] = declared["checks"][0]["verdict"] = "NOT APPLICABLE"
    after, found = counts(), as_evidence(evidence)
    assert after.rows == before.rows - len(own)
    assert (after.claims[-1][0].word, after.claims[-1][1]) == ("not applicable", 1)
    told = f"In {len(own)} rows the check does not apply"
    assert any(line.startswith(told) for line in notices(outline(found), found))
    claim = next(c for c in claims_of(outline(found)) if c.declared.name == "coupling_sharp")
    assert figures(claim.checks[0]) == []
    page = render(found)
    assert page.count("of another kind") == len(own)
    assert f"{after.rows} rows" in markdown_table(found)


def test_the_page_names_the_problem_that_was_given(evidence):
    assert "given problem" not in render(as_evidence(evidence)).split("</header>")[0]
    evidence["rows"][0] |= {"origin": "given"}
    label = evidence["rows"][0]["problem"]["label"]
    page = render(as_evidence(evidence))
    assert f" on {label}, run " in page.split("<title>")[1].split("</title>")[0]
    assert f"<strong>{label}</strong>" in page.split("</header>")[0]
