"""The figures of a check: a strip of all its problems, and a panel for each growth curve."""

from dataclasses import dataclass

from markupsafe import Markup

from mfcheck.report.outline import CheckEntry, Entry
from mfcheck.report.plots.panels import common_decades, panel
from mfcheck.report.plots.strips import residuals, slope_strip


@dataclass(frozen=True)
class CheckFigure:
    """What one estimator measured on one check: a strip, and panels if there are curves."""

    estimator: str
    strip: Markup
    panels: tuple[tuple[Entry, Markup], ...]


def figures(check: CheckEntry) -> list[CheckFigure]:
    """At most one figure per estimator; controls stand beside the problems of their check.

    Rows that do not apply are in none.
    """
    shown = [e for e in check.everything if e.row.applies]
    grown = [e for e in shown if e.row.estimator != "identity"]
    exact = [e for e in shown if e.row.estimator == "identity"]
    drawn = []
    if grown:
        span = common_decades([entry.row for entry in grown])
        panels = tuple((e, panel(e, span)) for e in grown if e.row.points)
        drawn.append(CheckFigure("growth", slope_strip(grown, check.declared.name), panels))
    if exact:
        drawn.append(CheckFigure("identity", residuals(exact, check.declared.name), ()))
    return drawn
