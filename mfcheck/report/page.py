"""The report: one evidence record in, one self-contained page out.

The page needs no script, no network and no second file: what lies in figures/ are copies. It shows
what the evidence says and derives only counts: nothing is simulated or judged again.
"""

from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from mfcheck.evidence import Evidence
from mfcheck.files import RunFolder
from mfcheck.files.layout import PAGE, of_a_report
from mfcheck.report.math import formulas
from mfcheck.report.outline import outline, slug
from mfcheck.report.plots import export
from mfcheck.report.plots.curves import curves
from mfcheck.report.plots.figures import figures
from mfcheck.report.plots.graph import graph
from mfcheck.report.sections import spending, summary
from mfcheck.report.sections.assumptions import ledger
from mfcheck.report.sections.effects import effects
from mfcheck.report.sections.nearest import nearest, powers
from mfcheck.report.sections.searches import searched
from mfcheck.report.wording import curvature, exceedances, numbers, row_text

TEXT_FILTERS = (formulas.inline, formulas.prose, slug)
NUMBER_FILTERS = (numbers.plain, numbers.scientific, numbers.interval, numbers.seconds)
ROW_FILTERS = (
    row_text.aside,
    row_text.estimate,
    row_text.measured,
    row_text.span,
    row_text.allowance,
    row_text.excluded,
    row_text.troubles,
    row_text.statistic,
    row_text.heading,
    curvature.bend,
    curvature.end,
    curvature.flag,
    export.figure_name,
    exceedances.part,
)


def render(evidence: Evidence) -> str:
    """The whole report as HTML; the same evidence gives the same bytes."""
    sections = outline(evidence)
    claims = summary.claims_of(sections)
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            evidence=evidence,
            run=evidence.run,
            procedure=evidence.procedure,
            sections=sections,
            claims=claims,
            anchors={claim.declared.name: claim.anchor for claim in claims},
            counts=summary.verdict_counts(sections, evidence),
            given=summary.given_problem_label(evidence),
            notices=summary.notices(sections, evidence),
            style=_style(),
        )
    )


def write_report(evidence: Evidence, folder: Path) -> Path:
    """Write `folder`/index.html; a reader never meets a half-written page.

    Beside it, in `folder`/figures, the figures that rows carry, as SVG and PDF. Raises NotOwned,
    before anything is written, if something else has these names.
    """
    own = RunFolder(folder)
    own.verify(of_a_report())
    page = own.write(PAGE, render(evidence).encode())
    export.export_figures(evidence.rows, own)
    return page


def _environment() -> Environment:
    pages = Environment(
        loader=PackageLoader("mfcheck.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for function in (*TEXT_FILTERS, *NUMBER_FILTERS, *ROW_FILTERS, numbers.count):
        pages.filters["count" if function is numbers.count else function.__name__] = function
    pages.filters["powers"] = powers
    pages.globals.update(figures=figures, curves=curves, ledger=ledger, effects=effects)
    pages.globals.update(tightest=summary.tightest, cost=summary.cost, graph=graph)
    pages.globals.update(by_paper=summary.by_paper, bent=curvature.bent, bending=curvature.bending)
    pages.globals.update(searched=searched, nearest=nearest)
    pages.globals.update(spending=spending.spending, totals=spending.totals)
    return pages


def _style() -> Markup:
    path = files("mfcheck.report").joinpath("templates/style.css")
    return Markup(path.read_text(encoding="utf-8"))
