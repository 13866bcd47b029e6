"""Which labels a right-hand side has: derived, against the list, the formulas and the engine."""

import pytest
import sympy
from sympy import Function, Symbol

import mfcheck as mf
from mfcheck.symbolic import Mean, SymbolicFields, recursion, reduced
from mfcheck.symbolic.evaluate import NumericSample, functions, on_nodes
from mfcheck.symbolic.functions import dell, dphi, phi
from mfcheck.symbolic.mean import mean_of, over_edge
from tests.plain import law

DEPTHS = [2, 3, 4, 5, 6, 7]
HIDDEN = ("tanh", "sigmoid", "erf", "softplus", "tanh")


def named(labels):
    return {str(u) for u in labels}


@pytest.mark.parametrize("L", DEPTHS)
def test_constant_biases(L):
    """The slides' corollary: nothing in the middle, u_1 in layer 2, u_L in layer L − 1."""
    s = reduced(L)
    first, last = {"u_1"}, {f"u_{L}"}
    expected = {1: first, 2: first, L - 1: last, L: last}
    if L == 2:
        expected = {1: first | last, 2: first | last}
    if L == 3:
        expected = {1: first, 2: first | last, 3: last}
    for i in range(1, L + 1):
        assert named(s.labels(i)) == expected.get(i, set())
    for i in range(2, L + 1):
        assert named(s.bias_labels(i)) == (last if i == L - 1 and L > 2 else set())
        assert named(s.field_labels(i)) == (last if i == L - 1 and L > 2 else set())


@pytest.mark.parametrize("L", [4, 5, 6, 7])
def test_random_biases(L):
    """The slides' theorem, in the range where its list is meant."""
    s, v = reduced(L, random_biases=True), {i: {f"v_{i}"} for i in range(2, L)}
    assert named(s.labels(1)) == {"u_1"} and named(s.labels(2)) == {"u_1"} | v[2]
    for i in range(3, L - 1):
        assert named(s.labels(i)) == v[i - 1] | v[i] and named(s.bias_labels(i)) == v[i]
    assert named(s.labels(L - 1)) == v[L - 2] | v[L - 1] | {f"u_{L}"}
    assert named(s.labels(L)) == v[L - 1] | {f"u_{L}"} == named(s.bias_labels(L - 1))
    assert named(s.bias_labels(L)) == set()


@pytest.mark.parametrize("L", DEPTHS)
def test_no_edge_has_its_own_value_in_its_velocity(L):
    for biases in (False, True):
        s = reduced(L, biases)
        for g in (*(g for G in s.G.values() for g in G), *s.Gb.values()):
            assert not g.free_symbols & set(s.edges.values())


z, u_1, u_5 = Symbol("z"), Symbol("u_1"), Symbol("u_5")


def test_five_layers_are_the_written_formulas():
    """Depth five with scalars g_3, written by hand: two shallow networks around one number."""
    s, F = reduced(5, d=1), Function
    x, y = F("x_0")(z), F("y")(z)
    w_1, w_5, b_4 = F("w_1_0")(u_1), F("w_5")(u_5), F("b_4")(u_5)
    a, g_4 = Symbol("m_2") + F("V_2")(u_1), Symbol("m_4") + F("V_4")(u_5)
    g_3 = Symbol("m_3") + Symbol("V_3")
    H_1 = w_1 * x
    H_2 = Symbol("b_2") + Mean(a * phi(1)(H_1), u_1)
    H_3 = Symbol("b_3") + g_3 * phi(2)(H_2)
    H_4 = b_4 + g_4 * phi(3)(H_3)
    H_5 = Symbol("b_5") + Mean(w_5 * phi(4)(H_4), u_5)
    D_5 = dell(y, phi(5)(H_5)) * dphi(5)(H_5)
    D_4 = D_5 * w_5 * dphi(4)(H_4)
    D_3 = dphi(3)(H_3) * Mean(D_4 * g_4, u_5)
    D_2 = dphi(2)(H_2) * g_3 * D_3
    D_1 = D_2 * a * dphi(1)(H_1)
    written = {
        1: D_1 * x,
        2: D_2 * phi(1)(H_1),
        3: D_3 * phi(2)(H_2),
        4: D_4 * phi(3)(H_3),
        5: D_5 * phi(4)(H_4),
    }
    for i, G in written.items():
        assert sympy.expand(s.G[i][0] - Mean(G, z)) == 0
    for i, D in {2: D_2, 3: D_3, 4: D_4, 5: D_5}.items():
        assert sympy.expand(s.Gb[i] - Mean(D, z)) == 0


