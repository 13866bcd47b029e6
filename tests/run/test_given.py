"""A given problem: which checks can be asked about it, and what becomes of controls."""

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

import mfcheck as mf
from mfcheck.claims import budget
from mfcheck.engine.executor import Executor
from mfcheck.engine.store import create_store
from mfcheck.errors import InvalidArgument
from mfcheck.plan import plan
from mfcheck.problems.explicit import ExplicitSpec
from mfcheck.run.check_run import CheckRun
from mfcheck.run.given import kinds, refusal
from mfcheck.strategies.families import Family, iid_problems, problems

FILE = str(Path(__file__).with_name("toys.py"))
FINITE, INDEPENDENT = mf.FiniteSpec(("tanh", "identity"), atoms=5, n=6, d=2), mf.IIDSpec()
claim = mf.Claim("given", text="It holds.", source="here", section="A. Toys")


@pytest.fixture
def trial(tmp_path):
    """A trial of the toy of that name."""

    def of(name):
        executor = Executor(create_store(tmp_path / "run"))
        check = getattr(executor.module(FILE), name)
        return CheckRun(check, FILE, f"toys.py::{name}", budget("quick"), executor, "one")

    return of


def calls(trial):
    return trial.executor.module(trial.file).calls


def check(over, **more):
    @claim.check(over=over, expect=mf.AtMost(0.0), **more)
    def asked(problem):
        """It is asked."""

    return asked


@pytest.mark.parametrize(
    ("over", "taken"),
    [
        ([FINITE], {mf.FiniteSpec}),
        ([FINITE, INDEPENDENT], {mf.FiniteSpec, mf.IIDSpec}),
        (problems(depth=(2, 4)), {mf.FiniteSpec}),
        (iid_problems(), {mf.IIDSpec}),
        (Family((INDEPENDENT,), problems(depth=(2, 2)).strata), {mf.FiniteSpec, mf.IIDSpec}),
    ],
)
def test_a_check_takes_the_kinds_that_it_holds_and_draws(over, taken):
    assert set(kinds(check(over))) == taken
    assert kinds(check(over, takes=(mf.GeneralSpec,))) == (mf.GeneralSpec,)
    assert kinds(check(over, takes=())) == ()


def test_a_check_may_take_none_but_its_own():
    only, built = check([FINITE], takes=()), mf.FiniteSpec.problem
    assert refusal(only, FINITE, built) == ""
    assert "takes no other" in refusal(only, replace(FINITE, n=7), built)


def test_what_is_no_kind_is_refused():
    with pytest.raises(InvalidArgument, match="is no kind of problem"):
        check([FINITE], takes=(FINITE,))


@dataclass(frozen=True, repr=False)
class Finer(mf.FiniteSpec):
    """A kind of one's own that is a finite one too."""

    init: str = "finer"


def test_a_problem_is_of_its_kind_and_of_those_above():
    assert Finer().of_kind(mf.FiniteSpec) and not FINITE.of_kind(Finer)
    written = ExplicitSpec.of(FINITE.problem())
    assert written.of_kind(mf.FiniteSpec) and written.of_kind(ExplicitSpec)
    assert not written.of_kind(mf.IIDSpec)


def test_a_given_problem_is_measured_where_it_can_be(trial):
    (row,) = trial("holds").run(FINITE)
    assert (row.verdict, row.origin) == ("SUPPORTED", "given")


@pytest.mark.parametrize("name", ["holds", "calm", "gives_up", "raises_at_once"])
def test_a_problem_of_another_kind_is_put_aside_before_anything_runs(trial, name):
    on = trial(name)
    (row,) = on.run(INDEPENDENT)
    assert row.verdict == "NOT APPLICABLE"
    assert row.reason == f"the check takes a problem of kind FiniteSpec, not {INDEPENDENT.label}"
    assert (row.origin, calls(on), on.executor.store.slots_used("one")) == ("given", [], 0)


def test_a_premise_that_a_given_problem_breaks_is_the_reason(trial):
    on = trial("premise_broken")
    (row,) = on.run(FINITE)
    assert (row.verdict, row.reason) == ("NOT APPLICABLE", "PREMISE NOT MET: n = 6")
    assert calls(on) == []
    (row,) = on.run(replace(FINITE, n=4))
    assert row.verdict == "SUPPORTED"


def test_a_control_keeps_its_own_problems(trial):
    rows = trial("control_of_three").run(FINITE)
    assert [row.verdict for row in rows] == ["REFUTED"] * 3
    assert {row.origin for row in rows} == {"always", "drawn"}


@pytest.mark.parametrize(
    ("name", "given"), [("control", INDEPENDENT), ("premise_broken_on_purpose", FINITE)]
)
def test_a_control_of_a_check_that_cannot_be_asked_is_put_aside(trial, name, given):
    on = trial(name)
    (row,) = on.run(given)
    assert (row.verdict, row.origin, calls(on)) == ("NOT APPLICABLE", "given", [])


def test_a_control_is_measured_again_on_one_of_its_own(trial):
    """As the command says that stands beside its row."""
    rows = trial("control_of_three").run()
    given = mf.FiniteSpec.from_json(rows[-1].problem.json)
    (row,) = trial("control_of_three").run(given)
    assert (row.verdict, row.estimate) == ("REFUTED", rows[-1].estimate)


def test_a_plan_asks_about_the_same_problems(trial):
    runs = [trial("holds"), trial("calm"), trial("control_of_three")]
    found = plan(runs, None, INDEPENDENT)
    assert [len(line.rows) for line in found.lines] == [1, 1, 1]
    assert [line.seconds for line in found.lines] == [0, 0, 0]
    assert calls(runs[0]) == calls(runs[2]) == []
    assert len(plan([trial("control_of_three")], None, FINITE).lines[0].rows) == 3
