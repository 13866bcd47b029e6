"""A run as a Markdown table."""

from mfcheck.report.markdown import markdown_table
from tests.records import as_evidence


def test_every_claim_has_a_line_of_as_many_cells(evidence):
    lines = markdown_table(as_evidence(evidence)).splitlines()
    rows = [line for line in lines if line.startswith("|")]
    assert len({line.count(" | ") for line in rows if "---" not in line}) == 1
    for claim in evidence["claims"]:
        assert sum(f"| `{claim['name']}` |" in line for line in rows) == 1


def test_the_run_is_told_in_one_line(evidence):
    last = markdown_table(as_evidence(evidence)).splitlines()[-1]
    assert last.startswith("Budget quick, margin 0.15, seed 0: 18 rows")
