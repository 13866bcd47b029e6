"""Ensembles and their surgery: shapes that chain, measures that are measures, exact identities."""

import numpy as np
import pytest
import torch

import mfcheck as mf
from mfcheck.model.transforms import add_tracers, duplicate, permute, split
from tests.plain import law, network

GOOD = {1: np.ones((3, 2)), 2: np.ones((3, 4)), 3: np.ones((4, 1))}


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"W": {1: np.ones((3, 2))}}, "at least two weight layers"),
        ({"W": {0: np.ones((3, 2)), 1: np.ones((3, 1))}}, "numbered 1..L"),
        ({"W": {**GOOD, 2: np.ones((4, 4))}}, r"W\[2\].shape = \(4, 4\): must be \(3,\)"),
        ({"W": {**GOOD, 3: np.ones((4, 2))}}, "has one neuron"),
        ({"W": {1: np.ones((5, 3, 2)), 2: np.ones((4, 3, 1))}}, r"W\[2\].shape"),
        ({"W": {1: np.ones((0, 2)), 2: np.ones((0, 1))}}, "widths are at least 1"),
        ({"W": {1: np.ones(3), 2: np.ones((3, 1))}}, r"is \(..., N_1, d\)"),
        ({"W": {**GOOD, 1: np.full((3, 2), np.nan)}}, r"W\[1\] = '6 entries NaN"),
        ({"W": {**GOOD, 1: torch.ones(3, 2)}}, "share one dtype"),
        ({"W": {**GOOD, 1: torch.ones(3, 2).cfloat()}}, "must be real"),
        ({"W": {**GOOD, 1: "abc"}}, "not an array of numbers"),
        ({"b": {1: np.zeros(3)}}, "constant coordinate of x"),
        ({"b": {4: np.zeros(3)}}, "no such layer"),
        ({"b": {2: np.zeros(3)}}, r"b\[2\].shape = \(3,\): must be \(4,\)"),
        ({"P": {1: [0.5, 0.5, 0.5]}}, "probabilities must sum to 1"),
        ({"P": {1: [1.5, -0.5, 0.0]}}, "not negative"),
        ({"P": {2: [0.5, 0.5]}}, r"P\[2\].shape"),
        ({"P": {1: []}}, "at least one atom"),
    ],
)
def test_ensembles_refuse_to_be_wrong(parts, said):
    with pytest.raises(mf.InvalidArgument, match=said):
        mf.Ensemble(**{"W": GOOD, **parts})


def test_defaults_shapes_and_precision():
    state = mf.Ensemble({1: np.ones((6, 3, 2)), 2: np.ones((6, 3, 1))}, P={1: [0.2, 0.3, 0.5]})
    assert state.L == 2 and state.d == 2 and state.widths == {1: 3, 2: 1}
    assert state.replicates == (6,) and state.b[2].shape == (6, 1) and state.P[1].shape == (6, 3)
    assert state.W[1].dtype == torch.float64 and float(state.b[2].abs().max()) == 0
    assert mf.Ensemble({1: [[1]], 2: [[2]]}).W[1].dtype == torch.float64
    single = state.to(torch.float32)
    assert single.W[1].dtype == single.P[1].dtype == torch.float32
    assert float((single.P[1].sum(-1) - 1).abs().max()) < 1e-6
    assert state.flat().unflat((2, 3)).replicates == (2, 3)
    assert repr(state) == "Ensemble(widths={1: 3, 2: 1}, d=2, replicates=(6,), float64)"


def test_arrays_are_copied_at_the_door():
    table = np.ones((3, 2))
    state = mf.Ensemble({1: table, 2: np.ones((3, 1))})
    table[:] = 7
    assert float(state.W[1].max()) == 1
    assert mf.Ensemble({1: table[::-1], 2: np.ones((3, 1))}).W[1].shape == (3, 2)


