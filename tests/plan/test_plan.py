"""Plans of toy checks: which rows, at what cost, from which source, and how honest the range is."""

from dataclasses import replace
from pathlib import Path

import pytest

from mfcheck.claims import budget
from mfcheck.engine.executor import Executor
from mfcheck.engine.store import create_store
from mfcheck.evidence import Row
from mfcheck.plan import plan, plan_table, rough, sentence
from mfcheck.plan.expected import Expected, again, akin, looks_ahead, unit_cost
from mfcheck.plan.planned import CheckPlan, Plan
from mfcheck.plan.upcoming import upcoming
from mfcheck.problems.finite import FiniteSpec
from mfcheck.run.check_run import CheckRun
from tests.records import changed, evidence_record, row_record

FILE = str(Path(__file__).parents[1] / "run" / "toys.py")
QUICK, STANDARD = budget("quick"), budget("standard")


@pytest.fixture
def trial(tmp_path):
    """A trial of the toy of that name."""

    def of(name, seed=0, chosen=QUICK):
        executor = Executor(create_store(tmp_path / "run"))
        check = getattr(executor.module(FILE), name)
        return CheckRun(check, FILE, f"toys.py::{name}", chosen, executor, "one", seed)

    return of


def evidence(rows, seed=0, name="quick"):
    about = {"seed": seed, "budget": name, "started": "2026-11-22T06:05:28+00:00"}
    return evidence_record(rows, **about)


@pytest.mark.parametrize("name", ["holds", "calm", "control", "control_of_three", "twice"])
@pytest.mark.parametrize("chosen", [QUICK, replace(QUICK, drawn=5)])
def test_the_problems_are_those_of_the_trial(trial, name, chosen):
    on = trial(name, 3, chosen)
    measured = [row.problem.json for row in on.run()]
    assert [p.json() for p in upcoming(on.check, chosen, 3)] == measured


def test_problems_of_the_corpus_come_first(trial, monkeypatch):
    known = FiniteSpec(("erf", "identity"), atoms=3, n=4, d=2)
    monkeypatch.setattr(CheckRun, "kept", [known])
    (line,) = plan([trial("holds")], None).lines
    assert [row.label for row in line.rows] == [known.label, "L=2" + line.rows[1].label[3:]]


def test_a_repeated_run_is_foretold_exactly(trial):
    rows = [*trial("calm").run(), *trial("border").run()]
    found = plan([trial("calm"), trial("border")], evidence(rows))
    ends = [row for line in found.lines for row in line.rows]
    assert [row.replicates for row in ends] == [row.n for row in rows]
    assert found.sd == 0 and found.seconds == pytest.approx(sum(r.seconds for r in rows), abs=0.01)
    assert [row.undecided for row in ends] == [row.verdict == "INCONCLUSIVE" for row in rows]
    assert {row.source for row in ends} == {"the same problem"}


def test_another_seed_is_foretold_from_rows_of_the_check(trial):
    known = trial("calm", 1).run()
    found = plan([trial("calm", 2)], evidence(known, seed=1))
    (line,) = found.lines
    sources = [row.source for row in line.rows]
    assert sources[0] == "the same problem"  # the first of a stratum, whatever the seed
    assert set(sources[1:]) == {"other problems of the check"}
    assert all(row.replicates == pytest.approx(32, abs=2) for row in line.rows)
    assert not line.piloted and not found.doubtful()


def test_without_an_earlier_run_one_chunk_is_measured_and_kept(trial):
    on = trial("calm")
    calls = on.executor.module(FILE).calls
    calls.clear()
    found = plan([on], None)
    assert found.lines[0].piloted and found.run is None
    chunk = [(N, range(32)) for N in (16, 32, 64)]
    assert calls == chunk
    on.run()
    assert calls == 2 * chunk  # the first of two problems was there already
    assert on.executor.store.rows("one", Row) and on.executor.store.slots_used("one") == 2
    assert "one chunk of replicates" in plan_table(found, 1, each=False)


def test_a_row_on_the_border_is_doubtful_and_says_what_it_needs(trial):
    (row,) = trial("border", 1).run()
    found = plan([trial("border", 2)], evidence([row], seed=1))
    ((line, doubtful),) = found.doubtful()
    assert line.check == "border" and doubtful.undecided > 0.5
    words = plan_table(found, 2, each=True)
    assert "may stay undecided, with at most 1024 replicates:" in words
    assert "toys::border on L=2" in words
    assert "  border" in words and "on the clock with 2 processes, a core each: about" in words


def test_a_finer_budget_takes_more(trial):
    (row,) = trial("holds", 1).run()
    coarse, fine = (plan([trial("holds", 2, b)], evidence([row], 1)) for b in (QUICK, STANDARD))
    assert fine.lines[0].rows[0].replicates >= coarse.lines[0].rows[0].replicates
    assert fine.most == 4096


