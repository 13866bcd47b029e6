"""Rates that move: a common schedule is a change of clock, and the kernel carries its own rate."""

import pytest
import torch

import mfcheck as mf
from mfcheck.partial import Training
from mfcheck.partial.tangent import NeuronAverage, tangent_kernel

u = torch.as_tensor(mf.Seeds(0).uniforms("partial schedules", 0, 40))[0]
A, H, Y = 2 * u[:4] - 1, 2 * u[4:16].reshape(4, 3) - 1, [1.0, 0.0, -1.0]
K0 = torch.eye(3, dtype=torch.float64) / 2 + 0.5


def test_a_common_schedule_changes_the_clock_and_nothing_else():
    """∂_t = 2t F(·) on [0, T] is ∂_s = F(·) on [0, T²]."""
    faster = Training(Y, "tanh", xi_a=lambda t: 2 * t, xi_W=lambda t: 2 * t)
    fast = mf.partial.gradient_flow((A, H), K0, faster, 1.5)
    plain = mf.partial.gradient_flow((A, H), K0, Training(Y, "tanh"), 2.25)
    assert torch.allclose(fast.h[-1], plain.h[-1], atol=1e-7)
    assert torch.allclose(fast.a[-1], plain.a[-1], atol=1e-7)


@pytest.mark.parametrize("name", ["xi_a", "xi_W"])
def test_the_kernel_at_a_time_has_the_rate_of_that_time(name):
    training = Training(Y, "tanh", **{name: lambda t: 1 + t})
    path = mf.partial.gradient_flow((A, H), K0, training, 1.0, at=[0.0, 1.0])
    for k, rate in enumerate((1.0, 2.0)):
        law = NeuronAverage(path.a[k], path.h[k], path.p)
        once = tangent_kernel(law, K0, path.sigma, **{name: rate})
        assert torch.allclose(path.kernel[k], once, atol=1e-14)
    assert (path.floor <= path.lambda_min + 1e-12).all()


def test_the_output_falls_by_the_kernel_at_any_schedule():
    """f' = −K_t Q ζ with the rates of the moment, by central differences."""
    at = [0.4999, 0.5, 0.5001]
    training = Training(Y, "tanh", xi_a=lambda t: 1 + t, xi_W=lambda t: 2 - t)
    path = mf.partial.gradient_flow((A, H), K0, training, 1.0, at=at)
    slope = (path.f[2] - path.f[0]) / 2e-4
    force = path.kernel[1] @ (path.f[1] - torch.tensor(Y, dtype=torch.float64)) / 3
    assert torch.allclose(slope, -force, atol=1e-5)


def test_one_that_falls_to_zero_freezes():
    training = Training(Y, "tanh", xi_W=lambda t: float(t < 0.45))
    path = mf.partial.descend((A, H), K0, training, 0.1, 1.0, at=[0.0, 0.5, 1.0])
    assert torch.equal(path.h[1], path.h[2]) and not torch.equal(path.a[1], path.a[2])
