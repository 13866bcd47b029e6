"""What the page says of a curve that bends, and that it judges nothing by it."""

from math import log

import pytest
from msgspec import structs

from mfcheck.report import render
from mfcheck.report.outline import outline
from mfcheck.report.sections.summary import claims_of
from mfcheck.report.wording import curvature
from tests.records import as_evidence, changed


def curved(row, c, last, **more):
    """The row with this curvature and this slope at its last point, each with a narrow interval."""
    around = [{"estimate": v, "low": v - 1 / 64, "high": v + 1 / 64} for v in (c, last)]
    return changed(row, curvature=around[0] | {"level": 0.999, "end": around[1]}, **more)


@pytest.fixture
def row(evidence):
    return next(r for r in as_evidence(evidence).rows if r.id == "coupling.leg_in_width.0")


def test_a_bend_is_the_change_of_the_slope_over_a_doubling(row):
    assert curvature.bend(curved(row, 0.1 / (2 * log(2)), 0.0)).startswith("0.100 [0.07")
    assert curvature.bend(changed(row, curvature=None)) == "—"
    fine = {"estimate": 0.0072345, "low": 0.0072, "high": 0.0073}
    assert curvature.bend(changed(row, curvature=fine)) == "0.010 [0.009, 0.011]"
    lost = dict.fromkeys(("estimate", "low", "high"))
    assert curvature.bend(changed(row, curvature=lost)) == "undefined"


def test_the_slope_at_the_last_point(row):
    assert curvature.end(curved(row, 0.1, 0.25)) == "0.250 [0.234, 0.266] at N = 128"
    assert curvature.end(row) == curvature.end(changed(row, curvature=None)) == ""


@pytest.mark.parametrize(
    ("verdict", "control", "c", "last", "flagged"),
    [
        ("SUPPORTED", None, 0.1, 0.2, "beyond"),
        ("SUPPORTED", None, 0.1, 0.14, ""),
        ("SUPPORTED", None, 0.005, 0.2, ""),
        ("SUPPORTED", None, -0.1, -0.2, ""),
        ("REFUTED", None, -0.1, 0.1, "within"),
        ("REFUTED", None, 0.1, 0.2, ""),
        ("REFUTED", "leg_in_width", -0.1, 0.1, ""),
        ("INCONCLUSIVE", None, 0.1, 0.2, ""),
    ],
)
def test_a_row_is_flagged_where_its_end_says_otherwise(row, verdict, control, c, last, flagged):
    found = curvature.flag(curved(row, c, last, verdict=verdict, control_of=control))
    assert bool(found) == bool(flagged) and flagged in found
    assert ("shown, and not judged" in found) == bool(flagged)


@pytest.mark.parametrize(("low", "high"), [(0.0, None), (0.0, 0.0)])
def test_a_lower_border_has_a_beyond_too(row, low, high):
    more = {"verdict": "SUPPORTED", "allowed_low": low, "allowed_high": high}
    assert "beyond" in curvature.flag(curved(row, -0.1, -0.2, **more))


def test_the_page_counts_the_bends_and_links_the_flagged_row(evidence, row):
    found = as_evidence(evidence)
    bent = curved(row, 0.1, 0.25, verdict="SUPPORTED")
    rows = tuple(bent if each == row else each for each in found.rows)
    bending = structs.replace(found, rows=rows)
    claims = claims_of(outline(bending))
    page = render(bending)
    assert curvature.bending(claims)[0] == 1 and len(curvature.bent(claims)) == 1
    assert page.count("0.250 [0.234, 0.266] at N = 128") == 3  # row, its details, the list
    assert "In no decided row does the slope" in render(found)
    assert "In no decided row does the slope" not in page
