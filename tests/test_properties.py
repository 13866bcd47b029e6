"""The property files: declarations that fit together, problems that meet the premises."""

from pathlib import Path

import pytest

from mfcheck.court import Check
from mfcheck.court.assumption import Standing, marks
from mfcheck.court.budget import BUDGETS
from mfcheck.court.explore import draw, stream
from mfcheck.engine.executor import Executor
from mfcheck.written import posed

FOLDER = Path(__file__).parents[1] / "properties"
FILES = {path.stem: path for path in sorted(FOLDER.glob("*.py"))}
EXAMPLES = 3


def checks(name):
    """The checks and controls of a property file."""
    found = vars(Executor().module(str(FILES[name]))).values()
    return [check for check in found if isinstance(check, Check)]


def problems(check):
    """The problems that always run, and the first that are drawn."""
    found = list(check.over.always)
    for k, stratum in enumerate(check.over.strata):
        seed = stream(0, check.claim.name, check.name, k)
        draw(stratum, lambda problem, _: bool(found.append(problem)), EXAMPLES, seed)
    return found


@pytest.mark.parametrize("name", FILES)
def test_a_file_states_one_claim_with_checks_and_controls(name):
    claims = {check.claim.name for check in checks(name)}
    assert claims == {name}
    judged = [check for check in checks(name) if check.expect is not None]
    controlled = {check.control_of for check in judged if check.control_of}
    assert controlled or not judged
    assert all(check.doc for check in checks(name))


@pytest.mark.parametrize("name", FILES)
def test_every_problem_of_a_check_meets_the_premises_and_travels_as_json(name):
    for check in checks(name):
        for problem in problems(check):
            assert posed(problem.json()) == problem
            found = marks(check.claim.assumed, problem)
            broken = [mark.why for mark in found if mark.standing == Standing.BROKEN]
            assert not broken or check.control_of, (check.name, problem.label, broken)


@pytest.mark.parametrize("name", BUDGETS)
def test_a_run_of_all_claims_has_slots_enough_and_some_to_spare(name):
    rows, drawn = 0, BUDGETS[name].drawn
    for file in FILES:
        for check in checks(file):
            exact = check.expect is not None and check.expect.low == check.expect.high == 0
            if check.expect is not None and check.control_of is None and not exact:
                rows += len(check.over.always) + drawn * len(check.over.strata)
    assert rows <= 0.8 * BUDGETS[name].procedure.slots


def test_a_claim_uses_claims_that_exist():
    for name in FILES:
        assert set(checks(name)[0].claim.uses) <= set(FILES), name