def test_three_layers_are_the_written_formulas():
    s, F, u_3 = reduced(3, d=1), Function, Symbol("u_3")
    x, y, w_1, w_3 = F("x_0")(z), F("y")(z), F("w_1_0")(u_1), F("w_3")(u_3)
    W = Symbol("m_2") + F("V_2")(u_1, u_3)
    H_2 = F("b_2")(u_3) + Mean(W * phi(1)(w_1 * x), u_1)
    H_3 = Symbol("b_3") + Mean(w_3 * phi(2)(H_2), u_3)
    D_3 = dell(y, phi(3)(H_3)) * dphi(3)(H_3)
    D_2 = D_3 * w_3 * dphi(2)(H_2)
    D_1 = Mean(D_2 * W, u_3) * dphi(1)(w_1 * x)
    for i, G in {1: D_1 * x, 2: D_2 * phi(1)(w_1 * x), 3: D_3 * phi(2)(H_2)}.items():
        assert sympy.expand(s.G[i][0] - Mean(G, z)) == 0


@pytest.mark.parametrize("biases", [False, True])
@pytest.mark.parametrize("L", [2, 3, 4, 5, 6])
def test_the_engine_on_nodes_computes_what_was_derived(L, biases):
    """A few steps from the start of the reduced system, so that no function is a constant."""
    names = (*HIDDEN[: L - 1], "sin")
    W = {1: mf.Uniform(-1.5, 1.5, dim=2), L: mf.Uniform(-0.3, 1.7)}
    W |= {i: mf.Uniform(0.2, 1.4) for i in range(2, L)}
    b = {i: mf.Uniform(-1, 1) for i in range(2, L)} if biases else {}
    model, data = mf.Model(names, "logcosh"), law(4, 2, seed=L)
    s = mf.sgd(model, mf.IIDEmbedding(W, b).nodes(4), data, 0.1, 0.5, batch=None).final
    G = mf.gradient(model, s, data)
    W, b, P = ({i: v.numpy() for i, v in part.items()} for part in (s.W, s.b, s.P))
    sample = NumericSample(data.x.numpy(), data.y.numpy(), data.q.numpy())
    derived = on_nodes(reduced(L, biases), W, b, P, sample, known=functions(names, "logcosh"))
    for mine, engine in zip(derived, (G.W, G.b), strict=True):
        assert set(mine) == set(engine)
        for i, v in mine.items():
            scale = float(engine[i].abs().max())
            assert v == pytest.approx(engine[i].numpy(), rel=1e-10, abs=1e-11 * scale)


def test_the_calculus_of_means():
    u, v, f = Symbol("u"), Symbol("v"), Function("f")
    assert Mean(v, u) == v and Mean(3 * v * f(u), u) == 3 * v * Mean(f(u), u)
    assert Mean(f(u) + f(v), u) == Mean(f(u), u) + f(v)
    assert Mean(f(u) * f(v), u).free_symbols == {v}
    assert mean_of(f(u, v), (u, v)).free_symbols == set()
    assert Mean(f(u) * Mean(f(u), u), u) == sympy.Pow(Mean(f(u), u), 2)
    assert Mean(f(u) * phi(1)(u * v), u).diff(v) == Mean(f(u) * u * dphi(1)(u * v), u)
    assert Mean(f(u), u).diff(u) == 0


class TestTraps:
    """Wrong rules that would derive something else, shown together with what catches them."""

    def test_what_is_not_affine_in_an_edge_is_not_known_by_the_mean(self):
        u, m, f = Symbol("u"), Symbol("m"), Function("f")
        assert over_edge(u * f(u_1), u, m) == m * f(u_1)
        for expr in (u**2 * f(u_1), f(u * u_1)):
            kept = over_edge(expr, u, m)
            assert kept.has(Mean) and m not in kept.free_symbols

    def test_a_weight_in_its_own_velocity_would_be_seen(self):
        def decaying(net):
            f = recursion(net)
            own = lambda i, c, k: f.G(i, c, k) + net.weight(i, c, k)  # noqa: E731
            return SymbolicFields(f.H, f.Delta, own, f.Gb)

        s = reduced(5, claimed=decaying)
        assert "u_3" in named(s.labels(3))

    def test_a_skip_from_the_first_layer_would_be_seen(self):
        """G_3 with φ_1(H_1) in place of φ_2(H_2): the shift is then a function of u_1."""

        def skipping(net):
            f = recursion(net)

            def G(i, c, k):
                return phi(1)(f.H(1, c)) * f.Delta(3, k) if i == 3 else f.G(i, c, k)

            return SymbolicFields(f.H, f.Delta, G, f.Gb)

        assert named(reduced(5, claimed=skipping).labels(3)) == {"u_1"}

    def test_a_wrong_coefficient_keeps_its_labels_and_is_seen_in_numbers(self):
        """Labels alone do not see a factor; the engine's numbers on nodes do."""

        def doubled(net):
            f = recursion(net)
            twice = lambda i, c, k: f.G(i, c, k) * (2 if i == 3 else 1)  # noqa: E731
            return SymbolicFields(f.H, f.Delta, twice, f.Gb)

        right, wrong = reduced(5), reduced(5, claimed=doubled)
        assert wrong.labels(3) == right.labels(3)
        assert sympy.expand(wrong.G[3][0] - right.G[3][0]) != 0

    def test_at_the_start_the_last_hidden_layer_has_no_label_yet(self):
        """Labels at t = 0 alone would miss u_L in layer L − 1: the sets must be let grow."""
        assert reduced(5).rounds >= 1
