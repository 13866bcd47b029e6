"""Figures put numbers where they belong, and survive what cannot be drawn."""

import re
from dataclasses import replace
from math import log10

import pytest

from mfcheck.report.outline import outline
from mfcheck.report.plots.figures import figures
from mfcheck.report.plots.panels import common_decades, panel
from mfcheck.report.plots.scales import Scale, around
from mfcheck.report.plots.strips import slope_strip
from mfcheck.report.plots.svg import marker, path, tag
from tests.records import as_evidence, changed


@pytest.fixture
def entries(evidence):
    """The entries of each check, by claim and check."""
    claims = [claim for section in outline(as_evidence(evidence)) for claim in section.claims]
    return {
        (claim.declared.name, check.declared.name): check.everything
        for claim in claims
        for check in claim.checks
    }


def other(entry, **fields):
    """The entry with other fields in its row."""
    return replace(entry, row=changed(entry.row, **fields))


def segments(svg, css):
    """The end points of the paths of one class."""
    found = re.findall(rf'<path d="M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)" class="{css}"/>', svg)
    return [tuple(map(float, numbers)) for numbers in found]


def test_scales_are_monotone_and_clamp():
    x = Scale(1.0, 100.0, 0, 200, log=True)
    assert (x(1), x(10), x(100)) == (0, 100, 200)
    assert (x(0.1), x(1e9), x(0.0)) == (0, 200, 0)
    y = Scale(0.0, 1.0, 100, 0)
    assert (y(0), y(0.25), y(2)) == (100, 75, 0)


@pytest.mark.parametrize(
    ("scale", "names"),
    [
        (Scale(-0.3, 0.7, 0, 1), ["−0.2", "0.0", "0.2", "0.4", "0.6"]),
        (Scale(0.08, 0.6, 0, 1, log=True), ["0.1", "0.2", "0.5"]),
        (Scale(1e-16, 1.0, 0, 1, log=True), ["10⁻¹⁶", "10⁻¹³", "10⁻¹⁰", "10⁻⁷", "10⁻⁴", "0.1"]),
        (Scale(0.21, 0.28, 0, 1, log=True), ["0.21", "0.28"]),
    ],
)
def test_ticks_are_round(scale, names):
    assert [name for _, name in scale.ticks()] == names


def test_a_range_is_never_empty():
    low, high = around([])
    assert low < high
    low, high = around([3.0, None, 3.0, float("nan")])
    assert low < 3.0 < high


def test_equal_slopes_look_equal(entries):
    """In every panel of a figure a decade has the same height, and guides have their slope."""
    found = entries["coupling", "leg_in_width"]
    span = common_decades([entry.row for entry in found])
    for entry in found:
        svg = panel(entry, span)
        ((x0, y0, x1, y1),) = segments(svg, "guide")
        assert y0 == pytest.approx(y1) and x0 < x1
        ((_, a, _, b),) = segments(svg, "guide margin")
        assert (a - b) / 116 * span == pytest.approx(0.15 * log10(8), abs=0.01)


def test_two_sided_guides(entries):
    svg = panel(entries["coupling_sharp", "rms_slope"][0], 2.0)
    assert len(segments(svg, "guide")) == 1 and len(segments(svg, "guide margin")) == 2


def test_a_guide_is_cut_at_the_frame(entries):
    entry = other(entries["coupling", "leg_in_width"][0], allowed_high=40.0)
    ((_, _, x1, y1),) = segments(panel(entry, 1.0), "guide")
    assert y1 == 8 and x1 < 100


def test_replicates_are_one_path_and_gaps_lift_the_pen(entries):
    entry = entries["coupling", "leg_in_width"][0]
    curves = [[0.3, None, 0.0, 0.4], *entry.row.curves[1:]]
    assert panel(other(entry, curves=curves), 1.0).count('class="replicates"') == 1
    assert path([(0, 0), None, (1.0, 1.25), (2, 2)]) == "M0 0M1 1.2L2 2"


