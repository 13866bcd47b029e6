"""Blueprints of general models: the tables of the standard one, other equations."""

from dataclasses import fields

import pytest
import torch
from hypothesis import given, settings

import mfcheck as mf
from mfcheck.model.maps import MAPS
from mfcheck.problems.explicit import ExplicitSpec
from mfcheck.problems.reading import spec_of
from mfcheck.strategies.general_problems import BENT, general_problems

FULL = mf.GeneralSpec(
    ("gated", "linear", "sine"),
    loss="huber",
    atoms=5,
    weighted=True,
    centre=1.0,
    spread=0.25,
    bias=0.0,
    data="sine",
    n=7,
    d=4,
    T=0.6,
    eps=0.3,
    seed=3,
)


def test_the_full_one_differs_from_the_default_in_every_field_but_its_tag():
    assert {f.name for f in fields(FULL) if getattr(FULL, f.name) == f.default} == {"init"}


@pytest.mark.parametrize("blueprint", [mf.GeneralSpec(), FULL])
def test_json_and_code_give_it_again(blueprint):
    assert spec_of(blueprint.json()) == blueprint
    assert eval(repr(blueprint), {"mf": mf}) == blueprint
    assert repr(blueprint.problem()) == f"{blueprint!r}.problem()"
    assert blueprint.label.startswith(f"L={blueprint.L} general")


def test_equal_blueprints_have_the_same_json():
    one, other = mf.GeneralSpec(T=1, centre=1), mf.GeneralSpec(T=1.0, centre=1.0)
    assert one.json() == other.json()


def test_tables_and_data_are_those_of_the_standard_blueprint():
    names = {f.name for f in fields(mf.FiniteSpec)} - {"activations"}
    twin = mf.FiniteSpec(
        ("tanh", "tanh", "tanh", "identity"), **{name: getattr(FULL, name) for name in names}
    ).problem()
    problem = FULL.problem()
    assert all(torch.equal(problem.emb.atoms.W[i], w) for i, w in twin.emb.atoms.W.items())
    assert torch.equal(problem.emb.atoms.P[2], twin.emb.atoms.P[2])
    assert torch.equal(problem.data.y, twin.data.y) and problem.eps == twin.eps
    assert [phi.__name__ for phi in problem.model.maps] == ["inner", *FULL.maps]


def test_the_linear_map_is_the_standard_model():
    blueprint = mf.GeneralSpec(("linear", "linear"), spread=1.0)
    problem, twin = blueprint.problem(), blueprint._standard().problem()
    assert twin.model == mf.Model(("tanh", "tanh", "identity"))
    state = problem.sample(7, 3)[0]
    assert float((problem.gd(state).y_hat - twin.gd(state).y_hat).abs().max()) <= 1e-13


@pytest.mark.parametrize("name", sorted(MAPS))
def test_second_differences_tell_which_maps_are_linear_in_w(name):
    w, b, h = (torch.tensor(v, dtype=torch.float64) for v in (0.7, 0.1, 0.9))
    bend = MAPS[name](w + 1, b, h) - 2 * MAPS[name](w, b, h) + MAPS[name](w - 1, b, h)
    assert (abs(float(bend)) > 1e-2) == (name in BENT)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"maps": ()}, "names the map of every layer"),
        ({"maps": "squash"}, "names the map of every layer"),
        ({"maps": ("squish",)}, "did you mean 'squash'"),
        ({"loss": "hinge"}, "loss"),
        ({"T": 1.1}, "multiple of eps"),
        ({"data": "digits"}, "use d=65"),
    ],
)
def test_what_cannot_be_built_is_refused(wrong, said):
    with pytest.raises(mf.InvalidArgument, match=said):
        mf.GeneralSpec(**wrong)


def test_a_general_problem_is_not_written_out():
    with pytest.raises(mf.InvalidArgument, match="functions of one's own"):
        ExplicitSpec.of(mf.GeneralSpec().problem())


def drawn(stratum):
    """Some blueprints of a stratum, the simplest first."""
    seen = []

    @settings(max_examples=30, deadline=None, derandomize=True, database=None)
    @given(stratum)
    def look(blueprint):
        seen.append(blueprint)

    look()
    return seen


def test_the_simplest_is_worth_measuring_and_all_maps_are_drawn():
    for L, stratum in zip((3, 4), general_problems(T=2.0).strata, strict=True):
        seen = drawn(stratum)
        assert {(b.L, b.T) for b in seen} == {(L, 2.0)}
        assert {name for b in seen for name in b.maps} == set(BENT)
        assert seen[0].maps == ("squash",) * (L - 1) and seen[0].loss == "squared"
