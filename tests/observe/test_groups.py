"""Groups of networks: whose draws they are, and their means and variances by numpy."""

import numpy as np
import torch

from mfcheck import Seeds
from mfcheck.observe.groups import group_rms, grouped, members, scaled_variance


def test_a_group_has_the_same_networks_whichever_groups_are_asked_for():
    every = members(Seeds(5, range(6)).fold("check"), 4)
    some = members(Seeds(5, range(2, 4)).fold("check"), 4)
    assert every.replicates == range(24) and some.replicates == range(8, 16)
    drawn = every.uniforms("neurons", 1, 3)
    assert np.array_equal(drawn[8:16], some.uniforms("neurons", 1, 3))


def test_groups_share_no_draw_with_single_replicates_or_with_groups_of_another_size():
    seeds = Seeds(5, range(4))
    draws = [s.uniforms("neurons", 1, 3)[0] for s in (seeds, members(seeds, 2), members(seeds, 4))]
    assert len({tuple(u) for u in draws}) == 3


def test_root_mean_squares_are_taken_within_groups():
    values = torch.tensor([3.0, 4.0, 0.0, torch.inf])
    assert torch.allclose(group_rms(values, 2)[:1], torch.tensor([12.5]).double().sqrt())
    assert torch.isinf(group_rms(values, 2)[1])
    assert grouped(values, 2).shape == (2, 2)


def test_the_variance_is_numpys_averaged_over_the_data_and_scaled_by_the_width():
    y = torch.as_tensor(Seeds(1, range(12)).uniforms("y", 0, 5 * 3).reshape(5, 12, 3))
    q = torch.tensor([0.5, 0.3, 0.2], dtype=torch.float64)
    found = scaled_variance(y, 4, 64, q)
    assert found.shape == (5, 3)
    for k in range(3):
        one = y[:, 4 * k : 4 * k + 4].numpy().var(1, ddof=1) @ q.numpy()
        assert np.allclose(found[:, k], 64 * one)
