"""From rows to checks to claims: pure, and the order of the rows is nothing.

One refuted problem refutes a check; it is supported when all its problems support it. A
control must be REFUTED on every problem it ran on. A claim holds when its checks do and every
control was refuted: with a control that was not, its instrument was blind. A control that the
margin alone saves says that the resolution is too coarse for the claim.

What is NOT APPLICABLE is left out: a check is ruled by its other rows, a claim by its other checks
and controls, and one that has no others is not applicable itself.
"""

from collections.abc import Iterable, Sequence

from mfcheck.evidence.row import Row
from mfcheck.stats import Verdict

SUPPORTED, REFUTED = Verdict.SUPPORTED, Verdict.REFUTED
INCONCLUSIVE, NOT_RUN, REPORTED = Verdict.INCONCLUSIVE, Verdict.NOT_RUN, Verdict.REPORTED
NOT_APPLICABLE = Verdict.NOT_APPLICABLE

NO_CONTROL = "no control: nothing shows that the instrument can see a violation"
NO_CHECK = "no check: controls alone say nothing about the claim"
NO_CONTROL_APPLIES = (
    "no control applies here: nothing shows that the instrument can see a violation"
)

Named = Sequence[tuple[str, Verdict]]
"""Checks or controls, each by name and verdict."""


def check_ruling(control_of: str | None, rows: Iterable[Row]) -> tuple[Verdict, str]:
    """The verdict on a check, or on a control of the check `control_of`, and why."""
    return ruling(rows) if control_of is None else control_ruling(rows)


def out_of_reach(rows: Sequence[Row]) -> tuple[Verdict, str] | None:
    """The ruling on rows none of which applies; None where one does, or where there are none."""
    if not rows or any(row.applies for row in rows):
        return None
    reasons = dict.fromkeys(row.reason for row in rows)
    return NOT_APPLICABLE, "; ".join(reasons)


def ruling(rows: Iterable[Row]) -> tuple[Verdict, str]:
    """A check's verdict and why, from its rows; shrunk problems illustrate and do not count."""
    tried = [row for row in rows if row.origin != "shrunk"]
    if not tried:
        return NOT_RUN, "no problem was measured"
    if aside := out_of_reach(tried):
        return aside
    tried = [row for row in tried if row.applies]
    refuted = [row for row in tried if row.verdict == REFUTED]
    if all(row.verdict == REPORTED for row in tried):
        return REPORTED, f"shown on {len(tried)} problems, not judged"
    open_ = [row for row in tried if row.verdict not in (SUPPORTED, REFUTED)]
    if refuted:
        where = refuted[0].problem.label
        return REFUTED, f"refuted on {len(refuted)} of {len(tried)} problems, first on {where}"
    if open_:
        first = open_[0]
        return INCONCLUSIVE, f"{len(open_)} of {len(tried)} problems undecided: {first.reason}"
    return SUPPORTED, f"supported on all {len(tried)} problems"


def control_ruling(rows: Iterable[Row]) -> tuple[Verdict, str]:
    """A control's verdict: REFUTED only if it was refuted on every problem it ran on."""
    tried = [row for row in rows if row.origin != "shrunk"]
    if not tried:
        return NOT_RUN, "control not run"
    if aside := out_of_reach(tried):
        return aside
    tried = [row for row in tried if row.applies]
    blind = [row for row in tried if row.verdict != REFUTED]
    if not blind:
        return REFUTED, f"refuted on all {len(tried)} problems, as it must be"
    coarse = [row for row in blind if by_the_margin_alone(row)]
    if coarse:
        where = coarse[0].problem.label
        words = f"resolution too coarse: the margin {coarse[0].margin:g} hides the violation"
        return INCONCLUSIVE, f"{words} on {len(coarse)} of {len(tried)} problems, first on {where}"
    worst = SUPPORTED if any(row.verdict == SUPPORTED for row in blind) else INCONCLUSIVE
    return worst, f"not refuted on {len(blind)} of {len(tried)} problems: {blind[0].reason}"


def by_the_margin_alone(row: Row) -> bool:
    """Whether the interval lies outside what the theorem allows and only the margin saves it."""
    if row.verdict != SUPPORTED or row.estimator == "identity":
        return False
    beyond = _apart(row.low, row.allowed_high)
    short = _apart(row.allowed_low, row.high)
    return beyond or short


def _apart(above: float | None, below: float | None) -> bool:
    """Whether both are known and the first is larger."""
    return above is not None and below is not None and above > below


def claim_ruling(checks: Named, controls: Named) -> tuple[Verdict, str]:
    """A claim's verdict and why, from the (name, verdict) of its checks and of its controls."""
    apply = [pair for pair in checks if pair[1] != NOT_APPLICABLE]
    if checks and not apply:
        return (
            NOT_APPLICABLE,
            f"none of its checks applies here: {', '.join(name for name, _ in checks)}",
        )
    checks = apply
    if all(verdict in (NOT_RUN, NOT_APPLICABLE) for _, verdict in (*checks, *controls)):
        return NOT_RUN, "not selected in this run"
    for wanted, words in ((REFUTED, "refuted"), (INCONCLUSIVE, "undecided"), (NOT_RUN, "not run")):
        hit = [name for name, verdict in checks if verdict == wanted]
        if hit:
            verdict = REFUTED if wanted == REFUTED else INCONCLUSIVE
            return verdict, f"{words}: {', '.join(hit)}"
    if checks and all(verdict == REPORTED for _, verdict in checks):
        return REPORTED, f"shown and not judged: {', '.join(name for name, _ in checks)}"
    return _controlled(sum(verdict == SUPPORTED for _, verdict in checks), controls)


def _controlled(supported: int, every: Named) -> tuple[Verdict, str]:
    """The verdict on a claim none of whose checks stands against it, from its controls."""
    controls = [pair for pair in every if pair[1] != NOT_APPLICABLE]
    if not supported:
        return INCONCLUSIVE, NO_CHECK
    if not controls:
        return INCONCLUSIVE, NO_CONTROL_APPLIES if every else NO_CONTROL
    missing = [name for name, verdict in controls if verdict == NOT_RUN]
    blind = [name for name, verdict in controls if verdict not in (REFUTED, NOT_RUN)]
    if blind:
        return INCONCLUSIVE, f"the instrument was blind: control not refuted: {', '.join(blind)}"
    if missing:
        return INCONCLUSIVE, f"control not run: {', '.join(missing)}"
    return SUPPORTED, f"all {supported} checks supported, all {len(controls)} controls refuted"
