"""In which order to spend: Smith's rule, against every other order."""

from itertools import permutations

import pytest

from mfcheck.plan import cheapest
from mfcheck.plan.expected import Expected
from mfcheck.plan.order import prices
from mfcheck.plan.planned import CheckPlan, Plan


def line(name, *rows):
    """A check of rows (core-seconds, probability that it stays undecided)."""
    made = tuple(Expected("p", s, 0.0, u, 32, "x") for s, u in rows)
    return CheckPlan("c", name, False, made)


def decided(order, lines, limit):
    """Expected number of decided checks that end within the limit, one after the other."""
    spent, total = 0.0, 0.0
    for name in order:
        spent += lines[name].seconds
        chance = 1.0
        for row in lines[name].rows:
            chance *= 1 - row.undecided
        total += chance if spent <= limit else 0.0
    return total


@pytest.mark.parametrize("limit", [1.0, 3.0, 6.5, 10.0, 99.0])
def test_no_order_decides_more_checks_of_one_kind_in_any_time(limit):
    lines = {n: line(n, (s, 0.0)) for n, s in zip("abcde", (5.0, 1.0, 3.0, 2.0, 4.0), strict=True)}
    made = prices(Plan(tuple(lines.values()), "quick", 1024, None))
    best = cheapest(list(lines), {name: made["c", name] for name in lines})
    assert best == list("bdcea")
    most = max(decided(order, lines, limit) for order in permutations(lines))
    assert decided(best, lines, limit) == most


def test_over_all_limits_together_the_rule_is_best_with_chances_too():
    """Smith's criterion, the sum of end times weighted by the chance of a decision."""
    table = {"a": (2.0, 0.5), "b": (3.0, 0.1), "c": (1.0, 0.9), "d": (4.0, 0.0)}
    lines = {name: line(name, rows) for name, rows in table.items()}
    made = prices(Plan(tuple(lines.values()), "quick", 1024, None))
    best = cheapest(list(lines), {name: made["c", name] for name in lines})

    def weighted(order):
        ends, total = 0.0, 0.0
        for name in order:
            ends += lines[name].seconds
            total += ends * (1 - lines[name].rows[0].undecided)
        return total

    assert weighted(best) == min(weighted(order) for order in permutations(lines))


def test_a_check_is_decided_when_all_its_rows_are_and_never_infinitely_dear():
    made = prices(Plan((line("a", (1, 0.5), (1, 0.5)), line("b", (2, 1.0))), "quick", 1024, None))
    assert made == {("c", "a"): pytest.approx(8.0), ("c", "b"): pytest.approx(40.0)}


def test_what_has_no_price_stands_in_the_middle():
    known = {"dear": 9.0, "cheap": 1.0, "mean": 4.0}
    assert cheapest(["new", "dear", "cheap", "mean"], known) == ["cheap", "new", "mean", "dear"]
    assert cheapest(["b", "a"], {}) == ["b", "a"]


def test_piles_follow_each_other_and_each_begins_with_its_cheapest():
    known = {name: float(k) for k, name in enumerate("abcdef")}
    assert cheapest(list("fedcba"), known, piles=2) == list("acebdf")
    assert sorted(cheapest(list("fedcba"), known, piles=4)) == list("abcdef")
