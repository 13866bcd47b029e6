"""Closed forms against the limits of the engine, quadrature by scipy, and each other."""

import numpy as np
import pytest
import sympy
import torch
from scipy.integrate import dblquad, quad, solve_ivp

import mfcheck as mf
from mfcheck.errors import Unavailable
from mfcheck.symbolic import gaussian, linear_system, two_layers
from mfcheck.symbolic.linear import _terms

X = np.array([[-1.0], [0.3], [0.8]])
Y = np.array([-0.4, 0.9, 0.2])
S, C = float((X[:, 0] ** 2).mean()), float((X[:, 0] * Y).mean())


def moments(low, high):
    return (low + high) / 2, (low * low + low * high + high * high) / 3


FIRST, LAST = (-1.0, 1.5), (-0.3, 1.7)


def limit(L, T):
    laws = {1: mf.Uniform(*FIRST), L: mf.Uniform(*LAST)}
    laws |= {i: mf.Uniform(0.2, 1.4) for i in range(2, L)}
    model = mf.Model(("identity",) * L, xi_b=dict.fromkeys(range(2, L + 1), 0.0))
    return mf.limit(model, mf.IIDEmbedding(laws), mf.DataLaw(X, Y), T, tol=1e-9)


@pytest.mark.parametrize("L", [2, 3, 4, 5, 6])
def test_linear_limits_solve_the_derived_equations(L):
    """The limit on quadrature nodes against eight or so equations with exact moments."""
    parameters = {"E_xx": S, "E_xy": C} | {f"m_{i}": 0.8 for i in range(2, L)}
    for u, law in (("u_1", FIRST), (f"u_{L}", LAST)):
        parameters |= dict(zip((f"E_{u}", f"E2_{u}"), moments(*law), strict=True))
    path, system = limit(L, 2.0), linear_system(L)
    rhs, slope = system.compiled(parameters)
    options = {"rtol": 1e-11, "atol": 1e-13, "t_eval": path.times}
    exact = solve_ivp(lambda t, c: rhs(c), (0, 2.0), system.start, "DOP853", **options)
    beta = np.array([slope(c) for c in exact.y.T])
    assert np.abs(beta - path.y_hat[:, 0].numpy() / X[0, 0]).max() <= 1e-9


def test_two_linear_layers_in_closed_form():
    (m1, s1), (m2, s2) = moments(*FIRST), moments(*LAST)
    A, B = (s1 + s2 + 2 * m1 * m2) / 4, (s1 + s2 - 2 * m1 * m2) / 4
    t, path = sympy.Symbol("t"), limit(2, 2.0)
    beta = sympy.lambdify(t, two_layers(t, A, B, S, C))(np.asarray(path.times))
    assert np.abs(beta - path.y_hat[:, 0].numpy() / X[0, 0]).max() <= 1e-9


def test_the_closed_form_starts_right_ends_right_and_solves_its_equation():
    """β(0) = A − B, β(∞) = c/s, and β' = −2(sβ − c) √(β² + 4AB)."""
    t, A, B, s = sympy.symbols("t A B s", positive=True)
    c = sympy.Symbol("c", real=True)
    beta = two_layers(t, A, B, s, c)
    assert sympy.simplify(beta.subs(t, 0) - (A - B)) == 0
    rate = beta.diff(t) + 2 * (s * beta - c) * sympy.sqrt(beta**2 + 4 * A * B)
    for numbers in ((1.3, 0.4, 0.7, -0.9), (0.5, 0.9, 1.1, 0.6)):
        values = dict(zip((A, B, s, c), map(sympy.Float, numbers), strict=True))
        for at in (0, 0.4, 2):
            assert abs(rate.subs(values).subs(t, at).evalf(30)) < 1e-12
        assert abs(beta.subs(values).subs(t, 60).evalf(30) - numbers[3] / numbers[2]) < 1e-9


def test_a_monomial_that_was_not_expected_is_refused():
    u = sympy.Symbol("u")
    with pytest.raises(Unavailable, match="not expected"):
        _terms(1 + u**2, (u,), {(0,), (1,)})
    with pytest.raises(Unavailable, match="degree"):
        _terms(sympy.exp(u), (u,), {(k,) for k in range(9)})


