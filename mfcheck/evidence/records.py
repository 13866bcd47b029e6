"""The whole evidence of a run as one record, as it is written to evidence.json."""

from typing import Annotated, Final, Literal

from msgspec import Meta

from mfcheck.evidence.claim_records import ClaimRecord
from mfcheck.evidence.record import Record
from mfcheck.evidence.row import Row
from mfcheck.evidence.run_records import NoteRecord, ProcedureRecord, RunRecord
from mfcheck.evidence.search_records import SearchRecord

VERSION: Final = 2


class Evidence(Record, frozen=True, kw_only=True):
    """Everything one run found, as written to evidence.json. What is no finite number is null."""

    schema: Annotated[Literal[2], Meta(description="Version of this format.")]
    run: Annotated[RunRecord, Meta(description="The run as a whole.")]
    procedure: Annotated[
        ProcedureRecord, Meta(description="The statistical procedure, fixed before the data.")
    ]
    claims: Annotated[
        tuple[ClaimRecord, ...],
        Meta(
            description="The claims, in the order of the page; a claim that was not run is listed "
            "all the same."
        ),
    ]
    rows: Annotated[
        tuple[Row, ...],
        Meta(description="The measurements, in the order in which their problems are to be shown."),
    ]
    notes: Annotated[
        tuple[NoteRecord, ...],
        Meta(
            description="Troubles that no row can carry, such as a property file that failed to "
            "import."
        ),
    ]
    searches: Annotated[
        tuple[SearchRecord, ...],
        Meta(
            description="Optional: of a run with --mf-search, the search for each check's worst "
            "problem. Nothing is judged by it: the rows of the problems found are."
        ),
    ] = ()
    changes: Annotated[
        tuple[Annotated[str, Meta(description="A row, what is measured now and what was.")], ...],
        Meta(
            description="Optional: rows that stepped away from an earlier run of the same folder."
        ),
    ] = ()
