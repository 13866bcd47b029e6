"""A program as a trainer: called once for all networks, and its failures in words."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

import mfcheck as mf
from mfcheck.errors import Unavailable
from mfcheck.trainers import command

PROGRAM = str(Path(__file__).with_name("program.py"))
PROBLEM = mf.FiniteSpec(("tanh", "sigmoid", "identity"), weighted=True, T=1.0).problem()


def motions(trainer, problem=PROBLEM, **options):
    state, _ = problem.sample({1: 5, 2: 7}, 3)
    return [p.sgd(state, seed=3, **options) for p in (problem, replace(problem, trainer=trainer))]


@pytest.mark.parametrize("batch", [None, 1, 4])
def test_a_program_moves_networks_as_the_engine_does(batch):
    """Numpy and gradients by hand, in a process of its own."""
    a, b = motions(command([sys.executable, PROGRAM], depends=[PROGRAM]), batch=batch)
    assert float(mf.distance(a, b).max()) < 1e-12
    assert b.solver["method"].startswith("command python")


def test_schedules_reach_it_as_rates():
    moving = PROBLEM.trained_by({1: lambda t: 1 + t, 2: 0.0})
    a, b = motions(command([sys.executable, PROGRAM]), moving)
    assert float(mf.distance(a, b).max()) < 1e-12


def script(text):
    return command([sys.executable, "-c", text], seconds=20)


@pytest.mark.parametrize(
    ("trainer", "words"),
    [
        (command(["no-such-program-here"]), "cannot be started"),
        (script("raise SystemExit('bad luck')"), "ended with 1.*bad luck"),
        (script("pass"), "wrote no output.npz"),
        (command([sys.executable, "-c", "import time; time.sleep(9)"], seconds=0.5), "given up"),
        (
            script("import sys, numpy; numpy.savez(sys.argv[2], W1=numpy.zeros(3))"),
            r"W1 has the shape \(3,\), not \(11, 3, 5, 3\)",
        ),
    ],
)
def test_failures_are_told_in_words(trainer, words):
    with pytest.raises(Unavailable, match=words):
        motions(trainer)


def test_what_it_lacks_it_says_in_its_last_words():
    other = mf.FiniteSpec(("tanh", "sigmoid", "identity"), loss="huber", T=1.0).problem()
    with pytest.raises(Unavailable, match="has no loss huber"):
        motions(command([sys.executable, PROGRAM]), other)
