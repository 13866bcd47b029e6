"""Blueprints of long runs: laws, traps and labels as they are described."""

from dataclasses import fields, replace
from math import inf, pi, sqrt

import numpy as np
import pytest
import torch
from scipy.stats import halfnorm

import mfcheck as mf
from mfcheck.model.laws import coordinates
from mfcheck.problems.homogeneous import DIRECTIONS, HomogeneousSpec
from mfcheck.problems.long_horizon import LongHorizonSpec, half_normal

THREE = ("tanh", "tanh", "identity")
FULL = LongHorizonSpec(
    ("erf", "tanh", "sigmoid", "identity"),
    loss="huber",
    first="half",
    scale=1.0,
    shift=0.5,
    centre=0.0,
    spread=0.25,
    last="signs",
    train_last=False,
    constant=False,
    data="teacher",
    labels="noisy",
    n=5,
    d=4,
    T=1.0,
    eps=0.1,
    seed=3,
)
CIRCLE = HomogeneousSpec(3, 12, "positive", 0.5, 1.0, 0.1, 7)


@pytest.mark.parametrize("blueprint", [LongHorizonSpec(), FULL, CIRCLE])
def test_json_and_repr_give_the_blueprint_again(blueprint):
    assert type(blueprint).from_json(blueprint.json()) == blueprint
    assert eval(repr(blueprint), {"mf": mf}) == blueprint
    a, b = blueprint.problem(), blueprint.problem()
    assert torch.equal(a.data.x, b.data.x) and torch.equal(a.data.y, b.data.y)


@pytest.mark.parametrize("blueprint", [FULL, CIRCLE])
def test_the_full_one_differs_from_the_default_in_every_field(blueprint):
    told = [f for f in fields(blueprint) if f.name != "init"]
    assert all(getattr(blueprint, f.name) != f.default for f in told)


def test_no_bias_is_trained_and_the_last_layer_only_on_request():
    frozen, free = FULL.problem().model, LongHorizonSpec().problem().model
    assert frozen.rates(0.0) == ({1: 1.0, 2: 1.0, 3: 1.0, 4: 0.0}, {2: 0.0, 3: 0.0, 4: 0.0})
    assert free.rates(0.0) == ({1: 1.0, 2: 1.0, 3: 1.0}, {2: 0.0, 3: 0.0})


def test_supports_of_the_first_layer():
    def ends(first):
        problem = LongHorizonSpec(first=first, scale=1.5).problem()
        return [law.support.ends for law in coordinates(problem.emb.W[1])]

    assert ends("normal") == [(-inf, inf)] * 3
    assert ends("half") == [(0.0, inf), (-inf, inf), (-inf, inf)]
    assert ends("dirac") == [(0.0, 0.0), (0.0, 0.0), (1.5, 1.5)]


def test_first_layers_with_gaps():
    def first(name):
        return LongHorizonSpec(first=name, scale=1.5, shift=0.25).problem().emb

    gap, lattice, atoms = first("gap"), first("lattice"), first("atoms")
    points = gap.sample(500)[0].W[1][0]
    assert float(points[:, 0].abs().min()) > 1.5 > float(points[:, 1].abs().min())
    assert coordinates(gap.W[1])[0].support.intervals == ((-inf, -1.5), (1.5, inf))
    points = lattice.sample(500)[0].W[1][0] / 1.5
    assert torch.equal(points, points.round()) and len(points.unique(dim=0)) > 20
    three = atoms.sample(500)[0].W[1][0].unique(dim=0)
    assert three.tolist() == [[-1.5, 1.5, 1.5], [0.0, 1.5, 1.5], [1.5, 1.5, 1.5]]
    assert atoms.nodes(8).P[1].tolist() == pytest.approx([1 / 3] * 3)


