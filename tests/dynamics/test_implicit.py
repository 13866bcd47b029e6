"""The implicit march against closed forms of stiff problems, and against the explicit one."""

import numpy as np
import pytest
import torch

import mfcheck as mf
from mfcheck.dynamics import implicit, march
from mfcheck.dynamics.equations import everything, velocity
from mfcheck.dynamics.integrate import DORMAND_PRINCE, step
from mfcheck.dynamics.stiffness import StiffnessTest
from mfcheck.dynamics.unknowns import Unknowns
from mfcheck.errors import Unresolved
from mfcheck.model.transforms import add_tracers
from mfcheck.problems.general import GeneralSpec
from tests.plain import apart, law, network

LINEAR = mf.Model(("identity", "identity"), xi_b={2: 0})


@pytest.fixture
def handed(monkeypatch):
    """Every problem is handed over after its first step."""
    monkeypatch.setattr(StiffnessTest, "certain", lambda *_: True)
    monkeypatch.setattr(march, "MANY_STEPS", 0)


def tied(w):
    """Networks of one neuron with w_1 = w_2 = w, one replicate for each w."""
    v = torch.tensor(w, dtype=torch.float64)[:, None, None]
    return mf.Ensemble({1: v, 2: v.clone()})


@pytest.mark.parametrize("x", [1e3, 1e6])
def test_two_linear_layers_follow_the_solution_of_riccati(x):
    """w_1 = w_2 on (x, y = x): u = w² solves u' = 2 x² u (1 − u), and w_1² − w_2² stays zero."""
    start, rate = (0.3, 1.7), 2 * x * x
    at = [0.7 / rate, 3 / rate, 0.5, 1.0]
    path = mf.flow(LINEAR, tied(start), mf.DataLaw([[x]], [x]), 1.0, at=at)
    assert path.solver["method"] == "Dormand–Prince 5(4), then BDF"
    assert path.solver["accepted"] < 1000
    for t, s in zip(at, path.states, strict=True):
        u = [1 / (1 + (1 / w**2 - 1) * np.exp(-rate * t)) for w in start]
        w = s.W[1].flatten(), s.W[2].flatten()
        assert (w[0] * w[1]).tolist() == pytest.approx(u, rel=1e-6)
        assert (w[0] ** 2 - w[1] ** 2).abs().max() <= 1e-8


def test_what_is_conserved_along_a_moving_valley():
    """x = (±1000, 1): second coordinates of w_1 learn a million times slower than first ones."""
    data, state = mf.DataLaw([[1e3, 1.0], [-1e3, 1.0]], [1e3, -1e3]), network([4], 2)
    path = mf.flow(LINEAR, state, data, 1.0, at=[0.1, 0.5, 1.0])
    assert 0 < path.solver["implicit_from"] < 0.01
    kept = [(s.W[1] ** 2).sum(-1) - s.W[2][:, 0] ** 2 for s in (state, *path.states)]
    assert max(float((k - kept[0]).abs().max()) for k in kept) <= 1e-7
    assert (path.loss[:-1] > path.loss[1:]).all() and path.loss[-1] < 0.01


def test_a_million_is_followed_too():
    """x and y of a million: the loss falls from 3e11 to what is left in the slow directions."""
    data = mf.DataLaw([[1e6, 1.0], [-1e6, 1.0]], [1e6, -1e6])
    path = mf.flow(mf.Model(("identity", "identity")), network([4], 2), data, 1.0, at=[0.0, 1.0])
    assert path.solver["implicit_from"] == 0 and not path.diverged
    assert path.loss[0] > 1e11 and path.loss[-1] < 1e-3


DEPTHS = [
    mf.Model(("tanh", "identity"), "logcosh"),
    mf.Model(("tanh", "sigmoid", "identity"), xi={2: lambda t: 1 + np.sin(3 * t)}),
    mf.Model(("erf", "softplus", "tanh", "sigmoid"), "geman_mcclure", xi_b={3: 0.0}),
]


@pytest.mark.parametrize("model", DEPTHS, ids=lambda m: f"L={m.L}")
def test_it_agrees_with_the_explicit_march(model, handed):
    state, data = network([2, 3, 2][: model.L - 1], 2, (2,), seed=model.L, weighted=True), law(3, 2)
    times = [0.0, 0.4, 1.0]
    path = mf.flow(model, state, data, 1.0, at=times, rtol=1e-9, atol=1e-11)
    assert path.solver["implicit_from"] > 0 and path.times.tolist() == times
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StiffnessTest, "certain", lambda *_: False)
        exact = mf.flow(model, state, data, 1.0, at=times, rtol=1e-11, atol=1e-13)
    assert exact.solver["method"] == DORMAND_PRINCE.name
    gaps = [apart(a, b) for a, b in zip(path.states, exact.states, strict=True)]
    assert max(gaps) <= 2e-8


def test_the_jacobian_is_that_of_differences():
    """By central differences, on weights of unequal probability: it is not symmetric."""
    model, data = DEPTHS[1], law(5, 2)
    state = network([3, 2], 2, (2,), seed=4, weighted=True)
    z, h = everything(model, state, data), 1e-5
    masses = ({i: None for i in state.W}, {i: None for i in state.b})

    def field(t, s):
        return velocity(model, s, z, t)

    unknowns = Unknowns(field, state, [0, 1], masses)
    unknowns.velocity(0.0, unknowns.start)  # which layers move is seen at the start
    J = unknowns.jacobian(field, 0.0, unknowns.start[1], 1)
    for k, e in enumerate(h * torch.eye(len(J), dtype=torch.float64)):
        up, down = (unknowns.velocity(0.0, unknowns.start + c * e)[1] for c in (1, -1))
        assert J[:, k].tolist() == pytest.approx(((up - down) / (2 * h)).tolist(), abs=1e-8)
    assert float((J - J.mT).abs().max()) > 0.01


