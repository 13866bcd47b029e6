"""Loss, slopes and S: what is read at the inputs by hand, and both inequalities where they meet."""

import pytest
import torch

import mfcheck as mf
from mfcheck.observe import rest
from mfcheck.observe.excess import excess
from mfcheck.observe.stationarity import speed, stationarity
from mfcheck.problems.long_horizon import LongHorizonSpec
from tests.plain import law, network

MODEL = mf.Model(("tanh", "erf", "softplus"), "geman_mcclure")
STATE = network([6, 4], 2, replicates=(3,), seed=2, weighted=True)
DATA = law(5, 2, seed=1)
TWICE = mf.DataLaw(torch.cat([DATA.x, DATA.x]), torch.cat([DATA.y, DATA.y + 1.0]))


def path_of(model, state, data):
    return mf.sgd(model, state, data, 0.1, 1.0, batch=None, at=[0.0, 1.0])


def by_hand(model, state, data, r):
    """{x: (q, λ, M)} of replicate r, one data point and one neuron after the other."""
    W, b, P = (
        [None, *(part[i][r].numpy() for i in sorted(part))] for part in (state.W, {}, state.P)
    )
    b = {i: state.b[i][r].numpy() for i in state.b}
    phi = [None, *model.activations]
    found = {}
    for x, y, q in zip(data.x, data.y, data.q, strict=True):
        h1 = torch.as_tensor(W[1]) @ x
        v1 = phi[1].value(h1).numpy()
        h2 = torch.tensor(
            [b[2][k] + sum(P[1][j] * W[2][j, k] * v1[j] for j in range(6)) for k in range(4)]
        )
        v2, s2 = phi[2].value(h2).numpy(), phi[2].slope(h2).numpy()
        h3 = torch.tensor(b[3][0] + sum(P[2][k] * W[3][k, 0] * v2[k] for k in range(4)))
        push = phi[3].slope(h3) * sum(P[2][k] * abs(W[3][k, 0] * s2[k]) for k in range(4))
        slope = float(model.loss.slope(phi[3].value(h3) - y))
        old = found.get(tuple(x.tolist()), (0.0, 0.0, 0.0))
        found[tuple(x.tolist())] = (old[0] + float(q), old[1] + float(q) * slope, float(push))
    return {x: (q, slope / q, push) for x, (q, slope, push) in found.items()}


def test_what_is_read_at_the_inputs():
    at = rest.at_inputs(MODEL, STATE, TWICE)
    for r in range(3):
        wanted = by_hand(MODEL, STATE, TWICE, r)
        assert len(wanted) == len(at.x) == 5
        for k, x in enumerate(at.x.tolist()):
            q, slope, push = wanted[tuple(x)]
            assert float(at.q[k]) == pytest.approx(q)
            assert float(at.slope[r, k]) == pytest.approx(slope, rel=1e-12)
            assert float(at.push[r, k]) == pytest.approx(push, rel=1e-12)


def test_slope_times_push_is_the_mean_size_of_the_pull():
    at, v = rest.at_inputs(MODEL, STATE, DATA), speed(MODEL, STATE, DATA)
    order = torch.unique(DATA.x, dim=0, return_inverse=True)[1].argsort()
    pull = (v.pull.abs() @ v.P[..., None])[..., 0][:, order]
    assert torch.allclose((at.slope * at.push).abs() * at.q, pull, rtol=1e-12)


@pytest.mark.parametrize("loss", ["squared", "huber", "logcosh"])
def test_the_excess_at_the_inputs_adds_up(loss):
    model = mf.Model(("tanh", "erf", "identity"), loss)
    path = path_of(model, STATE, TWICE)
    for state, wanted in zip(path.states, excess(model.loss, path, TWICE), strict=True):
        at = rest.at_inputs(model, state, TWICE)
        assert torch.allclose(at.above @ at.q, wanted, atol=1e-12)
        assert bool((at.above > -1e-12).all())


@pytest.mark.parametrize("activations", [("tanh", "identity"), ("erf", "sigmoid", "identity")])
def test_with_one_data_point_all_four_are_equalities(activations):
    """γ = |target| / sup|φ_1|, S = |λ M| sup|φ_1|; squared loss: excess = λ²/2."""
    frozen = {"last": "signs", "train_last": False, "T": 1.0}
    problem = LongHorizonSpec(activations, data="teacher", n=1, d=2, **frozen).problem()
    path = problem.gd(problem.sample(8, 2)[0], at=[0.0, 1.0])
    S = stationarity(problem.model, path, problem.data)
    for bound in (rest.slope_by_speed, rest.loss_by_speed, rest.speed_by_slope, rest.speed_by_loss):
        left, right = bound(problem.model, path, problem.data, S)
        assert left.shape == right.shape == (2, 2)
        assert torch.allclose(left, right, rtol=1e-6)  # what γ settles within


@pytest.mark.parametrize("loss", ["squared", "geman_mcclure"])
@pytest.mark.parametrize("first", ["tanh", "sigmoid", "sin"])
def test_the_inequalities_hold_and_a_smaller_supremum_breaks_one(loss, first):
    problem = LongHorizonSpec((first, "tanh", "identity"), loss, last="signs", T=6.0).problem()
    path = problem.gd(problem.sample(16, 2)[0], at=[0.0, 3.0, 6.0])
    given = problem.model, path, problem.data, stationarity(problem.model, path, problem.data)
    for bound in (rest.slope_by_speed, rest.loss_by_speed, rest.speed_by_slope, rest.speed_by_loss):
        assert bool((bound(*given).broken() <= 1e-12).all())
    S = given[-1]
    assert bool((rest.slope_by_speed(*given[:3], S / 3).broken() > 0).all())


def test_no_constant_is_no_bound_even_at_rest():
    left, right = torch.tensor([[1.0, 0.0, 2.0]]), torch.tensor([[1.0, 0.0, torch.inf]])
    assert rest.Sides(left, right).broken().tolist() == [0.0, 0.0, torch.inf]
    assert float(rest.Sides(torch.tensor([[1.5]]), torch.tensor([[1.0]])).broken()) == 0.5
    assert float(rest.Sides(torch.tensor([[1.5]]), torch.tensor([[0.0]])).broken()) == torch.inf
    dead = LongHorizonSpec(last="zero", train_last=False, T=1.0).problem()
    path = dead.gd(dead.sample(8, 2)[0], at=[1.0])
    S = stationarity(dead.model, path, dead.data)
    assert not S.any()
    assert torch.isinf(rest.slope_by_speed(dead.model, path, dead.data, S).broken()).all()


def test_deeper_networks_are_refused():
    model = mf.Model(("tanh",) * 3 + ("identity",))
    with pytest.raises(mf.InvalidArgument, match="two or three"):
        rest.at_inputs(model, network([3, 3, 3], 2), DATA)


def test_a_custom_loss_has_no_known_bend():
    half = mf.Loss(lambda r: r * r / 2, lambda r: r)
    model = mf.Model(("tanh", "erf", "identity"), half)
    path = path_of(model, STATE, DATA)
    S = stationarity(model, path, DATA)
    with pytest.raises(mf.InvalidArgument, match="named"):
        rest.speed_by_loss(model, path, DATA, S)
