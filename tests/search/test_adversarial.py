"""Searching for a check's worst problem: it finds corners, and cries no wolf."""

from dataclasses import dataclass, replace
from json import loads
from pathlib import Path

import pytest
from msgspec import structs

from mfcheck.claims import budget
from mfcheck.engine.executor import Executor
from mfcheck.engine.store import create_store
from mfcheck.evidence import Row
from mfcheck.problems.reading import spec_of
from mfcheck.run.check_run import CheckRun
from mfcheck.search import adversarial
from mfcheck.search.adversarial import CLOSER, SHOWN, AdversarialSearch, time_share
from mfcheck.stats import Procedure

FILE = str(Path(__file__).parents[1] / "run" / "corners.py")
QUICK = budget("quick")


@dataclass
class Counted(AdversarialSearch):
    """A search that ends after so many problems, whatever the clock says."""

    most: int = 60

    def _late(self, tried):
        return tried >= self.most


@pytest.fixture
def trial(tmp_path):
    """A trial of the check of that name, in a store or without one."""

    def of(name, store=False, session="one", **more):
        executor = Executor(create_store(tmp_path / "run") if store else None)
        check = getattr(executor.module(FILE), name)
        chosen = more.pop("budget", QUICK)
        return CheckRun(check, FILE, f"corners.py::{name}", chosen, executor, session, **more)

    return of


def searched(trial, most=60):
    """The rows of a search over so many problems, and what it told last."""
    told = []
    rows = Counted(trial, 1e6, told.append, most=most).run()
    return rows, told[-1]


def calls(trial):
    return trial.executor.module(trial.file).calls


def test_it_finds_a_corner_that_drawing_a_few_misses(trial):
    for seed in range(2):
        plain = trial("fails_in_a_corner", seed=seed)
        assert {row.verdict for row in plain.run()} == {"SUPPORTED"}
        rows, told = searched(trial("fails_in_a_corner", seed=seed), most=120)
        assert rows[0].verdict == "REFUTED"
        assert {row.origin for row in rows} == {"searched"}
        assert told.worst.score > 1
        assert rows[0].problem.json == told.worst.json
        assert rows[-1].problem.json == told.simplest.json


def test_it_finds_an_identity_that_breaks_in_a_corner(trial):
    assert {row.verdict for row in trial("exact_but_in_a_corner").run()} == {"SUPPORTED"}
    rows, told = searched(trial("exact_but_in_a_corner"), most=120)
    assert rows[0].verdict == "REFUTED"
    assert told.leads[-1][1] > 1 > told.leads[0][1]


def test_a_true_claim_is_not_refuted_however_many_problems_are_tried(trial):
    """The worst of 60 looks bad by chance; what rules on it has not seen that chance."""
    chosen, fresh = [], []
    for seed in range(4):
        rows, told = searched(trial("holds_everywhere", seed=seed), most=60)
        assert [row.verdict for row in rows] == ["SUPPORTED"] * len(rows)
        chosen.append(told.worst.score)
        fresh.append(rows[0].estimate / QUICK.margin)
    assert sum(fresh) / 4 < 0.2 < sum(chosen) / 4


def test_the_search_and_the_ruling_share_no_replicate(trial):
    on = trial("fails_in_a_corner", seed=5)
    searched(on, most=24)
    asked = [root for _, root, _ in calls(on)]
    assert set(asked) == {5, adversarial.stream(5, "hunt")}
    assert asked == sorted(asked, key=(adversarial.stream(5, "hunt"), 5).index)


def test_a_find_has_the_row_that_it_would_have_had_if_it_had_been_drawn(trial):
    rows, _ = searched(trial("fails_in_a_corner"), most=24)
    for row in rows:
        (again,) = trial("fails_in_a_corner").run(spec_of(row.problem.json))
        kept = {"origin": "given", "seconds": 0, "cost": None}
        assert structs.replace(again, **kept) == structs.replace(row, **kept)


