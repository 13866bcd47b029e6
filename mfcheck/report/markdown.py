"""A run as one Markdown table: a row a claim, for notes, docs and messages."""

from mfcheck.evidence import Evidence
from mfcheck.report.outline import ClaimEntry, outline
from mfcheck.report.sections.summary import claims_of, controls_of, cost, tightest
from mfcheck.report.wording.numbers import seconds
from mfcheck.report.wording.row_text import allowance, measured

TABLE_HEAD = (
    "| claim | verdict | rows | undecided | controls refuted | nearest to its bound | allowed "
    "| core time |\n|---|---|---:|---:|---:|---|---|---:|"
)


def markdown_table(evidence: Evidence) -> str:
    """Verdict, counts, the row nearest to its bound, and cost; then the run in one line.

    Rows and controls that are not applicable are not counted.
    """
    run, rows = evidence.run, sum(row.applies for row in evidence.rows)
    lines = [_line(claim) for claim in claims_of(outline(evidence))]
    about = (
        f"Budget {run.budget}, margin {run.margin:g}, seed {run.seed}: "
        f"{rows} rows, {seconds(run.core_seconds)} of one core, "
        f"{seconds(run.wall_seconds)} on the clock."
        + (f" Networks trained by {run.trainer}." if run.trainer else "")
    )
    return "\n".join([TABLE_HEAD, *lines, "", about])


def _line(claim: ClaimEntry) -> str:
    checks = [row for row in claim.rows if not row.control_of]
    controls = [control for control in controls_of([claim]) if control.badge.css != "aside"]
    refuted = sum(control.badge.css == "expected" for control in controls)
    near = tightest(claim)
    cells = (
        f"`{claim.declared.name}`",
        claim.badge.word,
        str(sum(row.applies for row in claim.rows)),
        str(sum(row.verdict == "INCONCLUSIVE" for row in checks)),
        f"{refuted} of {len(controls)}",
        measured(near) if near else "—",
        allowance(near) if near else "—",
        seconds(cost(claim)),
    )
    return f"| {' | '.join(cells)} |"
