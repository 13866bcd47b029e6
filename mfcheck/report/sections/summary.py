"""What can be counted in the evidence: verdicts, controls, costs; and what to know first.

Nothing is judged here: the words are those of the evidence, only their numbers are derived.
"""

from collections import Counter
from dataclasses import dataclass
from math import inf

from mfcheck.evidence import Evidence, Row
from mfcheck.report.outline import CheckEntry, ClaimEntry, Section, strays
from mfcheck.report.wording.badges import THEOREM, Badge
from mfcheck.report.wording.numbers import count

DERIVED = "Derived here"
SEVERITY = ("NOT APPLICABLE", "NOT RUN", "REPORTED", "SUPPORTED", "INCONCLUSIVE", "REFUTED")


@dataclass(frozen=True)
class VerdictCounts:
    """How many claims got each verdict, and how many rows and controls stand behind them.

    Rows and controls that are not applicable are left out; so is the verdict if no claim has it.
    """

    claims: tuple[tuple[Badge, int], ...]
    total: int
    rows: int
    controls: int
    controls_refuted: int


def verdict_counts(sections: list[Section], evidence: Evidence) -> VerdictCounts:
    """The numbers of the header."""
    claims = claims_of(sections)
    found = Counter(claim.badge for claim in claims)
    controls = [control for control in controls_of(claims) if control.badge.css != "aside"]
    shown = [badge for badge in THEOREM.values() if found[badge] or badge.css != "aside"]
    return VerdictCounts(
        claims=tuple((badge, found[badge]) for badge in shown),
        total=len(claims),
        rows=sum(row.applies for row in evidence.rows),
        controls=len(controls),
        controls_refuted=sum(control.badge.css == "expected" for control in controls),
    )


def given_problem_label(evidence: Evidence) -> str:
    """The problem that the user gave in place of the checks' own; empty if none was given."""
    return next((row.problem.label for row in evidence.rows if row.origin == "given"), "")


def claims_of(sections: list[Section]) -> list[ClaimEntry]:
    """Every claim of the page, in order."""
    return [claim for section in sections for claim in section.claims]


def controls_of(claims: list[ClaimEntry]) -> list[CheckEntry]:
    """Every control of these claims."""
    checks = [check for claim in claims for check in claim.checks]
    orphans = [check for check in checks if check.declared.control_of]
    return [control for check in checks for control in check.controls] + orphans


def by_paper(sections: list[Section]) -> dict[str, list[ClaimEntry]]:
    """The claims under each paper that they name; those that name none were derived here."""
    found: dict[str, list[ClaimEntry]] = {}
    for claim in claims_of(sections):
        for paper in claim.declared.papers or [DERIVED]:
            found.setdefault(paper, []).append(claim)
    return dict(sorted(found.items(), key=lambda item: item[0] == DERIVED))


def tightest(claim: ClaimEntry) -> Row | None:
    """The row that speaks for a claim: of the worst verdict, and there nearest to its bound."""
    rows = [row for row in claim.rows if not row.control_of]
    return max(rows, key=lambda row: (SEVERITY.index(row.verdict), row_reach(row)), default=None)


def row_reach(row: Row) -> float:
    """How far the interval reaches beyond what the theorem allows, in margins: 1 is the border."""
    if row.estimator == "identity":
        far = [inf if row.estimate is None else row.estimate]
    else:
        far = []
        if row.allowed_high is not None:
            far.append(inf if row.high is None else row.high - row.allowed_high)
        if row.allowed_low is not None:
            far.append(inf if row.low is None else row.allowed_low - row.low)
    return max(far, default=0.0) / (row.margin or 1.0)


def cost(claim: ClaimEntry) -> float:
    """Core-seconds spent on the rows of a claim."""
    return sum(row.seconds for row in claim.rows)


def notices(sections: list[Section], evidence: Evidence) -> list[str]:
    """What a reader must know before the verdicts, in plain words; empty on a clean run."""
    claims, rows = claims_of(sections), evidence.rows
    silent = sum(claim.badge.css == "not-run" for claim in claims)
    told = []
    if evidence.run.interrupted or evidence.run.finished is None:
        left = f"; {count(silent, 'claim')} had not begun" if silent else ""
        told.append(f"The run was interrupted. What was measured until then stands below{left}.")
    if evidence.searches:
        told.append(
            "This run searched for the worst problem of each check: see Searched. Controls were "
            "not run, so no claim can be supported here."
        )
    blind = sum(control.badge.css == "blind" for control in controls_of(claims))
    if blind:
        told.append(
            f"{count(blind, 'control')} not refuted: there the instrument was blind, "
            "and the claim cannot be supported."
        )
    for counts, meaning in (
        ([r.diverged for r in rows], "diverged; each counts as +∞ and stays in its row"),
        ([r.undefined for r in rows], "gave no number"),
    ):
        number, where = sum(counts), sum(k > 0 for k in counts)
        if number:
            told.append(f"{count(number, 'replicate')} in {count(where, 'row')} {meaning}.")
    if aside := sum(not row.applies for row in rows):
        words = (
            "the check does not apply to the problem, for the reason given: it counts for nothing"
        )
        told.append(f"In {count(aside, 'row')} {words}.")
    if gave_up := sum(row.gave_up for row in rows):
        words = "the numerics gave up: no evidence for or against its statement"
        told.append(f"In {count(gave_up, 'row')} {words}.")
    if changed := len(evidence.changes):
        told.append(f"{count(changed, 'row')} stepped away from an earlier run: see History.")
    lost = strays(evidence)
    if lost:
        names = ", ".join(sorted({f"{row.claim}.{row.check}" for row in lost}))
        told.append(f"{count(len(lost), 'row')} of checks that no claim lists: {names}.")
    return told
