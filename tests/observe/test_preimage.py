"""Newton's preimages under maps whose inverses are known, and maps that miss their targets."""

import pytest
import torch

from mfcheck.observe.preimage import STRIDE, linearised, preimages

GRID = torch.cartesian_prod(*[torch.arange(-3.0, 4.0, dtype=torch.float64)] * 2)


def wave(u):
    """One-to-one, with displacements of at most 0.9 in each coordinate."""
    return u + 0.9 * u.flip(1).sin() * torch.tensor([1.0, -1.0], dtype=u.dtype)


def test_an_affine_map_is_inverted():
    A = torch.tensor([[2.0, 1.0], [-1.0, 0.5]], dtype=torch.float64)
    c = torch.tensor([0.3, -2.0], dtype=torch.float64)
    u, gap = preimages(lambda v: v @ A.T + c, GRID)
    assert float(gap.max()) <= 1e-11
    assert torch.allclose(u, torch.linalg.solve(A, (GRID - c).T).T, atol=1e-10)


def test_a_wave_is_inverted_and_verified_forward():
    start = GRID + 0.1
    u, gap = preimages(wave, wave(start))
    assert float(gap.max()) <= 1e-11 and float((wave(u) - wave(start)).norm(dim=1).max()) <= 1e-11
    assert torch.allclose(u, start, atol=1e-9)


def test_the_residual_is_that_of_the_point_returned():
    for iterations in (1, 2, 3):
        u, gap = preimages(wave, GRID + 0.5, iterations=iterations)
        assert torch.allclose((wave(u) - GRID - 0.5).norm(dim=1), gap, atol=1e-13)


def test_targets_in_a_hole_are_missed_and_others_found():
    def torn(v):
        return v + v / v.norm(dim=-1, keepdim=True)

    targets = torch.tensor([[0.3, 0.2], [-0.9, 0.1], [2.0, 1.0], [0.0, -3.0]], dtype=torch.float64)
    u, gap = preimages(torn, targets)
    assert (gap > 0.09).tolist() == [True, True, False, False]
    assert torch.allclose(torn(u[2:]), targets[2:], atol=1e-11)


def test_targets_behind_a_fold_are_missed():
    def fold(v):
        return torch.cat([v[:, :1].abs(), v[:, 1:]], 1)

    targets = torch.tensor([[-2.0, 1.0], [2.0, 1.0]], dtype=torch.float64)
    _, gap = preimages(fold, targets)
    assert float(gap[0]) >= 1.9 and float(gap[1]) <= 1e-12


def test_no_step_is_longer_than_the_stride():
    visited = []

    def far(v):
        visited.append(v[0])
        return v + 100

    preimages(far, GRID[:1], iterations=4)
    steps = torch.stack(visited).diff(dim=0).norm(dim=1)
    assert steps.tolist() == pytest.approx([STRIDE] * 3)


def test_the_jacobian_is_the_one_by_hand():
    u = GRID + 0.2
    value, jacobian = linearised(wave, u)
    exact = torch.eye(2, dtype=torch.float64).repeat(len(u), 1, 1)
    exact[:, 0, 1], exact[:, 1, 0] = 0.9 * u[:, 1].cos(), -0.9 * u[:, 0].cos()
    assert torch.equal(value, wave(u))
    assert torch.allclose(jacobian, exact, atol=1e-5)
