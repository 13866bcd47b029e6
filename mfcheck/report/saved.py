"""The figures of the rows as files for a paper: SVG and PDF, from the evidence alone.

The same evidence gives the same bytes: no dates, and names in the SVG that do not change.
"""

from pathlib import Path
from typing import Any

from mfcheck.report.curves import in_front, inks
from mfcheck.report.outline import slug

Record = dict[str, Any]
FOLDER = "figures"
UNDATED = {"svg": {"Date": None}, "pdf": {"CreationDate": None, "ModDate": None}}
SETTINGS: Any = {"svg.hashsalt": "mfcheck", "svg.fonttype": "path", "pdf.fonttype": 42}


def figure_name(row: Record) -> str:
    """Where the figure of a row is saved in the run's folder, without its suffix."""
    return f"{FOLDER}/{slug(row['claim'])}-{slug(row['check'])}"


def save(rows: list[Record], folder: Path) -> list[Path]:
    """Save the figure of every row that carries one, and remove those of earlier runs.

    A figure that cannot be saved leaves a text file of its name that says why.
    """
    made = [path for row in rows if row.get("figure") for path in _saved(row, folder)]
    for old in (folder / FOLDER).glob("*"):
        if old not in made and old.suffix in (".svg", ".pdf", ".txt"):
            old.unlink()
    return made


def _saved(row: Record, folder: Path) -> list[Path]:
    stem = folder / figure_name(row)
    stem.parent.mkdir(parents=True, exist_ok=True)
    made = [stem.parent / f"{stem.name}.{form}" for form in UNDATED]
    try:
        _plot(row["figure"], made)
    except Exception as error:
        why = stem.parent / f"{stem.name}.txt"
        why.write_text(f"This figure was not saved: {type(error).__name__}: {error}\n", "utf-8")
        return [why]
    return made


def _plot(figure: Record, targets: list[Path]) -> None:
    """The figure through matplotlib, drawn as on the page: greys, and heavy limits."""
    from matplotlib import rc_context, style  # half a second that other pages need not pay
    from matplotlib.figure import Figure

    with style.context("default"), rc_context(SETTINGS):
        sheet = Figure(figsize=(6.4, 3.9), layout="constrained")
        axes = sheet.add_subplot(xlabel=figure["x"], ylabel=figure["y"])
        drawn = inks(figure["series"])
        for series in in_front(figure["series"]):
            _series(axes, series, drawn[series["label"]])
        axes.margins(x=0)
        axes.spines[["top", "right"]].set_visible(False)
        handles, labels = axes.get_legend_handles_labels()
        once = dict(zip(labels, handles, strict=True))
        order = [name for name in drawn if name in once]
        axes.legend([once[name] for name in order], order, frameon=False)
        for target in targets:
            form = target.suffix[1:]
            sheet.savefig(target, format=form, metadata=UNDATED[form])


def _series(axes: Any, series: Record, ink: Record) -> None:
    x, y, low, high = (_numbers(series[name]) for name in ("x", "y", "low", "high"))
    band = series["role"] == "band"
    if low:
        name = series["label"] if band else None
        axes.fill_between(x, low, high, color="black", alpha=0.12, linewidth=0, label=name)
    if not band:
        heavy = series["role"] == "limit"
        look = {"linewidth": 2.2 if heavy else 0.9, "linestyle": "--" if ink["other"] else "-"}
        axes.plot(x, y, color="black", alpha=ink["opacity"], label=series["label"], **look)


def _numbers(values: list[float | None] | None) -> list[float]:
    """None lifts the pen."""
    return [float("nan") if v is None else v for v in values or []]
