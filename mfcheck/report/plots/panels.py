"""One problem of a growth check: the measured quantity along the axis, in log-log.

Faint: at most 32 replicates. Bold: their median. Two guides leave the first point of the median
with the slope that the theorem allows (solid) and that slope plus the margin (dashed). All panels
of one figure span the same number of decades, so that equal slopes look equal.
"""

from collections.abc import Sequence
from math import log10

from markupsafe import Markup

from mfcheck.evidence import Row
from mfcheck.report.outline import Entry
from mfcheck.report.plots.plot_frame import PlotFrame
from mfcheck.report.plots.scales import Scale, positive_numbers
from mfcheck.report.plots.svg import Spot, label, path, picture, svg_line, tag
from mfcheck.report.wording.numbers import plain
from mfcheck.report.wording.row_text import measured, troubles

PANEL = PlotFrame(220, 160, left=38, right=212, top=8, bottom=124)
MOST_DECADES = 4.0


def common_decades(rows: Sequence[Row]) -> float:
    """How many decades each panel of a figure spans: enough for the tallest, within reason."""
    spans = [log10(max(seen) / min(seen)) for row in rows if (seen := _seen(row))]
    return min(max([0.6, *spans]) * 1.08, MOST_DECADES)


def panel(entry: Entry, span: float) -> Markup:
    """The picture of one row; `span` is the number of decades of its vertical axis."""
    row = entry.row
    x, y = _axes(row, span)
    body = [*_frame(row, x, y), *_guides(row, x, y)]
    curves = [_trace(row.points, curve, x, y) for curve in row.curves]
    body.append(tag("path", d="".join(path(curve) for curve in curves), css="replicates"))
    median = _trace(row.points, row.median_curve, x, y)
    body.append(tag("path", d=path(median), css=f"median v-{entry.badge.css}"))
    body += [_dot(point, entry.badge.css) for point in median if point]
    if note := troubles(row):
        body.append(label(PANEL.right - 2, PANEL.top + 9, note, "end note"))
    title = f"Problem {entry.number} of {row.check}: growth along {row.axis}"
    return picture(PANEL.size, title, _describe(entry), body)


def _seen(row: Row) -> list[float]:
    typical = positive_numbers(row.median_curve)
    every = positive_numbers(value for curve in row.curves for value in curve)
    if not typical:
        return every
    low, high = min(typical) / 10, max(typical) * 10
    return [value for value in every if low <= value <= high] + typical


def _axes(row: Row, span: float) -> tuple[Scale, Scale]:
    points = positive_numbers(row.points) or [1.0]
    low, high = min(points), max(points)
    low, high = (low, high) if low < high else (low / 2, high * 2)
    air = (high / low) ** 0.05
    seen = _seen(row) or [1.0]
    middle, half = (log10(min(seen)) + log10(max(seen))) / 2, span / 2
    x = Scale(low / air, high * air, PANEL.left, PANEL.right, log=True)
    ends = 10 ** (middle - half), 10 ** (middle + half)
    return x, Scale(*ends, PANEL.bottom, PANEL.top, log=True)


def _frame(row: Row, x: Scale, y: Scale) -> list[Markup]:
    body, bottom = [PANEL.ground()], PANEL.bottom
    for value, name in y.ticks(5):
        body += [PANEL.across(y(value), "grid"), PANEL.beside(y(value), name, 4)]
    every = (len(row.points) + 5) // 6 or 1
    for place, point in enumerate(row.points):
        body.append(svg_line((x(point), bottom), (x(point), bottom + 3), "axis"))
        if place % every == 0:
            body.append(label(x(point), bottom + 14, plain(point), "middle"))
    body.append(label(PANEL.middle[0], PANEL.height - 5, row.axis or "", "middle name"))
    return body


def _guides(row: Row, x: Scale, y: Scale) -> list[Markup]:
    first = positive_numbers(row.median_curve[:1])
    if not first:
        return []
    drawn, margin = [], row.margin
    for slope, side in ((row.allowed_high, 1), (row.allowed_low, -1)):
        if slope is not None:
            drawn += [(slope, "guide"), (slope + side * margin, "guide margin")]
    return [
        tag("path", d=_ray(row, (first[0], slope), x, y), css=css)
        for slope, css in dict.fromkeys(drawn)
    ]


def _ray(row: Row, line: tuple[float, float], x: Scale, y: Scale) -> str:
    """The line of this slope from the median's first value, cut where it leaves the panel."""
    (value, slope), start, far = line, row.points[0], row.points[-1]
    end = value * (far / start) ** slope
    edge = min(max(end, y.low), y.high)
    if edge != end and slope and y.holds(value):
        far = start * (edge / value) ** (1 / slope)
    return path([(x(start), y(value)), (x(far), y(edge))])


def _trace(
    points: Sequence[float], curve: Sequence[float | None], x: Scale, y: Scale
) -> list[Spot | None]:
    return [
        (x(p), y(v)) if positive_numbers([v]) and v is not None else None
        for p, v in zip(points, curve, strict=False)
    ]


def _dot(point: Spot, css: str) -> Markup:
    return tag("circle", cx=point[0], cy=point[1], r=2, css=f"dot v-{css}")


def _describe(entry: Entry) -> str:
    row = entry.row
    median = ", ".join("not finite" if v is None else f"{v:.3g}" for v in row.median_curve)
    points = ", ".join(plain(p) for p in row.points)
    words = f"{row.problem.label}. At {row.axis} = {points} the median is {median}."
    return f"{words} Slope {measured(row)}: {entry.badge.word}."
