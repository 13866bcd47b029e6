"""Whole records of evidence, of which a test changes what it is about.

They are made from builtins, as they are read from JSON, so that a field of the wrong form is
refused here too.
"""

from msgspec import convert, structs, to_builtins

from mfcheck.evidence import CheckRecord, ClaimRecord, Evidence, Row, RunRecord

PROBLEM = {"label": "here", "code": "mf.FiniteSpec().problem()", "json": "{}"}
ROW = {
    "id": "a",
    "claim": "c",
    "check": "k",
    "control_of": None,
    "problem": PROBLEM,
    "origin": "drawn",
    "estimator": "growth",
    "axis": "N",
    "points": [],
    "curves": [],
    "median_curve": [],
    "n": 32,
    "estimate": None,
    "low": None,
    "high": None,
    "allowed_low": None,
    "allowed_high": None,
    "margin": 0.15,
    "excluded": None,
    "curvature": None,
    "rounds": [],
    "diverged": 0,
    "undefined": 0,
    "verdict": "SUPPORTED",
    "reason": "because",
    "dtype": "float64",
    "device": "cpu",
    "seconds": 1.0,
    "replay": "pytest properties",
}
MACHINE = dict.fromkeys(("python", "torch", "numpy", "platform", "cpu", "device"), "")
RUN = {
    "id": "2026-01-01T00-00-00",
    "seed": 0,
    "budget": "quick",
    "margin": 0.15,
    "command": "pytest properties",
    "started": "2026-01-01T00:00:00+00:00",
    "finished": None,
    "interrupted": True,
    "wall_seconds": 1.0,
    "core_seconds": 1.0,
    "version": "0",
    "commit": None,
    "machine": MACHINE | {"cores": 1},
}
PROCEDURE = {"alpha_fail": 2e-6, "alpha_pass": 1e-3, "rounds": [32], "slots": 1, "slots_used": 0}
CLAIM = {
    "name": "c",
    "section": "A. Toys",
    "title": "It holds",
    "file": "properties/c.py",
    "statement": "",
    "source": "here",
    "ours": True,
    "assumptions": [],
    "not_tested": [],
    "uses": [],
    "verdict": "SUPPORTED",
    "reason": "",
    "checks": [],
}
CHECK = {
    "name": "k",
    "doc": "It holds.",
    "control_of": None,
    "expects": "slope ≤ 0",
    "verdict": "SUPPORTED",
    "reason": "",
    "nodeid": "properties/c.py::k",
}


def row_record(**changes):
    """A row; problem: only what differs from the usual one."""
    problem = PROBLEM | changes.pop("problem", {})
    return convert(ROW | changes | {"problem": problem}, Row)


def run_record(**changes):
    """A run."""
    return convert(RUN | changes, RunRecord)


def claim_record(**changes):
    """A claim."""
    return convert(CLAIM | changes, ClaimRecord)


def check_record(**changes):
    """A check of a claim."""
    return convert(CHECK | changes, CheckRecord)


def evidence_record(rows=(), claims=(), **run):
    """Evidence of these records, and of a run like this."""
    whole = {"schema": 2, "run": RUN | run, "procedure": PROCEDURE, "notes": []}
    found = convert(whole | {"claims": [], "rows": []}, Evidence)
    return structs.replace(found, rows=tuple(rows), claims=tuple(claims))


def as_evidence(found):
    """Evidence from builtins."""
    return convert(found, Evidence)


def changed(record, **fields):
    """The record with other fields, given as builtins."""
    return convert(to_builtins(record) | fields, type(record))
