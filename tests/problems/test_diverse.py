"""Diverse blueprints: the same problem from JSON and from code, traps, refusals."""

from dataclasses import replace

import hypothesis
import pytest
import torch

import mfcheck as mf
from mfcheck.problems.kinds import kind_of
from mfcheck.problems.reading import spec_of
from mfcheck.strategies.diverse_problems import diverse_problems

FULL = mf.DiverseSpec(
    ("erf", "tanh", "identity"),
    "huber",
    3,
    1.5,
    False,
    "dirac",
    0.5,
    False,
    "clusters",
    6,
    3,
    seed=4,
)


def test_json_and_code_rebuild_it():
    assert spec_of(FULL.json()) == FULL
    assert eval(repr(FULL)) == FULL
    assert repr(mf.DiverseSpec(seed=3)) == "mf.DiverseSpec(seed=3)"
    assert kind_of("diverse") is mf.DiverseSpec
    assert "L=3 diverse" in FULL.label and "w_1 at a point 0.5" in FULL.label


def test_the_problem_is_what_the_fields_say():
    problem = FULL.problem()
    assert problem.emb == mf.DiverseEmbedding(3, problem.emb.first, 3, 1.5, 4, matched=False)
    assert set(problem.model.xi_b.values()) == {0.0}
    state, _ = problem.sample(5, 2)
    assert torch.equal(state.W[1], torch.tensor([0, 0, 0.5]).double().expand(2, 5, 3))
    square = mf.DiverseSpec().problem().data
    assert square.n == 4 and square.y.tolist() == pytest.approx([0.8, -0.8, -0.8, 0.8])
    assert problem.on(torch.float32).sample(5)[0].W[2].dtype == torch.float32


def test_the_trap_keeps_the_output_constant_in_x():
    problem = mf.DiverseSpec(first="dirac", T=5.0, trained_bias=False).problem()
    path = problem.gd(problem.sample(8, 3)[0])
    assert float((path.y_hat - path.y_hat[..., :1]).abs().max()) < 1e-12
    assert float(path.loss.min()) == pytest.approx(0.32)


def test_refusals():
    for change, said in [
        ({"n": 9}, "8 points"),
        ({"gain": 0.0}, "gain"),
        ({"first": "gauss"}, "first"),
        ({"init": "iid"}, "init"),
        ({"T": 1.1}, "multiple of eps"),
    ]:
        with pytest.raises(mf.InvalidArgument, match=said):
            replace(mf.DiverseSpec(), **change)


@hypothesis.settings(max_examples=20, database=None)
@hypothesis.given(diverse_problems((3, 5), gain=3.0).strata[0])
def test_every_generated_problem_can_be_built(blueprint):
    assert blueprint.gain == 3.0 and 3 <= blueprint.L <= 5
    assert spec_of(blueprint.json()) == blueprint
    blueprint.problem()