def test_what_would_lead_is_measured_more_closely(trial):
    on = trial("holds_everywhere")
    _, told = searched(on, most=24)
    of_the_search = [last[-1] // 32 for _, root, last in calls(on) if root != 0]
    closer = sum(chunk == CLOSER for chunk in of_the_search) // 3
    assert len(told.leads) <= closer < 24
    assert set(of_the_search) == set(range(CLOSER + 1))


@pytest.mark.parametrize("name", ["fails_in_a_corner", "exact_but_in_a_corner"])
def test_each_row_of_a_search_takes_one_slot_and_the_search_none(trial, name):
    on = trial(name, store=True)
    rows, _ = searched(on, most=24)
    assert on.executor.store.rows("one", Row) == rows
    exact = name.startswith("exact")
    assert on.executor.store.slots_used("one") == (0 if exact else len(rows))


def test_a_full_ledger_is_said(trial):
    on = trial("holds_everywhere", store=True, budget=replace(QUICK, procedure=Procedure(slots=1)))
    on.executor.store.enter("one", "another", 1)
    rows, _ = searched(on, most=5)
    assert {row.verdict for row in rows} == {"INCONCLUSIVE"}
    assert "all 1 slots" in rows[0].reason


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("raises_when_wide", "ZeroDivisionError: division by zero (corners.py:"),
        ("with_few_points", "PREMISE NOT MET: n = 1"),
    ],
)
def test_problems_without_a_number_are_counted_and_never_the_worst(trial, name, words):
    rows, told = searched(trial(name), most=36)
    assert 0 < told.without < told.tried == 36
    assert words in told.trouble
    assert all(loads(row.problem.json)["n"] < 12 for row in rows)
    assert len(told.scores) == 36 - told.without


def test_where_no_problem_has_a_number_nothing_is_ruled_on(trial, monkeypatch):
    monkeypatch.setattr(AdversarialSearch, "_measured", lambda *_: None)
    rows, told = searched(trial("holds_everywhere"), most=5)
    assert (rows, told.worst, told.simplest, told.tried) == ([], None, None, 5)


def test_an_interruption_leaves_what_was_found(trial):
    on, told = trial("interrupted"), []
    with pytest.raises(KeyboardInterrupt):
        Counted(on, 1e6, told.append, most=1000).run()
    assert told[-1].worst.score == told[-1].leads[-1][1]
    assert (told[-1].simplest, told[-1].rows) == (None, ())


def test_a_second_search_goes_on_where_the_first_one_stopped(trial):
    first = trial("fails_in_a_corner", store=True)
    _, told = searched(first, most=30)
    again = trial("fails_in_a_corner", store=True, session="two")
    rows, more = searched(again, most=30)
    assert calls(again) == []
    assert (more.scores, more.worst) == (told.scores, told.worst)
    assert tuple(row.id for row in rows) == told.rows
    longer = trial("fails_in_a_corner", store=True, session="three")
    assert searched(longer, most=60)[1].scores[:30] == told.scores


def test_other_seeds_and_checks_try_other_problems(trial):
    runs = [("fails_in_a_corner", 0), ("holds_everywhere", 0), ("fails_in_a_corner", 1)]
    found = [str(searched(trial(name, seed=seed), most=12)[1].worst) for name, seed in runs]
    assert len(set(found)) == 3


def test_a_long_search_is_thinned_for_the_page(trial, monkeypatch):
    monkeypatch.setattr(adversarial, "SHOWN", 10)
    _, told = searched(trial("fails_in_a_corner"), most=35)
    assert [k for k, _ in told.scores] == list(range(1, 36, 4))
    assert told.tried == 35 and SHOWN > 100


def test_the_climb_ends_with_its_time(trial):
    told = []
    rows = AdversarialSearch(trial("fails_in_a_corner"), 0.0, told.append).run()
    assert told[-1].tried == 1
    assert len(rows) == 1
    brief = AdversarialSearch(trial("fails_in_a_corner"), 1.0, told.append)
    brief.run()
    assert told[-1].tried > 3
    assert 0.5 < told[-1].seconds < 4


@pytest.mark.parametrize(
    ("begun", "searches", "workers", "now", "wanted"),
    [
        ([100], 1, 1, 100, 600),
        ([100], 4, 1, 100, 150),
        ([100, 250], 4, 1, 250, 150),
        ([100, 200], 4, 1, 200, 500 / 3),
        ([100, 101], 2, 2, 101, 599),
        ([100], 4, 2, 100, 300),
        ([100, 100, 400], 4, 2, 400, 300),
        ([100, 400, 650], 3, 1, 650, 50),
        ([100, 400, 900], 3, 1, 900, 0),
        ([100], 2, 8, 100, 600),
    ],
)
def test_what_is_left_is_shared_by_those_still_to_come(begun, searches, workers, now, wanted):
    assert time_share(10, begun, searches, workers, now) == pytest.approx(wanted)


def test_what_can_be_searched(trial):
    names = ("fails_in_a_corner", "exact_but_in_a_corner", "fixed", "control", "shown")
    found = [trial(name).check.can_be_searched for name in names]
    assert found == [True, True, False, False, False]


def test_a_check_that_applies_to_no_problem_is_not_applicable(trial):
    rows, told = searched(trial("never_applies"), most=3)
    assert [row.verdict for row in rows] == ["NOT APPLICABLE"]
    assert told.without == told.tried
