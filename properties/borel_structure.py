r"""Under independent initial weights each weight is a function of a few initial values.

Let all weights and biases be independent at the start, $w_i(0) \sim \rho_i^w$ and
$b_i(0) \sim \rho_i^b$. In the mean-field limit there are Borel functions with

$$ w_i(t) = w_i^*(t, w_i(0), b_{i-1}(0), b_i(0)) , \qquad b_i(t) = b_i^*(t, b_i(0)) ,
   \qquad 3 \le i \le L - 2 , $$

and at the two ends of the network

$$ w_1(t) = w_1^*(t, w_1(0), b_1(0)) , \qquad b_1(t) = b_1^*(t, b_1(0)) , $$

$$ w_2(t) = w_2^*(t, w_2(0), b_2(0), w_1(0), b_1(0)) , \qquad b_2(t) = b_2^*(t, b_2(0)) , $$

$$ w_{L-1}(t) = w_{L-1}^*(t, w_{L-1}(0), b_{L-1}(0), w_L(0), b_{L-2}(0)) , \qquad
   b_{L-1}(t) = b_{L-1}^*(t, b_{L-1}(0), w_L(0)) , $$

$$ w_L(t) = w_L^*(t, w_L(0), b_{L-1}(0), b_L(0)) , \qquad b_L(t) = b_L^*(t, b_L(0)) . $$

The functions are had by solving a closed system of equations.

Measured here. The bias of layer 1 is a constant coordinate of $x$ and $b_L(0)$ is constant, so that
they drop out of the lists. These ask for $L \ge 4$: for $L = 3$ layer 2 is both the second and the
last but one, and $w_2$ depends on $w_1(0)$ and $w_3(0)$ (ours). We solve the closed system (derived
here) for models that are linear in $w$: a random middle matrix enters the others only through its
mean, so

$$ w_i(t) = w_i(0) + V_i(t, \text{labels of the two neurons}) , \qquad 2 \le i \le L - 1 , $$

where a neuron's label holds its listed initial values. Evaluated at the initial values of a
network of width $N$ and at its steps, these functions should predict every weight and bias with
an error of the order of $N^{-1/2}$; if a listed argument is averaged out, the error stays. That
rate is ours and needs weights with a second moment; the theorem says what the arguments are.
"""

from functools import cache

import torch

import mfcheck as mf
from mfcheck.claims import premises, rate_premises
from mfcheck.model import Ensemble
from mfcheck.seeds import Seeds
from mfcheck.strategies import Family, iid_problems

WIDTHS = (32, 64, 128, 256)
CONSTANT = Family(strata=iid_problems(depth=(4, 6)).strata[::2])  # L = 4, 6
TRACED = 16  # neurons a layer that are followed; all are alike
NETWORKS = 4  # in one replicate: the layers' errors share a number that is near zero now and then

claim = mf.Claim(
    "borel_structure",
    text=__doc__,
    source="Nguyen & Pham, 2020, theorem for i.i.d. initialisation; Pham, One World Seminar on "
    "the Mathematics of Machine Learning, 2020",
    papers=("Pham, One World Seminar, 2020", "Nguyen & Pham, arXiv:2001.11443"),
    section="C. Symmetry under i.i.d. initialisation",
    uses=("coupling",),
    assumptions=(
        premises.INDEPENDENT,
        premises.deep(4),
        *premises.ANY_START,
        rate_premises.SECOND_MOMENT,
        r"$\mathbb{E}[w_i(0)]$ near one, so that the middle layers move at all.",
    ),
    not_tested=(
        "Models that are not linear in $w$; depths beyond 6, and the remark on $L = 3$.",
        "The supremum over edges: rows follow root mean squares of a layer.",
        "A plateau below the noise of its own layer at $N = 256$.",
        "SGD: network and limit take the same full-batch steps.",
    ),
)

FIVE = ("tanh",) * 4 + ("identity",)
LIVELY = mf.IIDSpec(FIVE, bias=1.0, low=1.0, high=3.0, sd=0.2)
"""Through the biases the shift of layer 3 varies by 0.08 in the limit, the noise at N = 16 is 0.05
(0.02 at N = 128)."""


