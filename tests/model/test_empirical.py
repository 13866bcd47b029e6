"""Networks counted instead of drawn: the same law, and the same motion as with every neuron."""

from dataclasses import replace
from itertools import product
from math import factorial, prod

import numpy as np
import pytest
import torch
from scipy.stats import chisquare

import mfcheck as mf
from mfcheck.model.empirical import MOST_NEURONS, empirical, multinomial, tallied
from tests.plain import law, network

ATOMS = network([4, 3], 2, seed=3, weighted=True)
EMB = mf.FiniteEmbedding(ATOMS)
DATA = law(5, 2)
MODEL = mf.Model(("tanh", "sigmoid", "identity"))
BENT = mf.GeneralSpec(("gated", "sine"), atoms=4, weighted=True, T=1.0, eps=0.1).problem()
PROBLEMS = {"standard": mf.Problem(MODEL, EMB, DATA, T=1.0, eps=0.1), "general": BENT}


@pytest.mark.parametrize("kind", PROBLEMS)
@pytest.mark.parametrize("norm", ["max", "rms"])
def test_a_network_moves_as_its_atoms_under_the_counts(kind, norm):
    """Width 3 leaves some atoms without a neuron, width 40 none."""
    problem = PROBLEMS[kind]
    limit = problem.discrete_limit()
    for N in (3, 40):
        state, C = problem.sample(N, 6, 2)
        few, own = tallied(problem.emb.atoms, C)
        a, b = problem.gd(state), problem.gd(few)
        assert torch.allclose(a.loss, b.loss, atol=1e-13)
        assert torch.allclose(a.y_hat, b.y_hat, atol=1e-13)
        D = mf.distance(a, limit, at=C, norm=norm)
        assert torch.allclose(D, mf.distance(b, limit, at=own, norm=norm), rtol=1e-11)
        assert float(D.min()) > 1e-3
    assert bool((few.P[1] > 0).all())


def test_the_counts_are_multinomial():
    """All 15 ways to share four neurons among three atoms, against n!/Πk! Πp^k."""
    p, n, runs = np.array([0.5, 0.2, 0.3]), 4, 20_000
    seen = multinomial(n, p, mf.Seeds(1, range(runs)).uniforms("x", 0, 2))
    ways = [k for k in product(range(n + 1), repeat=3) if sum(k) == n]
    chances = [factorial(n) / prod(map(factorial, k)) * np.prod(p ** np.array(k)) for k in ways]
    found = [int((seen == np.array(k)).all(1).sum()) for k in ways]
    assert sum(found) == runs
    assert chisquare(found, runs * np.array(chances)).pvalue > 1e-3


def test_atoms_of_probability_zero_get_no_neuron_wherever_they_stand():
    u = mf.Seeds(0, range(200)).uniforms("x", 0, 3)
    for place in range(4):
        p = np.full(4, 1 / 3)
        p[place] = 0.0
        counts = multinomial(50, p, u)
        assert (counts[:, place] == 0).all() and (counts.sum(1) == 50).all()
    assert (multinomial(7, np.array([1.0]), u[:, :0]) == 7).all()


def test_shares_of_wide_networks_are_gaussian_about_the_probabilities():
    """Var √N (P^N − P) = p(1 − p), at a width that no simulation reaches."""
    N, runs = 10**8, 4000
    state, _ = empirical(ATOMS, N, mf.Seeds(4, range(runs)))
    for i in (1, 2):
        p = ATOMS.P[i]
        z = (state.P[i] - p) * N**0.5
        assert torch.allclose(z.var(0), p * (1 - p), rtol=0.1)
        assert float((z.mean(0).abs() / (p * (1 - p)).sqrt()).max()) < 4 / runs**0.5
    layers = torch.corrcoef(torch.stack([state.P[1][:, 0], state.P[2][:, 0]]))
    assert abs(float(layers[0, 1])) < 4 / runs**0.5


def test_draws_do_not_depend_on_the_batch_and_follow_the_precision():
    problem = PROBLEMS["standard"]
    whole, C = problem.empirical({1: 50, 2: 1000}, 40, 3)
    part, _ = problem.empirical({1: 50, 2: 1000}, range(10, 20), 3)
    assert torch.equal(part.P[2], whole.P[2][10:20])
    assert torch.equal(C[2][7], torch.arange(3)) and whole.widths == {1: 4, 2: 3, 3: 1}
    assert torch.equal((whole.P[1] * 50).round() / 50, whole.P[1])
    single = problem.on(torch.float32).empirical(10, 2)[0]
    assert single.W[2].dtype == single.P[2].dtype == torch.float32


def test_a_neuron_without_mass_is_not_in_the_distance():
    """An atom that no neuron has is moved far away, and to infinity: D_T does not see it."""
    problem = PROBLEMS["standard"]
    few, own = tallied(
        ATOMS,
        {1: torch.tensor([[0, 0, 1]]), 2: torch.tensor([[0, 1, 2]]), 3: torch.zeros(1, 1).long()},
    )
    path, limit = problem.gd(few), problem.discrete_limit()
    far = [mf.Ensemble.of({**s.W, 1: s.W[1].clone()}, s.b, s.P) for s in path.states]
    for norm in ("max", "rms"):
        D = mf.distance(path, limit, at=own, norm=norm)
        for where in (5.0, torch.inf):
            far[-1].W[1][:, 3] = where
            moved = replace(path, states=far)
            assert torch.equal(mf.distance(moved, limit, at=own, norm=norm), D)
    far[-1].W[1][:, 1] = torch.nan
    assert torch.isinf(mf.distance(moved, limit, at=own, norm="rms")).all()


def test_what_cannot_be_counted_is_refused():
    with pytest.raises(mf.InvalidArgument, match="finitely many atoms"):
        mf.IIDSpec().problem().empirical(10)
    with pytest.raises(mf.InvalidArgument, match=str(MOST_NEURONS)):
        PROBLEMS["standard"].empirical(10**10)
    with pytest.raises(mf.InvalidArgument, match="hidden layer"):
        PROBLEMS["standard"].empirical({1: 3})
