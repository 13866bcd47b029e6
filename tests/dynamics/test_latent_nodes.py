"""The nodes of a latent limit: their points, and who carries the mass."""

import mfcheck as mf
from mfcheck.dynamics.latent import attach_latent_tracers, sobol

EMB = mf.DiverseEmbedding(4, mf.Normal(0, 1, dim=2), m=2)


def test_nodes_share_the_mass_and_tracers_have_none():
    nodes, (_, C) = sobol(EMB, 5), EMB.sample(3, 2, seed=1)
    start, read = attach_latent_tracers(EMB, nodes, C)
    for i in (1, 2, 3):
        assert start.P[i].shape == (2, 35)
        assert bool((start.P[i][:, :32] == 1 / 32).all())
        assert bool((start.P[i][:, 32:] == 0).all())
    assert read(start).widths == {1: 3, 2: 3, 3: 3, 4: 1}


def test_the_points_of_every_layer_follow_the_law_of_its_labels():
    """Mean 0 and variance 1 in every coordinate, far better than 512 random points would."""
    labels = sobol(EMB, 9)
    for i, part in {1: labels[1][:, 2:], 2: labels[2], 3: labels[3]}.items():
        assert part.shape == (512, 2 if i == 1 else 4)
        assert float(part.mean(0).abs().max()) < 0.01
        assert float((part.square().mean(0) - 1).abs().max()) < 0.01
