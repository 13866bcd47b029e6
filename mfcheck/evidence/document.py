"""Evidence: what a run found, as one JSON document; verdicts are computed here, from rows alone.

The report is a function of this document and of nothing else.
"""

from collections.abc import Iterable, Mapping
from json import dumps, loads
from math import inf
from pathlib import Path
from typing import Any

from mfcheck.claims.budget import Budget
from mfcheck.claims.claim import Check
from mfcheck.claims.study import SYMBOLS
from mfcheck.evidence.row import json_number
from mfcheck.evidence.verdict import claim_ruling, control_ruling, ruling
from mfcheck.files import RunFolder
from mfcheck.files.layout import EVIDENCE as FILE
from mfcheck.stats import Region, Verdict

VERSION = 1

UNTOLD = ("low", "high", "ended")
"""What the catalogue knows of a check and the evidence says in words."""

Record = dict[str, Any]


def catalogue_entry(check: Check, nodeid: str, code: str) -> Record:
    """What the catalogue keeps of a collected check, run or not; it has not ended yet.

    code: the hash of its property file.
    """
    claim = check.claim
    return {
        "claim": {
            "name": claim.name,
            "section": claim.section,
            "title": claim.title,
            "file": nodeid.split("::")[0],
            "code": code,
            "statement": claim.statement,
            "source": claim.source,
            "ours": claim.ours,
            "papers": list(claim.papers),
            "assumptions": [assumption.text for assumption in claim.assumed],
            "not_tested": list(claim.not_tested),
            "uses": list(claim.uses),
        },
        "check": {
            "name": check.name,
            "doc": check.doc,
            "control_of": check.control_of,
            "low": json_number(check.expect.low) if check.expect else None,
            "high": json_number(check.expect.high) if check.expect else None,
            "nodeid": nodeid,
            "ended": False,
        },
    }


def wanted(check: Record) -> Verdict:
    """The verdict that a check hopes for: a control must be refuted; some are only shown."""
    if check["low"] is check["high"] is None:
        return Verdict.REPORTED
    return Verdict.SUPPORTED if check["control_of"] is None else Verdict.REFUTED


def expects(check: Record, rows: list[Record]) -> str:
    """The region a check expects, in words of mathematics: of a slope, a value or a residual."""
    low, high = check["low"], check["high"]
    if low is high is None:
        return "nothing: it is shown and not judged"
    region = Region(-inf if low is None else low, inf if high is None else high)
    exact = "residual" if low == high == 0 else "slope"
    return region.describe(_symbol(rows[0]) if rows else exact)


def _symbol(row: Record) -> str:
    """What a row's region is a region of."""
    above = row.get("above")
    return SYMBOLS[row["estimator"]] if above is None else f"P(value > {above:g})"


def assemble(
    run: Record, budget: Budget, catalogue: Iterable[Record], rows: list[Record], **more: Any
) -> Record:
    """The evidence of a session. more: slots_used, notes."""
    rule = budget.procedure
    return {
        "schema": VERSION,
        "run": run,
        "procedure": {
            "alpha_fail": rule.alpha_fail,
            "alpha_pass": rule.alpha_pass,
            "rounds": list(rule.rounds),
            "slots": rule.slots,
            "slots_used": more["slots_used"],
        },
        "claims": _claims(list(catalogue), rows),
        "rows": rows,
        "notes": more["notes"],
    }


def _claims(catalogue: list[Record], rows: list[Record]) -> list[Record]:
    names = dict.fromkeys(one["claim"]["name"] for one in catalogue)
    claims = [_claim([e for e in catalogue if e["claim"]["name"] == name], rows) for name in names]
    return sorted(claims, key=lambda claim: (claim["section"], claim["name"]))


def _claim(entries: list[Record], rows: list[Record]) -> Record:
    claim = entries[0]["claim"]
    checks = [_check(e["check"], claim["name"], rows) for e in entries]
    split: Mapping[bool, list] = {
        wanted: [(c["name"], c["verdict"]) for c in checks if (c["control_of"] is None) is wanted]
        for wanted in (True, False)
    }
    verdict, reason = claim_ruling(split[True], split[False])
    return {**claim, "verdict": str(verdict), "reason": reason, "checks": checks}


def _check(check: Record, claim: str, rows: list[Record]) -> Record:
    own = [row for row in rows if row["claim"] == claim and row["check"] == check["name"]]
    judge = ruling if check["control_of"] is None else control_ruling
    verdict, reason = judge(own)
    if own and not check["ended"] and verdict == wanted(check):
        verdict, reason = Verdict.INCONCLUSIVE, f"stopped before its last problem; {reason} so far"
    told = {name: value for name, value in check.items() if name not in UNTOLD}
    return {**told, "expects": expects(check, own), "verdict": str(verdict), "reason": reason}


def write_evidence(evidence: Record, folder: Path) -> Path:
    """evidence.json in the folder, replaced in one step; NaN and infinities are refused."""
    text = dumps(evidence, indent=1, allow_nan=False, ensure_ascii=False)
    return RunFolder(folder).write(FILE, text.encode())


def read_evidence(folder: Path) -> Record:
    """The evidence in a run folder."""
    return loads((folder / FILE).read_text("utf-8"))
