"""The cheapest combination of ridge functions: closed forms, all bases, one large program."""

from itertools import combinations
from math import inf

import numpy as np
import pytest
from scipy.optimize import linprog

from mfcheck.observe import combination
from mfcheck.observe.combination import least_sums


def drawn(seed, n, m):
    g = np.random.default_rng(seed)
    return g.normal(size=(3, n)), np.tanh(g.normal(size=(n, m)))


def test_one_point_takes_the_largest_ridge_function():
    ridges = np.array([[0.2, -0.8, 0.5]])
    assert least_sums(np.array([[1.6], [-0.4], [0.0]]), ridges) == pytest.approx([2.0, 0.5, 0.0])


def test_orthogonal_ridge_functions_take_a_sum():
    target = np.array([[1.0, -2.0, 4.0]])
    assert least_sums(target, np.diag([1.0, 2.0, -4.0]))[0] == pytest.approx(3.0)


@pytest.mark.parametrize("seed", range(4))
def test_it_is_the_best_of_all_bases(seed):
    """A vertex of the program uses as many ridge functions as there are points."""
    targets, ridges = drawn(seed, 3, 9)
    for target, found in zip(targets, least_sums(targets, ridges), strict=True):
        bases = [ridges[:, list(some)] for some in combinations(range(9), 3)]
        wanted = min(float(np.abs(np.linalg.solve(B, target)).sum()) for B in bases)
        assert found == pytest.approx(wanted, rel=1e-9)


def test_few_at_a_time_are_as_good_as_all_at_once(monkeypatch):
    monkeypatch.setattr(combination, "AT_FIRST", 8)
    monkeypatch.setattr(combination, "MORE", 4)
    targets, ridges = drawn(7, 6, 500)
    both = np.hstack([ridges, -ridges])
    for target, found in zip(targets, least_sums(targets, ridges), strict=True):
        whole = linprog(np.ones(1000), A_eq=both, b_eq=target, method="highs").fun
        assert whole * (1 - 1e-9) <= found <= whole * (1 + 1e-5)


def test_a_target_out_of_reach_has_no_combination():
    odd = np.array([[0.3, 0.7], [-0.3, -0.7]])
    even, endless = np.array([[1.0, 1.0]]), np.array([[1.0, inf]])
    assert least_sums(even, odd)[0] == inf and least_sums(endless, odd)[0] == inf
    assert least_sums(np.array([[1.4, -1.4]]), odd)[0] == pytest.approx(2.0)
