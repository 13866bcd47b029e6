"""Degrees of maps whose degree is known, and of random ones counted in two ways."""

import pytest
import torch

import mfcheck as mf
from mfcheck.observe.degree import signed_count, winding_number
from mfcheck.observe.preimage import linearised

NEAR = torch.tensor([[0.31, 0.12], [-0.2, 0.43], [0.017, -0.33]], dtype=torch.float64)


def power(k):
    """z ↦ z^k, of the conjugate for k < 0."""

    def move(u):
        z = torch.complex(u[:, 0], u[:, 1] if k > 0 else -u[:, 1]) ** abs(k)
        return torch.stack([z.real, z.imag], 1)

    return move


@pytest.mark.parametrize("k", [-3, -2, -1, 1, 2, 3, 7])
def test_powers_wind_k_times_about_zero_and_not_at_all_about_far_points(k):
    assert winding_number(power(k), 1.0, NEAR).tolist() == [k] * 3
    far = torch.tensor([[2.0, 0.0], [0.0, -5.0]], dtype=torch.float64)
    assert winding_number(power(k), 1.0, far).tolist() == [0, 0]


def test_a_wild_curve_is_refined_until_it_is_resolved():
    """300 turns: far more than there are arcs at first."""

    def whirl(u):
        z = torch.complex(u[:, 0], u[:, 1])
        return torch.view_as_real(z**300 + 0.5 * z**-7)

    assert winding_number(whirl, 1.0, NEAR[:1] / 2).tolist() == [300]


def test_a_hole_is_not_seen_from_a_circle():
    def torn(u):
        return u + u / u.norm(dim=-1, keepdim=True)

    assert winding_number(torn, 2.0, NEAR).tolist() == [1, 1, 1]


@pytest.mark.parametrize("target", [[1.0, 0.0], [0.6, 0.8], [1.0 + 1e-9, 0.0]])
def test_a_curve_through_the_target_is_refused(target):
    with pytest.raises(mf.InvalidArgument, match="passes a target"):
        winding_number(power(1), 1.0, torch.tensor([target], dtype=torch.float64))


def cubic(seed, d=2):
    """A random map with folds: u plus waves of amplitude 2."""
    g = torch.Generator().manual_seed(seed)
    a = torch.randn(d, d, generator=g, dtype=torch.float64)
    return lambda u: u + 2 * (1.3 * u @ a.T).sin()


@pytest.mark.parametrize("seed", range(5))
def test_both_counts_agree_in_the_plane(seed):
    move = cubic(seed)
    assert winding_number(move, 8.0, NEAR).tolist() == [1, 1, 1]
    assert signed_count(move, 8.0, NEAR, cells=40).tolist() == [1, 1, 1]


def test_the_count_is_the_sum_of_signs_of_jacobians_over_preimages():
    """z² has two preimages of each target, with positive Jacobians; its conjugate, negative."""
    for k, sign in ((2, 1), (-2, -1)):
        z = torch.complex(NEAR[:, 0], NEAR[:, 1]).sqrt()
        z = z.conj() if k < 0 else z
        roots = torch.view_as_real(torch.cat([z, -z]).resolve_conj())
        assert torch.allclose(power(k)(roots), NEAR.repeat(2, 1))
        det = torch.linalg.det(linearised(power(k), roots)[1])
        assert det.sign().tolist() == [sign] * 6
        assert signed_count(power(k), 2.0, NEAR, cells=24).tolist() == [k] * 3


SPACE = torch.tensor([[0.11, 0.23, -0.37], [-0.43, 0.07, 0.21]], dtype=torch.float64)


@pytest.mark.parametrize(
    ("move", "degree"),
    [
        (lambda u: u + 0.2 * u.flip(1).sin(), 1),
        (lambda u: u * torch.tensor([1.0, -1.0, 1.0], dtype=u.dtype), -1),
        (lambda u: -u, -1),
        (lambda u: u[:, [1, 0, 2]], -1),
        (lambda u: u[:, [1, 2, 0]], 1),
        (lambda u: torch.cat([u[:, :1].abs(), u[:, 1:]], 1), 0),
        (cubic(1, 3), 1),
    ],
)
def test_signed_counts_in_space(move, degree):
    assert signed_count(move, 8.0, SPACE, cells=24).tolist() == [degree] * 2


@pytest.mark.parametrize("k", [2, -2])
def test_powers_in_space(k):
    def move(u):
        return torch.cat([power(k)(u[:, :2]), u[:, 2:]], 1)

    assert signed_count(move, 1.5, SPACE, cells=24).tolist() == [k] * 2


def test_targets_outside_are_not_counted():
    far = torch.tensor([[0.1, 30.0, 0.2]], dtype=torch.float64)
    assert signed_count(lambda u: u, 8.0, far).tolist() == [0]


def test_counts_that_are_not_safe_are_refused():
    edge = torch.tensor([[7.9, 0.1, 0.2]], dtype=torch.float64)
    with pytest.raises(mf.InvalidArgument, match="use more cells"):
        signed_count(lambda u: u, 8.0, edge)
    with pytest.raises(mf.InvalidArgument, match="move the targets"):
        signed_count(lambda u: u, 8.0, torch.zeros(1, 3, dtype=torch.float64))
