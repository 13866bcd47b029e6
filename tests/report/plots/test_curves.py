"""The figure of a row: drawn on the page and into files, the same each time, or not at all."""

from xml.etree import ElementTree

import jsonschema
import pytest

from mfcheck.files import MANIFEST, RunFolder
from mfcheck.report import render, schema, write_report
from mfcheck.report.plots.curves import axes, curves, inks
from mfcheck.report.plots.export import export_figures, figure_name
from tests.records import as_evidence, row_record

TIMES = [0.0, 1.0, 2.0]


def series(label, y, role="network", low=None, high=None):
    """One curve over three times."""
    return {"label": label, "x": TIMES, "y": y, "role": role, "low": low, "high": high}


@pytest.fixture
def figure():
    """Two widths, one of them twice, two limits, a range, and a network that was lost."""
    return {
        "title": "Loss & width",
        "x": "t",
        "y": "loss",
        "series": [
            series("N = 25", [0.5, 0.4, 0.3]),
            series("N = 25", [0.5, 0.3, 0.2]),
            series("N = 50", [0.5, None, 0.25]),
            series("limit", [0.5, 0.35, 0.24], "limit"),
            series("other limit", [0.6, 0.35, 0.2], "limit", [0.5, 0.3, 0.1], [0.7, 0.4, 0.3]),
            series("range", [0.5] * 3, "band", [0.4] * 3, [0.6] * 3),
        ],
    }


@pytest.fixture
def carried(evidence, figure):
    """The sample, with the figure on its first coupling row."""
    row = next(row for row in evidence["rows"] if row["claim"] == "coupling")
    row["figure"] = figure
    return evidence


def row_with(figure):
    """A row that carries a figure, made of builtins."""
    return row_record(claim="coupling", check="leg_in_width", figure=figure)


def drawn(figure):
    """The picture of a figure, made of builtins."""
    return curves(row_with(figure).figure)


def test_the_schema_knows_figures(carried, figure):
    validator = jsonschema.Draft202012Validator(schema())
    validator.validate(carried)
    figure["series"][0]["role"] = "ornament"
    assert not validator.is_valid(carried)


def test_it_is_well_formed_and_says_what_it_shows(figure):
    svg = ElementTree.fromstring(drawn(figure))
    assert svg.find("title").text == "Loss & width"
    assert "N = 25, N = 50, limit, other limit, range. limit ends at 0.24" in svg.find("desc").text
    names = [text.text for text in svg.findall("text")]
    assert [names.count(s) for s in ("N = 25", "N = 50", "limit", "range", "t")] == [1] * 5
    kinds = [path.get("class") for path in svg.findall("path")]
    assert kinds.count("network") == 3 and kinds.count("other limit") == kinds.count("limit") == 1
    assert kinds.count("band") == 2
    assert kinds.index("band") < kinds.index("network") < kinds.index("limit")


def test_wide_networks_are_darker_and_the_second_limit_is_dashed(figure):
    styles = inks(row_with(figure).figure.series)
    assert list(styles) == ["N = 25", "N = 50", "limit", "other limit", "range"]
    assert styles["N = 25"].opacity < styles["N = 50"].opacity < styles["limit"].opacity
    assert [ink.other for ink in styles.values()] == [False, False, False, True, False]


def test_the_axes_hold_every_number(figure):
    x, y = axes(row_with(figure).figure, (0, 1), (0, 1))
    assert (x.low, x.high) == (0.0, 2.0) and y.low < 0.1 and y.high > 0.7


@pytest.mark.parametrize("y", [[None] * 3, [0.5] * 3, [1e300, 0.0, -1e300]])
def test_any_curve_can_be_drawn(figure, tmp_path, y):
    figure["series"] = [series("N", y), series("limit", y, "limit")]
    text = drawn(figure)
    ElementTree.fromstring(text)
    assert "nan" not in text and "inf" not in text
    assert len(export_figures([row_with(figure)], RunFolder(tmp_path))) == 2


@pytest.mark.parametrize("kept", [[], [{"x": [], "y": []}]])
def test_an_empty_figure_is_no_failure(figure, kept):
    figure["series"] = [series("N", []) | part for part in kept]
    ElementTree.fromstring(drawn(figure))


def test_hostile_names_stay_text(figure, hostile):
    figure.update(title=hostile, x=hostile, y=hostile)
    figure["series"][0]["label"] = hostile
    assert "<script" not in drawn(figure)


def test_the_page_shows_it_once_and_names_its_files(carried):
    html = render(as_evidence(carried))
    assert html.count('<figure class="curves">') == 1
    assert "figures/coupling-leg_in_width.svg" in html


def test_no_figure_no_change(evidence, html, tmp_path):
    for row in evidence["rows"]:
        row["figure"] = None
    assert render(as_evidence(evidence)) == html
    assert '<figure class="curves">' not in html
    write_report(as_evidence(evidence), tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["index.html", MANIFEST]


def test_files_are_saved_and_the_same_each_time(carried, tmp_path):
    write_report(as_evidence(carried), tmp_path)
    files = sorted((tmp_path / "figures").iterdir())
    assert [file.name for file in files] == [
        "coupling-leg_in_width.pdf",
        "coupling-leg_in_width.svg",
    ]
    before = [file.read_bytes() for file in files]
    assert before[0].startswith(b"%PDF") and b"CreationDate" not in before[0]
    ElementTree.fromstring(before[1])
    write_report(as_evidence(carried), tmp_path)
    assert [file.read_bytes() for file in files] == before


def test_files_of_an_earlier_run_go(carried, evidence, tmp_path):
    write_report(as_evidence(carried), tmp_path)
    (tmp_path / "figures" / "mine.txt.bak").write_text("not ours")
    for row in evidence["rows"]:
        row["figure"] = None
    write_report(as_evidence(carried), tmp_path)
    assert [file.name for file in (tmp_path / "figures").iterdir()] == ["mine.txt.bak"]


def test_a_figure_that_cannot_be_saved_says_why_and_costs_no_page(
    carried, figure, tmp_path, monkeypatch
):
    def fail(*_):
        raise OSError("no room")

    monkeypatch.setattr("mfcheck.report.plots.export._plot", fail)
    assert write_report(as_evidence(carried), tmp_path).exists()
    (why,) = (tmp_path / "figures").iterdir()
    assert why.name == "coupling-leg_in_width.txt" and "OSError: no room" in why.read_text()
    assert figure_name(row_with(figure)) == "figures/coupling-leg_in_width"
