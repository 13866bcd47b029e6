"""The trial: whatever a property does, it ends in a row that says what happened."""

from dataclasses import replace
from json import loads
from math import inf
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from msgspec import structs

from mfcheck.claims import budget
from mfcheck.engine.executor import Executor
from mfcheck.engine.json_text import json_text
from mfcheck.engine.store import create_store
from mfcheck.evidence import Row
from mfcheck.evidence.verdict import ruling
from mfcheck.problems.explicit import ExplicitSpec
from mfcheck.problems.finite import FiniteSpec
from mfcheck.problems.reading import spec_of
from mfcheck.report import schema
from mfcheck.run.check_run import CheckRun
from mfcheck.stats import Procedure

FILE = str(Path(__file__).with_name("toys.py"))
QUICK = budget("quick")
SEVERAL = replace(QUICK, drawn=6)


@pytest.fixture
def trial(tmp_path):
    """A trial of the check of that name, in a store; the same store every time."""

    def of(name, store=True, session="one", **more):
        executor = Executor(create_store(tmp_path / "run") if store else None)
        check = getattr(executor.module(FILE), name)
        chosen = more.pop("budget", QUICK)
        return CheckRun(check, FILE, f"toys.py::{name}", chosen, executor, session, **more)

    return of


def calls(trial):
    """What the property was asked for: (point, replicates)."""
    return trial.executor.module(trial.file).calls


def only(trial):
    """The one row of a trial, which is also in the store and has the form of the schema."""
    (row,) = trial.run()
    assert trial.executor.store.rows(trial.session, Row) == [row]
    jsonschema.validate(loads(json_text(row)), schema() | {"$ref": "#/$defs/Row"})
    return row


def test_a_true_claim_is_supported(trial):
    row = only(trial("holds"))
    assert (row.verdict, row.origin, row.n) == ("SUPPORTED", "always", 32)
    assert row.low <= row.estimate <= row.high < 0.15
    assert row.estimate == pytest.approx(-0.5, abs=0.05)
    assert row.points == (16, 32, 64)
    assert row.replay.startswith("pytest toys.py::holds --mf-problem")


def test_a_false_claim_is_refuted_and_shrunk(trial):
    rows = trial("fails_when_wide", budget=SEVERAL).run()
    origins = [row.origin for row in rows]
    assert origins[: origins.index("shrunk")] == ["drawn"] * origins.index("shrunk")
    assert rows[origins.index("shrunk") - 1].verdict == "REFUTED"
    assert "SUPPORTED" in {row.verdict for row in rows if row.origin == "shrunk"}
    assert len({row.problem.json for row in rows}) == len(rows)


def test_shrunk_problems_take_no_slot(trial):
    on = trial("fails_when_wide", budget=SEVERAL)
    rows = on.run()
    assert on.executor.store.slots_used("one") == sum(row.origin == "drawn" for row in rows)


def test_a_rate_of_one_is_refuted_on_its_first_problem(trial):
    rows = trial("fails").run()
    assert [(row.verdict, row.origin) for row in rows] == [("REFUTED", "drawn")]
    assert rows[0].estimate == pytest.approx(1.0, abs=0.05)


def test_every_check_and_every_seed_draws_problems_of_its_own(trial):
    """Two streams that were one would try the same few problems again and again."""
    runs = [("calm", 0), ("calmer", 0), ("calm", 1), ("calm", 0)]
    found = [
        [row.problem.json for row in trial(n, store=False, seed=s, budget=SEVERAL).run()]
        for n, s in runs
    ]
    assert found[0] == found[3]
    assert all(len(problems) == 6 for problems in found)
    assert len({tuple(problems[1:]) for problems in found}) == 3


@pytest.mark.parametrize(("name", "rows"), [("control", 1), ("control_of_three", 3)])
def test_controls_take_one_problem_a_stratum_and_are_not_shrunk(trial, name, rows):
    found = trial(name).run()
    assert [row.verdict for row in found] == ["REFUTED"] * rows
    assert {row.origin for row in found} <= {"drawn", "always"}
    assert {row.control_of for row in found} == {"fails"}


