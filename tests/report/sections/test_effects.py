"""By how much controls were refuted."""

from math import inf

import pytest

from mfcheck.report.outline import CheckEntry, ClaimEntry, Entry
from mfcheck.report.sections.effects import distance_beyond, effects
from mfcheck.report.wording.badges import Badge
from tests.records import check_record, claim_record, row_record


def row(low, high, allowed=(None, 0.0), **more):
    ends = {"allowed_low": allowed[0], "allowed_high": allowed[1]}
    known = {"estimator": "growth", "verdict": "REFUTED", "margin": 0.15}
    return row_record(**(known | {"low": low, "high": high} | ends | more))


@pytest.mark.parametrize(
    ("given", "size"),
    [
        (row(0.3, 0.4), 2.0),
        (row(0.15, None), 1.0),
        (row(-0.3, 0.4, verdict="INCONCLUSIVE"), -inf),
        (row(None, None, verdict="INCONCLUSIVE"), -inf),
        (row(-0.5, -0.3, allowed=(0.0, None)), 2.0),
        (row(0.8, 0.9, allowed=(0.5, 0.5)), 2.0),
        (row(0.1, 0.2, allowed=(0.5, 0.5)), 2.0),
        (row(None, None), inf),
        (row(None, None, estimator="identity", estimate=1e-3, margin=1e-10), 1e7),
        (row(None, None, estimator="identity", estimate=None, margin=1e-10), inf),
    ],
)
def test_the_distance_is_counted_in_margins(given, size):
    assert distance_beyond(given) == pytest.approx(size)


def test_a_control_is_as_strong_as_on_its_weakest_problem():
    badge = Badge("refuted, as it must be", "expected")
    rows = [Entry(k, row(low, low + 0.1), badge) for k, low in enumerate((0.9, 0.3, 0.6))]
    control = CheckEntry(check_record(name="wrong"), badge, tuple(rows))
    check = CheckEntry(check_record(name="leg"), badge, (), (control,))
    claim = ClaimEntry(claim_record(), "c", badge, (check,))
    (found,) = effects([claim])
    assert (found.control, found.words) == (control, "2 margins")


def test_the_methods_page_lists_every_control_that_ran(html):
    methods = html.split('id="methods"')[1]
    assert "Refuted by" in methods and "margins</td>" in methods


def test_a_control_that_does_not_apply_has_no_strength():
    badge = Badge("control not applicable", "aside")
    given = row(None, None, verdict="NOT APPLICABLE")
    control = CheckEntry(check_record(name="wrong"), badge, (Entry(1, given, badge),))
    check = CheckEntry(check_record(name="leg"), badge, (), (control,))
    assert effects([ClaimEntry(claim_record(), "c", badge, (check,))]) == []
