"""The parts of a row that have parts themselves."""

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from mfcheck.claims.assumption import Status
from mfcheck.evidence.record import Count, Record, Share, Size


class ProblemRecord(Record, frozen=True, kw_only=True):
    """What was simulated."""

    label: Annotated[str, Meta(description="One line for a human reader, without formulas.")]
    code: Annotated[str, Meta(description="Python code that rebuilds the problem.")]
    json: Annotated[str, Meta(description="The problem as JSON text, as --mf-problem reads it.")]


class RoundRecord(Record, frozen=True, kw_only=True):
    """One look at the data."""

    n: Annotated[Count, Meta(description="Replicates so far.")]
    below: Annotated[
        Count,
        Meta(
            description="Replicates whose statistic lies at or below the border θ₀ + m (inside "
            "the tolerance, for an identity)."
        ),
    ]
    above: Annotated[Count, Meta(description="The others, the diverged ones included.")]


class FloorRecord(Record, frozen=True, kw_only=True):
    """One floor."""

    name: Annotated[str, Meta(description="Where it comes from: integrator, quadrature, rounding.")]
    value: Annotated[Size, Meta(description="Its size, on the scale of the measured quantity.")]


class NeighbourRecord(Record, frozen=True, kw_only=True):
    """A family of false statements near the row's, and the smallest that would be refuted."""

    name: Annotated[str, Meta(description="Name of the family.")]
    size: Annotated[
        float | None,
        Meta(
            description="The smallest size that the row's replicates and rule would have refuted, "
            "to 1 %; null if the largest that was tried would not."
        ),
    ]
    words: Annotated[
        str,
        Meta(description="The false statement of that size, or of the largest size, in words."),
    ]


class MedianRecord(Record, frozen=True, kw_only=True):
    """A median over replicates with its interval."""

    estimate: Annotated[
        float | None, Meta(description="The median over replicates; null if undefined.")
    ]
    low: Annotated[float | None, Meta(description="Lower end.")]
    high: Annotated[float | None, Meta(description="Upper end.")]


class CurvatureRecord(MedianRecord, frozen=True, kw_only=True):
    """By how much a curve bends, and its slope at the end."""

    level: Annotated[
        Share | UnsetType,
        Meta(
            description="Optional: probability with which each of the two intervals holds its "
            "median."
        ),
    ] = UNSET
    end: Annotated[
        MedianRecord | UnsetType,
        Meta(
            description="Optional: b + 2 c x at the last point, the slope there, with its interval."
        ),
    ] = UNSET


class CostRecord(Record, frozen=True, kw_only=True):
    """Of what core-seconds are made."""

    once: Annotated[
        Size, Meta(description="What is paid once: the limit, the float64 floor, the figure.")
    ]
    replicate: Annotated[tuple[Size, ...], Meta(description="One replicate at each point.")]


class StandingRecord(Record, frozen=True, kw_only=True):
    """The standing of one assumption on one problem."""

    standing: Annotated[
        Status,
        Meta(description="broken: the problem violates it, which only a control may do."),
    ]
    why: Annotated[
        str, Meta(description="The fact behind it, in words; empty if it is by construction.")
    ]
