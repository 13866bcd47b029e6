"""A solve that is waited for: until when, and what is told meanwhile."""

import pytest

import mfcheck as mf
from mfcheck.dynamics import patient
from mfcheck.errors import Unresolved
from tests.plain import law, network


def solve(T=1.0):
    return mf.flow(mf.Model(("tanh", "identity")), network([3], 2), law(4, 2), T)


def test_each_step_is_told_before_it_is_tried():
    told = []
    with patient(100.0, lambda *where: told.append(where)):
        solver = solve().solver
    assert len(told) == solver["accepted"] + solver["rejected"]
    times = [t for t, T in told]
    assert times[0] == 0 and times == sorted(times) and {T for _, T in told} == {1.0}


def test_a_limit_is_told_of_too():
    told, emb = [], mf.FiniteEmbedding(network([3], 2))
    with patient(100.0, lambda *where: told.append(where)):
        mf.limit(mf.Model(("tanh", "identity")), emb, law(4, 2), 1.0, tol=1e-4)
    assert told


def test_a_solve_ends_when_its_time_is_up():
    ticks = iter(range(1000))
    with pytest.raises(Unresolved, match=r"3 seconds are up: t = 0\.1 of 1 was reached"):
        with patient(3, clock=lambda: next(ticks)):
            solve()
    assert next(ticks) == 5
    solve()  # nobody waits any more


def test_the_shorter_of_two_times_holds():
    ticks = iter(range(1000))
    with pytest.raises(Unresolved, match="2 seconds are up"):
        with patient(2, clock=lambda: next(ticks)), patient(1000.0):
            solve()
