"""Generated laws: fixed by their seed, nested, bounded, with honest probabilities."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from mfcheck.arrays import MASS, ROUNDING
from mfcheck.data import DataLaw, clusters, sine, teacher, xor
from mfcheck.errors import InvalidArgument
from mfcheck.seeds import Seeds

SIZED = pytest.mark.parametrize("law", [teacher, clusters, sine])
N, D, SEED = st.integers(1, 80), st.integers(2, 7), st.integers(-(2**40), 2**40)
REACH = {teacher: (1.0, 1.5), clusters: (1.6, 1.0), sine: (1.0, 1.0)}


def equal(a: DataLaw, b: DataLaw) -> bool:
    return torch.equal(a.x, b.x) and torch.equal(a.y, b.y) and torch.equal(a.q, b.q)


@SIZED
@given(n=N, d=D, seed=SEED, weighted=st.booleans())
def test_sizes_bounds_and_determinism(law, n, d, seed, weighted) -> None:
    made = law(n, d, seed, weighted=weighted)
    x_bound, y_bound = REACH[law]
    assert (made.n, made.d, made.x.dtype) == (n, d, torch.float64)
    assert bool((made.x[:, -1] == 1).all())
    assert float(made.x.abs().max()) <= x_bound
    assert float(made.y.abs().max()) <= y_bound
    assert equal(made, law(n, d, seed, weighted=weighted))


@SIZED
@given(n=N, more=N, d=D, seed=SEED)
def test_the_first_n_points_of_more_are_the_n_points(law, n, more, d, seed) -> None:
    few, many = law(n, d, seed, weighted=True), law(n + more, d, seed, weighted=True)
    assert torch.equal(few.x, many.x[:n]) and torch.equal(few.y, many.y[:n])
    head = many.q[:n] / many.q[:n].sum()
    assert torch.allclose(few.q, head, rtol=ROUNDING[torch.float64], atol=0)


@SIZED
@given(n=N, seed=SEED)
def test_probabilities_are_uniform_or_bounded_away_from_zero(law, n, seed) -> None:
    assert law(n, 3, seed).q.tolist() == [1 / n] * n
    q = law(n, 3, seed, weighted=True).q
    assert abs(float(q.sum()) - 1) <= MASS
    assert 1 / (3 * n) <= float(q.min()) and float(q.max()) <= 3 / n
    assert n == 1 or len(set(q.tolist())) > 1


@SIZED
def test_seeds_dimensions_and_weights_do_not_disturb_each_other(law) -> None:
    plain = law(12, 4, 5)
    assert not torch.equal(plain.x, law(12, 4, 6).x)
    assert torch.equal(plain.x, law(12, 4, 5, weighted=True).x)
    assert law is clusters or torch.equal(plain.x[:, :2], law(12, 3, 5).x[:, :2])


@given(n=st.integers(1, 200), d=D, seed=SEED)
def test_teacher_targets_are_a_smooth_function_of_order_one(n, d, seed) -> None:
    """|y(x) − y(x')| ≤ 1.5 · 3 · |x − x'|, since tanh is 1-Lipschitz and slopes have length 3."""
    law = teacher(n, d, seed)
    gap = (law.y[:, None] - law.y[None, :]).abs()
    assert bool((gap <= 4.5 * torch.cdist(law.x, law.x) + ROUNDING[torch.float64]).all())


@pytest.mark.parametrize("d", [2, 3, 20])
def test_teacher_targets_vary_for_every_seed(d) -> None:
    """The leading neuron, 27 of 40 parts, is never drowned by the others: no constant teacher."""
    deviations = [float(teacher(200, d, seed).y.std()) for seed in range(50)]
    assert min(deviations) > 0.25, min(deviations)


@given(n=st.integers(8, 60), d=D, seed=SEED)
def test_clusters_stay_within_three_deviations_and_alternate_in_label(n, d, seed) -> None:
    law = clusters(n, d, seed)
    for k in range(4):
        member = law.x[k::4, :-1]
        assert float((member.max(0).values - member.min(0).values).max()) <= 6 * 0.2
        assert bool((law.y[k::4] == (-1) ** k).all())


@given(n=N, d=D, seed=SEED)
def test_sine_is_a_sine_of_the_first_coordinate(n, d, seed) -> None:
    law = sine(n, d, seed)
    phase = Seeds(seed, range(32)).fold("data", "sine").uniforms("start and phase", 1, 1)[0, 0]
    expected = [math.sin(3 * x + phase - 0.5) for x in law.x[:, 0].tolist()]
    assert np.allclose(law.y, expected, rtol=0, atol=ROUNDING[torch.float64])


@given(n=st.integers(2, 300), seed=SEED)
def test_sine_inputs_are_evenly_spread_at_every_n(n, seed) -> None:
    """Golden steps, from anywhere on the circle, leave no gap above 1 + 2/√5 even spacings 2/n."""
    points = np.sort(sine(n, 2, seed).x[:, 0].numpy())
    gaps = np.diff(np.append(points, points[0] + 2))
    assert gaps.max() <= (1 + 2 / math.sqrt(5)) * 2 / n + ROUNDING[torch.float64]


def test_xor_is_no_function_of_a_half_plane() -> None:
    law = xor()
    assert (law.n, law.d) == (8, 3)
    assert sorted(set(law.x[:, :2].abs().flatten().tolist())) == [0.5, 1.0]
    assert len(set(map(tuple, law.x.tolist()))) == 8
    assert law.y.tolist() == [0.8 if x * z > 0 else -0.8 for x, z, _ in law.x.tolist()]
    assert not bool((law.x.T @ law.y).any())  # orthogonal to every affine function
    assert law.q.tolist() == [1 / 8] * 8


def test_xor_weights_follow_the_seed() -> None:
    assert equal(xor(3, weighted=True), xor(3, weighted=True))
    assert not torch.equal(xor(3, weighted=True).q, xor(4, weighted=True).q)


@SIZED
@pytest.mark.parametrize(
    ("arguments", "fragments"),
    [
        ({"n": 0}, ["n = 0", "whole number >= 1", "use e.g. 1"]),
        ({"n": 2.0}, ["n = 2.0", "whole number >= 1", "use e.g. 1"]),
        ({"d": 1}, ["d (the constant coordinate included) = 1", "number >= 2", "use e.g. 2"]),
        ({"seed": 0.5}, ["seed = 0.5", "a seed is an integer", "use e.g. seed=0"]),
        ({"weighted": "no"}, ["weighted = 'no'", "True or False", "use weighted=True"]),
    ],
)
def test_a_wrong_request_is_refused(law, arguments, fragments) -> None:
    with pytest.raises(InvalidArgument) as refusal:
        law(**({"n": 3, "d": 3} | arguments))
    assert all(fragment in str(refusal.value) for fragment in fragments), str(refusal.value)


def test_xor_refuses_what_the_others_refuse() -> None:
    with pytest.raises(InvalidArgument, match="seed = 'a': a seed is an integer; use"):
        xor("a")  # type: ignore[arg-type]
    with pytest.raises(InvalidArgument, match="weighted = 1: must be True or False; use"):
        xor(weighted=1)  # type: ignore[arg-type]