def test_errors_follow_the_tolerance(handed):
    model, data, state = DEPTHS[1], law(5, 2), network([3, 2], 2)
    ends = [mf.flow(model, state, data, 1.0, rtol=r, atol=r).final for r in (1e-4, 1e-6, 1e-11)]
    errors = [apart(end, ends[-1]) for end in ends]
    assert 1e-3 > errors[0] > 10 * errors[1] > 0


def test_a_general_model_and_a_law_in_function_space(handed):
    problem = GeneralSpec(seed=1).problem()
    start = problem.emb.atoms
    a, b = (
        mf.flow(problem.model, start, problem.data, 0.5, rtol=rtol, atol=1e-11)
        for rtol in (1e-6, 1e-9)
    )
    assert "implicit_from" in a.solver and apart(a.final, b.final) <= 1e-4
    g = torch.Generator().manual_seed(0)
    a, h, k = (torch.randn(2, *s, generator=g).double() for s in ((3,), (3, 4), (4, 4)))
    paths = [
        mf.partial.flow(*one, torch.ones(4), None, "tanh", 1.0)
        for one in ((a, h, k @ k.mT), *((a[r], h[r], k[r] @ k[r].T) for r in (0, 1)))
    ]
    assert "implicit_from" in paths[0].solver
    for r in (0, 1):
        assert float((paths[0].f[:, r] - paths[1 + r].f).abs().max()) <= 1e-6


def test_tracers_do_not_shorten_steps_and_follow_their_atoms(handed):
    model, data = mf.Model(("tanh", "erf", "identity")), law(5, 2)
    state = network([4, 3], 2, seed=2, weighted=True)
    copy = {"W_in": state.W[1][[1]], "W_out": state.W[2][[1]]}
    far = {"W_in": state.W[2][:, [0]] * 30, "W_out": state.W[3][[0]] * -20}
    far["W_in"] = torch.cat([far["W_in"], far["W_in"][:1]])
    other = add_tracers(add_tracers(state, 1, copy), 2, far)
    a, b = (mf.flow(model, s, data, 1.0) for s in (state, other))
    assert a.solver == b.solver
    assert float((a.y_hat - b.y_hat).abs().max()) <= 1e-9
    assert float((b.final.W[1][4] - b.final.W[1][1]).abs().max()) <= 1e-9


def test_frozen_layers_stay_to_the_bit(handed):
    model = mf.Model(("tanh", "tanh", "identity"), xi={1: 0, 3: 0}, xi_b={2: 0, 3: 0})
    state, data = network([4, 3], 2, seed=5), law(5, 2)
    path = mf.flow(model, state, data, 1.0)
    assert "implicit_from" in path.solver
    assert torch.equal(path.final.W[1], state.W[1]) and torch.equal(path.final.b[2], state.b[2])
    assert not torch.equal(path.final.W[2], state.W[2])


def test_blow_up_is_a_result_of_its_replicate_alone(handed):
    up = mf.Loss(lambda r: -(r**4), lambda r: -4 * r**3)
    path = mf.flow(
        mf.Model(("identity", "identity"), up), tied((1.5, 0.0)), mf.DataLaw([[1.0]], [0.0]), 2.0
    )
    assert [lost.replicate for lost in path.diverged] == [0]
    assert 0 < path.diverged[0].t < 0.1 and "implicit_from" in path.solver
    assert torch.isinf(path.loss[-1, 0]) and path.loss[-1, 1] == 0


def test_observers_see_every_step_and_steps_are_bounded(handed):
    model, data, state = mf.Model(("tanh", "identity")), law(4, 2), network([3], 2, (2,))
    path = mf.flow(model, state, data, 1.0, at=[0.3, 1.0], observe=(lambda t, s: t,))
    seen, solver = path.observed[0], path.solver
    assert seen == sorted(set(seen)) and {0.0, 0.3, 1.0} <= set(seen)
    assert len(seen) in (solver["accepted"] + 1, solver["accepted"] + 2)
    taken = solver["accepted"] + solver["rejected"]
    same = mf.flow(model, state, data, 1.0, at=[0.3, 1.0], max_steps=taken)
    assert torch.equal(same.loss, path.loss)
    with pytest.raises(Unresolved, match=f"max_steps = {taken // 2}: t = "):
        mf.flow(model, state, data, 1.0, at=[0.3, 1.0], max_steps=taken // 2)


def test_no_implicit_step_is_no_result(handed, monkeypatch):
    monkeypatch.setattr(implicit.ImplicitMarch, "_advance", _fails)
    with pytest.raises(Unresolved, match="and no implicit step is either, and the loss is bounded"):
        mf.flow(mf.Model(("tanh", "identity")), network([3], 2), law(4, 2), 1.0)


def _fails(_):
    raise implicit.StepFailed


def test_the_reach_of_a_step_is_its_length_times_the_eigenvalue():
    """One neuron, w_2 frozen: ∂_t w_1 = −w_2 x (w_2 x w_1 − y), λ = w_2² x²."""
    model, state, data = (
        mf.Model(("identity", "identity"), xi={2: 0}, xi_b={2: 0}),
        tied((0.5,)),
        mf.DataLaw([[2.0]], [1.0]),
    )
    z = everything(model, state, data)
    _, k = step(DORMAND_PRINCE, lambda t, u: velocity(model, u, z, t), 0.0, state, 0.3)
    test = StiffnessTest(lambda v: v.weights(1).abs().flatten(1).amax(1))
    assert test.reach(k).tolist() == pytest.approx([0.3 * 1.0], rel=1e-12)
