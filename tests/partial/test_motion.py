"""Flow and descent in function space, against autograd, DOP853, networks and standard models."""

import numpy as np
import pytest
import torch
from scipy.integrate import solve_ivp

import mfcheck as mf
from mfcheck.errors import InvalidArgument
from mfcheck.partial import Features, Training
from mfcheck.partial.system import function_space
from tests.partial import plain

T = 2.0


@pytest.mark.parametrize("sigma", ["tanh", "erf", "softplus"])
@pytest.mark.parametrize("loss", ["squared", "huber", "geman_mcclure"])
def test_the_velocity_is_the_gradient_by_autograd(sigma, loss):
    a, h, p, k0, y, q = plain.law()
    start, system = function_space((a, h, p), k0, Training(y, sigma, q, loss, 0.5, 2.0))
    v = system.velocity(0.0, start.flat())
    da, dh = plain.velocity(a, h, p, k0, y, q, sigma, loss)
    assert torch.allclose(v.weights(2)[0, :, 0], 0.5 * da, atol=1e-13)
    assert torch.allclose(v.weights(1)[0], 2.0 * dh, atol=1e-13)


def test_the_flow_agrees_with_another_integrator_of_the_plain_equations():
    a, h, p, k0, y, q = plain.law()
    (m, n), P, Q = h.shape, p.numpy(), q.numpy()

    def field(_, s):
        a, h = s[:m], s[m:].reshape(m, n)
        value = np.tanh(h)
        pull = Q * (P * a @ value - y.numpy())
        dh = -(a[:, None] * (1 - value**2) * pull) @ k0.numpy()
        return np.concatenate([-value @ pull, dh.ravel()])

    s0 = np.concatenate([a.numpy(), h.numpy().ravel()])
    exact = solve_ivp(field, (0, T), s0, "DOP853", rtol=1e-12, atol=1e-13).y[:, -1]
    path = mf.partial.gradient_flow((a, h, p), k0, Training(y, "tanh", q), T, at=[0.0, T])
    assert np.abs(path.a[-1].numpy() - exact[:m]).max() < 1e-8
    assert np.abs(path.h[-1].numpy().ravel() - exact[m:]).max() < 1e-8


def test_a_law_in_function_space_is_a_two_layer_network_on_any_root_of_the_kernel():
    a, h, p, k0, y, q = plain.law()
    C = torch.linalg.cholesky(k0)
    w = torch.linalg.solve(C, h.mT).mT
    model = mf.Model(("tanh", "identity"), xi_b={2: 0})
    state = mf.Ensemble({1: w, 2: a[:, None]}, P={1: p})
    two = mf.flow(model, state, mf.DataLaw(C, y, q), T)
    path = mf.partial.gradient_flow((a, h, p), k0, Training(y, "tanh", q), T)
    assert (path.f - two.y_hat).abs().max() < 1e-7
    assert (path.loss - two.loss).abs().max() < 1e-7


def test_for_beta_one_it_is_the_standard_three_layer_model_with_its_first_layer_frozen():
    rng = np.random.default_rng(1)
    m, M, n, eps = 6, 5, 4, 0.1
    x, y = torch.as_tensor(rng.uniform(-1, 1, (n, 2))), torch.as_tensor(rng.uniform(-1, 1, n))
    z, W = torch.as_tensor(rng.normal(size=(M, 2))), torch.as_tensor(rng.normal(size=(m, M)))
    a = torch.as_tensor(rng.uniform(-1, 1, m))
    three = mf.Model(("erf", "tanh", "identity"), xi={1: 0}, xi_b={2: 0, 3: 0})
    state = mf.Ensemble({1: z, 2: W.mT.contiguous(), 3: a[:, None]})
    walk = mf.sgd(three, state, mf.DataLaw(x, y), eps, T, batch=None)
    net = mf.partial.train((a, W), Features(torch.erf(x @ z.mT), 1.0), Training(y, "tanh"), eps, T)
    assert (net.f - walk.y_hat).abs().max() < 1e-13


@pytest.mark.parametrize("beta", [0.5, 1.0])
def test_a_network_trained_by_autograd_at_its_own_rates_takes_the_same_steps(beta):
    rng = np.random.default_rng(2)
    a, W, Phi, y = (torch.as_tensor(rng.uniform(-1, 1, s)) for s in ((4,), (4, 3), (5, 3), (5,)))
    q = torch.full_like(y, 0.2)
    f = plain.descend(a, W, Phi, beta, y, q, 0.2, 10)
    features, training, at = Features(Phi, beta), Training(y, "tanh"), np.arange(11) / 5
    net = mf.partial.train((a, W), features, training, 0.2, 2.0, at=at)
    assert (net.f - f).abs().max() < 1e-13
    assert torch.allclose(net.h, (net.W @ Phi.mT) * 3**-beta, atol=1e-14)


