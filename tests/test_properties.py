"""The property files: declarations that fit together, problems that meet the premises."""

import pytest

from mfcheck.claims import Check
from mfcheck.claims.assumption import Status, statuses
from mfcheck.claims.budget import BUDGET_BY_NAME
from mfcheck.problems.reading import spec_of
from mfcheck.report.math.formulas import prose
from mfcheck.run.corpus import UnreadableEntry, kept, read_corpus
from mfcheck.run.explore import draw, stream
from tests.property_files import FILES, FOLDER, property_file

EXAMPLES = 3


def checks(name):
    """The checks and controls of a property file."""
    found = vars(property_file(name)).values()
    return [check for check in found if isinstance(check, Check)]


def own(name, check):
    """The problems that always run: those of the corpus and those that the file states."""
    found = kept(check, str(FILES[name]), property_file(name))
    return [*found, *check.over.always]


def problems(name, check):
    """The problems that always run, and the first that are drawn."""
    found = own(name, check)
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
def test_a_file_tells_its_theorem_apart_from_what_is_measured(name):
    claim = checks(name)[0].claim
    assert claim.theorem and claim.measured
    assert len(claim.title) <= 96 and not claim.title.endswith("?")


@pytest.mark.parametrize("name", FILES)
def test_every_problem_of_a_check_meets_the_premises_and_travels_as_json(name):
    for check in checks(name):
        for problem in problems(name, check):
            assert spec_of(problem.json()) == problem
            found = statuses(check.claim.assumed, problem.problem())
            broken = [one.why for one in found if one.status == Status.BROKEN]
            assert not broken or check.control_of, (check.name, problem.label, broken)


@pytest.mark.parametrize("name", BUDGET_BY_NAME)
def test_a_run_of_all_claims_has_slots_enough_and_some_to_spare(name):
    rows, drawn = 0, BUDGET_BY_NAME[name].drawn
    for file in FILES:
        for check in checks(file):
            exact = check.expect is not None and check.expect.low == check.expect.high == 0
            if check.expect is not None and check.control_of is None and not exact:
                rows += len(own(file, check)) + drawn * len(check.over.strata)
    assert rows <= 0.8 * BUDGET_BY_NAME[name].procedure.slots


@pytest.mark.parametrize("path", sorted(FOLDER.glob("corpus/*")), ids=lambda path: path.name)
def test_the_corpus_has_one_problem_a_check_that_can_be_tried(path):
    """So that it costs a row a check; that they meet the premises is asked above."""
    assert path.suffix == ".json"
    entries = read_corpus(path, path.stem)
    known = [check for check in checks(path.stem) if check.can_be_searched]
    assert {entry["check"] for entry in entries} <= {check.name for check in known}
    assert len({entry["check"] for entry in entries}) == len(entries)
    for check in known:
        assert not any(isinstance(problem, UnreadableEntry) for problem in own(path.stem, check))


def test_a_claim_uses_claims_that_exist():
    for name in FILES:
        assert set(checks(name)[0].claim.uses) <= set(FILES), name


@pytest.mark.parametrize("name", FILES)
def test_every_formula_of_a_claim_can_be_read(name):
    """On the page none stands as its source."""
    claim = next(iter(checks(name))).claim
    assumed = {one.text for check in checks(name) for one in check.assumed}
    texts = [claim.title, claim.theorem, claim.measured, *assumed, *claim.not_tested]
    texts += [text for check in checks(name) for text in (check.doc, check.equivalence)]
    unread = [text for text in texts if 'class="tex"' in str(prose(text))]
    assert unread == []