def test_a_problem_that_comes_twice_is_measured_once(trial):
    kept, free = trial("twice"), trial("twice", store=False)
    assert len(kept.run()) == len(free.run()) == 1
    assert kept.executor.store.slots_used("one") == 1
    assert len(calls(free)) == 3


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("undefined", "1024 of 1024 are NaN"),
        ("negative", "at least 0"),
        ("raises", "NameError: name 'undefined_name' is not defined (toys.py:"),
        ("raises_late", "ZeroDivisionError"),
        ("raises_at_once", "ValueError: no such thing (toys.py:"),
        ("returns_nothing", "returns_nothing(problem) = None: is no study"),
        ("returns_a_mean", "shape (): it is one real number per replicate"),
        ("unknown", "1 of 8 residuals are NaN"),
        ("wrongly_expected", "use mf.Equals(0)"),
    ],
)
def test_what_gives_no_verdict_is_inconclusive_and_says_why(trial, name, words):
    row = only(trial(name))
    assert row.verdict == "INCONCLUSIVE"
    assert words in row.reason
    assert "CellFailed" not in row.reason


def test_a_row_that_fails_late_keeps_what_was_measured(trial):
    row = only(trial("raises_late"))
    assert (row.n, len(row.curves), len(row.rounds)) == (32, 32, 1)


@pytest.mark.parametrize("name", ["undefined", "border"])
def test_an_undecided_row_says_how_many_replicates_would_decide(trial, name):
    small = replace(QUICK, procedure=Procedure(rounds=(32, 64)))
    row = only(trial(name, budget=small))
    assert row.verdict == "INCONCLUSIVE"
    assert "would decide" in row.reason
    assert row.n == 64


def test_time_is_up(trial):
    row = only(trial("border", budget=replace(QUICK, seconds=0.0)))
    assert (row.verdict, row.n) == ("INCONCLUSIVE", 32)
    assert "would decide" in row.reason
    assert row.reason.endswith("; stopped after 0 core-seconds")


def test_waiting_for_the_processor_stops_no_row(trial, monkeypatch):
    """The clock of the limit is the processor's, which stands still while others compute."""
    monkeypatch.setattr("mfcheck.engine.clock.process_time", lambda: 7.0)
    row = only(trial("border", budget=replace(QUICK, seconds=0.0)))
    assert row.n > 32 and "stopped" not in row.reason


def test_a_decision_in_the_last_minute_counts(trial):
    assert only(trial("holds", budget=replace(QUICK, seconds=0.0))).verdict == "SUPPORTED"


def test_what_diverges_is_refuted(trial):
    row = only(trial("diverges"))
    assert (row.verdict, row.diverged, row.estimate) == ("REFUTED", row.n, None)
    assert row.median_curve[-1] is None
    assert "diverged" in row.reason


def test_what_sometimes_diverges_or_is_unknown_is_counted(trial):
    assert only(trial("sometimes_diverges")).diverged >= 2
    assert only(trial("partly_undefined", session="two")).undefined >= 3


def test_an_identity(trial):
    row = only(trial("residual"))
    assert (row.verdict, row.n, row.estimator, row.points) == ("SUPPORTED", 8, "identity", ())
    assert (row.margin, row.axis, row.excluded, row.curvature) == (1e-10, None, None, None)


@pytest.mark.parametrize(("name", "diverged"), [("violated", 0), ("infinite", 1)])
def test_one_counterexample_refutes_an_identity(trial, name, diverged):
    row = only(trial(name))
    assert (row.verdict, row.diverged) == ("REFUTED", diverged)


