"""Activations and losses against autograd; names that teach."""

import pytest
import torch

import mfcheck as mf
from mfcheck.model.activation import ACTIVATIONS, LARGE, activation, tanh
from mfcheck.model.loss import LOSSES, loss

GRID = torch.linspace(-6, 6, 241, dtype=torch.float64) + 0.01


def derivative(f, at):
    x = at.clone().requires_grad_()
    f(x).sum().backward()
    return x.grad


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_slopes_are_derivatives(name):
    phi = activation(name)
    exact, value = derivative(phi.value, GRID), phi.value(GRID)
    assert torch.allclose(phi.slope(GRID), exact, rtol=1e-12, atol=1e-14)
    assert torch.allclose(phi.slope_at(GRID, value), exact, rtol=1e-10, atol=1e-14)
    assert exact is not None
    assert torch.allclose(phi.pull(2 * GRID, GRID, value), 2 * GRID * exact, 1e-10, 1e-13)


@pytest.mark.parametrize("count", [LARGE // 2 - 1, LARGE])
def test_tanh_keeps_its_relative_accuracy_in_float32(count):
    half = torch.logspace(-37, 2, count, dtype=torch.float64).float()
    h = torch.cat([half, -half])
    exact = h.double().tanh()
    error = (tanh(h).double() / exact - 1).abs().max()
    assert float(error) <= torch.finfo(torch.float32).eps
    special = torch.tensor([0.0, torch.inf, -torch.inf, torch.nan]).repeat(count)
    torch.testing.assert_close(tanh(special), torch.tanh(special), rtol=0, atol=0, equal_nan=True)


@pytest.mark.parametrize("name", LOSSES)
def test_loss_slopes_are_derivatives(name):
    ell = loss(name)
    assert torch.allclose(ell.slope(GRID), derivative(ell.value, GRID), rtol=1e-12, atol=1e-14)
    assert float(ell.value(torch.zeros(1))) == pytest.approx(0, abs=1e-12)


def test_closed_forms():
    r = torch.tensor([0.5, 3.0], dtype=torch.float64)
    assert loss("squared").value(r).tolist() == [0.125, 4.5]
    assert loss("huber").value(r).tolist() == [0.125, 2.5]
    assert loss("geman_mcclure").value(r).tolist() == pytest.approx([0.2, 0.9])
    assert loss("tukey").value(r).tolist() == pytest.approx([(1 - 0.75**3) / 6, 1 / 6])
    assert loss("logcosh").value(r).tolist() == pytest.approx(r.cosh().log().tolist())
    assert float(loss("logcosh").value(torch.tensor(800.0))) == pytest.approx(800 - 0.693147, 1e-6)
    assert activation("softplus").slope_at(r, activation("softplus").value(r)).tolist() == (
        pytest.approx(torch.sigmoid(r).tolist())
    )


def test_unknown_names_list_the_known():
    with pytest.raises(mf.InvalidArgument, match="did you mean 'tanh'") as error:
        mf.Model(("tahn", "identity"))
    assert all(name in str(error.value) for name in ACTIVATIONS)
    with pytest.raises(mf.InvalidArgument, match="squared, huber, logcosh, geman_mcclure, tukey"):
        mf.Model(("tanh", "identity"), loss="mse")
    with pytest.raises(mf.InvalidArgument, match="must be a function"):
        mf.Activation(torch.tanh, 3)
    with pytest.raises(mf.InvalidArgument, match="must be a function"):
        mf.Loss(None, torch.tanh)


def test_custom_ones_are_taken():
    cubic = mf.Activation(lambda h: h**3, lambda h: 3 * h**2)
    model = mf.Model((cubic, "identity"), mf.Loss(torch.abs, torch.sign))
    assert model.phi(1).slope_at(GRID, GRID) is not None and model.phi(1).name == "custom"
    state = mf.Ensemble({1: [[2.0]], 2: [[1.0]]})
    assert float(mf.output(model, state, [[1.0]])) == 8.0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"activations": ("tanh",)}, "L >= 2"),
        ({"activations": "tanh"}, "L >= 2"),
        ({"xi": {3: 1.0}}, "use layers 1..2"),
        ({"xi_b": {1: 1.0}}, "use layers 2..2"),
        ({"xi": {1: -1.0}}, r"xi\[1\] = -1.0: a rate is finite and not negative"),
        ({"xi": {1: float("inf")}}, "finite"),
        ({"xi": {1: "fast"}}, "t ↦ float"),
    ],
)
def test_models_refuse_to_be_wrong(options, said):
    given = {"activations": ("tanh", "identity"), **options}
    with pytest.raises(mf.InvalidArgument, match=said):
        mf.Model(**given)


def test_schedules():
    model = mf.Model(("tanh", "tanh", "identity"), xi={2: lambda t: 1 / (1 + t)}, xi_b={3: 0})
    assert model.rates(1.0) == ({1: 1.0, 2: 0.5, 3: 1.0}, {2: 1.0, 3: 0.0})
    bad = mf.Model(("tanh", "identity"), xi={1: lambda t: -t})
    with pytest.raises(mf.InvalidArgument, match=r"xi\[1\] at t = 2"):
        bad.rates(2.0)
    assert "xi_b={3: 0.0}" in repr(model) and repr(model).startswith("Model(('tanh', 'tanh'")
