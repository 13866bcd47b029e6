"""Evidence: one JSON document, its verdicts computed from the rows alone."""

from itertools import permutations
from json import loads

import jsonschema
import pytest
from msgspec import structs

import mfcheck as mf
from mfcheck import evidence
from mfcheck.claims import budget
from mfcheck.engine.json_text import json_text
from mfcheck.evidence import RulingRecord
from mfcheck.evidence.verdict import check_ruling
from mfcheck.files import MANIFEST
from mfcheck.problems.finite import FiniteSpec
from mfcheck.report import schema
from tests.records import row_record, run_record


def claim(name="late", section="B. Later"):
    """A claim with one check, bounded above, and one control."""
    stated = mf.Claim(
        name, text="It holds.\n\nAlways.\n\nMeasured here. Once.", source="here", section=section
    )

    @stated.check(over=[FiniteSpec()], expect=mf.AtMost(0.25))
    def holds(problem):
        """It holds

        and more."""

    @stated.control(of=holds)
    def broken(problem):
        """It fails."""

    return [holds, broken]


def catalogue(checks):
    """The entries of checks, on none of which there is a ruling."""
    nodeid = "properties/{0.claim.name}.py::{0.name}".format
    return [evidence.catalogue_entry(check, nodeid(check), "0af1") for check in checks]


def row(check, verdict, origin="always", label="a"):
    """A row of a check."""
    return row_record(
        claim=check.claim.name,
        check=check.name,
        control_of=check.control_of,
        origin=origin,
        verdict=verdict,
        allowed_high=0.25,
        problem={"label": label},
    )


def ruled(entries, rows):
    """The entries with the rulings of checks that were measured on all their problems."""
    made = []
    for entry in entries:
        claim, check = entry.claim.name, entry.check
        own = [row for row in rows if (row.claim, row.check) == (claim, check.name)]
        verdict, reason = check_ruling(check.control_of, own)
        ruling = RulingRecord(nodeid=check.nodeid, verdict=verdict, reason=reason)
        made.append(structs.replace(entry, ruling=ruling if own else None))
    return made


def assembled(entries, rows=(), stopped=False):
    entries = entries if stopped else ruled(entries, rows)
    procedure = evidence.procedure_record(budget("quick"), slots_used=0)
    return evidence.assemble(run_record(), procedure, entries, rows)


def test_a_claim_that_was_not_run_is_still_in_the_catalogue():
    found = assembled(catalogue(claim()))
    assert [c.verdict for c in found.claims] == ["NOT RUN"]
    assert [c.verdict for c in found.claims[0].checks] == ["NOT RUN", "NOT RUN"]
    jsonschema.validate(loads(json_text(found)), schema())


def test_verdicts_follow_from_the_rows():
    holds, broken = checks = claim()
    rows = [row(holds, "SUPPORTED"), row(broken, "REFUTED")]
    found = assembled(catalogue(checks), rows).claims[0]
    assert (found.verdict, [c.verdict for c in found.checks]) == (
        "SUPPORTED",
        ["SUPPORTED", "REFUTED"],
    )


def test_a_control_must_be_refuted_on_every_problem():
    """A check is refuted by one problem; a control that misses one was blind there."""
    holds, broken = checks = claim()
    rows = [row(holds, "SUPPORTED"), row(broken, "REFUTED"), row(broken, "SUPPORTED", label="b")]
    found = assembled(catalogue(checks), rows).claims[0]
    assert [c.verdict for c in found.checks] == ["SUPPORTED", "SUPPORTED"]
    assert found.verdict == "INCONCLUSIVE"


def test_the_order_of_the_rows_is_nothing():
    """Nothing but the reason's example may depend on it: workers end in any order."""
    holds, broken = checks = claim()
    rows = [row(holds, v) for v in ("SUPPORTED", "INCONCLUSIVE", "REFUTED")]
    rows.append(row(broken, "REFUTED"))
    verdicts = {
        tuple(c.verdict for c in assembled(catalogue(checks), order).claims[0].checks)
        for order in permutations(rows)
    }
    assert verdicts == {("REFUTED", "REFUTED")}


def test_rows_count_for_their_own_claim_only():
    """Two claims may name their checks alike."""
    one, other = claim("one"), claim("other")
    rows = [row(one[0], "SUPPORTED"), row(one[1], "REFUTED"), row(other[0], "REFUTED")]
    found = assembled(catalogue(one + other), rows, stopped=True).claims
    assert {c.name: c.verdict for c in found} == {"one": "INCONCLUSIVE", "other": "REFUTED"}


