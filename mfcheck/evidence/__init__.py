"""Evidence: what a run found, as records; verdicts are computed here, from rows alone."""

from mfcheck.evidence.claim_records import CatalogueEntry, CheckRecord, ClaimRecord, RulingRecord
from mfcheck.evidence.document import (
    assemble,
    catalogue_entry,
    expects,
    procedure_record,
    wanted,
)
from mfcheck.evidence.evidence_file import FILE, read_evidence, write_evidence
from mfcheck.evidence.picture import FigureRecord, SeriesRecord
from mfcheck.evidence.records import VERSION, Evidence
from mfcheck.evidence.row import Origin, Row
from mfcheck.evidence.row_parts import NeighbourRecord
from mfcheck.evidence.run_records import MachineRecord, NoteRecord, RunRecord
from mfcheck.evidence.search_records import FindRecord, SearchRecord

__all__ = [
    "FILE",
    "VERSION",
    "CatalogueEntry",
    "CheckRecord",
    "ClaimRecord",
    "Evidence",
    "FigureRecord",
    "FindRecord",
    "MachineRecord",
    "NeighbourRecord",
    "NoteRecord",
    "Origin",
    "Row",
    "RulingRecord",
    "RunRecord",
    "SearchRecord",
    "SeriesRecord",
    "assemble",
    "catalogue_entry",
    "expects",
    "procedure_record",
    "read_evidence",
    "wanted",
    "write_evidence",
]
