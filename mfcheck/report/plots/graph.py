"""Which claim rests on which, drawn: columns from what rests on nothing to what rests on all.

A claim stands one column to the right of the last claim that it uses, and within its column near
the height of those, so that few lines cross.
"""

from collections.abc import Sequence
from statistics import fmean

from markupsafe import Markup

from mfcheck.report.outline import ClaimEntry
from mfcheck.report.plots.svg import Spot, label, marker, picture, tag

COLUMN, ROW, INDENT, HEADROOM, GLYPH = 232.0, 26.0, 12.0, 20.0, 5.9
FEWEST = 4
"""Columns that the drawing has room for, so that a few claims are not drawn larger than many."""

SWEEPS = 4
"""Passes over the columns that put claims near what they use and what uses them."""


def graph(claims: Sequence[ClaimEntry]) -> Markup:
    """The drawing; an arrow of the theory runs from left to right."""
    uses = used(claims)
    columns = _columns(uses)
    at = _places(columns, uses)
    known = {claim.declared.name: claim for claim in claims}
    body = [_edge(at[one], at[name], one) for name in uses for one in uses[name]]
    body += [_node(known[name], at[name]) for name in at]
    wide, high = max(len(columns), FEWEST), max(map(len, columns), default=1)
    size = (INDENT + COLUMN * wide, HEADROOM + ROW * high)
    told = "; ".join(f"{name} uses {', '.join(some)}" for name, some in uses.items() if some)
    return picture(size, "Which claim rests on which", f"{told or 'No claim uses another'}.", body)


def used(claims: Sequence[ClaimEntry]) -> dict[str, list[str]]:
    """For each claim the claims on the page that it uses."""
    names = [claim.declared.name for claim in claims]
    return {claim.declared.name: [n for n in claim.declared.uses if n in names] for claim in claims}


def _columns(uses: dict[str, list[str]]) -> list[list[str]]:
    """The names column by column; claims that use one another in a circle share a fate."""
    level: dict[str, int] = {}

    def depth(name: str, above: tuple[str, ...]) -> int:
        if name not in level:
            below = [depth(n, (*above, name)) for n in uses[name] if n not in (*above, name)]
            level[name] = 1 + max(below, default=-1)
        return level[name]

    for name in uses:
        depth(name, ())
    return [[n for n in uses if level[n] == k] for k in range(max(level.values(), default=-1) + 1)]


def _places(columns: list[list[str]], uses: dict[str, list[str]]) -> dict[str, Spot]:
    height = {name: float(k) for column in columns for k, name in enumerate(column)}
    users = {name: [n for n, some in uses.items() if name in some] for name in uses}
    for sweep in range(SWEEPS):
        for column in columns if sweep % 2 == 0 else columns[::-1]:
            near = uses if sweep % 2 == 0 else users
            wish = {n: fmean([height[m] for m in near[n]] or [height[n]]) for n in column}
            for k, name in enumerate(sorted(column, key=lambda n: (wish[n], height[n]))):
                height[name] = float(k)
    tallest = max(map(len, columns), default=1)
    return {
        name: (
            INDENT + COLUMN * c,
            HEADROOM + ROW * (height[name] + (tallest - len(column)) / 2),
        )
        for c, column in enumerate(columns)
        for name in column
    }


def _node(claim: ClaimEntry, place: Spot) -> Markup:
    (x, y), name = place, claim.declared.name
    inside = marker(claim.badge.css, x, y - 4) + label(x + 9, y, name, "node")
    return tag("a", inside, href=f"#{claim.anchor}")


def _edge(start: Spot, end: Spot, name: str) -> Markup:
    """From the end of one claim's name to the other's mark."""
    x, y = start[0] + 12 + GLYPH * len(name), start[1] - 4
    u, v = end[0] - 8, end[1] - 4
    bend = max(20.0, (u - x) / 2)
    curve = f"M{x:.0f} {y:.0f}C{x + bend:.0f} {y:.0f} {u - bend:.0f} {v:.0f} {u:.0f} {v:.0f}"
    return tag("path", d=curve, css="uses")