def motion(problem, N, seeds):
    """The first 16 neurons of each layer of width-N networks, at 0 and at T, and what the
    limit's functions say of them at T. Draws nest, so they start alike at every N."""
    start, C = problem.sample(TRACED, seeds)
    limit = problem.limit(C, eps=problem.eps, tol=1e-4, at=[problem.T])
    end = problem.gd(problem.sample(N, seeds)[0], at=[problem.T]).final
    corner = Ensemble.of(
        {i: w[..., :TRACED, :TRACED] for i, w in end.W.items()},
        {i: v[..., :TRACED] for i, v in end.b.items()},
        start.P,
    )
    return start, corner, limit.read(limit.final)


def mean_square(gap):
    """Mean square over all but the replicates."""
    return gap.flatten(1).square().mean(1)


def residual(problem, N, seeds, seen=lambda told, start: told):
    """Mean squares of what the limit's functions leave unexplained, layer by layer: weights of
    the layers 1..L, then biases of the layers 2..L, over some independent networks.

    seen: (what the limit says at T, the networks at 0) ↦ what is put in its place.
    """
    return sum(left(motion(problem, N, seeds.fold(k)), seen) for k in range(NETWORKS)) / NETWORKS


def left(moved, seen):
    """The mean squares of one network a replicate, (layers, replicates)."""
    start, end, told = moved
    told = seen(told, start)
    W = [mean_square(end.W[i] - told.W[i]) for i in end.W]
    return torch.stack(W + [mean_square(end.b[i] - told.b[i]) for i in end.b])


def growth_of_residual(problem, *seen):
    """The growth of √N times the largest residual of a layer's weights or biases, each layer in
    units of its own root mean square in other networks of the least width: quiet ones count."""

    @cache
    def unit(root, names):
        others = Seeds(root, range(16), names).fold("units")
        return residual(problem, WIDTHS[0], others, *seen).mean(1, keepdim=True) * WIDTHS[0]

    def ratio(N, seeds):
        squares = residual(problem, N, seeds, *seen) / unit(seeds.root, seeds.names)
        return (squares.amax(0) * N).sqrt()

    return mf.growth(ratio, along=WIDTHS)


@claim.check(over=CONSTANT, expect=mf.AtMost(0.0), dtype="float32")
def constant_biases(problem):
    """The root mean square residual of weights and biases given the listed initial values, in the
    layer where it falls most slowly, shrinks at least as fast as $N^{-1/2}$; biases start at 0."""
    return growth_of_residual(problem)


@claim.check(over=iid_problems(depth=(5, 5), bias=1.0), expect=mf.AtMost(0.0), dtype="float32")
def random_biases(problem):
    """With $b_2, \\dots, b_{L-1}$ that start uniform on $\\pm 1$ the root mean square residual, in
    the layer where it falls most slowly, shrinks at least as fast as $N^{-1/2}$."""
    return growth_of_residual(problem)


def growth_without(problem, i, axis):
    """The growth of √N times the residual of w_i when its shift is averaged over the labels of
    layer i − 1 (axis −2) or i (axis −1)."""

    def ratio(N, seeds):
        state, end, told = motion(problem, N, seeds)
        shift = (told.W[i] - state.W[i]).mean(axis, keepdim=True)
        return (mean_square(end.W[i] - state.W[i] - shift) * N).sqrt()

    return mf.growth(ratio, along=WIDTHS)


@claim.control(of=constant_biases, over=[mf.IIDSpec(FIVE)])
def without_first_weights(problem):
    """$w_1(0)$ is dropped from the arguments of $w_2$."""
    return growth_without(problem, 2, -2)


@claim.control(of=random_biases, over=[LIVELY])
def without_biases_below(problem):
    """$b_{i-1}(0)$ is dropped from the arguments of the middle layer $i = 3$ at $L = 5$."""
    return growth_without(problem, 3, -2)


@claim.control(of=random_biases, over=[LIVELY])
def without_own_biases(problem):
    """$b_i(0)$ is dropped from the arguments of the middle layer $i = 3$ at $L = 5$."""
    return growth_without(problem, 3, -1)


@claim.control(of=constant_biases, over=[mf.IIDSpec(FIVE, low=-1.0, high=3.0)])
def without_last_weights(problem):
    """$w_L(0)$ is dropped from the arguments of $w_{L-1}$."""
    return growth_without(problem, problem.L - 1, -1)


@claim.control(of=constant_biases, over=[mf.IIDSpec(FIVE)])
def plateau_in_a_quiet_layer(problem):
    """The limit's $b_L$ is off by $0.02$, which up to $N = 128$ is below the noise of $w_2$."""

    def off(told, start):
        return Ensemble.of(told.W, told.b | {problem.L: told.b[problem.L] + 0.02}, told.P)

    return growth_of_residual(problem, off)
