"""The general model as an object: what it holds, what it refuses, how it is rewritten."""

import pytest
import torch

import mfcheck as mf


def inner(w, x):
    return (w * x).sum(-1)


def squash(w, b, h):
    return torch.tanh(w * h) + b


def no_bias(w, b, h):
    return torch.relu(w * h) if h.dim() else h


def test_it_holds_what_it_was_given():
    model = mf.Model.general((inner, squash, squash), "sigmoid", "huber", xi={1: 0.5}, xi_b={3: 0})
    assert model.L == 3 and model.phi(1) is inner and model.phi(3) is squash
    assert model.output.name == "sigmoid" and model.loss.name == "huber"
    assert model.rates(0.0) == ({1: 0.5, 2: 1.0, 3: 1.0}, {2: 1.0, 3: 0.0})
    shown = "Model.general((inner, squash, squash), output='sigmoid', loss='huber', "
    assert repr(model) == shown + "xi={1: 0.5}, xi_b={3: 0.0})"
    assert hash(model) == hash(mf.Model.general((inner, squash, squash), "sigmoid", "huber"))


@pytest.mark.parametrize(
    "model", [mf.Model(("tanh", "identity")), mf.Model.general((inner, squash), xi={2: 0.5})]
)
def test_other_schedules_leave_the_model_as_it_was(model):
    before = dict(model.xi)
    twin = model.trained_by(xi={1: 0.0}, xi_b={2: lambda t: t})
    assert type(twin) is type(model) and twin.loss == model.loss and model.xi == before
    assert twin.rates(2.0) == ({1: 0.0, 2: 1.0}, {2: 2.0})
    assert twin.trained_by().rates(0.0) == ({1: 1.0, 2: 1.0}, {2: 1.0})


def test_a_map_need_not_use_all_its_arguments():
    assert mf.Model.general((inner, no_bias, lambda w, b, h: w + 0 * h)).L == 3


@pytest.mark.parametrize(
    ("phi", "said"),
    [
        ((inner,), "L >= 2 layers"),
        ("tanh", "L >= 2 layers"),
        ((inner, "tanh"), "phi_2 = 'tanh': is a function of"),
        ((inner, lambda w, b, h: torch.softmax(w * h, -1)), "phi_2 .* elementwise"),
        ((inner, lambda w, b, h: (w * h).cumsum(0)), "phi_2 .* elementwise"),
        ((inner, squash, lambda w, b, h: (w * h).sum(-1)), "phi_3 .* elementwise"),
    ],
)
def test_bad_maps_are_told_what_to_do(phi, said):
    with pytest.raises(mf.InvalidArgument, match=said):
        mf.Model.general(phi)


def test_layers_that_do_not_exist_have_no_rate():
    with pytest.raises(mf.InvalidArgument, match="xi_b keys"):
        mf.Model.general((inner, squash), xi_b={1: 1.0})
