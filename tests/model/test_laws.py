"""Laws of initial weights: quantiles, means, quadrature; and i.i.d. embeddings drawn from them."""

import numpy as np
import pytest
import torch
from scipy import stats

import mfcheck as mf
from mfcheck.model.laws import coordinates, mean, spread, square_integrable
from mfcheck.seeds import Seeds

KNOWN = [
    (mf.Normal(1.0, 0.5), stats.norm(1.0, 0.5)),
    (mf.Uniform(-1.0, 3.0), stats.uniform(-1.0, 4.0)),
]
U = Seeds(5).uniforms("test", 1, 20000)[0]


@pytest.mark.parametrize(("law", "exact"), KNOWN)
def test_continuous_laws_against_scipy(law, exact):
    grid = np.linspace(0.01, 0.99, 99)
    assert law.quantile(grid) == pytest.approx(exact.ppf(grid), abs=1e-12)
    assert law.mean == exact.mean() and law.support.ends == exact.support()
    nodes, weights = law.rule(12)
    assert weights.sum() == pytest.approx(1, abs=1e-14)
    for k in range(1, 9):
        assert weights @ nodes**k == pytest.approx(exact.moment(k), rel=1e-10)
    assert spread(law) == pytest.approx(exact.std())


def test_discrete_laws_are_exact_at_any_order():
    for law, nodes, weights in [
        (mf.Dirac(2.0), [2.0], [1.0]),
        (mf.Rademacher(1.0, 0.5), [0.5, 1.5], [0.5, 0.5]),
    ]:
        for m in (1, 7):
            assert law.rule(m)[0].tolist() == nodes and law.rule(m)[1].tolist() == weights
        drawn, counts = np.unique(law.quantile(U), return_counts=True)
        assert drawn.tolist() == nodes
        assert np.abs(counts / len(U) - weights).max() < 0.02


def test_mixtures():
    law = mf.Mixture((mf.Dirac(-2.0), mf.Uniform(0.0, 1.0)), (0.25, 0.75))
    assert law.mean == pytest.approx(-0.5 + 0.375)
    assert law.support.intervals == ((-2.0, -2.0), (0.0, 1.0))
    nodes, weights = law.rule(6)
    assert len(nodes) == 7 and weights @ nodes == pytest.approx(law.mean)
    drawn = law.quantile(U)
    assert np.mean(drawn == -2.0) == pytest.approx(0.25, abs=0.02)
    assert stats.kstest(drawn[drawn >= 0], stats.uniform().cdf).pvalue > 1e-6
    gauss = mf.Mixture((mf.Normal(), mf.Normal(3.0)), (0.5, 0.5))
    assert np.isfinite(gauss.quantile(np.array([0.5 - 1e-16, 0.5, 1 - 1e-16]))).all()


def test_unlike_coordinates_and_laws_of_ones_own():
    law = mf.Independent(mf.Normal(0, 1, dim=2), mf.Uniform(-1, 1))
    assert law.dim == 3 and [type(c).__name__ for c in coordinates(law)] == (
        ["Normal", "Normal", "Uniform"]
    )
    arcsine = mf.Quantile(lambda u: np.sin(np.pi * (u - 0.5)), 0.0, (-1.0, 1.0))
    assert arcsine.rule(64)[1] @ arcsine.rule(64)[0] ** 2 == pytest.approx(0.5, rel=1e-6)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: mf.Normal(0, -1), "scale = -1"),
        (lambda: mf.Uniform(2, 1), "needs low < high"),
        (lambda: mf.Dirac(float("inf")), "finite"),
        (lambda: mf.Mixture((mf.Dirac(),), (0.5,)), "sum to 1"),
        (lambda: mf.Mixture((mf.Dirac(),), (0.5, 0.5)), "one per law"),
        (lambda: mf.Mixture((mf.Normal(dim=2),), (1.0,)), "one coordinate"),
        (lambda: mf.Independent(), "one law at least"),
        (lambda: mean("W[2]", mf.Normal(dim=2)), "law of one number"),
        (lambda: mean("W[2]", mf.Quantile(lambda u: u, None)), "has no mean"),
        (lambda: mf.IIDEmbedding({1: mf.Normal()}), "L >= 2"),
        (lambda: mf.IIDEmbedding({1: mf.Normal(), 2: mf.Normal()}, {3: mf.Dirac()}), "2..2"),
        (lambda: mf.IIDEmbedding({1: mf.Normal(), 2: mf.Normal()}, {2: mf.Normal()}), "averages"),
        (
            lambda: mf.IIDEmbedding({1: mf.Normal(), 2: mf.Quantile(lambda u: u, None)}),
            "law of large numbers fails",
        ),
    ],
)
def test_laws_refuse_to_be_wrong(make, said):
    with pytest.raises(mf.InvalidArgument, match=said):
        make()


