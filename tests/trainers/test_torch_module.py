"""A user's module, its own optimiser and its own step: the same motion, and what is refused."""

from dataclasses import replace
from math import cos

import pytest
import torch
from torch import nn

import mfcheck as mf
from mfcheck.trainers import torch_module
from tests.trainers.modules import Net, build, phis, undivided

PROBLEM = mf.FiniteSpec(("tanh", "sigmoid", "tanh", "identity"), weighted=True, T=1.0).problem()
WIDTHS = {1: 5, 2: 7, 3: 4}
SCHEDULES = ("biases", "full batch", "batches", "schedules", "float64")


def both(trainer, problem=PROBLEM, **options):
    """The motion by the engine and by a trainer."""
    state, _ = problem.sample(WIDTHS, 2)
    return [p.sgd(state, seed=3, **options) for p in (problem, replace(problem, trainer=trainer))]


@pytest.mark.parametrize("make", [build, undivided])
@pytest.mark.parametrize("batch", [None, 1, 4])
def test_a_module_moves_as_the_engine_does(make, batch):
    a, b = both(torch_module(make), batch=batch)
    assert float(mf.distance(a, b).max()) < 1e-12
    assert float((a.final.W[2] - a.states[0].W[2]).abs().max()) > 0.05


def test_float32_and_schedules():
    moving = PROBLEM.trained_by({1: lambda t: 1 + cos(t), 2: 0.5}, {2: 0.0})
    a, b = both(torch_module(build, can=SCHEDULES), moving)
    assert float(mf.distance(a, b).max()) < 1e-12
    a, b = both(torch_module(build), PROBLEM.on(torch.float32))
    assert b.final.W[2].dtype == torch.float32 and float(mf.distance(a, b).max()) < 1e-5


def test_own_optimiser_and_own_step():
    """The groups carry what a framework needs; a step of one's own replaces ours."""

    def optimizer(module, groups):
        assert [group["layer"] for group in groups] == [1, 2, 3, 4, 2, 3, 4]
        return torch.optim.SGD(groups, lr=0.0, momentum=0.0)

    def step(module, rule, x, y, q):
        rule.zero_grad()
        ((module(x)[:, 0] - y) ** 2 / 2 * q).sum().backward()
        rule.step()

    a, b = both(torch_module(build, optimizer=optimizer, step=step), batch=3)
    assert float(mf.distance(a, b).max()) < 1e-12


def test_momentum_that_is_left_on_is_seen():
    sloppy = torch_module(build, optimizer=lambda m, g: torch.optim.SGD(g, lr=0.0, momentum=0.9))
    a, b = both(sloppy, batch=None)
    assert float(mf.distance(a, b).min()) > 0.1


def test_a_module_that_is_another_network_is_refused_with_its_gap():
    with pytest.raises(
        mf.InvalidArgument, match=r"dividing by N itself: .*not that of the network"
    ):
        both(torch_module(lambda run: Net(run.widths, run.x.shape[1], phis(run)[::-1])))


def biased(run):
    net = build(run)
    net.layers[0] = nn.Linear(run.x.shape[1], run.widths[1])
    return net


def narrow(run):
    return Net({**run.widths, 1: 2}, run.x.shape[1], phis(run))


@pytest.mark.parametrize(
    ("make", "rule"), [(biased, "constant coordinate"), (narrow, "linear layers")]
)
def test_layers_that_do_not_fit_are_refused(make, rule):
    with pytest.raises(mf.InvalidArgument, match=rule):
        both(torch_module(make))


def bare(run):
    net = build(run)
    for part in list(net.layers)[1:]:
        part.bias = None
    return net


def test_a_module_without_biases_takes_what_trains_none():
    with pytest.raises(mf.NotApplicable, match="without biases"):
        both(torch_module(bare))
    plain = mf.FiniteSpec(("tanh", "sigmoid", "tanh", "identity"), bias=0.0, T=1.0).problem()
    frozen = plain.trained_by(xi_b={2: 0, 3: 0, 4: 0})
    a, b = both(torch_module(bare), frozen)
    assert float(mf.distance(a, b).max()) < 1e-12


def test_what_a_module_lacks_is_not_applicable():
    other = mf.FiniteSpec(("softplus", "tanh", "tanh", "identity"), T=1.0).problem()
    with pytest.raises(mf.NotApplicable, match="no softplus"):
        both(torch_module(build), other)


def test_its_name_is_the_builders():
    assert torch_module(build).name == "tests.trainers.modules:build"
    assert torch_module(build, name="mine", version="2").version == "2"
