"""The supremum of the second layer's speed: closed forms, dense grids, and a bound above it."""

from math import pi

import pytest
import torch

import mfcheck as mf
from mfcheck.model.activation import activation
from mfcheck.observe import ceiling
from mfcheck.observe.ceiling import speed_ceiling
from mfcheck.observe.stationarity import (
    RADII,
    Speed,
    greatest_speed,
    speed,
    starting_points,
    stationarity,
)
from mfcheck.problems.long_horizon import LongHorizonSpec
from tests.plain import law, network

MODEL = mf.Model(("tanh", "erf", "identity"))
DATA = law(5, 2, seed=1)
STATE = network([6, 4], 2, replicates=(3,), seed=2, weighted=True)


def made(x, pull, phi="tanh", P=None):
    """A speed function from its numbers, one replicate."""
    x, pull = torch.as_tensor(x).double(), torch.as_tensor(pull).double()[None]
    m = pull.shape[2]
    P = torch.full((1, m), 1 / m, dtype=torch.float64) if P is None else P
    return Speed(pull, P, x, activation(phi))


def wild(seed, n, d, m, phi="tanh"):
    g = torch.Generator().manual_seed(seed)
    x = torch.randn(n, d, generator=g, dtype=torch.float64)
    return made(x, torch.randn(n, m, generator=g, dtype=torch.float64), phi)


def dense(v):
    """The supremum on a fine grid of the plane, with radii up to infinity."""
    angle = torch.linspace(0, 2 * pi, 1441, dtype=torch.float64)
    rays = torch.stack([angle.cos(), angle.sin()], 1)
    radii = torch.cat([torch.logspace(-2, 3, 120, dtype=torch.float64), torch.tensor([0.0, 1e9])])
    return v((radii[:, None, None] * rays).reshape(1, -1, 2)).amax(1)


@pytest.mark.parametrize("model", [MODEL, mf.Model(("sigmoid", "identity"), "huber")])
def test_the_speed_of_own_neurons_is_the_mean_absolute_gradient(model):
    state = STATE if model.L == 3 else network([6], 2, replicates=(3,), seed=2)
    G = mf.gradient(model, state, DATA).W[2]
    wanted = (G.abs() * state.P[2][:, None, :]).sum(-1)
    assert torch.allclose(speed(model, state, DATA)(state.W[1]), wanted, atol=1e-14)


def test_one_data_point_has_its_supremum_at_infinity():
    """S = E|q Δ_2| sup|φ_1|, for x ≠ 0."""
    v = made([[0.3, -0.4]], [[0.5, -2.0, 1.0]])
    assert float(greatest_speed(v)) == pytest.approx(3.5 / 3, rel=1e-12)
    assert float(speed_ceiling(v)) >= 3.5 / 3


def test_two_points_in_general_position_reach_both_limits():
    """w can send φ_1 to ±1 at each of d independent points: S = max over signs of E|Σ ± pull|."""
    v = made([[1.0, 0.2], [-0.3, 0.7]], [[1.0, -0.5], [0.25, 0.5]])
    wanted = max((1.25 + 0.0) / 2, (0.75 + 1.0) / 2)
    assert float(greatest_speed(v)) == pytest.approx(wanted, rel=1e-9)


def test_a_supremum_in_the_interior():
    """On a line, x = 1 and 2 with opposite pulls: sup |φ(h) − φ(2h)|, found by a fine grid."""
    h = torch.linspace(0, 5, 2_000_001, dtype=torch.float64)
    wanted = float((h.tanh() - (2 * h).tanh()).abs().max())
    v = made([[1.0], [2.0]], [[1.0], [-1.0]])
    assert float(greatest_speed(v)) == pytest.approx(wanted, rel=1e-6)
    assert wanted <= float(speed_ceiling(v, slack=1e-3)) <= wanted * 1.002


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("phi", ["tanh", "erf", "sigmoid"])
def test_search_grid_and_ceiling_agree_in_the_plane(seed, phi):
    v = wild(seed, 6, 2, 3, phi)
    found, grid, ceiling = greatest_speed(v), dense(v), speed_ceiling(v, slack=0.02)
    assert float(found / grid) >= 0.999
    assert float(ceiling) >= max(float(found), float(grid))
    assert float(ceiling / found) <= 1.0201


