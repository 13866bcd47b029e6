"""Networks in other hands: the same motion, the same samples, and what is refused."""

from dataclasses import replace
from math import cos

import numpy as np
import pytest
import torch

import mfcheck as mf
from mfcheck.errors import NotApplicable
from mfcheck.problems.problem import MOST_WEIGHTS
from mfcheck.trainers import Trainer, TrainingRun, trainer
from tests.trainers.plainly import plain

SPECS = [
    mf.FiniteSpec(T=1.0),
    mf.FiniteSpec(("sigmoid", "tanh", "erf", "identity"), loss="huber", weighted=True, T=1.0),
    mf.IIDSpec(T=0.5),
]
WIDTHS = [{1: 5}, {1: 5, 2: 9, 3: 4}, 6]


def own(spec, **changes):
    """The problem with mfcheck's engine, and with the trainer of the tests."""
    problem = replace(spec.problem(), **changes)
    return problem, replace(problem, trainer=plain)


def widths(problem):
    return {i: 4 + 2 * i for i in range(1, problem.L)}


@pytest.mark.parametrize("spec", SPECS, ids=["two", "four", "independent"])
@pytest.mark.parametrize("batch", [None, 1, 5])
def test_the_motion_is_that_of_the_engine(spec, batch):
    """Plain gradients by autograd at the rates of the run: the engine's factored velocities."""
    problem, theirs = own(spec)
    state, _ = problem.sample(widths(problem), range(2, 5))
    a, b = (p.sgd(state, batch=batch, seed=mf.Seeds(4, range(2, 5))) for p in (problem, theirs))
    assert torch.equal(a.times, b.times)
    assert float(mf.distance(a, b).max()) < 1e-13
    assert float((a.loss - b.loss).abs().max()) < 1e-13
    assert b.solver["method"].endswith("plainly:plain") and not b.diverged


def test_schedules_frozen_layers_and_given_samples():
    problem = mf.FiniteSpec(("tanh", "tanh", "identity"), T=1.0).problem()
    problem = problem.trained_by({1: lambda t: 1 + cos(t), 2: 0.0}, {3: 0.0})
    state, _ = problem.sample(6, 2)
    stream = problem.stream(mf.Seeds(1, range(2)))
    a, b = (p.sgd(state, stream=stream) for p in (problem, replace(problem, trainer=plain)))
    assert float(mf.distance(a, b).max()) < 1e-13
    assert torch.equal(b.final.W[2], state.W[2])


def test_observers_see_every_step_and_records_are_those_asked_for():
    problem, theirs = own(SPECS[0])
    state, _ = problem.sample(6, 2)
    seen = [lambda t, s: s.W[1].abs().amax((1, 2)), mf.sup(lambda t, s: s.W[1].sum((1, 2)))]
    a, b = (p.gd(state, at=[0.5], observe=seen) for p in (problem, theirs))
    assert a.times.tolist() == b.times.tolist() == [0.5]
    assert torch.allclose(torch.stack(a.observed[0]), torch.stack(b.observed[0]))
    assert torch.allclose(a.observed[1], b.observed[1])


def test_networks_without_replicates_and_in_float32():
    problem, theirs = own(SPECS[0])
    state = problem.sample(6)[0].map(lambda v: v[0])
    assert theirs.gd(state).final.W[1].shape == state.W[1].shape
    single = theirs.on(torch.float32)
    assert single.trainer is plain
    assert single.gd(single.sample(6, 2)[0]).final.W[1].dtype == torch.float32


def test_counted_networks_are_drawn_for_a_trainer_that_takes_neurons_one_by_one():
    problem, theirs = own(SPECS[0])
    state, C = theirs.empirical(50, 3)
    assert state.widths[1] == 50 and C[1].shape == (3, 50)
    assert float(mf.distance(theirs.gd(state), problem.discrete_limit(), at=C).max()) > 0
    with pytest.raises(NotApplicable, match="counted by atoms"):
        theirs.empirical(MOST_WEIGHTS, 3)


def test_a_batched_trainer_sees_all_networks_and_weighs_neurons():
    problem = mf.FiniteSpec(("tanh", "tanh", "identity"), weighted=True, T=1.0).problem()
    calls = []

    @trainer(batched=True, can=("weighted", "biases", "full batch", "float64"))
    def engine(run):
        calls.append(run)
        P = None if run.P is None else run.P
        state = mf.Ensemble(run.W, run.b, P)
        law = mf.DataLaw(run.x, run.y, run.q)
        T, at = run.steps * run.eps, [k * run.eps for k in run.at]
        path = mf.sgd(run.model, state, law, run.eps, T, batch=None, at=at)
        return [(s.W, s.b) for s in path.states]

    theirs = replace(problem, trainer=engine)
    state, _ = theirs.empirical(1000, 4)
    a, b = problem.gd(state), theirs.gd(state)
    assert float(mf.distance(a, b).max()) == 0
    assert len(calls) == 1 and calls[0].W[1].shape[0] == 4
    np.testing.assert_allclose(calls[0].P[1], state.P[1].numpy())


