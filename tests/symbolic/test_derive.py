"""The normalised gradients: derived, held against the engine, and wrong recursions caught."""

from functools import cache

import pytest

import mfcheck as mf
from mfcheck.symbolic import SymbolicFields, gradients, recursion
from mfcheck.symbolic.evaluate import NumericSample, functions, of_network
from mfcheck.symbolic.functions import dphi, phi
from tests.plain import law, network

derived = cache(gradients)
NETS = [(2, (3,)), (3, (2, 3)), (4, (3, 2, 2)), (5, (2, 2, 2, 2)), (6, (2, 2, 2, 2, 2))]
HIDDEN = ("tanh", "sigmoid", "erf", "softplus", "sin")


def numbers(layers):
    return {i: v.numpy() for i, v in layers.items()}


def sample(data):
    return NumericSample(data.x.numpy(), data.y.numpy(), data.q.numpy())


@pytest.mark.parametrize(("L", "widths"), NETS)
def test_derivatives_of_the_loss_are_the_recursion(L, widths):
    assert derived(L, widths).mismatches() == []


@pytest.mark.parametrize(("L", "widths"), NETS[:3])
def test_the_same_holds_under_any_probabilities(L, widths):
    assert gradients(L, widths, weighted=True).mismatches() == []


@pytest.mark.parametrize(("L", "widths"), NETS)
def test_the_engine_computes_what_was_derived(L, widths):
    names = (*HIDDEN[: L - 1], "tanh")
    model, data = mf.Model(names, "geman_mcclure"), law(3, 2, seed=L)
    state = network(list(widths), 2, seed=L)
    known = functions(names, "geman_mcclure")
    W, b = of_network(derived(L, widths), numbers(state.W), numbers(state.b), sample(data), known)
    G = mf.gradient(model, state, data)
    for exact, engine in ((W, G.W), (b, G.b)):
        for i, v in exact.items():
            scale = float(engine[i].abs().max())
            assert v == pytest.approx(engine[i].numpy(), rel=1e-10, abs=1e-12 * scale)


def without_slope(net):
    """Δ_1 without φ_1'."""
    f = recursion(net)

    def Delta(i, c):
        return f.Delta(i, c) / dphi(1)(f.H(1, c)) if i == 1 else f.Delta(i, c)

    def G(i, c, k):
        return Delta(1, c) * net.x[k] if i == 1 else phi(i - 1)(f.H(i - 1, c)) * Delta(i, k)

    return SymbolicFields(f.H, Delta, G, Delta)


def transposed(net):
    """The backward sum over w_2(k, j) in place of w_2(j, k)."""
    turned = lambda i, c, k: net.weight(i, k, c) if i == 2 else net.weight(i, c, k)  # noqa: E731
    f, back = recursion(net), recursion(net)

    def Delta(i, c):
        if i > 1:
            return back.Delta(i, c)
        return net.mean(2, lambda k: turned(2, c, k) * f.Delta(2, k)) * dphi(1)(f.H(1, c))

    def G(i, c, k):
        return Delta(1, c) * net.x[k] if i == 1 else f.G(i, c, k)

    return SymbolicFields(f.H, Delta, G, Delta)


def own_layer(net):
    """φ_i(H_i) in place of φ_{i-1}(H_{i-1}) beside Δ_i."""
    f = recursion(net)

    def G(i, c, k):
        return f.G(i, c, k) if i < 3 else phi(i - 1)(f.H(i - 2, 0)) * f.Delta(i, k)

    return SymbolicFields(f.H, f.Delta, G, f.Gb)


@pytest.mark.parametrize(
    ("wrong", "layers"), [(without_slope, {1}), (transposed, {1}), (own_layer, {3})]
)
def test_wrong_recursions_are_caught_in_their_layer(wrong, layers):
    found = gradients(3, (2, 2), claimed=wrong).mismatches()
    assert {(name, i) for name, i, *_ in found} == {("w", i) for i in layers}


def test_a_missing_n_is_caught():
    """A sum over two neurons in place of their mean, below one layer only: twice too much."""

    def summed(net):
        f = recursion(net)
        twice = lambda i, c, k: f.G(i, c, k) * (2 if i == 1 else 1)  # noqa: E731
        return SymbolicFields(f.H, f.Delta, twice, f.Gb)

    found = gradients(3, 2, claimed=summed).mismatches()
    assert {(name, i) for name, i, *_ in found} == {("w", 1)}


@pytest.mark.parametrize(("L", "widths"), [(1, 2), (3, (2,)), (3, (2, 0))])
def test_networks_that_are_none_are_refused(L, widths):
    with pytest.raises(mf.InvalidArgument, match="hidden layers"):
        gradients(L, widths)
