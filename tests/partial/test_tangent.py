"""The kernel that moves f, its floor and its rate, against autograd and differences."""

import numpy as np
import pytest
import torch

import mfcheck as mf
from mfcheck.partial import Training
from mfcheck.partial.tangent import (
    NeuronAverage,
    decay,
    floor,
    least_eigenvalue,
    root,
    tangent_kernel,
)
from tests.partial import plain

TANH = mf.model.activation.ACTIVATIONS["tanh"]


def test_the_kernel_is_jacobian_times_jacobian():
    a, h, p, k0, *_ = plain.law()
    C = torch.linalg.cholesky(k0)
    v = torch.linalg.solve(C, h.mT).mT

    def f(a, v):
        return (p * a) @ torch.tanh(v @ C.mT)

    Ja, Jv = torch.autograd.functional.jacobian(f, (a, v))
    by_hand = 0.5 * (Ja / p) @ Ja.mT + 2.0 * ((Jv / p[:, None]).flatten(1) @ Jv.flatten(1).mT)
    assert torch.allclose(tangent_kernel(NeuronAverage(a, h, p), k0, TANH, 0.5, 2.0), by_hand)


@pytest.mark.parametrize("loss", ["squared", "logcosh"])
def test_f_moves_by_the_kernel(loss):
    a, h, p, k0, y, q = plain.law()
    dt = 1e-4
    path = mf.partial.gradient_flow(
        (a, h, p), k0, Training(y, "tanh", q, loss), 2 * dt, at=[0, dt, 2 * dt], rtol=1e-12
    )
    zeta = mf.Model(("tanh", "identity"), loss).loss.slope(path.f[1] - y)
    moved = (path.f[2] - path.f[0]) / (2 * dt)
    assert torch.allclose(moved, -path.kernel[1] @ (q * zeta), atol=1e-7)


@pytest.mark.parametrize("seed", range(5))
def test_the_floor_is_below_every_eigenvalue(seed):
    a, h, p, k0, *_ = plain.law(m=2 + seed, n=6, seed=seed)
    neurons = NeuronAverage(a, h, p)
    for xi_a, xi_W in ((1, 1), (0, 1), (0.1, 3)):
        K = tangent_kernel(neurons, k0, TANH, xi_a, xi_W)
        assert float(floor(neurons, k0, TANH, xi_W)) <= np.linalg.eigvalsh(K.numpy()).min() + 1e-14


def test_the_floor_is_attained():
    """By one neuron with h = 0 and nothing else trained: K = a² k0."""
    h, p, k0 = torch.zeros(1, 4).double(), torch.ones(1).double(), plain.law()[3]
    neurons = NeuronAverage(torch.tensor([1.5]).double(), h, p)
    K = tangent_kernel(neurons, k0, TANH, 0, 1)
    assert float(least_eigenvalue(K)) == pytest.approx(float(floor(neurons, k0, TANH)), rel=1e-12)


def test_the_loss_falls_at_least_at_the_rate():
    a, h, p, k0, y, q = plain.law()
    path = mf.partial.gradient_flow(
        (a, h, p), k0, Training(y, "tanh", q), 1.0, at=[0, 1e-4, 2e-4, 1.0], rtol=1e-12
    )
    falls = -(path.loss[2] / path.loss[0]).log() / 2e-4
    zeta, K = path.f[1] - y, path.kernel[1]
    assert float(falls) == pytest.approx(
        float((q * zeta) @ K @ (q * zeta) / path.loss[1]), rel=1e-6
    )
    assert float(path.decay[1]) < float(falls)
    uniform = torch.full((4,), 0.25).double()
    assert torch.allclose(decay(K, uniform), least_eigenvalue(K) / 2)


def test_the_loss_falls_by_the_energy_of_the_motion():
    """−R' = E|a'|² + E‖h'‖²_H, whence E‖h_t − h_0‖² <= t (R_0 − R_t)."""
    a, h, p, k0, y, q = plain.law()
    da, dh = plain.velocity(a, h, p, k0, y, q)
    speed = (dh * torch.linalg.solve(k0, dh.mT).mT).sum(-1)
    zeta = p * a @ torch.tanh(h) - y
    K = tangent_kernel(NeuronAverage(a, h, p), k0, TANH)
    assert float(p @ (da**2 + speed)) == pytest.approx(float((q * zeta) @ K @ (q * zeta)))


def test_the_rate_is_the_infimum_over_residuals():
    """−∂_t log R = 2 (Qζ)ᵀ K Qζ / ζᵀQζ, minimised over ζ by the bottom eigenvector."""
    *_, k0, _, q = plain.law()
    s = q.sqrt().numpy()
    bottom = np.linalg.eigh(s[:, None] * k0.numpy() * s)[1][:, 0] / s
    pull = q.numpy() * bottom
    quotient = 2 * pull @ k0.numpy() @ pull / (q.numpy() @ bottom**2)
    assert float(decay(k0, q)) == pytest.approx(quotient, rel=1e-10)


def test_the_trapezoidal_rule_of_the_rate_is_far_finer_than_its_slack():
    problem = mf.PartialSpec(T=20.0, weighted=True).problem()
    a, h = problem.start(32, mf.Seeds(0, range(2)))
    paths = [problem.flow(a, h, problem.kernel, at=np.linspace(0, 20, rows)) for rows in (161, 641)]
    sums = [torch.cumulative_trapezoid(p.decay, p.times, dim=0) for p in paths]
    slack = -(paths[0].loss[1:] / paths[0].loss[0]).log() - sums[0]
    assert float(slack.min()) > 0
    assert float(((sums[0] - sums[1][3::4]).abs() / slack).max()) < 0.01


def test_alignment_is_a_cosine():
    y = torch.tensor([1.0, -2.0, 0.5]).double()
    assert float(mf.partial.alignment(3 * torch.outer(y, y), y)) == pytest.approx(1)
    K = plain.law(n=3)[3]
    cosine = (K * torch.outer(y, y)).sum() / (K.norm() * torch.outer(y, y).norm())
    stack = torch.stack([K, 5 * K])
    assert mf.partial.alignment(stack, y).tolist() == pytest.approx([float(cosine)] * 2)


def test_roots_and_what_is_not_finite():
    k0 = plain.law()[3]
    k0[0] = k0[:, 0] = 0
    assert torch.allclose(root(k0) @ root(k0), k0)
    bad = torch.stack([k0, k0 * torch.nan])
    assert torch.isnan(least_eigenvalue(bad)).tolist() == [False, True]
