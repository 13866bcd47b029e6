"""From rows to checks to claims: every small table, and no order among them."""

from itertools import permutations, product

import pytest

from mfcheck.evidence.verdict import claim_ruling, control_ruling, ruling
from tests.records import row_record

ROWS = ("SUPPORTED", "REFUTED", "INCONCLUSIVE", "REPORTED")
CHECKS = ("SUPPORTED", "REFUTED", "INCONCLUSIVE", "NOT RUN")


def rows(*verdicts, origin="drawn"):
    return [
        row_record(
            verdict=v,
            origin=origin,
            reason=f"why {k}",
            problem={"label": f"problem {k}"},
            estimator="identity",
        )
        for k, v in enumerate(verdicts)
    ]


def tables(words, longest):
    return [table for n in range(longest + 1) for table in product(words, repeat=n)]


@pytest.mark.parametrize("table", tables(ROWS, 3))
def test_a_check(table):
    verdict, reason = ruling(rows(*table))
    if not table:
        assert verdict == "NOT RUN"
    elif "REFUTED" in table:
        assert verdict == "REFUTED"
        assert f"{table.count('REFUTED')} of {len(table)} problems" in reason
        assert f"first on problem {table.index('REFUTED')}" in reason
    elif set(table) <= {"SUPPORTED"} or set(table) <= {"REPORTED"}:
        assert verdict == table[0]
    else:
        assert verdict == "INCONCLUSIVE"
        assert "why" in reason


@pytest.mark.parametrize("table", tables(ROWS, 3))
def test_a_control(table):
    verdict, reason = control_ruling(rows(*table))
    if not table:
        assert (verdict, reason) == ("NOT RUN", "control not run")
    elif set(table) == {"REFUTED"}:
        assert verdict == "REFUTED"
    else:
        assert verdict == ("SUPPORTED" if "SUPPORTED" in table else "INCONCLUSIVE")
        assert f"not refuted on {len(table) - table.count('REFUTED')} of {len(table)}" in reason


@pytest.mark.parametrize("judge", [ruling, control_ruling])
@pytest.mark.parametrize("table", [t for t in tables(ROWS, 3) if len(t) == 3])
def test_no_order(judge, table):
    assert len({judge(order)[0] for order in permutations(rows(*table))}) == 1


@pytest.mark.parametrize("judge", [ruling, control_ruling])
@pytest.mark.parametrize("shrunk", ROWS)
@pytest.mark.parametrize("table", tables(ROWS, 2))
def test_shrunk_problems_illustrate_and_do_not_count(judge, shrunk, table):
    counted = rows(*table)
    assert judge(counted + rows(shrunk, shrunk, origin="shrunk")) == judge(counted)


@pytest.mark.parametrize("origin", ["always", "given", "drawn"])
def test_every_other_problem_counts(origin):
    assert ruling(rows("REFUTED", origin=origin))[0] == "REFUTED"
    assert control_ruling(rows("SUPPORTED", origin=origin))[0] == "SUPPORTED"


def expected(checks, controls):
    """The rule of the design, in one sentence a line."""
    if set((*checks, *controls)) <= {"NOT RUN"}:
        return "NOT RUN"
    if "REFUTED" in checks:
        return "REFUTED"
    whole = set(checks) == {"SUPPORTED"} and set(controls) == {"REFUTED"}
    return "SUPPORTED" if whole else "INCONCLUSIVE"


@pytest.mark.parametrize("checks", tables(CHECKS, 2))
def test_a_claim(checks):
    for controls in tables(CHECKS, 2):
        named = [
            [(f"{kind}{k}", v) for k, v in enumerate(table)]
            for kind, table in (("check", checks), ("control", controls))
        ]
        verdicts = {
            claim_ruling(a, b)[0] for a in permutations(named[0]) for b in permutations(named[1])
        }
        assert verdicts == {expected(checks, controls)}, (checks, controls)


@pytest.mark.parametrize(
    ("checks", "controls", "word"),
    [
        ("S", "", "no control"),
        ("", "R", "no check"),
        ("S", "S", "the instrument was blind: control not refuted: b0"),
        ("S", "RI", "the instrument was blind: control not refuted: b1"),
        ("S", "RN", "control not run: b1"),
        ("SN", "R", "not run: a1"),
        ("SI", "S", "undecided: a1"),
        ("SR", "R", "refuted: a1"),
        ("N", "N", "not selected in this run"),
        ("SS", "R", "all 2 checks supported, all 1 controls refuted"),
        ("OO", "", "shown and not judged: a0, a1"),
        ("SO", "R", "all 1 checks supported, all 1 controls refuted"),
        ("SO", "", "no control"),
    ],
)
def test_the_reason_names_the_culprit(checks, controls, word):
    words = {"S": "SUPPORTED", "R": "REFUTED", "I": "INCONCLUSIVE", "N": "NOT RUN", "O": "REPORTED"}
    named = (
        [(f"{letter}{k}", words[v]) for k, v in enumerate(table)]
        for letter, table in (("a", checks), ("b", controls))
    )
    assert word in claim_ruling(*named)[1]


@pytest.mark.parametrize(
    ("low", "high", "allowed", "coarse"),
    [
        (0.05, 0.12, (None, 0.0), True),
        (-0.05, 0.12, (None, 0.0), False),
        (-0.12, -0.05, (0.0, None), True),
        (None, 0.1, (None, 0.0), False),
    ],
)
def test_a_control_that_the_margin_alone_saves_asks_for_a_finer_one(low, high, allowed, coarse):
    ends = {"low": low, "high": high, "allowed_low": allowed[0], "allowed_high": allowed[1]}
    row = row_record(verdict="SUPPORTED", estimator="growth", margin=0.15, **ends)
    verdict, reason = control_ruling([row])
    assert verdict == ("INCONCLUSIVE" if coarse else "SUPPORTED")
    assert ("resolution too coarse" in reason) == coarse


ASIDE = "NOT APPLICABLE"


@pytest.mark.parametrize("judge", [ruling, control_ruling])
@pytest.mark.parametrize("table", tables(ROWS, 2))
def test_rows_that_do_not_apply_are_left_out(judge, table):
    counted = rows(*table)
    verdict, reason = judge([*counted, *rows(ASIDE, ASIDE)])
    if table:
        assert (verdict, reason) == judge(counted)
    else:
        assert (verdict, reason) == (ASIDE, "why 0; why 1")


@pytest.mark.parametrize("checks", tables(CHECKS, 2))
def test_checks_and_controls_that_do_not_apply_are_left_out(checks):
    for controls in tables(CHECKS, 2):
        a, b = ([(f"{k}", v) for k, v in enumerate(table)] for table in (checks, controls))
        verdict, reason = claim_ruling([*a, ("x", ASIDE)], [*b, ("y", ASIDE)])
        if not checks:
            assert (verdict, reason) == (ASIDE, "none of its checks applies here: x")
        else:
            assert verdict == claim_ruling(a, b)[0]


def test_a_claim_none_of_whose_controls_applies_is_open():
    verdict, reason = claim_ruling([("a", "SUPPORTED")], [("b", ASIDE)])
    assert verdict == "INCONCLUSIVE" and "no control applies here" in reason