EMB = mf.IIDEmbedding(
    {1: mf.Independent(mf.Normal(0, 1), mf.Dirac(1.0)), 2: mf.Rademacher(1, 0.5), 3: mf.Uniform()},
    {2: mf.Normal(0, 0.1)},
)


def test_iid_draws_nest_and_ignore_the_batch():
    wide, C = EMB.sample({1: 12, 2: 9}, range(40), seed=2)
    narrow, _ = EMB.sample({1: 5, 2: 8}, range(40), seed=2)
    part, _ = EMB.sample({1: 12, 2: 9}, range(33, 37), seed=2)
    assert torch.equal(narrow.W[1], wide.W[1][:, :5])
    assert torch.equal(narrow.W[2], wide.W[2][:, :5, :8])
    assert torch.equal(narrow.W[3], wide.W[3][:, :8])
    assert torch.equal(narrow.b[2], wide.b[2][:, :8])
    assert torch.equal(part.W[2], wide.W[2][33:37])
    assert torch.equal(C.W[2], wide.W[2]) and C.W[2] is not wide.W[2]
    assert EMB.sample(3, dtype=torch.float32)[0].W[2].dtype == torch.float32


def test_iid_draws_have_their_laws_and_no_four_cycles():
    state, _ = EMB.sample({1: 60, 2: 50}, 40, seed=3)
    assert set(state.W[2].flatten().tolist()) == {0.5, 1.5}
    assert set(state.W[1][..., 1].flatten().tolist()) == {1.0}
    assert stats.kstest(state.W[1][..., 0].flatten(), stats.norm().cdf).pvalue > 1e-6
    assert stats.kstest(state.W[3].flatten(), stats.uniform().cdf).pvalue > 1e-6
    w = state.W[2] - 1.0
    cycle = w[:, ::2, ::2] * w[:, 1::2, ::2] * w[:, ::2, 1::2] * w[:, 1::2, 1::2]
    count = cycle.numel()
    assert abs(float(cycle.mean())) < 5 * 0.5**4 / count**0.5


def test_coordinates_of_a_neuron_are_drawn_apart():
    emb = mf.IIDEmbedding({1: mf.Normal(0, 1, dim=3), 2: mf.Uniform(), 3: mf.Uniform()})
    w = emb.sample(500, replicates=20, seed=1)[0].W[1].flatten(0, 1)
    assert float((torch.cov(w.T) - torch.eye(3)).abs().max()) < 0.05


def test_nodes_carry_the_surviving_labels_and_the_means():
    emb = mf.IIDEmbedding(
        {1: mf.Uniform(-1, 1, dim=2), **{i: mf.Normal(i, 1) for i in (2, 3, 4)}, 5: mf.Uniform()},
        {3: mf.Uniform(-1, 1), 5: mf.Dirac(0.5)},
    )
    nodes = emb.nodes(6)
    assert nodes.widths == {1: 36, 2: 1, 3: 6, 4: 6, 5: 1}
    assert [float(nodes.W[i].unique()) for i in (2, 3, 4)] == [2.0, 3.0, 4.0]
    assert float(nodes.b[5]) == 0.5 and nodes.b[3].unique().numel() == 6
    assert float(nodes.P[1].sum()) == pytest.approx(1)


def pareto(index):
    """P(w > x) = x^-index, x >= 1: a mean if index > 1, a second moment if index > 2."""
    return mf.Quantile(lambda u: (1 - u) ** (-1 / index), index / (index - 1), (1, np.inf))


def left(law):
    """The law of -w."""
    return mf.Quantile(lambda u: -law.quantile(1 - u), -law.mean, (-np.inf, -1))


@pytest.mark.parametrize(
    ("index", "holds"), [(1.5, False), (2.0, False), (2.02, None), (2.1, True), (6.0, True)]
)
def test_a_second_moment_is_read_off_the_tails(index, holds):
    law = pareto(index)
    assert square_integrable(law) is holds and square_integrable(left(law)) is holds
    assert square_integrable(mf.Mixture((mf.Normal(), law), (0.9, 0.1))) is holds


def test_laws_with_names_and_bounded_ones_have_a_second_moment():
    normal = mf.Quantile(stats.norm.ppf, 0.0)
    half = mf.Quantile(lambda u: np.maximum(stats.norm.ppf(u), 0), 0.4, (0, np.inf))
    narrow = mf.Quantile(np.sqrt, 2 / 3, (0, 1))
    for law in (mf.Normal(), mf.Rounded(mf.Normal()), mf.Dirac(2.0), normal, half, narrow):
        assert square_integrable(law)
