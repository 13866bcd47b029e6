"""The nearest false statements of a check: those of the problem on which the least is excluded."""

from mfcheck.evidence import NeighbourRecord
from mfcheck.report.sections.nearest import nearest, powers, resolution_table
from tests.records import as_evidence, check_record, claim_record, evidence_record, row_record


def row(label, **sizes):
    found = [
        {"name": name, "size": size, "words": f"{name} {size}"} for name, size in sizes.items()
    ]
    return row_record(problem={"label": label}, neighbours=found)


def test_the_widest_of_each_family():
    rows = [row("a", slower=0.1, floor=0.5), row("b", slower=0.3), row("c", floor=None)]
    found = {one.name: one for one in nearest(rows)}
    assert (found["slower"].words, found["slower"].label) == ("slower 0.3", "b")
    assert found["slower"].excluded and not found["floor"].excluded
    assert (found["floor"].label, found["floor"].rows) == ("c", 2)


def test_a_row_that_supports_nothing_has_none():
    assert nearest([row_record(), row_record(verdict="REFUTED")]) == ()


def test_the_table_has_a_line_for_each_check_with_rows():
    claims = [claim_record(checks=[check_record(), check_record(name="other")])]
    found = evidence_record([row("a", slower=0.1, floor=None)], claims)
    head, rule, *lines = resolution_table(found).splitlines()
    assert lines == ["| `c` | `k` | 1 | slower 0.1; not even floor None |"]
    assert head.count("|") == rule.count("|") == lines[0].count("|")


def test_the_page_says_it(evidence):
    from mfcheck.report import render

    whole = as_evidence(evidence)
    assert "Would have been refuted" not in render(whole)
    evidence["rows"][0]["neighbours"] = [{"name": "n", "size": 0.1, "words": "N^−0.4 or slower"}]
    text = render(as_evidence(evidence))
    assert "Would have been refuted on every problem" in text
    assert text.count("N<sup>−0.4</sup> or slower") == 2


def test_exponents_are_raised_and_all_else_is_inert():
    assert powers("(T/ε)^−0.44 or <b>") == "(T/ε)<sup>−0.44</sup> or &lt;b&gt;"
    assert powers("N^x, 10^2") == "N^x, 10<sup>2</sup>"


def test_a_record_of_a_neighbour_may_have_no_size():
    assert NeighbourRecord(name="n", size=None, words="w").size is None