@pytest.mark.parametrize(
    ("name", "replicates", "undecided"),
    [
        ("residual", 8, 0),
        ("shown", 32, 0),
        ("raises", 0, 1),
        ("often", 32, 0),
        ("rarely", None, None),
    ],
)
def test_rows_of_every_kind(trial, name, replicates, undecided):
    (row,) = trial(name, 1).run()
    found = again(row, QUICK, same=False, source="here")
    if replicates is not None:
        assert found.replicates == pytest.approx(replicates, abs=16)
        assert found.undecided == pytest.approx(undecided, abs=0.01)
    assert found.seconds <= 2 * row.seconds + 0.1


def test_a_row_of_another_margin_is_not_counted_at_the_old_border(trial):
    (row,) = trial("border", 1).run()
    ahead = looks_ahead(row, replace(QUICK, margin=2.0))
    assert ahead.undecided < 0.05 < looks_ahead(row, QUICK).undecided


def test_what_a_row_costs_once_and_per_replicate():
    row = row_record(n=64, seconds=6.4, cost=None)
    assert unit_cost(row) == (0.0, pytest.approx(0.1))
    assert unit_cost(changed(row, n=0)) == (6.4, 0.0)
    cost = {"once": 2.0, "replicate": [0.25, 0.5]}
    assert unit_cost(changed(row, cost=cost)) == (2.0, 0.75)


def test_rows_of_a_kind_are_averaged_and_differ():
    rows = [Expected("a", s, 1.0, u, 32, "x") for s, u in ((1.0, 0.0), (3.0, 0.5))]
    found = akin(rows, "b", "y")
    assert (found.seconds, found.undecided, found.label) == (2.0, 0.25, "b")
    assert found.variance == pytest.approx(1.0 + 1.0)


def made(*seconds, undecided=0.0):
    rows = tuple(Expected("p", s, 0.04 * s * s, undecided, 32, "x", 2048) for s in seconds)
    return rows


def test_the_longest_check_bounds_the_clock_and_errors_add_in_quadrature():
    lines = (CheckPlan("a", "one", False, made(3.0, 4.0)), CheckPlan("a", "two", True, made(1.0)))
    found = Plan(lines, "quick", 1024, None)
    assert (found.rows, found.seconds) == (3, 8.0)
    assert found.sd == pytest.approx(0.2 * (9 + 16 + 1) ** 0.5)
    one = CheckPlan("a", "one", False, made(3.0, 4.0), piloted=True)
    assert one.variance == pytest.approx((0.2 * 7) ** 2)
    assert found.wall(1) == 8.0 and found.wall(2) == found.wall(8) == 7.0


def test_the_sentence_at_the_start(trial):
    rows = trial("border", 1).run()
    known = evidence(rows, seed=1)
    found = rough({("toys", "border"): 1, ("toys", "new"): 2}, known, QUICK, 2)
    words = sentence(found, 1, new=1)
    assert words.startswith("about ") and "as the run of 2026-11-22 06:05 tells" in words
    assert "without 1 check that it does not know" in words
    assert words.endswith("1 row may stay undecided: toys::border")
    calm = rough({("toys", "calm"): 2}, evidence(trial("calm").run()), QUICK, 0)
    assert "undecided" not in sentence(calm, 2)


def test_the_range_of_a_plan_holds_what_the_next_seed_takes(trial):
    """Six pairs of seeds: replicates foretold by the first, taken by the second."""
    names, foretold, taken = ("uneven", "uneven_control"), [], []
    for seed in range(0, 12, 2):
        first = [row for name in names for row in trial(name, seed).run()]
        found = plan([trial(name, seed + 1) for name in names], evidence(first, seed))
        foretold.append(sum(row.replicates for line in found.lines for row in line.rows))
        taken.append(sum(row.n for name in names for row in trial(name, seed + 1).run()))
    assert sum(foretold) == pytest.approx(sum(taken), rel=0.3)


def test_a_row_that_does_not_apply_costs_nothing_and_says_nothing_of_others(trial):
    (row,) = trial("not_for_this").run()
    assert (looks_ahead(row, QUICK).mean, looks_ahead(row, QUICK).undecided) == (0, 0)
    (line,) = plan([trial("not_for_this")], evidence([row])).lines
    assert (line.seconds, line.piloted) == (line.rows[0].seconds, False)
    held = changed(row_record(seconds=7.0, n=32), claim="toys", check="not_for_this")
    (line,) = plan([trial("not_for_this", 1)], evidence([changed(row, problem=OTHER), held])).lines
    assert line.rows[0].seconds == pytest.approx(7.0)


OTHER = {"label": "other", "code": "", "json": "{}"}
