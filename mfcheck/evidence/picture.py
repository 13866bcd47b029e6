"""The figure of a row, as plain data."""

from collections.abc import Sequence
from typing import Annotated

from msgspec import Meta

from mfcheck.claims.study import Figure, Role, Series
from mfcheck.evidence.record import Numbers, Record, json_number


class SeriesRecord(Record, frozen=True, kw_only=True):
    """One curve of a figure."""

    label: Annotated[
        str,
        Meta(
            description="Its name in the legend; curves of one name share a place there.",
        ),
    ]
    x: Annotated[Numbers, Meta(description="Abscissas; null = not finite.")]
    y: Annotated[Numbers, Meta(description="Ordinates, one per abscissa; null = not finite.")]
    role: Annotated[
        Role,
        Meta(description="A sampled network, what it should tend to, or a range."),
    ]
    low: Annotated[
        Numbers | None,
        Meta(description="Lower edge of a range around y; null if there is none."),
    ]
    high: Annotated[Numbers | None, Meta(description="Upper edge; null if there is none.")]


class FigureRecord(Record, frozen=True, kw_only=True):
    """A picture as plain data."""

    title: Annotated[str, Meta(description="What it shows.")]
    x: Annotated[str, Meta(description="Name of the horizontal axis.")]
    y: Annotated[str, Meta(description="Name of the vertical axis.")]
    series: Annotated[
        tuple[SeriesRecord, ...], Meta(description="The curves, in the order of the legend.")
    ]


def drawn(figure: Figure) -> FigureRecord:
    """A study's figure as the evidence has it."""
    series = tuple(map(_series, figure.series))
    return FigureRecord(title=figure.title, x=figure.x, y=figure.y, series=series)


def _series(series: Series) -> SeriesRecord:
    low, high = (edge if edge is None else _numbers(edge) for edge in (series.low, series.high))
    x, y = _numbers(series.x), _numbers(series.y)
    return SeriesRecord(label=series.label, x=x, y=y, role=series.role, low=low, high=high)


def _numbers(values: Sequence[float]) -> Numbers:
    return tuple(json_number(value) for value in values)
