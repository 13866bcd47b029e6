"""The search for the worst problem of a check, and the problems that it found."""

from typing import Annotated, Literal

from msgspec import Meta

from mfcheck.claims.study import Estimator
from mfcheck.evidence.record import Count, Record, Size

Place = Annotated[int, Meta(ge=1, description="The how-manieth problem.")]
Score = Annotated[float, Meta(description="Its score.")]
Scored = Annotated[tuple[Place, Score], Meta(description="One problem.")]


class FindRecord(Record, frozen=True, kw_only=True):
    """A problem that a search found."""

    label: Annotated[str, Meta(description="One line for a human reader.")]
    code: Annotated[str, Meta(description="Python code that rebuilds the problem.")]
    json: Annotated[str, Meta(description="The problem as JSON text.")]
    score: Annotated[
        float, Meta(description="Its score in the search: chosen for being high, hence biased.")
    ]


class SearchRecord(Record, frozen=True, kw_only=True):
    """The search for the worst problem of one check."""

    claim: Annotated[str, Meta(description="Name of the claim.")]
    check: Annotated[str, Meta(description="Name of the check.")]
    estimator: Annotated[
        Literal[Estimator, ""],
        Meta(description="As in the rows; empty if no problem was measured."),
    ]
    tried: Annotated[Count, Meta(description="Problems tried, before the worst was shrunk.")]
    without: Annotated[
        Count, Meta(description="Problems that broke a premise, raised or gave no number.")
    ]
    trouble: Annotated[
        str, Meta(description="What was the matter with the first of these; empty if none.")
    ]
    seconds: Annotated[Size, Meta(description="Time on the clock, the ruling included.")]
    share: Annotated[Size, Meta(description="Seconds that it was given.")]
    scores: Annotated[
        tuple[Scored, ...],
        Meta(
            description="Scores in the order of trying: 0 is what the theorem allows, 1 the border "
            "of REFUTED, in margins or, of a residual, in decades. Of a long search every second "
            "one, or every third."
        ),
    ]
    leads: Annotated[
        tuple[Scored, ...],
        Meta(description="Those that scored higher than all before them, every one."),
    ]
    worst: Annotated[
        FindRecord | None,
        Meta(description="The problem of the last lead, null if none had a score."),
    ]
    simplest: Annotated[
        FindRecord | None,
        Meta(
            description="The simplest problem that was found to score nearly as high; null if the "
            "search was stopped before."
        ),
    ]
    rows: Annotated[
        tuple[Annotated[str, Meta(description="Id of a row.")], ...],
        Meta(
            description="The rows that rule on the two, from replicates that the search never saw."
        ),
    ]
    replay: Annotated[str, Meta(description="The command that searches again.")]
