"""The few shapes that the figures are made of, as SVG text that is escaped by construction.

Colours and fonts are left to the page's style sheet, so that a figure follows its reader's
light or dark paper; the numbers carry one decimal, so that a figure stays small.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from markupsafe import Markup, escape

Spot = tuple[float, float]


def tag(name: str, content: object = "", /, **attributes: Any) -> Markup:
    """`<name ...>content</name>`; `css` stands for class, `_` in a name for `-`."""
    pairs = (("class" if k == "css" else k.replace("_", "-"), v) for k, v in attributes.items())
    written = Markup("").join(Markup(' {}="{}"').format(k, _short(v)) for k, v in pairs)
    if content == "":
        return Markup("<{}{}/>").format(name, written)
    return Markup("<{}{}>{}</{}>").format(name, written, content, name)


def picture(size: tuple[float, float], title: str, desc: str, body: Iterable[Markup]) -> Markup:
    """An `<svg>` that says what it shows to those who cannot see it."""
    width, height = size
    inside = [tag("title", title), tag("desc", desc), *body]
    return tag("svg", Markup("").join(inside), viewBox=f"0 0 {width:g} {height:g}", role="img")


def label(x: float, y: float, words: str, css: str = "") -> Markup:
    """Words at a point; the class decides the anchor."""
    return tag("text", escape(words), x=x, y=y, **({"css": css} if css else {}))


def svg_line(start: Spot, end: Spot, css: str) -> Markup:
    """A straight line."""
    return tag("path", d=path([start, end]), css=css)


def path(points: Sequence[Spot | None]) -> str:
    """The `d` of a polyline; None lifts the pen."""
    drawn, down = [], False
    for point in points:
        if point is not None:
            drawn.append(f"{'L' if down else 'M'}{_short(point[0])} {_short(point[1])}")
        down = point is not None
    return "".join(drawn)


def marker(css: str, x: float, y: float) -> Markup:
    """The shape of a verdict: disc, diamond, half disc, ring, open diamond, triangle, bar, dot."""
    shape = tag("path", d=_outline(css, x, y), css=f"marker v-{css}")
    if css != "inconclusive":
        return shape
    return tag("path", d=_outline("reported", x, y), css=f"marker hollow v-{css}") + shape


def _outline(css: str, x: float, y: float) -> str:
    r, d = 1.6 if css == "aside" else 4.0, 4.8
    circle = f"M{_short(x - r)} {_short(y)}a{r:g} {r:g} 0 1 1 {2 * r:g} 0"
    if css in ("supported", "reported", "aside"):
        return f"{circle}a{r:g} {r:g} 0 1 1 {-2 * r:g} 0z"
    if css == "inconclusive":
        return f"{circle}z"
    corners = {
        "blind": [(x, y - d), (x + d, y + r), (x - d, y + r)],
        "not-run": [(x - r, y - 1), (x + r, y - 1), (x + r, y + 1), (x - r, y + 1)],
    }.get(css, [(x, y - d), (x + d, y), (x, y + d), (x - d, y)])
    return path(corners) + "z"


def _short(value: Any) -> str:
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)
