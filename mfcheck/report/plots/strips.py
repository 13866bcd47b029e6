"""Every problem of a check in one strip: its interval beside what the theorem allows.

Growth checks: estimate and interval of the slope on a linear axis, θ₀ solid and θ₀ + m dashed.
Identities: every residual on a logarithmic axis against the tolerance. Controls stand below a
rule, and their shape says that they had to fall outside.
"""

from collections.abc import Callable, Sequence

from markupsafe import Markup

from mfcheck.evidence import Row
from mfcheck.report.outline import Entry
from mfcheck.report.plots.scales import Scale, around, finite_numbers, positive_numbers
from mfcheck.report.plots.svg import label, marker, picture, svg_line, tag
from mfcheck.report.wording.row_text import allowance, measured

WIDTH, LEFT, RIGHT, TOP, PITCH, FOOT = 360, 30, 350, 20, 20, 34
GAP = 8
QUANTITIES = {"growth": "slope", "value": "value", "exceedance": "share of replicates"}
STRETCH = 3
"""How many widths of what the checks take up a control may widen the axis by."""


def slope_strip(entries: Sequence[Entry], name: str) -> Markup:
    """Slopes, or values, with their intervals against θ₀ and θ₀ + m.

    Controls may lie beyond every scale; those far out stand at the edge, with an arrow.
    """
    own = [v for e in entries for v in _bounds(e.row)]
    own += [v for e in entries if not e.row.control_of for v in _values(e.row)]
    low, high = around(own)
    room = STRETCH * (high - low)
    numbers = finite_numbers(v for e in entries for v in _values(e.row))
    x = Scale(
        *around([*own, *(min(max(v, low - room), high + room) for v in numbers)]), LEFT, RIGHT
    )
    legend = _slope_legend(entries[0].row, x)
    quantity = QUANTITIES[entries[0].row.estimator]
    return _strip(entries, x, _slope, (name, quantity, legend))


def residuals(entries: Sequence[Entry], name: str) -> Markup:
    """Residuals of an identity against its tolerance; exact zeros stand at the left edge."""
    numbers = positive_numbers(v for e in entries for v in (*_all_residuals(e.row), e.row.margin))
    low, high = (min(numbers), max(numbers)) if numbers else (1e-16, 1.0)
    x = Scale(low / 10, high * 10, LEFT, RIGHT, log=True)
    tolerance = entries[0].row.margin
    legend = [label(x(tolerance) + 3, TOP - 7, "tolerance")] if tolerance > 0 else []
    return _strip(entries, x, _residual, (name, "largest residual", legend))


def _strip(
    entries: Sequence[Entry],
    x: Scale,
    draw: Callable[[Entry, Scale, float], list[Markup]],
    words: tuple[str, str, list[Markup]],
) -> Markup:
    name, quantity, legend = words
    height, places = _places(entries)
    body = list(legend)
    body += _frame([y for e, y in zip(entries, places, strict=True) if e.row.control_of])
    for entry, y in zip(entries, places, strict=True):
        body += [label(LEFT - 10, y + 4, str(entry.number), "end"), *draw(entry, x, y)]
    body += _axis(x, height, quantity)
    told = (f"{e.number}: {measured(e.row)}, {e.badge.word}" for e in entries)
    desc = f"Allowed: {allowance(entries[0].row)}. By problem: {'; '.join(told)}."
    return picture((WIDTH, height), f"{quantity.capitalize()} per problem, {name}", desc, body)


def _frame(controls: Sequence[float]) -> list[Markup]:
    if not controls:
        return []
    top, bottom = controls[0] - PITCH / 2, controls[-1] + PITCH / 2
    size = {"x": 1, "y": top, "width": WIDTH - 2, "height": bottom - top}
    return [tag("rect", **size, css="control")]


def _places(entries: Sequence[Entry]) -> tuple[float, list[float]]:
    places, y = [], TOP + PITCH / 2
    for before, entry in zip([None, *entries], entries, strict=False):
        if before and entry.row.control_of and not before.row.control_of:
            y += GAP
        places.append(y)
        y += PITCH
    return y - PITCH / 2 + FOOT, places


def _axis(x: Scale, height: float, quantity: str) -> list[Markup]:
    y = height - FOOT + 2
    body = [svg_line((LEFT, y), (RIGHT, y), "axis")]
    for value, name in x.ticks(8):
        body.append(svg_line((x(value), y), (x(value), y + 3), "axis"))
        body.append(label(x(value), y + 14, name, "middle"))
    return [*body, label((LEFT + RIGHT) / 2, y + 28, quantity, "middle name")]


def _bounds(row: Row) -> list[float]:
    low, high, margin = row.allowed_low, row.allowed_high, row.margin
    upper = [] if high is None else [high, high + margin]
    return upper + ([] if low is None else [low, low - margin])


def _values(row: Row) -> list[float | None]:
    return [row.estimate, row.low, row.high]


def _slope_legend(row: Row, x: Scale) -> list[Markup]:
    low, high, margin = row.allowed_low, row.allowed_high, row.margin
    body, y = [], TOP - 7
    name = "δ" if row.estimator == "exceedance" else "θ₀"
    if high is not None:
        body += [label(x(high) - 2, y, name, "end"), label(x(high + margin) + 2, y, f"{name} + m")]
    elif low is not None:
        body += [label(x(low) + 2, y, "θ₀"), label(x(low - margin) - 2, y, "θ₀ − m", "end")]
    return body


def _slope(entry: Entry, x: Scale, y: float) -> list[Markup]:
    row, css = entry.row, entry.badge.css
    body = [
        svg_line(
            (x(bound), y - PITCH / 2),
            (x(bound), y + PITCH / 2),
            "guide margin" if k % 2 else "guide",
        )
        for k, bound in enumerate(_bounds(row))
    ]
    if row.low is not None or row.high is not None:
        ends = (
            (x.low if row.low is None else row.low),
            (x.high if row.high is None else row.high),
        )
        body.append(svg_line((x(ends[0]), y), (x(ends[1]), y), f"interval v-{css}"))
        far = row.high is None or not x.holds(row.estimate)
        body += [label(RIGHT, y + 4, "→")] if far else []
    if row.estimate is None:
        return [*body, label(LEFT + 4, y + 4, "estimate undefined", "note")]
    return [*body, marker(css, x(row.estimate), y)]


def _all_residuals(row: Row) -> list[float | None]:
    return [v for curve in row.curves for v in curve] + [row.estimate]


def _residual(entry: Entry, x: Scale, y: float) -> list[Markup]:
    row, css = entry.row, entry.badge.css
    edge = x(row.margin)
    body = [svg_line((edge, y - PITCH / 2), (edge, y + PITCH / 2), "guide margin")]
    seen = [v for v in _all_residuals(row) if v is not None]
    body += [tag("circle", cx=x(v), cy=y, r=1.5, css="residual") for v in seen]
    if row.estimate is None:
        return [*body, label(LEFT + 4, y + 4, "residual undefined", "note")]
    return [*body, marker(css, x(row.estimate), y)]
