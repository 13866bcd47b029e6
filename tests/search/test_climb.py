"""The search: it climbs, tries every problem once, stops where it is told, and shrinks its find."""

import math

import pytest
from hypothesis import given, seed
from hypothesis import strategies as st
from hypothesis.database import InMemoryExampleDatabase

from mfcheck.problems.finite import FiniteSpec
from mfcheck.run.explore import SHRINKS, Phase, calm, stream
from mfcheck.search.climb import SLACK, Climb
from mfcheck.seeds import Seeds
from mfcheck.strategies.families import problems

ALL = st.one_of(*problems(depth=(2, 6)).strata)
SIMPLEST = FiniteSpec(("tanh", "identity"), atoms=6, n=6, d=2)


def corner(b):
    """Between −1 and 1, which only the largest problems of all reach."""
    return 2 * (b.atoms / 14 * b.n / 16 * b.d / 4 * b.L / 6) - 1


def noise(b, name):
    """Standard normal, the same for one problem and name."""
    u = Seeds(0).fold(b.json(), name).uniforms("noise", 0, 2)[0]
    return math.sqrt(-2 * math.log(u[0])) * math.cos(2 * math.pi * u[1])


def noisy(b, mark=-math.inf):
    """The same with noise, as a statistic of few replicates has it; of more, if it would lead."""
    found = corner(b) + 0.3 * noise(b, "few")
    return found if found <= mark else corner(b) + 0.15 * noise(b, "more")


def searched(score, most, key=0, strategy=ALL):
    """A search over so many problems; score: of a problem, or of a problem and a mark."""
    asked = []

    def measure(problem, mark):
        asked.append((problem, mark))
        return noisy(problem, mark) if score is noisy else score(problem)

    search = Climb(strategy, measure, (key, "test"))
    search.climb(lambda: len(search.scores) >= most)
    assert [problem for problem, _ in asked] == list(search.scores)
    return search


def drawn(measure, most, key):
    """The problem that leads after so many at random."""
    seen, lead = set(), (-math.inf, None)

    @seed(stream(key, "random"))
    @calm(2 * most, Phase.generate)
    @given(ALL)
    def run(problem):
        nonlocal lead
        if problem not in seen and len(seen) < most:
            seen.add(problem)
            found = measure(problem, lead[0])
            lead = max(lead, (found, problem), key=lambda pair: pair[0])

    run()
    return lead[1]


def mean(numbers):
    return sum(numbers) / len(numbers)


def heights(measure, most, keys):
    """The true heights of what climbing and drawing find, on average over some seeds."""
    score = noisy if measure is noisy else corner
    climbed = [corner(searched(score, most, key).leads[-1].problem) for key in keys]
    return mean(climbed), mean([corner(drawn(measure, most, key)) for key in keys])


def test_it_climbs_where_drawing_does_not():
    climbed, by_luck = heights(lambda b, mark: corner(b), 100, range(4))
    assert climbed > by_luck + 0.3


def test_it_climbs_through_noise():
    """The noise of one problem is a seventh of the way from the lowest to the highest."""
    climbed, by_luck = heights(noisy, 150, range(8))
    assert climbed > by_luck + 0.1


def test_every_problem_is_tried_once_and_the_leads_rise():
    search = searched(noisy, 150)
    scores = list(search.scores.values())
    assert len(search.scores) == 150
    assert [lead.score for lead in search.leads] == sorted({lead.score for lead in search.leads})
    assert search.leads[-1].score == max(scores)
    for at, problem, score in search.leads:
        assert scores[at - 1] == score == search.scores[problem] == max(scores[:at])


def test_the_clock_only_cuts_the_sequence_short():
    long = list(searched(noisy, 130).scores)
    for most in (1, 40, 77):
        assert list(searched(noisy, most).scores) == long[:most]
    assert list(searched(noisy, 77, key=1).scores) != long[:77]


def test_one_problem_is_tried_even_when_there_is_no_time():
    search = searched(corner, 0)
    assert list(search.scores) == [SIMPLEST]
    assert search.shrink(lambda: True) == (SIMPLEST, corner(SIMPLEST))


def test_it_ends_when_there_is_nothing_new():
    few = st.sampled_from([FiniteSpec(seed=k) for k in range(5)])
    search = searched(lambda b: float(b.seed), 1000, strategy=few)
    assert len(search.scores) == 5
    assert search.leads[-1].problem == FiniteSpec(seed=4)


def test_among_equals_the_first_leads_and_none_is_tried_for_long():
    search = searched(lambda b: 1.0, 200)
    assert len(search.leads) == 1
    assert len({(b.L, b.atoms, b.n, b.d, b.data) for b in search.scores}) > 100


def test_problems_without_a_score_are_tried_and_never_lead():
    search = searched(lambda b: None if b.d > 2 else corner(b), 100)
    assert any(b.d > 2 for b in search.scores)
    assert all(lead.problem.d == 2 for lead in search.leads)
    assert not searched(lambda b: None, 40).leads


def test_a_measurement_is_told_what_it_has_to_beat():
    marks = []

    def measure(problem, mark):
        marks.append(mark)
        return float(len(marks))

    Climb(ALL, measure, (0,)).climb(lambda: len(marks) >= 4)
    assert marks == [-math.inf, 1.0, 2.0, 3.0]


@pytest.mark.parametrize("key", range(5))
def test_the_worst_is_shrunk_within_a_dozen_measurements(key):
    search = searched(corner, 90, key)
    before = dict(search.scores)
    asked = []
    search.measure = lambda problem, mark: (asked.append(problem), corner(problem))[1]
    simplest, found = search.shrink(lambda: False)
    worst = search.leads[-1]
    assert found == corner(simplest) >= worst.score - SLACK
    assert 0 < len(asked) <= SHRINKS
    assert not set(asked) & set(before)
    assert search.scores == before


def test_what_does_not_matter_becomes_simple():
    """What makes the score stays; tables, law and measures become the first there are."""
    for key in range(6):
        search = searched(lambda b: float(b.d), 60, key)
        simplest, _ = search.shrink(lambda: False)
        assert simplest.d == 4
        assert (simplest.atoms, simplest.n, simplest.seed) == (6, 6, 0)
        assert (simplest.weighted, simplest.data, simplest.loss) == (False, "teacher", "squared")


def test_shrinking_ends_with_the_time():
    search = searched(corner, 90)
    worst = search.leads[-1]
    assert search.shrink(lambda: True) == (worst.problem, worst.score)


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, pytest.fail.Exception])
def test_an_interruption_passes_through_and_what_was_found_stays(error):
    def measure(problem, mark):
        if len(search.scores) > 30:
            raise error
        return corner(problem)

    search = Climb(ALL, measure, (0,))
    with pytest.raises(error):
        search.climb(lambda: False)
    assert search.leads


def test_no_database_is_used(monkeypatch):
    def never(*args):
        raise AssertionError

    for name in ("save", "fetch"):
        monkeypatch.setattr(InMemoryExampleDatabase, name, never)
    searched(corner, 40).shrink(lambda: False)
