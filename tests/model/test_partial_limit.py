"""Half-limits and the lazy parametrisation, against their definitions."""

from dataclasses import replace

import pytest
import torch

import mfcheck as mf
from mfcheck.model.embedding import gather
from mfcheck.model.empirical import tallied
from mfcheck.model.lazy import lazy_rates, lazy_state
from mfcheck.model.partial_limit import half_limit
from tests.plain import law, network

ATOMS = network([4, 3], 2, seed=3, weighted=True)
EMB = mf.FiniteEmbedding(ATOMS)
MODEL = mf.Model(("tanh", "sigmoid", "identity"))
DATA = law(5, 2)


def outputs(state):
    return mf.output(MODEL, state, DATA.x)


def test_with_no_infinite_layer_it_is_the_network_and_with_all_of_them_the_limit():
    state, C = EMB.sample(6, 3, seed=1)
    counted, _ = tallied(ATOMS, C)
    assert torch.allclose(outputs(half_limit(ATOMS, counted, ())), outputs(state), atol=1e-14)
    every = outputs(half_limit(ATOMS, counted, (1, 2)))
    assert torch.allclose(every, outputs(ATOMS).expand(3, -1), atol=1e-14)


def test_in_the_infinite_layer_every_atom_stands_with_its_probability():
    """Against the same network written out: all atoms of layer 1, sampled neurons in layer 2."""
    _, C = EMB.sample(6, 3, seed=1)
    whole = gather(ATOMS, C | {1: torch.arange(4).expand(3, -1)})
    written = mf.Ensemble.of(whole.W, whole.b, whole.P | {1: ATOMS.P[1].expand(3, -1)})
    half = half_limit(ATOMS, tallied(ATOMS, C)[0], (1,))
    assert torch.allclose(outputs(half), outputs(written), atol=1e-14)


@pytest.mark.parametrize("layer", [1, 2])
def test_networks_approach_it_when_the_layer_grows_and_the_other_keeps_its_neurons(layer):
    gaps = []
    for N in (64, 4096):
        state, C = EMB.sample({1: 5, 2: 5} | {layer: N}, 8, seed=2)
        half = half_limit(ATOMS, tallied(ATOMS, C)[0], (layer,))
        gaps.append((outputs(state) - outputs(half)).square().mean())
    assert gaps[1] < gaps[0] / 16


def test_what_cannot_be_halved_is_refused():
    state, C = EMB.sample(5, 1)
    with pytest.raises(mf.InvalidArgument, match="hidden layers"):
        half_limit(ATOMS, tallied(ATOMS, C)[0], (3,))
    with pytest.raises(mf.InvalidArgument, match="the atoms' widths"):
        half_limit(ATOMS, state, (1,))


def test_the_lazy_parametrisation_is_a_plain_network_with_root_sums_and_unit_rates():
    """Against autograd: y = Σ v tanh(Σ w s(z·x) / √N) / √N and steps of ε times the gradient."""
    N, eps, model = 6, 0.1, mf.Model(("tanh", "tanh", "identity"))
    state, _ = EMB.sample(N, 1, seed=4)
    lazy = replace(mf.Problem(model, EMB, DATA, 0.1, eps), T=2 * eps).trained_by(**lazy_rates(3, N))
    ours = mf.output(model, lazy.gd(lazy_state(state, N)).final, DATA.x)[0]
    parts = [state.W[i][0].clone().requires_grad_() for i in (1, 2, 3)]
    parts += [state.b[i][0].clone().requires_grad_() for i in (2, 3)]
    for _ in range(2):
        loss = (0.5 * (_plain(parts, N) - DATA.y) ** 2) @ DATA.q
        for part, slope in zip(parts, torch.autograd.grad(loss, parts), strict=True):
            part.data -= eps * slope
    assert torch.allclose(ours, _plain(parts, N), atol=1e-12)


def _plain(weights, N):
    w1, w2, w3, b2, b3 = weights
    h = (DATA.x @ w1.T).tanh() @ w2 / N**0.5 + b2
    return (h.tanh() @ w3 / N**0.5 + b3)[:, 0]
