"""What a row says in one line, on the terminal as on the page."""

import pytest

from mfcheck.report.wording.row_text import aside, in_one_line
from tests.records import row_record


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({}, "slope −0.50 [−0.62, −0.38], allowed ≤ 0 + 0.15"),
        ({"low": None}, "slope −0.50 [not finite, −0.38], allowed ≤ 0 + 0.15"),
        ({"allowed_low": 0.5, "allowed_high": None}, "allowed ≥ 0.5 − 0.15"),
        ({"allowed_low": 0.4, "allowed_high": 0.6}, "allowed in [0.4, 0.6] ± 0.15"),
        ({"allowed_low": 1, "allowed_high": 1}, "allowed = 1 ± 0.15"),
        ({"estimator": "value"}, "value −0.50"),
        ({"allowed_high": None}, "slope −0.50 [−0.62, −0.38]"),
        ({"estimate": None}, "slope undefined"),
        (
            {"estimator": "identity", "estimate": 1e-13, "margin": 1e-10},
            "residual 10⁻¹³, allowed = 0 ± 10⁻¹⁰",
        ),
        ({"estimator": "identity", "estimate": None}, "residual undefined"),
        (
            {"estimator": "exceedance", "above": 1.0, "estimate": 0.03125, "low": 0.0, "high": 0.1},
            "P(value > 1) in 1 of 32 replicates (3.1 %, at most 10 %), allowed ≤ 0 % + 15 %",
        ),
    ],
)
def test_a_row_in_one_line(changes, text):
    usual = {
        "allowed_high": 0.0,
        "margin": 0.15,
        "estimate": -0.5,
        "low": -0.62,
        "high": -0.38,
        "n": 32,
    }
    found = row_record(**usual | changes)
    assert text in in_one_line(found)
    assert ("allowed" in in_one_line(found)) is (found.allowed_low is not found.allowed_high)


@pytest.mark.parametrize(("low", "told"), [(0.05, True), (-0.05, False)])
def test_a_row_that_the_margin_alone_saves_says_so(low, told):
    ends = {"low": low, "high": 0.12, "allowed_low": None, "allowed_high": 0.0}
    row = row_record(verdict="SUPPORTED", estimator="growth", margin=0.15, **ends)
    assert ("within the margin alone" in aside(row)) == told
