"""One row of evidence: a check on one problem, its numbers and the ruling on them."""

from typing import Annotated, Literal

from msgspec import Meta

from mfcheck.claims.study import SYMBOLS, Estimator
from mfcheck.evidence.picture import FigureRecord
from mfcheck.evidence.record import Count, Numbers, Record, Share, Size
from mfcheck.evidence.row_parts import (
    CostRecord,
    CurvatureRecord,
    FloorRecord,
    NeighbourRecord,
    ProblemRecord,
    RoundRecord,
    StandingRecord,
)

CURVES = 32
"""Replicates whose curves are kept for the picture."""

Origin = Literal["always", "corpus", "drawn", "shrunk", "searched", "given"]
RowVerdict = Literal["SUPPORTED", "REFUTED", "INCONCLUSIVE", "REPORTED", "NOT APPLICABLE"]

Point = Annotated[float, Meta(gt=0)]
Curve = Annotated[Numbers, Meta(description="One replicate; null = not finite.")]


class Row(Record, frozen=True, kw_only=True):
    """One problem of one check, measured."""

    id: Annotated[
        str,
        Meta(description="Unique name of the row in the run; also its anchor on the page."),
    ]
    claim: Annotated[str, Meta(description="Name of the claim.")]
    check: Annotated[str, Meta(description="Name of the check or control that measured it.")]
    control_of: Annotated[str | None, Meta(description="The same as in the check's own record.")]
    problem: Annotated[ProblemRecord, Meta(description="What was simulated.")]
    origin: Annotated[
        Origin,
        Meta(
            description="always: declared in the property file; corpus: an earlier search found it "
            "and kept it; drawn: by the generator; shrunk: from a refuted one, an illustration and "
            "not a test; searched: the worst that a search found, and the simplest near it; "
            "given: by the user."
        ),
    ]
    estimator: Annotated[
        Estimator,
        Meta(
            description="growth: median slope of the log of a ratio along an axis. value: the "
            "median of a number. exceedance: the share of replicates in which a number exceeds a "
            "bound. identity: residuals of an exact statement."
        ),
    ]
    axis: Annotated[
        str | None, Meta(description="growth: name of the axis, as N or 1/ε. identity: null.")
    ]
    points: Annotated[
        tuple[Point, ...],
        Meta(description="growth: the grid along the axis, increasing. identity: empty."),
    ]
    curves: Annotated[
        tuple[Curve, ...],
        Meta(
            max_length=CURVES,
            description="At most 32 replicates, to draw. growth: the measured ratio at each point. "
            "identity: each list holds the residuals (absolute values) of one replicate.",
        ),
    ]
    median_curve: Annotated[
        Numbers,
        Meta(
            description="growth: pointwise median over all n replicates, null = not finite. "
            "identity: empty."
        ),
    ]
    n: Annotated[Count, Meta(description="Replicates measured, the diverged ones included.")]
    estimate: Annotated[
        float | None,
        Meta(
            description="growth: median over replicates of the slope. identity: the largest "
            "residual over all replicates. null = not finite or undefined; then the reason says "
            "why."
        ),
    ]
    low: Annotated[
        float | None,
        Meta(
            description="Lower end of the interval of the estimate; for an identity null, or the "
            "smallest residual."
        ),
    ]
    high: Annotated[
        float | None,
        Meta(
            description="Upper end of the interval of the estimate; for an identity null, or the "
            "largest residual. null = not finite."
        ),
    ]
    allowed_low: Annotated[
        float | None,
        Meta(
            description="growth: smallest exponent that the theorem allows, without the margin; "
            "null = unbounded. identity: 0."
        ),
    ]
    allowed_high: Annotated[
        float | None,
        Meta(
            description="growth: largest exponent θ₀ that the theorem allows, without the margin; "
            "null = unbounded. identity: 0. Both null: the row is only REPORTED."
        ),
    ]
    margin: Annotated[Size, Meta(description="growth: the margin m. identity: the tolerance.")]
    quantile: Annotated[
        Share,
        Meta(
            description="Which quantile over replicates is estimated; 1/2, the median, if it is "
            "left out."
        ),
    ] = 0.5
    excluded: Annotated[
        float | None,
        Meta(
            description="growth: how far beyond θ₀ the interval still reaches: high − allowed_high "
            "if one-sided above, allowed_low − low if one-sided below, the larger of the two if "
            "two-sided; negative if it ends before θ₀. identity: null."
        ),
    ]
    curvature: Annotated[
        CurvatureRecord | None,
        Meta(
            description="growth: c in log v = a + b x + c x^2 with x = log of the axis, the median "
            "over replicates: a sign of pre-asymptotic widths; shown, never judged. null if not "
            "computed."
        ),
    ]
    rounds: Annotated[tuple[RoundRecord, ...], Meta(description="The looks, in order.")]
    diverged: Annotated[Count, Meta(description="Replicates that diverged; they count as +∞.")]
    undefined: Annotated[Count, Meta(description="Replicates that gave no number.")]
    verdict: Annotated[
        RowVerdict,
        Meta(
            description="Verdict on this row. For the row of a control the wanted word is REFUTED. "
            "NOT APPLICABLE: nothing was asked of this problem, for the reason given; such a row "
            "counts for nothing."
        ),
    ]
    reason: Annotated[
        str,
        Meta(
            description="Why, in plain words; an INCONCLUSIVE row says how many replicates would "
            "decide it. May be empty."
        ),
    ]
    dtype: Annotated[str, Meta(description="float32 or float64.")]
    device: Annotated[str, Meta(description="Device that simulated it.")]
    floors: Annotated[
        tuple[FloorRecord, ...],
        Meta(
            description="Optional: measured error floors of the reference below which nothing can "
            "be told."
        ),
    ] = ()
    seconds: Annotated[Size, Meta(description="Core-seconds.")]
    replay: Annotated[str, Meta(description="The command that measures exactly this row again.")]
    assumptions: Annotated[
        tuple[StandingRecord, ...],
        Meta(
            description="Optional: how each assumption of the claim stands on this problem, in "
            "their order."
        ),
    ] = ()
    figure: Annotated[
        FigureRecord | None,
        Meta(
            description="Optional: a picture beside the row, as plain data; nothing is judged by "
            "it. null if there is none."
        ),
    ] = None
    above: Annotated[
        float | None,
        Meta(
            description="Optional; exceedance: the bound K. Then estimate, low, high, the region "
            "and the margin are shares of replicates beyond it, NaN among them. null for the "
            "others."
        ),
    ] = None
    cost: Annotated[
        CostRecord | None,
        Meta(
            description="Optional: of what seconds is made, in core-seconds; null if nothing was "
            "measured."
        ),
    ] = None

    neighbours: Annotated[
        tuple[NeighbourRecord, ...],
        Meta(
            description="Optional, of a row that is SUPPORTED: false statements near it, planted "
            "in what was measured."
        ),
    ] = ()
    rate_exponent: Annotated[
        float,
        Meta(
            description="Optional; growth: the slope of the theorem's own rate over the points. "
            "The exponent of the measured quantity is the estimate plus this."
        ),
    ] = 0.0

    finer: Annotated[
        float,
        Meta(ge=1, description="Optional: by what the budget's margin was divided for this check."),
    ] = 1.0
    gave_up: Annotated[
        bool,
        Meta(
            description="Optional: whether a solver gave up within its bounds. Then the verdict is "
            "INCONCLUSIVE: it is no evidence for or against the statement."
        ),
    ] = False

    @property
    def applies(self) -> bool:
        """Whether the row counts: what its check says can be asked of its problem."""
        return self.verdict != "NOT APPLICABLE"

    @property
    def symbol(self) -> str:
        """What is estimated: slope, value, residual, P(value > 1)."""
        return SYMBOLS[self.estimator] if self.above is None else f"P(value > {self.above:g})"