def test_an_event_is_counted_and_what_is_no_number_belongs_to_it(trial):
    row = only(trial("rarely"))
    assert (row.verdict, row.estimator, row.above) == ("SUPPORTED", "exceedance", 0.99)
    assert (row.allowed_low, row.allowed_high, row.margin) == (None, 0.1, pytest.approx(0.015))
    beyond = row.rounds[-1].above
    assert row.estimate == beyond / row.n and row.undefined == row.n // 32 <= beyond
    assert 0 < row.low < row.estimate < row.high <= 0.115
    assert f"exceeded in {beyond} of {row.n} replicates" in row.reason
    often = only(trial("often", session="other"))
    assert (often.verdict, often.n) == ("REFUTED", 32) and often.low > 0.115
    assert only(trial("never_a_number", session="nan")).verdict == "REFUTED"


def test_an_event_shown_is_not_judged(trial):
    row = only(trial("share_shown"))
    assert (row.verdict, row.allowed_high, row.n) == ("REPORTED", None, 32)
    assert 0 < row.low < row.estimate < row.high < 1


def test_an_event_needs_a_bound_on_its_probability(trial):
    row = only(trial("no_event"))
    assert row.verdict == "INCONCLUSIVE" and "AtMost(0.05)" in row.reason


def test_a_quantile_is_judged_where_the_median_would_pass(trial):
    kept, broken = only(trial("rarely_large")), only(trial("often_large", session="two"))
    assert (kept.verdict, kept.quantile) == ("SUPPORTED", 0.9)
    assert kept.estimate == pytest.approx(0.9, abs=0.1) and kept.n == 128
    assert (broken.verdict, broken.quantile) == ("REFUTED", 0.9)


def test_a_problem_that_breaks_a_premise_supports_nothing(trial):
    row = only(trial("premise_broken"))
    assert (row.verdict, row.reason) == ("INCONCLUSIVE", "PREMISE NOT MET: n = 7")
    assert [mark.standing for mark in row.assumptions] == ["by construction", "broken"]
    assert (row.n, row.seconds) == (0, 0)  # it is not even measured


def test_a_control_may_break_a_premise(trial):
    row = only(trial("premise_broken_on_purpose"))
    assert row.verdict == "REFUTED" and row.assumptions[1].standing == "broken"


def test_a_reported_row_is_shown_after_one_round_and_not_judged(trial):
    row = only(trial("shown"))
    assert (row.verdict, row.n) == ("REPORTED", 32)
    assert row.allowed_low is row.allowed_high is row.excluded is None
    assert row.low < row.estimate < row.high


def test_a_number(trial):
    row = only(trial("number"))
    assert (row.verdict, row.estimator, row.points) == ("SUPPORTED", "value", ())
    assert row.excluded == pytest.approx(-0.1, abs=0.02)


def test_the_rounding_of_float32_is_measured(trial):
    row = only(trial("rounded_a_little"))
    assert row.verdict == "SUPPORTED"
    assert [(floor.name, floor.value) for floor in row.floors] == [
        ("float32 rounding", pytest.approx(1e-3))
    ]


@pytest.mark.parametrize("name", ["rounded_a_lot", "overflows"])
def test_rounding_above_a_tenth_of_the_margin_decides_nothing(trial, name):
    """Not even a divergence that float64 does not know of."""
    row = only(trial(name))
    assert row.verdict == "INCONCLUSIVE"
    assert "float32 rounding" in row.reason
    assert "0.015" in row.reason


def test_a_second_run_computes_nothing_and_says_the_same(trial):
    first = trial("holds")
    row = only(first)
    assert len(calls(first)) == 3
    again = trial("holds", session="two")
    assert only(again) == row
    assert calls(again) == []


def test_other_seeds_checks_and_problems_have_other_numbers(trial):
    rows = [
        *trial("holds").run(),
        *trial("holds", session="two", seed=1).run(),
        *trial("twice", session="three").run(),
        *trial("holds", session="four").run(spec_of('{"atoms": 6}')),
    ]
    assert len({tuple(row.median_curve) for row in rows}) == 4
    assert len({row.id for row in rows}) == 4