@pytest.mark.parametrize("beta", [0.5, 1.0])
def test_weights_and_function_space_take_the_same_stochastic_steps(beta):
    problem = mf.PartialSpec(beta=beta, weighted=True).problem()
    seeds = mf.Seeds(3, range(4))
    (a, W), Phi = problem.network(7, 9, seeds), problem.features(9, seeds)
    stream = torch.as_tensor(np.random.default_rng(0).integers(0, problem.data.n, (4, 30, 2)))
    net = problem.train(a, W, Phi, stream=stream)
    same = problem.gd(a, problem.hidden(W, Phi), Phi @ Phi.mT / 9, stream=stream)
    for name in ("f", "a", "h", "loss", "kernel"):
        assert (getattr(net, name) - getattr(same, name)).abs().max() < 1e-12
    first = problem.train(a, W, Phi, stream=stream[:1])
    assert torch.equal(first.f[:, 0], net.f[:, 0])


def test_a_step_on_a_batch_is_the_mean_of_its_points():
    """A batch of every point once is the whole uniform law; one that repeats it is no other."""
    a, h, p, k0, y, _ = plain.law()
    whole = mf.partial.descend((a, h, p), k0, Training(y, "tanh"), 0.1, 1.0)
    once = torch.arange(len(y)).expand(10, -1)
    for stream in (once, once.repeat(1, 2)):
        path = mf.partial.descend((a, h, p), k0, Training(y, "tanh"), 0.1, 1.0, stream=stream)
        assert (path.f - whole.f).abs().max() < 1e-13


def test_steps_tend_to_the_flow_at_first_order():
    a, h, p, k0, y, q = plain.law()
    training = Training(y, "tanh", q)
    flow = mf.partial.gradient_flow((a, h, p), k0, training, T, at=[T])
    paths = [mf.partial.descend((a, h, p), k0, training, e, T, at=[T]) for e in (0.02, 0.01)]
    gaps = [float((path.f - flow.f).abs().max()) for path in paths]
    assert 1.8 < gaps[0] / gaps[1] < 2.2


def test_replicates_move_as_they_would_alone_and_only_the_measure_counts():
    a, h, p, k0, y, q = plain.law(lead=(3, 2))
    path = mf.partial.descend((a, h, p), k0, Training(y, "tanh", q), 0.1, T)
    assert path.f.shape == (21, 3, 2, 4)
    assert path.h.shape == (21, 3, 2, 5, 4)
    assert path.kernel.shape == (21, 3, 2, 4, 4)
    alone = mf.partial.descend((a[1, 0], h[1, 0], p[1, 0]), k0, Training(y, "tanh", q), 0.1, T)
    assert (path.f[:, 1, 0] - alone.f).abs().max() < 1e-14
    kernels = torch.stack([k0, 2 * k0, 3 * k0, k0, k0, k0]).reshape(3, 2, 4, 4)
    own = mf.partial.descend((a, h, p), kernels, Training(y, "tanh", q), 0.1, T)
    assert own.k0.shape == (3, 2, 4, 4)
    assert (own.f[:, 1, 0] - alone_with(3 * k0, a, h, y, q, p).f).abs().max() < 1e-14
    a2, h2, p2 = (torch.cat([v[1, 0]] * 2) for v in (a, h, p))
    twice = mf.partial.descend((a2, h2, p2 / 2), k0, Training(y, "tanh", q), 0.1, T)
    assert (twice.f - alone.f).abs().max() < 1e-14


def alone_with(k0, a, h, y, q, p):
    """Replicate (1, 0) by itself."""
    return mf.partial.descend((a[1, 0], h[1, 0], p[1, 0]), k0, Training(y, "tanh", q), 0.1, T)


def test_a_rate_of_zero_freezes():
    a, h, p, k0, y, q = plain.law()
    still = mf.partial.gradient_flow((a, h, p), k0, Training(y, "tanh", q, xi_W=0), T)
    assert torch.equal(still.h[-1], h)
    assert not torch.equal(still.a[-1], a)
    still = mf.partial.gradient_flow((a, h, p), k0, Training(y, "tanh", q, xi_a=0), T)
    assert torch.equal(still.a[-1], a)


def test_divergence_is_a_result():
    a, h, p, k0, y, q = plain.law(lead=(2,))
    h[0] = 0
    a[0] = 0
    path = mf.partial.descend((a, h, p), 1e3 * k0, Training(y, "softplus", q), 1.0, 400.0)
    assert [d.replicate for d in path.diverged] == [0, 1]
    assert bool(torch.isinf(path.loss[-1]).all())
    assert path.diverged[0].step >= 1
    assert "eps" in str(path.diverged[0])


def test_what_does_not_fit_is_refused():
    a, h, _, k0, y, q = plain.law()
    for start, kernel, target, weights in (
        ((a[:-1], h), k0, y, q),
        ((a, h), k0[:-1], y, q),
        ((a, h), k0, y[:-1], None),
        ((a, h), k0, y, q[:-1]),
    ):
        with pytest.raises(InvalidArgument):
            mf.partial.gradient_flow(start, kernel, Training(target, "tanh", weights), T)
    with pytest.raises(InvalidArgument, match="stream"):
        few = torch.zeros(3, 1, dtype=int)
        mf.partial.descend((a, h), k0, Training(y, "tanh", q), 0.1, T, stream=few)
    with pytest.raises(InvalidArgument, match="features"):
        mf.partial.train((a, h), Features(torch.ones(3, 3), 1.0), Training(y, "tanh", q), 0.1, T)
