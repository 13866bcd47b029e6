"""The same code on a GPU: problems of every kind move there and give the numbers of the CPU."""

import pytest
import torch

import mfcheck as mf
from mfcheck.arrays import made_on
from mfcheck.problems.partial import PartialSpec

on_a_gpu = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")

KINDS = {
    "finite": mf.FiniteSpec(("tanh", "erf", "identity"), T=0.5, eps=0.1, weighted=True),
    "general": mf.GeneralSpec(("gated", "sine"), atoms=4, n=4, T=0.5, eps=0.1),
    "iid": mf.IIDSpec(T=0.5, eps=0.1),
    "diverse": mf.DiverseSpec(T=0.5, eps=0.1),
}


def both(kind):
    """The problem on the CPU and on the GPU."""
    problem = KINDS[kind].problem()
    return problem, problem.on(torch.float64, "cuda")


def same(a, b):
    """One trajectory on the CPU, the other on the GPU, equal up to the order of sums."""
    assert b.final.W[1].is_cuda and b.times.is_cuda and not a.final.W[1].is_cuda
    for one, other in ((a.loss, b.loss), (a.y_hat, b.y_hat), (a.final.W[2], b.final.W[2])):
        assert torch.allclose(one, other.cpu(), rtol=1e-9, atol=1e-11)


@on_a_gpu
@pytest.mark.parametrize("kind", KINDS)
def test_networks_and_their_limits_are_those_of_the_cpu(kind):
    found = []
    for problem in both(kind):
        state, C = problem.sample(12, 5, 3)
        limit = problem.discrete_limit(tracers=C)
        path = problem.gd(state)
        found.append((path, problem.sgd(state, seed=4), mf.distance(path, limit, at=C).cpu()))
    (a, walk, D), (b, other, E) = found
    same(a, b)
    same(walk, other)
    assert torch.allclose(D, E, rtol=1e-9)


@on_a_gpu
@pytest.mark.parametrize("kind", ["finite", "general"])
def test_flows_and_counted_networks_are_those_of_the_cpu(kind):
    host, device = both(kind)
    options = {"rtol": 1e-9, "atol": 1e-11}
    same(host.flow(host.sample(6, 3)[0], **options), device.flow(device.sample(6, 3)[0], **options))
    same(host.gd(host.empirical(10**6, 3)[0]), device.gd(device.empirical(10**6, 3)[0]))


@on_a_gpu
def test_partially_trained_networks_are_those_of_the_cpu():
    host = PartialSpec(n=3, T=1.0).problem()
    device = host.on(torch.float64, "cuda")
    assert device.limit.f.is_cuda
    assert torch.allclose(host.limit.f, device.limit.f.cpu(), rtol=1e-9, atol=1e-11)


def test_what_is_made_without_a_device_is_made_where_it_is_asked_for():
    with made_on("meta"):
        assert torch.arange(3).device.type == "meta"
        assert torch.as_tensor([1.0]).device.type == "meta"
    with made_on("cpu"):
        assert torch.arange(3).device.type == "cpu"