def test_rounds_are_nested(trial):
    """A row's first replicates are the same however many follow."""
    few = trial("border", budget=replace(QUICK, procedure=Procedure(rounds=(32,))))
    many = trial("border", store=False)
    short, long = few.run()[0], many.run()[0]
    assert long.n > short.n
    assert long.curves == short.curves
    wanted = [(N, range(a, a + 32)) for a in range(0, long.n, 32) for N in (16, 32, 64)]
    assert calls(many) == wanted


def test_one_row_again_from_its_json(trial):
    rows = trial("fails_when_wide", budget=SEVERAL).run()
    alone = trial("fails_when_wide", store=False, budget=SEVERAL)
    for row in rows:
        (again,) = alone.run(spec_of(row.problem.json))
        kept = {"origin": "given", "seconds": 0, "cost": None}
        assert structs.replace(again, **kept) == structs.replace(row, **kept)


def test_a_written_problem_is_replayed_from_where_it_came(trial):
    one = FiniteSpec(("tanh", "identity"), atoms=3, n=4, d=2)
    for source in ("", "/some where/mine.json"):
        text = ExplicitSpec.of(one.problem(), source)
        (row,) = trial("holds", store=False).run(text)
        assert row.origin == "given"
        given = row.replay.partition("--mf-problem ")[2]
        assert given.startswith("'/some where/mine.json'" if source else '\'{"activations"')


@pytest.mark.parametrize("name", ["residual", "shown", "control"])
def test_what_chance_cannot_refute_takes_no_slot(trial, name):
    on = trial(name)
    on.run()
    assert on.executor.store.slots_used("one") == 0


def test_a_full_ledger_is_said(trial):
    tight = replace(QUICK, drawn=3, procedure=Procedure(slots=2))
    on = trial("holds", budget=tight)
    for k in range(2):
        on.executor.store.enter("one", f"row {k}", 2)
    row = only(on)
    assert row.verdict == "INCONCLUSIVE"
    assert "all 2 slots of the run's error budget are taken" in row.reason
    assert calls(on) == []


@pytest.mark.parametrize("store", [True, False])
def test_an_interruption_is_no_row(trial, store):
    on = trial("interrupted", store=store)
    with pytest.raises(KeyboardInterrupt):
        on.run()
    assert not store or on.executor.store.rows("one", Row) == []


def test_without_a_store_nothing_is_kept_and_all_is_the_same(trial, tmp_path):
    kept, free = only(trial("holds")), trial("holds", store=False).run()[0]
    assert structs.replace(free, seconds=kept.seconds, cost=kept.cost) == kept


@pytest.mark.filterwarnings("error")
def test_nothing_of_this_warns(trial):
    for name in ("diverges", "undefined", "raises", "overflows", "unknown", "infinite"):
        trial(name, store=False).run()


def test_curves_hold_what_was_measured(trial):
    row = only(trial("holds"))
    medians = np.median(np.array(row.curves), axis=0)
    assert row.median_curve == pytest.approx(medians)
    assert max(max(curve) for curve in row.curves) < inf


def test_a_plateau_does_not_pass_on_its_average(trial):
    row = only(trial("plateaus"))
    assert row.verdict == "INCONCLUSIVE"
    assert "the curve bends" in row.reason and row.estimate == pytest.approx(0)


def test_infinities_are_no_evidence_of_a_lower_bound(trial):
    row = only(trial("infinities"))
    assert row.verdict == "INCONCLUSIVE" and "no finite number" in row.reason


def test_a_row_that_excludes_nothing_is_not_green(trial):
    row = only(trial("nothing_at_all"))
    assert row.verdict == "INCONCLUSIVE" and "excludes no false statement" in row.reason


def test_a_supported_row_says_what_it_excludes(trial):
    row = only(trial("holds"))
    (slower,) = row.neighbours
    assert slower.name == "slower" and 0.5 < slower.size < 0.8
    assert not any(row.neighbours for row in trial("fails").run())


def test_a_rate_is_judged_as_a_ratio_and_the_exponent_is_told(trial):
    row = only(trial("beside_its_rate"))
    assert abs(row.estimate) < 0.1 and row.rate_exponent == pytest.approx(-0.5)
    slower, floor = row.neighbours
    assert slower.words.startswith("N^−0.") and floor.size < 1


