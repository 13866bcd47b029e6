"""The figure that a row carries: curves of sampled networks over those of their limit.

Networks are thin and grow darker in the order of the legend, so that wide ones stand out against
narrow ones without a colour; limits are heavy, the second one dashed; ranges are pale.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from mfcheck.claims.study import Role
from mfcheck.evidence import FigureRecord, SeriesRecord
from mfcheck.evidence.record import Numbers
from mfcheck.report.plots.plot_frame import PlotFrame
from mfcheck.report.plots.scales import Scale, around, finite_numbers
from mfcheck.report.plots.svg import Spot, label, path, picture, svg_line, tag

FIGURE = PlotFrame(640, 330, left=46, right=490, top=12, bottom=284)
LEGEND, LEADING = 506, 19
PALE, DARK = 0.22, 0.9


@dataclass(frozen=True)
class Ink:
    """How a label is drawn: its role, its opacity, and whether it is a second limit."""

    role: Role
    opacity: float
    other: bool


def curves(figure: FigureRecord) -> Markup:
    """The figure of a row."""
    x, y = axes(figure, (FIGURE.left, FIGURE.right), (FIGURE.bottom, FIGURE.top))
    body = _frame(figure, x, y)
    styles = inks(figure.series)
    for series in in_front(figure.series):
        body += _curve(series, styles[series.label], x, y)
    for place, (name, ink) in enumerate(styles.items()):
        body += _legend(name, ink, FIGURE.top + 10 + LEADING * place)
    return picture(FIGURE.size, figure.title, _describe(figure), body)


def axes(
    figure: FigureRecord, across: tuple[float, float], up: tuple[float, float]
) -> tuple[Scale, Scale]:
    """Scales that hold every finite number of the figure."""
    xs = finite_numbers(v for s in figure.series for v in s.x)
    ys = [v for s in figure.series for row in (s.y, s.low, s.high) for v in row or ()]
    ends = (min(xs), max(xs)) if len(set(xs)) > 1 else around(xs)
    return Scale(*ends, *across), Scale(*around(ys), *up)


def inks(series: Sequence[SeriesRecord]) -> dict[str, Ink]:
    """How each label is drawn."""
    roles: dict[str, Role] = {s.label: s.role for s in series}
    networks = [name for name, role in roles.items() if role == "network"]
    limits = [name for name, role in roles.items() if role == "limit"]
    drawn = {}
    for name, role in roles.items():
        depth = networks.index(name) / max(len(networks) - 1, 1) if role == "network" else 0.0
        opacity = {"network": PALE + (DARK - PALE) * depth, "limit": 1.0}.get(role, 0.12)
        other = role == "limit" and limits.index(name) > 0
        drawn[name] = Ink(role, round(opacity, 2), other)
    return drawn


def in_front(series: Sequence[SeriesRecord]) -> list[SeriesRecord]:
    """The series from back to front: ranges, networks, limits."""
    return sorted(series, key=lambda s: ("band", "network", "limit").index(s.role))


def _frame(figure: FigureRecord, x: Scale, y: Scale) -> list[Markup]:
    body, bottom, middle = [FIGURE.ground()], FIGURE.bottom, FIGURE.middle
    for value, name in y.ticks(7):
        body += [FIGURE.across(y(value), "grid"), FIGURE.beside(y(value), name, 6)]
    for value, name in x.ticks(9):
        body += [svg_line((x(value), bottom), (x(value), bottom + 4), "axis")]
        body += [label(x(value), bottom + 16, name, "middle")]
    body.append(label(middle[0], FIGURE.height - 10, figure.x, "middle name"))
    turned = {"transform": f"rotate(-90 12 {middle[1]:g})"}
    return [*body, tag("text", figure.y, x=12, y=middle[1], css="middle name", **turned)]


def _curve(series: SeriesRecord, ink: Ink, x: Scale, y: Scale) -> list[Markup]:
    body = []
    if series.low is not None and series.high is not None:
        upper, lower = (_points(series.x, edge, x, y) for edge in (series.high, series.low))
        edges = [*upper, *reversed(lower)]
        body.append(tag("path", d=path([p for p in edges if p]) + "z", opacity=0.12, css="band"))
    if series.role != "band":
        drawn = path(_points(series.x, series.y, x, y))
        body.append(tag("path", d=drawn, opacity=ink.opacity, css=_css(ink)))
    return body


def _points(across: Numbers, up: Numbers, x: Scale, y: Scale) -> list[Spot | None]:
    pairs = zip(across, up, strict=True)
    return [None if a is None or b is None else (x(a), y(b)) for a, b in pairs]


def _legend(name: str, ink: Ink, at: float) -> list[Markup]:
    ends = [(LEGEND, at), (LEGEND + 26, at)]
    sample = tag("path", d=path(ends), opacity=ink.opacity, css=f"{_css(ink)} sample")
    if ink.role == "band":
        size = {"x": LEGEND, "y": at - 5, "width": 26, "height": 10}
        sample = tag("rect", **size, opacity=ink.opacity, css="band")
    return [sample, label(LEGEND + 33, at + 4, name)]


def _css(ink: Ink) -> str:
    return f"other {ink.role}" if ink.other else ink.role


def _describe(figure: FigureRecord) -> str:
    names = ", ".join(dict.fromkeys(s.label for s in figure.series))
    ends = (
        f"{s.label} ends at {s.y[-1]:.3g}"
        for s in figure.series
        if s.role == "limit" and s.y and s.y[-1] is not None
    )
    return f"{figure.y} against {figure.x}: {names}. {'; '.join(ends)}"