def test_the_half_normal_law_is_scipys():
    law, u = half_normal(1.5), np.linspace(0.01, 0.99, 9)
    assert law.quantile(u) == pytest.approx(halfnorm(scale=1.5).ppf(u), rel=1e-12)
    assert law.mean == pytest.approx(1.5 * sqrt(2 / pi))


def test_labels_and_the_constant_coordinate():
    exact = LongHorizonSpec().problem().data
    noisy = LongHorizonSpec(labels="noisy").problem().data
    far = LongHorizonSpec(labels="far", constant=False).problem().data
    assert (exact.n, exact.d, noisy.n, far.d) == (8, 3, 16, 2)
    assert torch.allclose((noisy.y[:8] + noisy.y[8:]) / 2, exact.y)
    assert torch.allclose((noisy.y[:8] - noisy.y[8:]), torch.ones(8, dtype=torch.float64))
    assert torch.equal(noisy.x[:8], noisy.x[8:])
    assert torch.allclose(far.y.abs(), torch.full((8,), 4.0, dtype=torch.float64))
    assert torch.equal(far.x, exact.x[:, :2])


@pytest.mark.parametrize("L", [2, 3])
@pytest.mark.parametrize("loss", ["squared", "logcosh", "geman_mcclure"])
def test_the_trap_is_exact(L, loss):
    """From (0, …, 0, c) on data symmetric given y no network ever tells two points apart."""
    blueprint = LongHorizonSpec(
        (*["tanh"] * (L - 1), "identity"), loss, first="dirac", T=5.0, last="signs"
    )
    problem = blueprint.problem()
    path = problem.gd(problem.sample(12, 3)[0])
    assert float(path.final.W[1][..., :2].abs().max()) <= 1e-14
    assert float((path.y_hat - path.y_hat[..., :1]).abs().max()) <= 1e-14
    assert float(path.final.W[2].sub(path.states[0].W[2]).abs().max()) > 1e-3 or L == 3


@pytest.mark.parametrize("loss", ["squared", "huber", "logcosh", "geman_mcclure"])
@pytest.mark.parametrize("data", [{"data": "xor"}, {"data": "teacher", "n": 6, "d": 2, "seed": 4}])
def test_a_better_start_is_better(loss, data):
    """By tensor quadrature of the limit, not by the formula that made it."""
    problem = LongHorizonSpec(
        ("erf", "tanh", "identity"), loss, shift=-0.5, scale=1.0, last="better", **data
    ).problem()
    law, rho = problem.data, problem.model.loss
    y = mf.output(problem.model, problem.emb.nodes(24), law.x)
    c = problem.emb.W[3].mean
    assert isinstance(c, float)
    slope = law.q @ (rho.slope(-law.y) * y / c)
    gain = law.q @ rho.value(-law.y) - law.q @ rho.value(y - law.y)
    size = law.q @ (y / c).square()
    assert float(gain) >= 0.999 * float(slope**2 / (4 * size)) > 0
    assert c == pytest.approx(float(-slope / (2 * size)), rel=1e-3)


def test_a_start_that_cannot_be_better_is_refused():
    with pytest.raises(mf.InvalidArgument, match="whatever w_3 is"):
        LongHorizonSpec(last="better").problem()
    with pytest.raises(mf.InvalidArgument, match="L = 3"):
        LongHorizonSpec(("tanh", "identity"), last="better", shift=1.0)


@pytest.mark.parametrize("middle", [{}, {"centre": 0.0, "spread": 0.0}])
def test_a_last_layer_of_zeros_stands_still_where_it_should(middle):
    trained = bool(middle)
    problem = LongHorizonSpec(last="zero", train_last=trained, T=5.0, **middle).problem()
    start = problem.sample(10, 2)[0]
    end = problem.gd(start).final
    assert max(float((end.W[i] - start.W[i]).abs().max()) for i in start.W) <= 1e-15


def test_with_a_mean_the_last_layer_of_zeros_escapes():
    problem = LongHorizonSpec(last="zero", T=5.0).problem()
    start = problem.sample(10, 2)[0]
    assert float((problem.gd(start).final.W[3] - start.W[3]).abs().max()) > 1e-4


