"""What the history keeps of a run, as one line of history.jsonl."""

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from mfcheck.claims.study import Estimator
from mfcheck.evidence.record import Count, Record, Size
from mfcheck.evidence.row import RowVerdict


class HistoryRow(Record, frozen=True, kw_only=True):
    """What was measured on one problem; the fields of its row, but for the floors."""

    estimator: Annotated[Estimator, Meta(description="As in the row.")]
    estimate: Annotated[float | None, Meta(description="As in the row.")]
    low: Annotated[float | None, Meta(description="As in the row.")]
    high: Annotated[float | None, Meta(description="As in the row.")]
    n: Annotated[Count, Meta(description="As in the row.")]
    margin: Annotated[Size, Meta(description="As in the row.")]
    verdict: Annotated[RowVerdict, Meta(description="As in the row.")]
    seconds: Annotated[Size, Meta(description="As in the row.")]
    floors: Annotated[dict[str, Size], Meta(description="The size of each floor, by its name.")]


class HistoryEntry(Record, frozen=True, kw_only=True):
    """A run in the history of its folder."""

    id: Annotated[str, Meta(description="Name of the run.")]
    started: Annotated[str, Meta(description="Start, ISO 8601 with time zone.")]
    commit: Annotated[str | None, Meta(description="Commit; null outside version control.")]
    version: Annotated[str, Meta(description="Version of mfcheck.")]
    seed: Annotated[Count, Meta(description="The run's seed.")]
    budget: Annotated[str, Meta(description="Name of the budget.")]
    trainer: Annotated[
        str | UnsetType, Meta(description="As in the run: absent for mfcheck's own engine.")
    ] = UNSET
    rows: Annotated[
        dict[str, HistoryRow],
        Meta(description="The rows, by claim, check and a hash of the problem."),
    ]
