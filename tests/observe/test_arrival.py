"""Arrival times: against a loss known in closed form, and never without an end."""

from math import inf, log

import pytest
import torch

import mfcheck as mf
from mfcheck.observe.arrival import arrival, null_risk, risk


def test_the_time_of_an_exponential_is_met_to_second_order():
    eps = 0.01
    t = eps * torch.arange(500, dtype=torch.float64)
    found = arrival(torch.stack([(-t).exp(), (-2 * t).exp()], -1), 0.1, eps)
    assert found.tolist() == pytest.approx([log(10), log(10) / 2], abs=eps**2)


def test_a_loss_that_never_arrives_takes_for_ever_and_one_that_is_there_no_time():
    loss = torch.tensor([[1.0, 0.05, inf], [0.5, 0.2, 0.5], [0.3, 0.2, 0.1]])
    assert arrival(loss, 0.1, 0.5).tolist() == pytest.approx([inf, 0.0, 1.0])
    nan = torch.tensor([[1.0], [float("nan")]])
    assert arrival(nan, 0.1, 0.5).tolist() == [inf]


def test_the_risk_is_the_loss_of_the_trajectory():
    blueprint = mf.FiniteSpec(loss="huber", weighted=True, T=1.0, eps=0.5)
    problem = blueprint.problem()
    state, _ = problem.sample(4, replicates=3, seed=1)
    path = problem.gd(state, observe=[risk(problem.model, problem.data)])
    assert torch.allclose(torch.stack(path.observed[0]), path.loss, rtol=1e-12)
    zero = mf.Ensemble({i: 0 * w for i, w in problem.emb.atoms.W.items()})
    assert null_risk(problem.model, problem.data) == pytest.approx(
        float(risk(problem.model, problem.data)(0.0, zero))
    )