def test_a_value_that_the_interval_leaves_out_is_supported_only_if_it_is_argued(trial):
    row = only(trial("beside_its_value"))
    assert row.verdict == "INCONCLUSIVE" and "leaves out 0, and no equivalence" in row.reason
    argued = only(trial("as_good_beside_it", session="argued"))
    assert argued.verdict == "SUPPORTED" and argued.low > 0


def test_a_finer_row_has_less_margin_and_excludes_more(trial):
    names = ("beside_its_rate", "beside_its_rate_finely")
    coarse, fine = (only(trial(name, session=name)) for name in names)
    assert (coarse.margin, coarse.finer) == (0.15, 1)
    assert (fine.margin, fine.finer) == (pytest.approx(0.05), 3)
    sizes = [{one.name: one.size for one in row.neighbours} for row in (coarse, fine)]
    assert sizes[1]["slower"] < sizes[0]["slower"] and sizes[1]["more_at_the_end"] < 1


def test_a_rate_is_refuted_only_if_the_refined_grid_agrees(trial):
    (row, *_) = trial("fails").run()
    assert row.verdict == "REFUTED" and "on N = 32 to 128 it is " in row.reason
    row = only(trial("rises_at_first", session="other"))
    assert row.verdict == "INCONCLUSIVE" and row.reason.startswith("outside its regime?")
    assert row.low > 0.15 and "but on N = 32 to 128 it is" in row.reason


def test_a_grid_that_cannot_be_refined_refutes_and_says_so(trial):
    row = only(trial("rises_where_it_can"))
    assert row.verdict == "REFUTED" and "the grid could not be refined: CellFailed" in row.reason


def test_a_control_needs_no_refined_grid(trial):
    assert all("on N = 32" not in row.reason for row in trial("control").run())


def test_a_solver_that_gives_up_is_no_evidence(trial):
    row = only(trial("gives_up"))
    assert row.verdict == "INCONCLUSIVE" and row.gave_up
    assert row.reason.startswith("NUMERICS GAVE UP: max_steps = 10: t = ")
    assert not only(trial("raises", session="other")).gave_up


def test_a_solve_ends_when_the_time_of_its_row_is_up(trial):
    run = trial("solves_for_long", budget=replace(QUICK, seconds=3.0))
    row = only(run)
    assert row.verdict == "INCONCLUSIVE" and row.gave_up
    assert row.reason.startswith("NUMERICS GAVE UP: 3 seconds are up: t = ")
    assert "of 10000 was reached" in row.reason
    assert run.executor.store.notes("one", "solve", str) == [""]  # told, and taken back


def test_the_steepest_fall_excludes_something_too(trial):
    row = only(trial("falls_steeply"))
    assert row.verdict == "SUPPORTED" and 12 < row.neighbours[0].size < 13


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("not_for_this", "the toy has no such problem"),
        ("not_in_the_end", "the toy is not that wide"),
    ],
)
def test_what_does_not_apply_has_a_reason_no_numbers_and_no_slot(trial, name, why):
    on = trial(name)
    (row,) = on.run()
    assert on.executor.store.rows("one", Row) == [row]
    jsonschema.validate(loads(json_text(row)), schema() | {"$ref": "#/$defs/Row"})
    assert (row.verdict, row.reason, row.applies) == ("NOT APPLICABLE", why, False)
    assert (row.n, row.curves, row.rounds, row.estimate) == (0, (), (), None)
    assert on.executor.store.slots_used("one") == 0


def test_a_check_is_ruled_by_the_problems_to_which_it_applies(trial):
    rows = trial("not_for_some", budget=SEVERAL).run()
    assert {row.verdict for row in rows} == {"NOT APPLICABLE", "SUPPORTED"}
    applied = sum(row.applies for row in rows)
    assert ruling(rows) == ("SUPPORTED", f"supported on all {applied} problems")