@pytest.mark.parametrize("seed", range(3))
def test_the_ceiling_holds_in_space_wherever_one_looks(seed):
    v = wild(seed, 5, 3, 2)
    g = torch.Generator().manual_seed(seed)
    w = torch.randn(1, 20_000, 3, generator=g, dtype=torch.float64)
    size = 10 ** (8 * torch.rand(1, 20_000, 1, generator=g, dtype=torch.float64) - 2)
    ceiling = float(speed_ceiling(v))
    assert max(float(v(w * size).max()), float(greatest_speed(v))) <= ceiling
    assert float(greatest_speed(v)) >= 0.999 * float(v(w * size).max())


@pytest.mark.parametrize("cells", [1, 10, 1000])
def test_the_ceiling_holds_whatever_the_search_has_missed(monkeypatch, cells):
    """Here it has missed everything: what is left is the bound of the cells alone."""
    monkeypatch.setattr(ceiling, "greatest_speed", lambda v: v.pull.new_zeros(len(v.pull)))
    for seed in range(6):
        v = wild(seed, 8, 2, 3, "tanh")
        assert float(speed_ceiling(v, cells=cells)) >= float(dense(v))


def test_a_budget_of_cells_only_loosens_the_ceiling():
    v = wild(1, 6, 3, 2)
    few, many = speed_ceiling(v, slack=0.01, cells=50), speed_ceiling(v, slack=0.01, cells=5000)
    assert float(greatest_speed(v)) <= float(many) <= float(few)


def test_opposite_points_with_equal_pulls_cancel_exactly():
    v = made([[1.0, 0.5], [-1.0, -0.5]], [[2.0, 1.0], [2.0, 1.0]])
    assert float(greatest_speed(v)) <= 1e-15 and float(speed_ceiling(v)) <= 1e-15
    assert float(greatest_speed(v._replace(phi=activation("sigmoid")))) > 1


def test_replicates_are_independent_of_one_another():
    v = speed(MODEL, STATE, DATA)
    one = Speed(v.pull[1:2], v.P[1:2], v.x, v.phi)
    assert torch.allclose(greatest_speed(v)[1:2], greatest_speed(one), rtol=1e-12)
    assert torch.all(speed_ceiling(v) >= greatest_speed(v))


def test_stationarity_over_space_is_at_least_that_over_neurons():
    path = mf.sgd(MODEL, STATE, DATA, 0.1, 1.0, batch=None, at=[0.0, 1.0])
    space = stationarity(MODEL, path, DATA)
    own = stationarity(MODEL, path, DATA, over="neurons")
    assert space.shape == own.shape == (2, 3) and bool((space >= own - 1e-12).all())
    with pytest.raises(mf.InvalidArgument, match="atoms"):
        stationarity(MODEL, path, DATA, over="atoms")


def test_at_the_trap_the_two_suprema_part():
    """The Dirac trap rests on its support and nowhere else."""
    problem = LongHorizonSpec(first="dirac", T=20.0).problem()
    path = problem.gd(problem.sample(32, 2)[0], at=[20.0])
    assert float(stationarity(problem.model, path, problem.data, over="neurons").max()) <= 1e-6
    assert float(stationarity(problem.model, path, problem.data).min()) >= 0.05


@pytest.mark.parametrize("phi", ["relu", "softplus", "identity"])
def test_unbounded_units_are_refused(phi):
    with pytest.raises(mf.InvalidArgument, match="bounded φ_1"):
        speed(mf.Model((phi, "tanh", "identity")), STATE, DATA)


def test_waves_are_searched_and_have_no_ceiling():
    """On a line with one point sin reaches 1; the search never stands where rounding is a turn."""
    v = made([[1.0]], [[2.0, -1.0]], "sin")
    assert float(greatest_speed(v)) == pytest.approx(1.5, rel=1e-9)
    assert float(starting_points(v.x, v.phi).norm(dim=1).max()) == pytest.approx(RADII[-2])
    with pytest.raises(mf.InvalidArgument, match="bounded monotone"):
        speed_ceiling(v)
