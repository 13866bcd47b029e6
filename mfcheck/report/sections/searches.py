"""What a search found: the score of each problem that it tried, the worst one and its verdict.

A score is 0 where the theorem's bound is met and 1 at the border of REFUTED. The worst of many is
worst by chance too, so the verdict beside it comes from replicates that the search has not seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from mfcheck.evidence import Evidence, FindRecord, Row, SearchRecord
from mfcheck.report.outline import slug
from mfcheck.report.plots.plot_frame import PlotFrame
from mfcheck.report.plots.scales import Scale
from mfcheck.report.plots.svg import label, path, picture, tag
from mfcheck.report.wording.badges import Badge, row_badge
from mfcheck.report.wording.numbers import MINUS, count, fixed, plain

STRIP = PlotFrame(300, 88, left=30, right=292, top=8, bottom=70)
EXACTLY_ZERO = -99.0
"""The score of a residual that is zero to the last bit: no axis reaches down to it."""

BELOW = 0.1
"""Share of the scores that may lie under the picture: they stand at its lower edge."""


@dataclass(frozen=True)
class Find:
    """A find: what it is in the search, its score, its row and the row's badge."""

    name: str
    problem: FindRecord
    score: str
    row: Row | None
    badge: Badge | None


@dataclass(frozen=True)
class Searched:
    """One check's search: where its claim stands on the page, its picture and its finds."""

    told: SearchRecord
    anchor: str
    strip: Markup
    finds: tuple[Find, ...]

    @property
    def trouble(self) -> str:
        """How many problems gave no number, and why the first did not."""
        number = self.told.without
        return f"{count(number, 'problem')} without a number: {self.told.trouble}" * bool(number)


def searched(evidence: Evidence) -> list[Searched]:
    """The searches of a run, the nearest to its border first."""
    rows = {row.id: row for row in evidence.rows}
    searches = sorted(evidence.searches, key=_worst, reverse=True)
    return [
        Searched(search, slug(search.claim), strip(search), _finds(search, rows))
        for search in searches
    ]


def _worst(search: SearchRecord) -> float:
    """The higher score of the two finds: shrinking may happen on a worse problem."""
    finds = [find.score for find in (search.worst, search.simplest) if find]
    return max(finds, default=float("-inf"))


def _finds(search: SearchRecord, rows: dict[str, Row]) -> tuple[Find, ...]:
    """The worst problem, and the simplest near it unless that is the same."""
    worst, simplest = search.worst, search.simplest
    same = worst and simplest and worst.json == simplest.json
    known = {rows[key].problem.json: rows[key] for key in search.rows if key in rows}
    pairs = [("worst, and none simpler near it" if same else "worst", worst)]
    pairs += [] if same else [("simplest near it", simplest)]
    return tuple(_find(name, problem, known) for name, problem in pairs if problem)


def _find(name: str, problem: FindRecord, rows: dict[str, Row]) -> Find:
    row = rows.get(problem.json)
    return Find(name, problem, fixed(problem.score, 2), row, row_badge(row) if row else None)


def strip(search: SearchRecord) -> Markup:
    """The scores in the order of trying, and the worst so far; 0 and the border are drawn."""
    scores, leads = search.scores, search.leads
    x = Scale(0, max(search.tried, 2), STRIP.left, STRIP.right)
    y = _axis([score for _, score in scores])
    body = [STRIP.ground()]
    for level, css in ((0.0, "guide"), (1.0, "guide margin")):
        if y.holds(level):
            body.append(STRIP.across(y(level), css))
    body += [STRIP.beside(y(level), _name(level), 4) for level in _levels(y)]
    body += [tag("circle", cx=x(k), cy=y(s), r=1.5, css="residual") for k, s in scores]
    body.append(tag("path", d=path(_stairs(leads, search.tried, x, y)), css="lead"))
    body.append(label(STRIP.right, STRIP.height - 5, f"{search.tried} problems in order", "end"))
    told = ", ".join(f"{fixed(s, 2)} at problem {k}" for k, s in leads[-3:])
    desc = f"{count(search.tried, 'problem')} tried. The worst so far scored {told or 'nothing'}."
    return picture(STRIP.size, f"Scores of the search of {search.check}", desc, body)


def _axis(scores: Sequence[float]) -> Scale:
    """From most of the scores up to the border, or to the worst."""
    known = sorted(score for score in scores if score > EXACTLY_ZERO) or [0.0]
    low, high = known[int(BELOW * (len(known) - 1))], max(known[-1], 1.0)
    air = 0.1 * max(high - low, 0.5)
    return Scale(low - air, high + air, STRIP.bottom, STRIP.top)


def _levels(y: Scale) -> list[float]:
    """The border, and 0 or the lowest round number if that lies apart from it."""
    lowest = [level for level, _ in y.ticks(4)][:1]
    others = [0.0, *lowest] if y.holds(0.0) else lowest
    near = [v for v in others if abs(y(v) - y(1.0)) > 10]
    return [1.0, *near[:1]]


def _name(level: float) -> str:
    return plain(round(level, 6)).replace("-", MINUS)


def _stairs(leads: Sequence[tuple[int, float]], tried: int, x: Scale, y: Scale) -> list[Any]:
    """The worst so far as a line that rises in steps."""
    corners: list[Any] = []
    for k, score in leads:
        corners += [(x(k), corners[-1][1])] if corners else []
        corners.append((x(k), y(score)))
    return [*corners, (x(tried), corners[-1][1])] if corners else []
