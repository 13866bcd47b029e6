"""Relatives of the diverse embedding that lack a side: every entry, from the labels by hand."""

from math import sqrt

import pytest
import torch

import mfcheck as mf
from mfcheck.model.sides import backward_alone, forward_alone, sides, tied

EMB = mf.DiverseEmbedding(4, mf.Normal(dim=2), m=3, gain=1.5, seed=2)
C = EMB.sample({1: 5, 2: 6, 3: 4}, 2, seed=1)[1]


def parts():
    """(f_i, β_i) sliced from the labels."""
    first = torch.einsum("rjd,md->rjm", C[1][..., :2], EMB.A)
    return {1: (first, C[1][..., 2:])} | {i: (C[i][..., :3], C[i][..., 3:]) for i in (2, 3)}


def test_the_two_sides():
    for i, (features, coefficients) in parts().items():
        f, beta = sides(EMB, i, C[i])
        assert torch.allclose(f, features) and torch.equal(beta, coefficients)


def test_one_side_alone_is_its_term_of_the_formula():
    halves = {
        forward_alone: lambda a, b: torch.einsum("rja,rka->rjk", a[0].tanh(), b[0]),
        backward_alone: lambda a, b: torch.einsum("rja,rka->rjk", a[1], b[1].tanh()),
    }
    for relative, term in halves.items():
        state, by_hand = relative(EMB, C), parts()
        for i in (2, 3):
            wanted = 1.5 / sqrt(3) * term(by_hand[i - 1], by_hand[i])
            assert torch.allclose(state.W[i], wanted, atol=1e-14), (relative, i)
        assert torch.equal(state.W[4][..., 0], 2 * by_hand[3][1][..., 0])
        assert torch.equal(state.W[1], C[1][..., :2])


def test_the_two_halves_make_the_whole():
    both, one, other = EMB.system(C), forward_alone(EMB, C), backward_alone(EMB, C)
    for i in (2, 3):
        assert torch.allclose(both.W[i], one.W[i] + other.W[i], atol=1e-14)


def test_what_is_tied_gives_by_what_it_takes():
    state, f = tied(EMB, C), {i: pair[0] for i, pair in parts().items()}
    for i in (2, 3):
        both = torch.einsum("rja,rka->rjk", f[i - 1].tanh(), f[i])
        both = both + torch.einsum("rja,rka->rjk", f[i - 1], f[i].tanh())
        assert torch.allclose(state.W[i], 1.5 / sqrt(3) * both, atol=1e-14)
    assert torch.allclose(state.W[4][..., 0], 2 * f[3][..., 0])


def test_labels_are_left_alone_and_unmatched_ones_refused():
    before = {i: c.clone() for i, c in C.items()}
    for relative in (forward_alone, backward_alone, tied):
        relative(EMB, C)
    assert all(torch.equal(C[i], before[i]) for i in C)
    apart = mf.DiverseEmbedding(4, m=3, matched=False)
    with pytest.raises(mf.InvalidArgument, match="matched=True"):
        sides(apart, 2, apart.sample(4)[1][2])
