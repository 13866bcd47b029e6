"""A claim and its checks: as they are stated, and with what became of them."""

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from mfcheck.evidence.record import Record
from mfcheck.stats import Verdict

Title = Annotated[str, Meta(description="One line; may hold $formulas$.")]
Reason = Annotated[str, Meta(description="Why, in plain words; may be empty.")]


class StatedCheck(Record, frozen=True, kw_only=True):
    """A check of the claim, or a control of one of its checks, as its property file states it."""

    name: Annotated[
        str,
        Meta(
            description="Name of the function in the property file; unique within the claim.",
        ),
    ]
    doc: Annotated[str, Meta(description="First paragraph of its docstring; may hold $formulas$.")]
    control_of: Annotated[
        str | None,
        Meta(
            description="For a control, the name of the check it belongs to; null for a check.",
        ),
    ]
    nodeid: Annotated[str, Meta(description="Node id for pytest.")]
    equivalence: Annotated[
        str,
        Meta(description="Why a value within the margin is as good as the one expected; or empty."),
    ] = ""
    beyond: Annotated[
        tuple[Annotated[str, Meta(description="One assumption.")], ...],
        Meta(description="What this check assumes beyond its claim; may hold $formulas$."),
    ] = ()


class CheckRecord(StatedCheck, frozen=True, kw_only=True):
    """A check of the claim, or a control of one of its checks."""

    expects: Annotated[
        str,
        Meta(
            description="What the theorem allows, in words: slope ≤ 0; may hold $formulas$.",
        ),
    ]
    verdict: Annotated[
        Verdict,
        Meta(
            description="Verdict over all its rows. For a control the wanted word is REFUTED.",
        ),
    ]
    reason: Reason


class StatedClaim(Record, frozen=True, kw_only=True):
    """A claim as its property file states it."""

    name: Annotated[
        str, Meta(description="Identifier, unique in the run; also the anchor on the page.")
    ]
    section: Annotated[str, Meta(description="Heading under which the claim stands: B. Coupling.")]
    title: Title
    file: Annotated[str, Meta(description="The property file.")]
    code: Annotated[
        str | UnsetType,
        Meta(description="Optional: the hash of the property file's text, as it was run."),
    ] = UNSET
    statement: Annotated[
        str,
        Meta(
            description="The theorem, as its source has it: paragraphs separated by blank lines, "
            "with $inline$ and $$displayed$$ LaTeX and `code`."
        ),
    ]
    measured: Annotated[
        str,
        Meta(
            description="Optional: what is measured of it and what is ours, in the same form. "
            "Evidence from before these were told apart has all in the statement."
        ),
    ] = ""
    source: Annotated[str, Meta(description="Where the statement is proved, with its number.")]
    ours: Annotated[bool, Meta(description="True if the statement is ours and not a paper's.")]
    papers: Annotated[
        tuple[Annotated[str, Meta(description="One paper.")], ...],
        Meta(description="Optional: under which papers the claim is listed."),
    ] = ()
    assumptions: Annotated[
        tuple[Annotated[str, Meta(description="One assumption.")], ...],
        Meta(description="What the theorem assumes; the generated problems satisfy it."),
    ]
    not_tested: Annotated[
        tuple[Annotated[str, Meta(description="One item.")], ...],
        Meta(description="What the claim states and no check measures."),
    ]
    uses: Annotated[
        tuple[Annotated[str, Meta(description="Name of a claim.")], ...],
        Meta(description="Claims on which this one rests."),
    ]


class ClaimRecord(StatedClaim, frozen=True, kw_only=True):
    """A claim: one numbered statement and its checks."""

    verdict: Annotated[Verdict, Meta(description="Verdict over all its checks and controls.")]
    reason: Reason
    checks: Annotated[
        tuple[CheckRecord, ...],
        Meta(description="Checks and controls, in the order of the file."),
    ]


class RulingRecord(Record, frozen=True, kw_only=True):
    """The verdict on a check of which every problem was measured, as its run came to it."""

    nodeid: str
    verdict: Verdict
    reason: str


class CatalogueEntry(Record, frozen=True, kw_only=True):
    """What the store keeps of a collected check, run or not.

    low, high: the region that it expects, None where unbounded or where nothing is judged. ruling:
    None until all its problems were measured.
    """

    claim: StatedClaim
    check: StatedCheck
    low: float | None
    high: float | None
    ruling: RulingRecord | None = None