def test_claims_stand_in_the_order_of_their_sections():
    entries = catalogue(claim("z", "A. First") + claim("b", "C. Last") + claim("a", "C. Last"))
    assert [c.name for c in assembled(entries).claims] == ["z", "a", "b"]


@pytest.mark.parametrize(
    ("verdicts", "wanted"),
    [
        (("SUPPORTED", "REFUTED"), ("INCONCLUSIVE", "INCONCLUSIVE")),
        (("REFUTED", "SUPPORTED"), ("REFUTED", "SUPPORTED")),
        (("INCONCLUSIVE", "INCONCLUSIVE"), ("INCONCLUSIVE", "INCONCLUSIVE")),
    ],
)
def test_a_check_that_was_stopped_is_not_green(verdicts, wanted):
    """It was supported on the problems it got to; what the others would have said is unknown."""
    holds, broken = checks = claim()
    rows = [row(holds, verdicts[0]), row(broken, verdicts[1])]
    found = assembled(catalogue(checks), rows, stopped=True).claims[0]
    assert tuple(c.verdict for c in found.checks) == wanted
    if wanted[0] == "INCONCLUSIVE" and verdicts[0] == "SUPPORTED":
        assert "stopped before its last problem" in found.checks[0].reason


@pytest.mark.parametrize(
    ("expect", "words"),
    [
        (mf.AtMost(0.25), "slope ≤ 0.25"),
        (mf.AtLeast(-0.5), "slope ≥ -0.5"),
        (mf.Between(0.4, 0.6), "0.4 ≤ slope ≤ 0.6"),
        (mf.Equals(0), "residual = 0"),
    ],
)
def test_what_is_expected_is_said_in_words(expect, words):
    stated = mf.Claim("c", text="It.", source="s", section="A")
    check = stated.check(over=[FiniteSpec()], expect=expect)(named)
    entry = evidence.catalogue_entry(check, "properties/c.py::named", "0af1")
    assert evidence.expects(entry, []) == words


def named(problem):
    """A check."""


def test_a_growth_that_equals_zero_is_a_slope():
    stated = mf.Claim("c", text="It.", source="s", section="A")
    check = stated.check(over=[FiniteSpec()], expect=mf.Equals(0))(named)
    entry = evidence.catalogue_entry(check, "properties/c.py::named", "0af1")
    assert (entry.low, entry.high) == (0.0, 0.0)
    assert evidence.expects(entry, [row_record(estimator="growth")]) == "slope = 0"


def test_the_entry_says_what_the_page_shows():
    found = assembled(catalogue(claim())).claims[0]
    assert (found.title, found.file) == ("It holds", "properties/late.py")
    assert (found.statement, found.measured) == ("Always.", "Once.")
    assert found.checks[0].doc == "It holds"
    assert found.checks[1].control_of == "holds"


def test_it_is_written_and_read(tmp_path):
    found = assembled(catalogue(claim()))
    path = evidence.write_evidence(found, tmp_path)
    assert evidence.read_evidence(tmp_path) == found
    assert sorted(p.name for p in tmp_path.iterdir()) == [path.name, MANIFEST]


def test_what_is_no_json_is_refused_and_leaves_the_old_file(tmp_path):
    evidence.write_evidence(assembled([]), tmp_path)
    with pytest.raises(ValueError, match="not JSON compliant"):
        lost = row_record(estimate=float("nan"))
        evidence.write_evidence(assembled([], [lost]), tmp_path)
    assert evidence.read_evidence(tmp_path) == assembled([])


def test_a_control_of_a_check_that_does_not_apply_does_not_either():
    """Whatever its own rows say; and a claim of such checks alone is not applicable."""
    checks = claim()
    rows = [row(checks[0], "NOT APPLICABLE"), row(checks[1], "SUPPORTED")]
    entries = ruled(catalogue(checks), rows)
    (found,) = evidence.assemble(
        run_record(), evidence.procedure_record(budget("quick"), 0), entries, rows
    ).claims
    assert found.verdict == "NOT APPLICABLE"
    assert [check.verdict for check in found.checks] == ["NOT APPLICABLE"] * 2
    assert found.checks[1].reason == "its check holds is not applicable"


def test_a_check_that_was_stopped_may_have_had_problems_to_which_it_applies():
    checks = claim()
    rows = [row(checks[0], "NOT APPLICABLE")]
    (found,) = evidence.assemble(
        run_record(), evidence.procedure_record(budget("quick"), 0), catalogue(checks), rows
    ).claims
    assert found.checks[0].verdict == "INCONCLUSIVE"
    assert found.checks[0].reason.startswith("stopped before its last problem")
