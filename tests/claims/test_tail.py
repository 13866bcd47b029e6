"""Bounds with high probability: which network has which width, and what is held against what."""

import numpy as np
import pytest
import torch
from scipy.stats import binom

from mfcheck.claims.tail import CALIBRATION, ROOM, Tail, quantiles
from mfcheck.seeds import Seeds

TAIL = Tail("toy", times=2, narrow=16, wide=(32, 64, 128), deltas=(0.25, 0.05))
PROBABILITIES = np.array([0.02, 0.1, 0.3])


def uniform(N, seeds):
    """Numbers whose law does not depend on N."""
    return torch.as_tensor(seeds.uniforms("toy", 0, 1)[:, 0])


def unit(N, delta):
    return 1.0


@pytest.mark.parametrize("replicates", [range(32), range(8), range(40, 44), range(20, 100)])
def test_every_replicate_has_one_width_and_the_same_in_every_batch(replicates):
    shares = TAIL.shared(Seeds(3, replicates, ("x",)))
    seen = [(N, r) for N, own in shares for r in own.replicates]
    assert [r for _, r in seen] == list(replicates)
    whole = {r: N for N, own in TAIL.shared(Seeds(0, range(128))) for r in own.replicates}
    assert all(whole[r] == N for N, r in seen)
    assert all((own.root, own.names) == (3, ("x",)) for _, own in shares)


def test_the_widths_are_shared_as_evenly_as_a_chunk_allows():
    shares = TAIL.shared(Seeds(0, range(32)))
    sizes = [len(own.replicates) for _, own in shares]
    assert [N for N, _ in shares] == [32, 64, 128]
    assert sum(sizes) == 32 and max(sizes) - min(sizes) <= 1


def test_the_constant_comes_from_narrow_networks_of_their_own():
    asked = []

    def gap(N, seeds):
        asked.append((N, seeds))
        return uniform(N, seeds)

    study = TAIL.study(gap, unit, 0.25)
    ratio = study.measure(0, Seeds(7, range(32), ("row",)))
    narrow = [seeds for N, seeds in asked if N == 16]
    (own,) = narrow
    assert len(own.replicates) == CALIBRATION and own.root == 7 and own.names[0] == "toy"
    assert all(seeds.names == ("row",) for N, seeds in asked if N != 16)
    C = ROOM * float(uniform(16, own).quantile(0.9))
    assert torch.allclose(ratio, uniform(0, Seeds(7, range(32), ("row",))) / C)
    assert (study.estimator, study.above) == ("exceedance", 1.0)


def test_the_bound_is_asked_at_each_width_and_delta():
    study = TAIL.study(uniform, lambda N, delta: N * delta, 0.05)
    seeds = Seeds(0, range(32), ("row",))
    C = ROOM * max(
        float(uniform(16, Seeds(0, range(CALIBRATION), ("toy", "calibration"))).quantile(1 - 2 * d))
        / (16 * d)
        for d in TAIL.deltas
    )
    widths = torch.tensor([N for N, own in TAIL.shared(seeds) for _ in own.replicates])
    assert torch.allclose(study.measure(0, seeds), uniform(0, seeds) / (widths * 0.05) / C)


def test_a_control_tests_other_networks_with_the_constant_of_the_claim():
    seeds = Seeds(0, range(32), ("row",))
    plain = TAIL.study(uniform, unit, 0.05).measure(0, seeds)
    other = TAIL.study(uniform, unit, 0.05, lambda N, s: 3 * uniform(N, s)).measure(0, seeds)
    assert torch.allclose(other, 3 * plain)


def test_unequal_probabilities_have_lighter_tails_than_their_mean():
    """Hoeffding's theorem on one case, exactly: both decisions stay within their levels."""
    sizes = np.array([11, 11, 10]) * 8
    count = np.ones(1)
    for n, p in zip(sizes, PROBABILITIES, strict=True):
        count = np.convolve(count, binom.pmf(np.arange(n + 1), n, p))
    n, mean = sizes.sum(), sizes @ PROBABILITIES
    for c in range(n + 1):
        if c <= mean - 1:
            assert count[: c + 1].sum() <= binom.cdf(c, n, mean / n)
        if c >= mean + 1:
            assert count[c:].sum() <= binom.sf(c - 1, n, mean / n) * (1 + 1e-9)


def test_quantiles_are_those_of_each_group_and_every_group_is_measured_once():
    asked = []

    def gap(seeds):
        asked.append(seeds.replicates)
        return torch.arange(len(seeds.replicates)) + 1000 * (seeds.replicates.start // 101)

    measure, seeds = quantiles(gap, times=2, size=101), Seeds(0, range(3, 5), ("x",))
    assert measure(4, seeds).tolist() == [3050, 4050]
    assert measure(20, seeds).tolist() == [3090, 4090]
    assert asked == [range(303, 404), range(404, 505)]
    measure(20, Seeds(1, range(3, 5), ("x",)))
    assert len(asked) == 4