def test_uniform_measures_are_one_number_and_stay_one():
    """What keeps the probabilities of all neurons keeps the number; what changes one does not."""
    state = mf.Ensemble({1: np.ones((6, 4, 2)), 2: np.ones((6, 4, 1))})
    kept = [state, state.clone(), state.flat(), state.unflat((2, 3)), state.to(torch.float32)]
    kept += [state.at(state.W, state.b), state.map(lambda v: v[1:2])]
    kept += [mf.FiniteEmbedding(mf.Ensemble(GOOD)).sample({1: 4, 2: 4}, 2)[0]]
    for s in kept:
        assert s.measure[1] == pytest.approx(0.25) and s.measure[s.L] == 1.0
        assert s.P[1].shape[-1] == 4 and bool((s.P[1] == s.measure[1]).all())
    one = network([4], 2, seed=1)
    for s in (split(one, 1, 0), split(one, 1, 3, (0.2, 0.8))):
        assert isinstance(s.measure[1], torch.Tensor) and s.measure[1] is s.P[1]
    given = mf.Ensemble(GOOD, P={1: [0.2, 0.3, 0.5]})
    assert isinstance(given.to(torch.float32).measure[1], torch.Tensor)


def test_probabilities_sum_to_one_after_every_cast():
    """Float32 rounds 0.1, 0.2 and 0.7 to numbers whose sum is not one in float64."""
    W = {1: torch.ones(3, 2).double(), 2: torch.ones(3, 1).double()}
    atoms = mf.Ensemble(W, P={1: [0.1, 0.2, 0.7]})
    back = atoms.to(torch.float32).to(torch.float64)
    assert abs(float(back.P[1].sum()) - 1) < 1e-15
    assert float((back.P[1] - atoms.P[1]).abs().max()) < 1e-7


def test_a_copy_shares_no_memory():
    state = mf.Ensemble(GOOD, P={1: [0.2, 0.3, 0.5]})
    copy = state.clone()
    mine, other = ([*s.W.values(), *s.b.values(), *s.P.values()] for s in (state, copy))
    assert not {v.data_ptr() for v in mine} & {v.data_ptr() for v in other}


MODEL = mf.Model(("tanh", "erf", "softplus", "identity"))


def test_surgery_does_not_move_the_output():
    state, x = network([3, 4, 2], 2, (2,), seed=1, weighted=True), law(5, 2).x
    y = mf.output(MODEL, state, x)
    for i in (1, 2, 3):
        width = state.widths[i]
        for other in (
            split(state, i, width - 1, (0.1, 0.2, 0.7)),
            permute(state, i, list(range(width))[::-1]),
            duplicate(state, i, 3),
        ):
            assert torch.allclose(mf.output(MODEL, other, x), y, rtol=0, atol=1e-14)
    assert duplicate(state, 2, 3).widths[2] == 12


def test_copies_of_a_neuron_have_the_shares_that_were_asked_for():
    state = network([3, 2], 2, weighted=True)
    shared = split(state, 1, 1, (0.2, 0.5, 0.3))
    wanted = [*state.P[1][[0, 2]], *(state.P[1][1] * torch.tensor([0.2, 0.5, 0.3]))]
    assert torch.allclose(shared.P[1], torch.stack(wanted))


def test_splitting_is_seen_by_the_wrong_measure():
    """The copies must share the probability: with equal weights on all the output moves."""
    state, x = network([3, 4, 2], 2, seed=1), law(5, 2).x
    wrong = split(state, 1, 0)
    wrong = mf.Ensemble(wrong.W, wrong.b)
    assert float((mf.output(MODEL, wrong, x) - mf.output(MODEL, state, x)).abs().max()) > 1e-3


def test_surgery_says_what_it_needs():
    state = network([3, 4, 2], 2)
    added = {"W_in": torch.ones(1, 2).double(), "W_out": torch.ones(1, 4).double()}
    assert add_tracers(state, 1, added).widths[1] == 4
    for call, said in [
        (lambda: split(state, 4, 0), "hidden layers are 1..3"),
        (lambda: split(state, 1, 3), "neurons 0..2"),
        (lambda: split(state, 1, 0, (0.5, 0.6)), "sum to 1"),
        (lambda: permute(state, 1, [0, 0, 1]), "pass a permutation"),
    ]:
        with pytest.raises(mf.InvalidArgument, match=said):
            call()
