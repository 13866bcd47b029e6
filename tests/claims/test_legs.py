"""The envelope by hand, and the gap between SGD and the mean-field ODE measured another way."""

from math import e, log

import pytest
import torch

import mfcheck as mf
from mfcheck.claims.legs import Coupled, envelope, two_terms

PROBLEM = mf.FiniteSpec(("tanh", "erf", "identity"), atoms=4, n=5, T=1.0).problem()
SEEDS = mf.Seeds(0, range(3))


def test_envelope_by_hand():
    assert envelope(16, 0.25, 2.0, 0.1) == pytest.approx(0.75 * log(23040 + e) ** 0.5, rel=1e-14)
    assert envelope(16, 0.0, 2.0) == pytest.approx(0.25 * log(46080 + e) ** 0.5, rel=1e-14)
    assert two_terms(16, 0.25) == 0.75


def largest(path, limit, C):
    """D_T weight by weight, in loops."""
    found = []
    for r in range(3):
        gaps = []
        for s, w in zip(path.states, limit.states, strict=True):
            for i in range(1, s.L + 1):
                rows = C[i - 1][r] if i > 1 else [0]
                cols = C[i][r] if i < s.L else [0]
                live = [float(s.P[i][r, k]) > 0 if i < s.L else True for k in range(len(cols))]
                above = [float(s.P[i - 1][r, j]) > 0 if i > 1 else True for j in range(len(rows))]
                for k in range(len(cols)):
                    if not live[k]:
                        continue
                    if i == 1:
                        gaps.append(float((s.W[1][r, k] - w.W[1][cols[k]]).norm()))
                        continue
                    gaps.append(float((s.b[i][r, k] - w.b[i][cols[k]]).abs()))
                    gaps += [
                        float((s.W[i][r, j, k] - w.W[i][rows[j], cols[k]]).abs())
                        for j in range(len(rows))
                        if above[j]
                    ]
        found.append(max(gaps))
    return found


def test_the_gap_is_that_of_every_step_and_every_weight_to_the_flow():
    eps, at = 1 / 30, [k / 30 for k in range(31)]
    state, C = PROBLEM.empirical({1: 9, 2: 6}, SEEDS)
    walk = PROBLEM.sgd(state, eps, SEEDS.fold("samples", 30), at=at)
    wanted = largest(walk, PROBLEM.limit(at=at), C)
    found = Coupled(PROBLEM).gap({1: 9, 2: 6}, 30, SEEDS)
    assert found.tolist() == pytest.approx(wanted, abs=1e-6)


def test_steps_and_networks_have_names_of_their_own():
    walks = [Coupled(PROBLEM).paths(8, steps, SEEDS) for steps in (20, 40)]
    starts = [walk.states[0].P[1] for walk, *_ in walks]
    assert torch.equal(*starts)
    assert float((walks[0][0].final.W[3] - walks[1][0].final.W[3]).abs().max()) > 1e-3


def test_networks_of_another_problem_may_be_held_against_the_limit():
    frozen = PROBLEM.trained_by(xi={1: 0, 2: 0, 3: 0}, xi_b={2: 0, 3: 0})
    _, limit, _ = Coupled(PROBLEM, frozen).paths(8, 20, SEEDS)
    gap = Coupled(PROBLEM, frozen).gap(2**20, 20, SEEDS)
    moved = max(float((limit.final.W[i] - w).abs().max()) for i, w in PROBLEM.emb.atoms.W.items())
    assert float(gap.min()) > moved / 2


def test_wide_networks_in_fine_steps_are_near_the_limit():
    gaps = [float(Coupled(PROBLEM).gap(2**20, n, SEEDS).mean()) for n in (20, 1000)]
    assert gaps[1] < gaps[0] / 3


def test_the_gap_in_width_is_that_to_the_limit_in_the_same_steps():
    state, C = PROBLEM.empirical(64, SEEDS)
    found = Coupled(PROBLEM).gap_in_width(64, SEEDS)
    expected = largest(PROBLEM.gd(state), PROBLEM.discrete_limit(), C)
    assert found.tolist() == pytest.approx(expected, rel=1e-12)
