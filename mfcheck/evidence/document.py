"""From a catalogue of checks and their rows to the evidence; the verdicts on claims come here.

The run of a check has ruled on it already, unless it was stopped. The report is a function of this
record and of nothing else.
"""

from collections.abc import Collection, Iterable, Sequence
from math import inf

from msgspec import structs

from mfcheck.claims.budget import Budget
from mfcheck.claims.claim import Check
from mfcheck.evidence.claim_records import (
    CatalogueEntry,
    CheckRecord,
    ClaimRecord,
    StatedCheck,
    StatedClaim,
)
from mfcheck.evidence.record import json_number
from mfcheck.evidence.records import VERSION, Evidence
from mfcheck.evidence.row import Row
from mfcheck.evidence.run_records import NoteRecord, ProcedureRecord, RunRecord
from mfcheck.evidence.verdict import check_ruling, claim_ruling
from mfcheck.stats import Region, Verdict


def catalogue_entry(check: Check, nodeid: str, code: str) -> CatalogueEntry:
    """What the catalogue keeps of a collected check, run or not; there is no ruling yet.

    code: the hash of its property file.
    """
    return CatalogueEntry(
        claim=_stated(check, nodeid, code),
        check=StatedCheck(
            name=check.name,
            doc=check.doc,
            control_of=check.control_of,
            nodeid=nodeid,
            equivalence=check.equivalence,
            beyond=tuple(assumption.text for assumption in check.beyond),
        ),
        low=json_number(check.expect.low) if check.expect else None,
        high=json_number(check.expect.high) if check.expect else None,
    )


def _stated(check: Check, nodeid: str, code: str) -> StatedClaim:
    claim = check.claim
    return StatedClaim(
        name=claim.name,
        section=claim.section,
        title=claim.title,
        file=nodeid.split("::")[0],
        code=code,
        statement=claim.theorem,
        measured=claim.measured,
        source=claim.source,
        ours=claim.ours,
        papers=tuple(claim.papers),
        assumptions=tuple(assumption.text for assumption in claim.assumed),
        not_tested=tuple(claim.not_tested),
        uses=tuple(claim.uses),
    )


def wanted(entry: CatalogueEntry) -> Verdict:
    """The verdict that a check hopes for: a control must be refuted; some are only shown."""
    if entry.low is entry.high is None:
        return Verdict.REPORTED
    return Verdict.SUPPORTED if entry.check.control_of is None else Verdict.REFUTED


def expects(entry: CatalogueEntry, rows: Sequence[Row]) -> str:
    """The region a check expects, in words of mathematics: of a slope, a value or a residual."""
    low, high = entry.low, entry.high
    if low is high is None:
        return "nothing: it is shown and not judged"
    region = Region(-inf if low is None else low, inf if high is None else high)
    exact = "residual" if low == high == 0 else "slope"
    return region.describe(rows[0].symbol if rows else exact)


def procedure_record(budget: Budget, slots_used: int) -> ProcedureRecord:
    """The procedure of a budget, and how many of its slots were taken."""
    rule = budget.procedure
    return ProcedureRecord(
        alpha_fail=rule.alpha_fail,
        alpha_pass=rule.alpha_pass,
        rounds=tuple(rule.rounds),
        slots=rule.slots,
        slots_used=slots_used,
    )


def assemble(
    run: RunRecord,
    procedure: ProcedureRecord,
    catalogue: Iterable[CatalogueEntry],
    rows: Iterable[Row],
    notes: Iterable[NoteRecord] = (),
) -> Evidence:
    """The evidence of a session, before it is held against earlier ones."""
    found = tuple(rows)
    return Evidence(
        schema=VERSION,
        run=run,
        procedure=procedure,
        claims=_claims(list(catalogue), found),
        rows=found,
        notes=tuple(notes),
    )


def _claims(catalogue: Collection[CatalogueEntry], rows: Sequence[Row]) -> tuple[ClaimRecord, ...]:
    names = dict.fromkeys(entry.claim.name for entry in catalogue)
    claims = [_claim([e for e in catalogue if e.claim.name == name], rows) for name in names]
    return tuple(sorted(claims, key=lambda claim: (claim.section, claim.name)))


def _claim(entries: Sequence[CatalogueEntry], rows: Sequence[Row]) -> ClaimRecord:
    claim = entries[0].claim
    checks = _with_their_controls([_check(entry, rows) for entry in entries])
    split = {
        wanted: [(c.name, c.verdict) for c in checks if (c.control_of is None) is wanted]
        for wanted in (True, False)
    }
    verdict, reason = claim_ruling(split[True], split[False])
    stated = structs.asdict(claim)
    return ClaimRecord(**stated, verdict=verdict, reason=reason, checks=checks)


def _with_their_controls(checks: Sequence[CheckRecord]) -> tuple[CheckRecord, ...]:
    """The checks and controls, where a control of a check that is not applicable is not either."""
    aside = {check.name for check in checks if check.verdict == Verdict.NOT_APPLICABLE}
    return tuple(
        structs.replace(
            check,
            verdict=Verdict.NOT_APPLICABLE,
            reason=f"its check {check.control_of} is not applicable",
        )
        if check.control_of in aside
        else check
        for check in checks
    )


def _check(entry: CatalogueEntry, rows: Sequence[Row]) -> CheckRecord:
    check, claim = entry.check, entry.claim.name
    own = [row for row in rows if row.claim == claim and row.check == check.name]
    ruled = entry.ruling
    verdict, reason = (ruled.verdict, ruled.reason) if ruled else _stopped(entry, own)
    stated, words = structs.asdict(check), expects(entry, own)
    return CheckRecord(**stated, expects=words, verdict=verdict, reason=reason)


def _stopped(entry: CatalogueEntry, own: Sequence[Row]) -> tuple[Verdict, str]:
    """The verdict on a check from the rows that it has, where others may have been to come."""
    verdict, reason = check_ruling(entry.check.control_of, own)
    if own and verdict in (wanted(entry), Verdict.NOT_APPLICABLE):
        return Verdict.INCONCLUSIVE, f"stopped before its last problem; {reason} so far"
    return verdict, reason
