"""Addressed randomness: draws nest, come out the same in every batch, and have no memory."""

import numpy as np
import pytest
from scipy.stats import kstest

from mfcheck.errors import InvalidArgument
from mfcheck.seeds import CHUNK, Seeds, as_seeds

PINNED = {
    (0, 0): 0.8787757980592998,
    (0, 4): 0.849191269441034,
    (1, 0): 0.10311452150485961,
    (40, 2): 0.891516948019548,
}
"""(replicate, position): the uniform of Seeds(7, …, ("pinned",)) for ("neurons", 2, 5)."""


def test_a_shorter_draw_is_the_beginning_of_a_longer_one():
    seeds = Seeds(3, range(5), ("nest",))
    long = seeds.uniforms("w", 1, 40)
    for length in (1, 2, 3, 7, 39):
        np.testing.assert_array_equal(seeds.uniforms("w", 1, length), long[:, :length])


@pytest.mark.parametrize(
    "one", [range(40, 50), range(1), range(31, 33), range(32, 64), range(63, 64)]
)
def test_a_replicate_draws_the_same_in_whatever_batch(one):
    whole = Seeds(5, range(64), ("a",)).uniforms("w", 2, 6)
    np.testing.assert_array_equal(
        Seeds(5, one, ("a",)).uniforms("w", 2, 6), whole[one.start : one.stop]
    )


def test_a_draw_is_addressed_and_not_consumed():
    seeds = Seeds(5, range(8))
    first = seeds.uniforms("w", 1, 3)
    seeds.uniforms("w", 1, 3)
    np.testing.assert_array_equal(first, seeds.uniforms("w", 1, 3))


@pytest.mark.parametrize(
    "other",
    [
        Seeds(6, range(8), ("a", "b")).uniforms("w", 1, 16),
        Seeds(5, range(8), ("a", "c")).uniforms("w", 1, 16),
        Seeds(5, range(8), ("ab",)).uniforms("w", 1, 16),
        Seeds(5, range(8), ("a",)).uniforms("w", 1, 16),
        Seeds(5, range(8), ("b", "a")).uniforms("w", 1, 16),
        Seeds(5, range(8), ("a", "b")).uniforms("v", 1, 16),
        Seeds(5, range(8), ("a", "b")).uniforms("w", 2, 16),
        Seeds(5, range(8, 16), ("a", "b")).uniforms("w", 1, 16),
        Seeds(5, range(32, 40), ("a", "b")).uniforms("w", 1, 16),
    ],
    ids=["root", "name", "joined", "shorter", "order", "purpose", "stream", "replicate", "chunk"],
)
def test_every_part_of_the_address_gives_other_numbers(other):
    own = Seeds(5, range(8), ("a", "b")).uniforms("w", 1, 16)
    assert not np.isin(own, other).any()


def test_folding_adds_a_name_and_keeps_the_replicates():
    assert Seeds(5, range(3, 7)).fold("a", 2) == Seeds(5, range(3, 7), ("a", "2"))


def test_neighbouring_names_are_not_correlated():
    names = [Seeds(1, range(256), (f"check {k}",)).uniforms("w", 1, 16).ravel() for k in range(8)]
    off = np.corrcoef(names)[np.triu_indices(8, 1)]
    assert np.abs(off).max() < 6 / np.sqrt(names[0].size)


def test_the_entries_of_a_table_are_all_drawn_apart():
    """Above the diagonal, below it and on it: no entry is another one's number."""
    table = Seeds(5, range(200)).table("w", 2, 12, 9)
    assert len(np.unique(table)) == table.size
    flat = np.corrcoef(table.reshape(200, -1).T)
    assert np.abs(flat - np.eye(len(flat))).max() < 0.4
    mirrored = [np.corrcoef(table[:, j, k], table[:, k, j])[0, 1] for j, k in ((1, 0), (8, 3))]
    assert max(map(abs, mirrored)) < 0.25


def test_the_numbers_are_pinned():
    """They are promised to be the same on every machine and for every version of numpy."""
    u = Seeds(7, range(64), ("pinned",)).uniforms("neurons", 2, 5)
    assert {place: u[place] for place in PINNED} == PINNED


def test_the_numbers_are_uniform_on_the_open_interval():
    u = Seeds(11, range(512), ("uniform",)).uniforms("w", 1, 64)
    assert u.dtype == np.float64
    assert u.min() > 0
    assert u.max() < 1
    assert kstest(u.ravel(), "uniform").pvalue > 1e-3
    assert kstest(u.mean(1), "norm", args=(0.5, (1 / 12 / 64) ** 0.5)).pvalue > 1e-3


def test_every_chunk_has_its_own_numbers():
    u = Seeds(11, range(4 * CHUNK)).uniforms("w", 1, 8)
    assert len(np.unique(u)) == u.size


@pytest.mark.parametrize(
    ("seed", "replicates", "wanted"),
    [
        (3, None, Seeds(3, range(1))),
        (3, 16, Seeds(3, range(16))),
        (3, range(32, 64), Seeds(3, range(32, 64))),
        (3, Seeds(9, range(4), ("a",)), Seeds(9, range(4), ("a",))),
        (Seeds(9, range(4), ("a",)), None, Seeds(9, range(4), ("a",))),
        (Seeds(9, range(4), ("a",)), 2, Seeds(9, range(2), ("a",))),
    ],
)
def test_the_ways_to_say_seeds(seed, replicates, wanted):
    assert as_seeds(seed, replicates) == wanted


@pytest.mark.parametrize(
    "bad",
    [
        lambda: Seeds(0.5),
        lambda: Seeds(True),
        lambda: Seeds(0, range(0)),
        lambda: Seeds(0, range(-1, 3)),
        lambda: Seeds(0, range(0, 8, 2)),
        lambda: as_seeds(0, 0),
        lambda: as_seeds(0, True),
        lambda: as_seeds(0, "many"),
    ],
)
def test_what_is_no_seed_is_refused_with_the_repair(bad):
    with pytest.raises(InvalidArgument, match=r"use e\.g\."):
        bad()
