"""The evidence as a table of contents: every row under its own claim and check."""

from msgspec import structs

from mfcheck.report.outline import outline, strays
from tests.records import as_evidence, changed


def test_checks_of_one_name_keep_to_their_own_claims(evidence):
    """Two claims may name their checks alike, and their controls too."""
    one = next(c for c in evidence["claims"] if c["name"] == "coupling")
    other = one | {"name": "namesake"}
    own = [row for row in evidence["rows"] if row["claim"] == "coupling"]
    moved = [row | {"claim": "namesake"} for row in own[:2]]
    made = as_evidence(evidence | {"claims": [one, other], "rows": own + moved})
    found = {c.declared.name: c.rows for section in outline(made) for c in section.claims}
    assert {name: len(rows) for name, rows in found.items()} == {
        "coupling": len(own),
        "namesake": 2,
    }
    assert all(row.claim == name for name, rows in found.items() for row in rows)


def test_a_row_of_a_check_that_no_claim_lists_is_a_stray(evidence):
    found = as_evidence(evidence)
    row = found.rows[0]
    assert strays(found) == [r for r in strays(found) if r.claim != row.claim]
    lost = changed(row, check="nowhere")
    assert lost in strays(structs.replace(found, rows=(*found.rows, lost)))
