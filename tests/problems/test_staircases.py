"""Staircase blueprints: the same problem from JSON and from code, its embedding, refusals."""

from dataclasses import replace

import pytest
import torch

import mfcheck as mf
from mfcheck.model.staircase import cells, random_staircases
from mfcheck.problems.reading import spec_of

FULL = mf.StaircaseSpec(("erf", "tanh", "identity"), "huber", 12, 3.0, 0.5, seed=4)


def test_json_and_code_rebuild_it():
    assert spec_of(FULL.json()) == FULL and eval(repr(FULL)) == FULL
    assert "L=3 staircase" in FULL.label and "12 cells" in FULL.label and "seed 4" in FULL.label


def test_the_problem_is_what_the_fields_say():
    problem = FULL.problem()
    atoms = problem.emb.atoms
    assert (problem.L, problem.T, problem.eps, problem.model.loss.name) == (3, 3.0, 0.5, "huber")
    assert set(problem.model.xi_b.values()) == {0.0}
    assert torch.equal(atoms.P[2], cells(12))
    wanted = random_staircases(3, 3, 12, mf.Seeds(4).fold("staircase"))
    assert torch.equal(atoms.W[2], wanted.W[2][0]) and atoms.replicates == ()
    assert torch.equal(problem.data.x, mf.data.xor().x)
    other = replace(FULL, seed=5).problem().emb.atoms
    assert not torch.equal(other.W[2], atoms.W[2])


def test_its_limit_is_the_descent_of_its_atoms():
    problem = replace(FULL, T=1.0).problem()
    path = problem.gd(problem.emb.atoms)
    assert torch.allclose(problem.discrete_limit().final.W[2], path.final.W[2], atol=1e-14)


@pytest.mark.parametrize("wrong", [{"K": 1}, {"T": 1.1}, {"seed": -1}, {"init": "iid"}])
def test_refusals(wrong):
    with pytest.raises(mf.InvalidArgument):
        replace(FULL, **wrong)