def test_the_homogeneous_start():
    both, one = HomogeneousSpec().problem(), HomogeneousSpec(signs="positive").problem()
    w_1, w_2 = both.emb.atoms.W[1], both.emb.atoms.W[2][:, 0]
    assert torch.allclose(w_2.abs(), 2 * w_1.norm(dim=1)) and len(w_2) == 2 * DIRECTIONS
    assert float(w_2.sum()) == 0 and bool((one.emb.atoms.W[2] > 0).all())
    data = both.data
    assert torch.allclose(data.x.norm(dim=1), torch.ones(24, dtype=torch.float64))
    assert float(data.q @ data.y.square()) == pytest.approx(0.5)


def test_with_one_sign_the_loss_stays_above_its_bound():
    """w_2² − |w_1|² is conserved by the flow, to O(ε) by descent, and starts positive: w_2 stays
    positive, and ŷ >= 0."""
    problem = HomogeneousSpec(signs="positive", T=4.0).problem()
    start, drift = problem.sample(8, 3)[0], {}
    for eps in (0.02, 0.01):
        path = problem.gd(start, eps=eps)
        kept = [s.W[2][..., 0].square() - s.W[1].square().sum(-1) for s in (start, path.final)]
        drift[eps] = float((kept[1] - kept[0]).abs().max())
    assert drift[0.02] == pytest.approx(2 * drift[0.01], rel=0.1) and drift[0.01] < 0.1
    bound = problem.data.q @ problem.data.y.clamp(max=0).square() / 2
    assert bool((path.loss >= bound).all()) and bool((path.final.W[2] > 0).all())


@pytest.mark.parametrize(
    "wrong",
    [
        {"first": "cauchy"},
        {"last": "sign"},
        {"labels": "wrong"},
        {"data": "digits"},
        {"scale": 0.0},
        {"spread": -1.0},
        {"n": 6},
        {"T": 1.0, "eps": 0.3},
        {"activations": ("tanh",)},
        {"init": "iid"},
    ],
)
def test_what_cannot_be_built_is_refused(wrong):
    with pytest.raises(mf.InvalidArgument):
        LongHorizonSpec(**wrong)


@pytest.mark.parametrize("wrong", [{"signs": "negative"}, {"teacher": 0}, {"T": 1.0, "eps": 0.3}])
def test_what_is_not_homogeneous_is_refused(wrong):
    with pytest.raises(mf.InvalidArgument):
        HomogeneousSpec(**wrong)


def test_labels_of_problems_say_what_is_special():
    assert "half-normal 1 about 0.5" in FULL.label and "frozen" in FULL.label
    assert "less the constant, noisy labels" in FULL.label
    assert "Dirac 2" in LongHorizonSpec(THREE, first="dirac").label
    assert "positive signs" in CIRCLE.label


def test_a_mean_in_the_middle_does_not_move_a_limit_with_a_centred_last_layer():
    """Four layers or more, symmetric w_1(0) and odd units: nothing moves. Three layers do."""
    for L, moves in [(3, True), (4, False), (5, False)]:
        phis = ("tanh",) * (L - 1) + ("identity",)
        blueprint = LongHorizonSpec(phis, scale=1.0, last="centred", data="sine", n=6, d=2)
        limit = replace(blueprint, T=3.0).problem().limit(at=[0.0, 3.0], tol=1e-2)
        gaps = [(limit.final.W[i] - limit.states[0].W[i]).abs().max() for i in range(1, L + 1)]
        assert (float(max(gaps)) > 0.1) == moves and (float(max(gaps)) < 1e-12) != moves
    last = replace(blueprint, T=3.0, last="shifted").problem().limit(at=[0.0, 3.0], tol=1e-2)
    assert float((last.final.W[1] - last.states[0].W[1]).abs().max()) > 0.1
