"""What is drawn: problems worth measuring, that build, and that no other file can change."""

import subprocess
import sys
from pathlib import Path

import pytest

import mfcheck as mf
from mfcheck.engine.executor import Executor
from mfcheck.errors import InvalidArgument
from mfcheck.problems.finite import FiniteSpec
from mfcheck.problems.reading import spec_of
from mfcheck.run.explore import explore, stream
from mfcheck.strategies.families import (
    DIGITS,
    DRAWN_LOSSES,
    SIGMOIDAL,
    SMOOTH,
    Family,
    family,
    iid_problems,
    problems,
)

EVERY = {
    "finite": problems(depth=(2, 6), hidden=SMOOTH),
    "iid": iid_problems(depth=(4, 6)),
}
STRATA = [(name, i) for name, over in EVERY.items() for i in range(len(over.strata))]

ELSEWHERE = """
import sys
sys.path.insert(0, sys.argv[1])
import constants
from mfcheck.run.explore import explore, stream
from mfcheck.strategies.families import problems
for k in range(20):
    explore(problems(depth=(3, 3)).strata[0], lambda b, o: print(b.json()), 8, stream("test", k))
"""


def drawn(stratum, n, seed=0):
    """The first n problems of a stratum."""
    found = []
    explore(stratum, lambda problem, origin: found.append(problem), n, stream("test", seed))
    return found


@pytest.mark.parametrize("L", range(2, 7))
def test_the_first_problem_is_worth_measuring(L):
    """It is always the simplest one, whatever the seed: a good part of a small budget."""
    for seed in range(3):
        first = drawn(EVERY["finite"].strata[L - 2], 1, seed)[0]
        assert first == FiniteSpec(("tanh",) * (L - 1) + ("identity",), atoms=6, n=6, d=2)


@pytest.mark.parametrize(("name", "i"), STRATA)
def test_every_problem_builds_is_small_and_can_be_written_again(name, i):
    lowest = 2 if name == "finite" else 4
    for problem in drawn(EVERY[name].strata[i], 40):
        assert problem.L == lowest + i
        assert problem.problem().L == lowest + i
        assert len(problem.json()) < 1000
        assert eval(repr(problem), {"mf": mf}) == problem
        assert spec_of(problem.json()) == problem


def test_what_may_vary_varies():
    found = [b for stratum in EVERY["finite"].strata for b in drawn(stratum, 60)]
    assert {phi for b in found for phi in b.activations[:-1]} == set(SMOOTH)
    assert {b.loss for b in found} == set(DRAWN_LOSSES)
    assert {b.data for b in found} == {"teacher", "clusters", "sine"}
    assert {b.weighted for b in found} == {True, False}
    assert {b.atoms for b in found} == set(range(6, 15))
    assert {b.n for b in found} == set(range(6, 17))
    assert {b.d for b in found} == {2, 3, 4}
    assert len({b.seed for b in found}) > 50


def test_what_is_fixed_stays_fixed():
    over = problems(depth=(3, 3), hidden=("erf",), losses=("huber",), centres=[(2.0, 0.1)])
    for b in drawn(over.strata[0], 30):
        assert set(b.activations[:-1]) == {"erf"}
        assert (b.activations[-1], b.loss, b.centre, b.spread) == ("identity", "huber", 2.0, 0.1)
    assert all(b.bias == 1.0 for b in drawn(iid_problems(bias=1.0).strata[0], 10))


def test_bounded_activations_are_the_default():
    assert {phi for b in drawn(problems(depth=(4, 4)).strata[0], 60) for phi in b.activations} == {
        *SIGMOIDAL,
        "identity",
    }


def test_one_stratum_per_depth():
    assert len(problems(depth=(2, 6)).strata) == 5
    assert len(problems(depth=(3, 3)).strata) == 1


def test_no_other_module_changes_what_is_drawn(tmp_path):
    """Hypothesis mixes the constants of loaded modules into its integers; ours must not care.

    Otherwise the problems of a check would change with the files that are collected beside it.
    """
    numbers = ", ".join(map(str, range(100, 10**6, 1009)))
    (tmp_path / "constants.py").write_text(f"CONSTANTS = ({numbers})\n")
    words = [sys.executable, "-c", ELSEWHERE, str(tmp_path)]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    stratum = problems(depth=(3, 3)).strata[0]
    here = [problem.json() for k in range(20) for problem in drawn(stratum, 8, k)]
    assert len(here) == 160
    assert done.stdout.splitlines() == here


def test_the_digits_always_run_in_the_coupling_claim():
    file = Path(__file__).parents[2] / "properties" / "coupling.py"
    module = Executor().module(str(file))
    assert DIGITS in module.in_both.over.always
    assert DIGITS in module.in_width.over.always


def test_a_list_of_blueprints_is_a_family():
    assert family([DIGITS]) == Family(always=(DIGITS,))
    assert family(iter([DIGITS])).always == (DIGITS,)
    over = problems(depth=(2, 2))
    assert family(over) is over


@pytest.mark.parametrize("depth", [3, (3,), (1, 3), (4, 3), (2.0, 3), "26", None])
def test_a_depth_is_a_pair(depth):
    with pytest.raises(InvalidArgument, match=r"lowest, highest"):
        problems(depth=depth)


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"hidden": ("tnh",)}, "did you mean 'tanh'"),
        ({"hidden": ()}, "name one at least"),
        ({"hidden": "tanh"}, "list to choose from"),
        ({"losses": ("square",)}, "did you mean 'squared'"),
        ({"centres": ()}, "name one at least"),
        ({"always": ["digits"]}, "is no specification"),
    ],
)
def test_what_cannot_be_chosen_from_is_refused_where_it_is_written(wrong, word):
    with pytest.raises(InvalidArgument, match=word):
        problems(**wrong)
