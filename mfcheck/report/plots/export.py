"""The figures of the rows as files for a paper: SVG and PDF, from the evidence alone.

The same evidence gives the same bytes: no dates, and names in the SVG that do not change.
"""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from mfcheck.evidence import FigureRecord, Row, SeriesRecord
from mfcheck.files import RunFolder, file_name
from mfcheck.files.layout import FIGURES, FORMS
from mfcheck.report.plots.curves import Ink, in_front, inks

UNDATED = {"svg": {"Date": None}, "pdf": {"CreationDate": None, "ModDate": None}}
SETTINGS: Any = {"svg.hashsalt": "mfcheck", "svg.fonttype": "path", "pdf.fonttype": 42}


def figure_name(row: Row) -> str:
    """Where the figure of a row is saved in the run's folder, without its suffix."""
    return f"{FIGURES}/{file_name(row.claim)}-{file_name(row.check)}"


def export_figures(rows: Sequence[Row], folder: RunFolder) -> list[str]:
    """Save the figure of every row that carries one, and remove those of earlier runs.

    A figure that cannot be saved leaves a text file of its name that says why.
    """
    drawn = {name: content for row in rows for name, content in _files(row)}
    for name, content in drawn.items():
        folder.write(name, content)
    folder.prune(FIGURES, drawn)
    return list(drawn)


def names(row: Row) -> list[str]:
    """Every name under which the figure of a row may be saved."""
    return [f"{figure_name(row)}.{form}" for form in FORMS]


def _files(row: Row) -> list[tuple[str, bytes]]:
    """The figure of a row as files, by name; of a row without one nothing."""
    if row.figure is None:
        return []
    try:
        return [(f"{figure_name(row)}.{form}", text) for form, text in _plot(row.figure).items()]
    except Exception as error:
        why = f"This figure was not saved: {type(error).__name__}: {error}\n"
        return [(f"{figure_name(row)}.txt", why.encode())]


def _plot(figure: FigureRecord) -> dict[str, bytes]:
    """The figure through matplotlib, drawn as on the page: greys, and heavy limits."""
    from matplotlib import rc_context, style  # half a second that other pages need not pay
    from matplotlib.figure import Figure

    with style.context("default"), rc_context(SETTINGS):
        sheet = Figure(figsize=(6.4, 3.9), layout="constrained")
        axes = sheet.add_subplot(xlabel=figure.x, ylabel=figure.y)
        drawn = inks(figure.series)
        for series in in_front(figure.series):
            _series(axes, series, drawn[series.label])
        axes.margins(x=0)
        axes.spines[["top", "right"]].set_visible(False)
        handles, labels = axes.get_legend_handles_labels()
        once = dict(zip(labels, handles, strict=True))
        order = [name for name in drawn if name in once]
        axes.legend([once[name] for name in order], order, frameon=False)
        made = {form: BytesIO() for form in UNDATED}
        for form, file in made.items():
            sheet.savefig(file, format=form, metadata=UNDATED[form])
    return {form: file.getvalue() for form, file in made.items()}


def _series(axes: Any, series: SeriesRecord, ink: Ink) -> None:
    x, y, low, high = map(_numbers, (series.x, series.y, series.low, series.high))
    band = series.role == "band"
    if low:
        name = series.label if band else None
        axes.fill_between(x, low, high, color="black", alpha=0.12, linewidth=0, label=name)
    if not band:
        heavy = series.role == "limit"
        look = {"linewidth": 2.2 if heavy else 0.9, "linestyle": "--" if ink.other else "-"}
        axes.plot(x, y, color="black", alpha=ink.opacity, label=series.label, **look)


def _numbers(values: Sequence[float | None] | None) -> list[float]:
    """None lifts the pen."""
    return [float("nan") if v is None else v for v in values or []]