def test_the_bold_curve_is_the_median(entries):
    """A flat one lies level, whatever the first replicate does."""
    entry = entries["coupling", "leg_in_width"][0]
    entry = other(entry, median_curve=[0.3] * 4, curves=[[0.1, 0.2, 0.4, 0.8]] * 3)
    (drawn,) = re.findall(r'<path d="([^"]+)" class="median', panel(entry, 1.0))
    assert len(set(re.findall(r"[ML][\d.]+ ([\d.]+)", drawn))) == 1


@pytest.mark.parametrize("curve", [[None] * 4, [1e300, 1e-300, 1.0, 1.0], [0.0] * 4, []])
def test_any_curve_can_be_drawn(entries, curve):
    entry = entries["coupling", "leg_in_width"][0]
    entry = other(entry, median_curve=curve, curves=[curve, curve])
    svg = panel(entry, common_decades([entry.row]))
    assert "nan" not in svg and "inf" not in svg


def test_one_point_and_many_points(entries):
    entry = entries["coupling", "leg_in_width"][0]
    one = other(entry, points=[16], curves=[[0.3]], median_curve=[0.3])
    assert "<svg" in panel(one, 1.0)
    many = list(range(1, 14))
    entry = other(entry, points=many, curves=[many], median_curve=many)
    assert panel(entry, 1.0).count('y="138"') <= 7


def test_the_strip_draws_interval_and_bounds_to_scale(entries):
    found = entries["coupling", "leg_in_width"]
    svg = slope_strip(found, "leg_in_width")
    zeros, bounds = segments(svg, "guide"), segments(svg, "guide margin")
    assert len(zeros) == len(bounds) == len(found) == 5
    unit = (bounds[0][0] - zeros[0][0]) / 0.15
    for entry in found:
        ((x0, _, x1, _),) = segments(svg, f"interval v-{entry.badge.css}")[:1] or [(0, 0, 0, 0)]
        assert x0 < x1
    first = segments(svg, "interval v-supported")[0]
    assert (first[2] - first[0]) / unit == pytest.approx(
        found[0].row.high - found[0].row.low, abs=0.01
    )


def test_the_strip_marks_the_estimate_and_not_the_middle_of_the_interval(entries):
    entry = entries["coupling", "leg_in_width"][0]
    drawn = set()
    for estimate in (-0.05, 0.0, 0.05):
        one = other(entry, low=-0.1, high=0.1, estimate=estimate)
        drawn.add(re.sub(r"<desc.*?</desc>", "", slope_strip([one], "x")))
    assert len(drawn) == 3


def test_a_lower_bound_is_labelled(entries):
    entry = other(entries["coupling", "leg_in_width"][0], allowed_low=0.0, allowed_high=None)
    assert "θ₀ − m" in slope_strip([entry], "x")


def test_an_undefined_row_and_an_open_interval(entries):
    svg = slope_strip(entries["loss_curves_collapse", "sup_gap"], "sup_gap")
    assert "estimate undefined" in svg and "→" in svg


def test_nothing_but_undefined(entries):
    entry = other(entries["loss_curves_collapse", "sup_gap"][1], allowed_high=None)
    assert "estimate undefined" in slope_strip([entry], "x")


def test_residuals_stand_beside_the_tolerance(evidence):
    check = outline(as_evidence(evidence))[0].claims[0].checks[0]
    (figure,) = figures(check)
    assert figure.estimator == "identity" and figure.panels == ()
    assert "tolerance" in figure.strip and "largest residual" in figure.strip
    lost = replace(check, entries=(other(check.entries[0], estimate=None), *check.entries[1:]))
    assert "residual undefined" in figures(lost)[0].strip
    zero = {"estimate": 0.0, "curves": [[0.0]], "margin": 0.0}
    exact = replace(check, entries=tuple(other(entry, **zero) for entry in check.everything))
    assert "<svg" in figures(replace(exact, controls=()))[0].strip


def test_each_verdict_has_its_own_shape():
    kinds = (
        "supported",
        "refuted",
        "inconclusive",
        "reported",
        "blind",
        "not-run",
        "expected",
        "aside",
    )
    shapes = {str(marker(css, 10.0, 10.0)) for css in kinds}
    assert len(shapes) == len(kinds)


def test_svg_text_is_escaped(hostile):
    assert "<script" not in tag("text", hostile, css=hostile)
