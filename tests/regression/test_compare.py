"""The first time, the first reading and by how much, on records made by hand."""

from math import inf, nan

import pytest

from mfcheck.regression.compare import Gap, compared, outcomes
from mfcheck.regression.differences import (
    difference_table,
    draw_differences,
    kind,
    summary,
    verdict,
)
from mfcheck.regression.measure import SAFETY, Found, Recorded

FLOOR = 1e-6
TOL = SAFETY * FLOOR


def record(rows, floors=FLOOR, bits="same", drawn=None, start="s"):
    names = {name for _, numbers in rows for name in numbers}
    floors = dict.fromkeys(names, floors) if floors else {}
    return Recorded("it", "a problem", rows, floors, bits, start, drawn or {})


def row(**numbers):
    return {name: [value] for name, value in numbers.items()}


OLD = [
    (0.0, row(w_1=1.0, w_2=2.0, H_1=1.0, H_2=3.0, loss=0.5, G_2=0.1, G_1=0.2)),
    (0.1, row(w_1=1.1, w_2=2.1, H_1=1.1, H_2=3.1, loss=0.4, G_2=0.2, G_1=0.3)),
]


def changed(k, **numbers):
    rows = [(t, dict(n)) for t, n in OLD]
    rows[k][1].update(row(**numbers))
    return compared(record(OLD), record(rows, bits="other"))


def test_equal_records_are_the_same():
    found = compared(record(OLD), record(OLD))
    assert found.same and found.bits and found.worst == 0
    assert verdict(found) == "same, to the bit"


@pytest.mark.parametrize(("share", "same"), [(0.99, True), (1.01, False)])
def test_the_tolerance_is_safety_floors(share, same):
    found = changed(1, loss=0.4 + share * TOL)
    assert found.same is same and found.worst == pytest.approx(share, rel=1e-6)
    words = "same, within 0.99 of the tolerance" if same else "PARTS at t = 0.1 in loss"
    assert words in verdict(found)


def test_the_first_time_counts_and_then_the_order_of_computation():
    found = changed(0, H_2=3.1, loss=0.6, G_1=0.9)
    assert (found.parting.t, found.parting.first.name) == (0.0, "H_2")
    assert found.parting.others == ("loss", "G_1")
    assert changed(1, G_1=0.9, G_2=0.9).parting.first.name == "G_2"


def test_among_weights_the_one_that_is_off_by_most_is_named():
    found = changed(1, w_1=1.1 + 2 * TOL, w_2=2.1 + 3 * TOL, H_1=9.0)
    assert found.parting.first.name == "w_2"
    assert found.parting.others == ("w_1", "H_1")
    assert "weights of layer 2" in verdict(found) and "at the same time in w_1, H_1" in verdict(
        found
    )


@pytest.mark.parametrize("value", [nan, inf, -inf])
def test_a_number_that_is_not_finite_parts(value):
    found = changed(1, loss=value)
    assert found.worst == inf and found.parting.first.name == "loss"
    assert "in loss: not finite, or not there, tolerance" in verdict(found)


def test_times_may_round_otherwise():
    assert compared(record(OLD), record([(t + 1e-12, numbers) for t, numbers in OLD])).same


def test_a_row_or_a_reading_that_is_gone_parts():
    assert compared(record(OLD), record(OLD[:1])).parting.t == 0.1
    fewer = [(t, {k: v for k, v in n.items() if k != "H_1"}) for t, n in OLD]
    assert compared(record(OLD), record(fewer)).parting.first.name == "H_1"
    assert compared(record(fewer), record(OLD)).parting.first.name == "H_1"
    longer = [(t, n | {"loss": [0.5, 0.5]}) for t, n in OLD]
    assert compared(record(OLD), record(longer)).parting.first.name == "loss"


def test_the_lower_floor_of_two_counts():
    """A version that treats neurons unlike has a high floor, which must not excuse it."""
    rough, fine = record(OLD, floors=1.0), record([(0.0, OLD[0][1] | row(loss=0.6)), OLD[1]])
    assert not compared(rough, fine).same and not compared(fine, rough).same
    assert compared(rough, record([(0.0, OLD[0][1] | row(loss=0.6)), OLD[1]], floors=None)).same


def test_a_tolerance_of_zero_and_a_gap_of_zero_agree():
    assert Gap("b_2", 0.0, 0.0).share == 0 and Gap("b_2", 1e-300, 0.0).share == inf


def test_other_draws_part_even_where_numbers_agree():
    old, new = (record(OLD, drawn={"labels": k, "samples": "1"}, start=k) for k in "ab")
    found = compared(old, new)
    assert not found.same and found.redrawn == ("labels",) and not found.same_start
    assert verdict(found) == "DRAWS DIFFER: labels"
    assert draw_differences([found]) == "Draws: not identical in it."
    assert (
        draw_differences([compared(old, old)]) == "Draws: identical to the bit in all 1 problems."
    )


def test_problems_of_one_side_only():
    one = Found({"it": record(OLD)})
    gone, fresh = outcomes(one, Found({}))[0], outcomes(Found({}), one)[0]
    assert "no longer among" in verdict(gone) and "not in the golden file yet" in verdict(fresh)
    broken = outcomes(one, Found({}, {"it": "E: no"}))[0]
    assert verdict(broken) == "FAILS: no longer runs: E: no"
    assert not (gone.same or fresh.same or broken.same)
    new, neither = (
        outcomes(Found({}, {"it": "E: a"}), one)[0],
        outcomes(Found({}, {"it": "a"}), Found({}, {"it": "b"}))[0],
    )
    assert new.same and neither.same
    assert "only the new version runs it (E: a)" in verdict(new) and "neither" in verdict(neither)
    found = [gone, new, changed(1, loss=9.0), changed(1)]
    assert (
        summary(found) == "4 problems: 1 the same (0 to the bit), 1 part, 1 fail, 1 not compared."
    )
    assert len(difference_table(found).splitlines()) == 5


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("w_2", "weights of layer 2"),
        ("Gb_3", "gradient of the biases of layer 3"),
        ("shift_3", "translation of layer 3"),
        ("y_hat", "output"),
        ("D_T max", "D_T max"),
    ],
)
def test_readings_have_names_in_words(name, said):
    assert kind(name) == said