def test_gaussian_averages_are_the_known_formulas():
    a, b, c, mu = gaussian.a, gaussian.b, gaussian.c, gaussian.mu
    product = (1 + 2 * a) * (1 + 2 * b)
    known = {
        gaussian.values(): 2 / sympy.pi * sympy.asin(2 * c / sympy.sqrt(product)),
        gaussian.gaussian_slopes(): 4 / sympy.pi / sympy.sqrt(product - 4 * c**2),
        gaussian.mean_value(): sympy.erf(mu / sympy.sqrt(1 + 2 * a)),
    }
    for derived, formula in known.items():
        assert sympy.simplify(derived - formula) == 0
    heat = gaussian.mean_value()
    assert sympy.simplify(heat.diff(a) - heat.diff(mu, 2) / 2) == 0
    assert sympy.simplify(gaussian.values().diff(c) - gaussian.gaussian_slopes()) == 0


def erf(h):
    return float(torch.erf(torch.tensor(h, dtype=torch.float64)))


def test_gaussian_averages_against_scipy():
    a, b, c, mu = 0.8, 1.3, -0.5, 0.7
    det = a * b - c * c

    def density(k, h):
        return np.exp(-(b * h * h - 2 * c * h * k + a * k * k) / (2 * det)) / (2 * np.pi * det**0.5)

    def slope(h):
        return 2 / np.pi**0.5 * np.exp(-h * h)

    both = {
        gaussian.values: lambda k, h: erf(h) * erf(k) * density(k, h),
        gaussian.gaussian_slopes: lambda k, h: slope(h) * slope(k) * density(k, h),
    }
    for closed, integrand in both.items():
        exact = dblquad(integrand, -7, 7, -7, 7, epsabs=1e-7, epsrel=1e-7)[0]
        assert gaussian.compiled(closed())(a, b, c) == pytest.approx(exact, abs=1e-6)
    normal = lambda h: np.exp(-((h - mu) ** 2) / (2 * a)) / (2 * np.pi * a) ** 0.5  # noqa: E731
    for closed, f in ((gaussian.mean_value, erf), (gaussian.mean_slope, slope)):
        exact = quad(lambda h, f=f: f(h) * normal(h), -12, 12)[0]
        assert gaussian.compiled(closed())(mu, a) == pytest.approx(exact, abs=1e-9)


def test_the_first_velocity_of_an_erf_limit_is_its_kernel():
    """∂_t ŷ at the start of a two-layer limit with Gaussian w_1: the tangent kernel in closed form.

    ŷ(0) = E[u_2] E erf = 0 and ∂_t ŷ(x) = −E_Z[(ŷ − Y)(E erf erf' + E[u_2²] ⟨x, X⟩ E erf' erf')]
    with biases frozen.
    """
    sd, low, high = 0.5, -0.3, 1.7
    x = np.array([[-1.0, 1.0], [0.2, 1.0], [0.9, 1.0]])
    y = np.array([0.5, -1.0, 0.3])
    laws = {1: mf.Normal(0, sd, dim=2), 2: mf.Uniform(low, high)}
    model, nodes = mf.Model(("erf", "identity"), xi_b={2: 0.0}), mf.IIDEmbedding(laws).nodes(40)
    data = mf.DataLaw(x, y)
    K = sd**2 * x @ x.T
    a, b = np.diag(K)[:, None], np.diag(K)[None, :]
    second = moments(low, high)[1]
    values, slopes = (
        gaussian.compiled(f())(a, b, K) for f in (gaussian.values, gaussian.gaussian_slopes)
    )
    exact = (values + second * (x @ x.T) * slopes) @ (y / 3)
    eps = 1e-4
    steps = [mf.sgd(model, nodes, data, s, s, batch=None).y_hat[-1].numpy() for s in (eps, eps / 2)]
    assert np.abs(mf.output(model, nodes, data.x).numpy()).max() <= 1e-12
    measured = (4 * steps[1] - steps[0]) / eps  # Richardson: an Euler step is linear up to eps²
    assert measured == pytest.approx(exact, abs=1e-6)
