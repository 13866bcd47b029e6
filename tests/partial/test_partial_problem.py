"""Problems for partially trained networks, their draws, limits and blueprints."""

import pytest
import torch

import mfcheck as mf
from mfcheck.errors import InvalidArgument
from mfcheck.partial.nodes import gaussian_nodes
from mfcheck.problems.reading import spec_of
from mfcheck.run.explore import draw, stream
from mfcheck.strategies.partial_problems import FEATURES, partial_problems
from tests.partial import plain


def test_draws_nest_in_both_widths():
    problem = mf.PartialSpec().problem()
    one, two = mf.Seeds(1, range(3)), mf.Seeds(1, range(3))
    a, W = problem.network(8, 6, one)
    wide_a, wide_W = problem.network(16, 12, two)
    assert torch.equal(a, wide_a[:, :8])
    assert torch.equal(W, wide_W[:, :8, :6])
    assert torch.equal(problem.features(5, one), problem.features(20, two)[..., :5])
    for narrow, wide in zip(problem.start(4, one), problem.start(9, one), strict=True):
        assert torch.equal(narrow, wide[:, :4])
    assert torch.equal(problem.labels(7, one), problem.labels(70, one)[:, :7])


def test_nodes_have_the_moments_of_the_gaussian_process():
    k0 = plain.law(n=3)[3]
    a, h, p = gaussian_nodes(k0, 6)
    assert float(p.sum()) == pytest.approx(1)
    assert float(p @ a) == pytest.approx(0, abs=1e-14)
    assert torch.allclose((h.mT * p) @ h, k0, atol=1e-12)
    assert (p @ (h**3)).abs().max() < 1e-12
    fourth = p @ h[:, 0] ** 4
    assert float(fourth) == pytest.approx(3 * float(k0[0, 0]) ** 2)
    batch = gaussian_nodes(torch.stack([k0, 4 * k0]), 6)
    assert torch.allclose(batch.h[1], 2 * h)


@pytest.mark.parametrize("beta", [0.5, 1.0])
def test_hidden_functions_start_with_the_covariance_of_their_scaling(beta):
    """h(0) = M^{-β} Σ W φ has covariance M^{1−2β} k0: at β = 1 it vanishes as M → ∞."""
    problem, M = mf.PartialSpec(beta=beta, n=3).problem(), 16
    k0 = problem.kernel
    for order, width, wanted in ((6, M, k0 * M ** (1 - 2 * beta)), (6, None, k0 * (beta == 0.5))):
        _, h, p = problem.nodes(k0, order, width)
        assert torch.allclose((h.mT * p) @ h, wanted, atol=1e-12)
    assert bool((problem.start(4, mf.Seeds(0))[1] == 0).all()) is (beta == 1.0)


@pytest.mark.parametrize("beta", [0.5, 1.0])
def test_the_limit_is_where_large_networks_are(beta):
    problem = mf.PartialSpec(beta=beta, n=3, T=1.0, sigma="sigmoid").problem()
    limit = problem.limit
    assert limit.solver["error"] <= 5e-4
    seeds = mf.Seeds(0, range(4))
    net = problem.gd(*problem.start(20_000, seeds), problem.kernel)
    assert (net.f - limit.f[:, None]).abs().max() < 0.02
    (a, W), Phi = problem.network(600, 600, seeds), problem.features(600, seeds)
    assert (problem.train(a, W, Phi).f - limit.f[:, None]).abs().max() < 0.2


def test_atoms_belong_to_the_problem_and_not_to_the_run():
    one, two = (mf.PartialSpec(seed=s).problem() for s in (0, 0))
    assert all(torch.equal(a, b) for a, b in zip(one.atoms(), two.atoms(), strict=True))
    a, W, Phi = one.atoms()
    assert (a.shape, W.shape, Phi.shape) == ((24,), (24, 16), (6, 16))


def test_a_blueprint_is_found_again_by_its_json_and_its_code():
    blueprint = mf.PartialSpec(beta=1, phi="relu", n=5, seed=7)
    assert spec_of(blueprint.json()) == blueprint
    assert eval(repr(blueprint), {"mf": mf}) == blueprint
    assert mf.PartialSpec(beta=1).json() == mf.PartialSpec(beta=1.0).json()
    assert "β=1" in blueprint.label
    single = blueprint.problem().on(torch.float32)
    assert single.kernel.dtype == single.features(3, mf.Seeds(0)).dtype == torch.float32
    assert single.gd(*single.start(4, mf.Seeds(0)), single.kernel).f.dtype == torch.float32


@pytest.mark.parametrize(
    "wrong",
    [
        {"beta": 0.7},
        {"sigma": "tan"},
        {"phi": "cos"},
        {"data": "moons"},
        {"n": 0},
        {"T": 1.05},
        {"spread": 0.0},
        {"K": 0},
    ],
)
def test_what_cannot_be_built_is_refused(wrong):
    with pytest.raises(InvalidArgument, match=next(iter(wrong))):
        mf.PartialSpec(**wrong)


def test_every_drawn_problem_builds_in_its_scaling():
    for beta, stratum in zip((0.5, 1.0), partial_problems(n=5).strata, strict=True):
        found = []
        draw(stratum, lambda b, o, f=found: f.append(b), 6, stream("partial", beta))
        assert found[0] == mf.PartialSpec(beta=beta, n=5)
        assert {b.beta for b in found} == {beta}
        assert {b.n for b in found} == {5}
        assert {b.phi for b in found} <= set(FEATURES)
        assert all(spec_of(b.json()) == b for b in found)