@pytest.mark.parametrize(
    ("lacks", "ask"),
    [
        ("flow", lambda p, s: p.flow(s)),
        ("full batch", lambda p, s: p.gd(s)),
        ("batches", lambda p, s: p.sgd(s, batch=2)),
        ("schedules", lambda p, s: p.trained_by({1: lambda t: t}).sgd(s)),
        ("biases", lambda p, s: p.sgd(s)),
        ("float64", lambda p, s: p.sgd(s)),
        ("weighted", lambda p, s: p.sgd(p.emb.atoms)),
    ],
)
def test_what_a_trainer_lacks_is_not_applicable_to_it(lacks, ask):
    able = frozenset(mf.trainers.ABILITIES) - {lacks}
    problem = replace(mf.FiniteSpec(weighted=True, T=1.0).problem())
    theirs = replace(problem, trainer=Trainer(plain.train, "lame", can=able))
    with pytest.raises(NotApplicable, match=f"trainer lame, which lacks: {lacks}"):
        ask(theirs, problem.sample(6, 2)[0])


def test_a_general_model_is_not_applicable():
    problem = replace(mf.GeneralSpec(T=1.0).problem(), trainer=plain)
    with pytest.raises(NotApplicable, match="general"):
        problem.gd(problem.sample(6, 2)[0])


def test_divergence_is_a_result():
    @trainer
    def bad(run):
        for k in run.at:
            yield {i: w * (np.inf if k > 3 and i == 2 else 1.0) for i, w in run.W.items()}, run.b

    problem = replace(SPECS[0].problem(), trainer=bad)
    path = problem.gd(problem.sample(6, 2)[0], at=[0.0, 0.2, 0.5, 1.0])
    assert [(lost.replicate, lost.step, lost.layer) for lost in path.diverged] == [
        (0, 5, 2),
        (1, 5, 2),
    ]
    assert torch.isinf(path.loss[2:]).all() and torch.isfinite(path.loss[:2]).all()


def returns(what):
    return replace(SPECS[0].problem(), trainer=Trainer(lambda run: what(run), "odd"))


@pytest.mark.parametrize(
    ("what", "rule"),
    [
        (lambda run: [], "after each of 11 steps"),
        (lambda run: [run.W] * 11, "biases are trained too"),
        (lambda run: [(run.W[1], run.b)] * 11, "dict with the keys"),
        (lambda run: [({1: run.W[1]}, run.b)] * 11, r"dict with the keys \[1, 2, 3\]"),
        (lambda run: [({i: w.T for i, w in run.W.items()}, run.b)] * 11, "shape"),
        (lambda run: [(run.W, {i: v + 0j for i, v in run.b.items()})] * 11, "real numbers"),
    ],
)
def test_what_is_not_what_was_asked_for_is_refused(what, rule):
    problem = returns(what)
    with pytest.raises(mf.InvalidArgument, match=rule):
        problem.gd(problem.sample(6, 2)[0])


def test_a_trainer_may_change_its_arrays_in_place():
    @trainer
    def careless(run):
        for _ in run.at:
            run.W[1] += 1.0
            yield run.W, run.b

    problem = replace(SPECS[0].problem(), trainer=careless)
    state, _ = problem.sample(6, 2)
    path = problem.gd(state, at=[0.0, 1.0])
    assert torch.allclose(path.states[0].W[1], state.W[1] + 1)
    assert torch.allclose(path.states[1].W[1], state.W[1] + 2)


def test_the_rates_are_those_of_plain_gradients():
    model = mf.Model(("tanh", "tanh", "identity"), xi={2: 3.0}, xi_b={3: lambda t: t})
    W = {1: np.zeros((4, 2)), 2: np.zeros((4, 5)), 3: np.zeros((5, 1))}
    b = {2: np.zeros(5), 3: np.zeros(1)}
    law = (np.zeros((1, 2)), np.zeros(1), np.ones(1))
    run = TrainingRun(model, W, b, *law, eps=0.5, steps=4, index=None, at=(4,))
    assert run.rates(2) == ({1: 2.0, 2: 30.0, 3: 2.5}, {2: 2.5, 3: 0.5})
    assert run.widths == {0: 1, 1: 4, 2: 5, 3: 1} and run.L == 3


def test_abilities_that_are_none_are_refused():
    with pytest.raises(mf.InvalidArgument, match="unknown name"):
        trainer(can=("fly",))(plain.train)
    with pytest.raises(mf.InvalidArgument, match="set of abilities"):
        Trainer(plain.train, can="flow")
    with pytest.raises(mf.InvalidArgument, match="function of a TrainingRun"):
        Trainer(3)
