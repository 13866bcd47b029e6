r"""With both ends frozen, networks of three hidden layers or more follow their limit.

Araújo, Oliveira and Yukimura freeze the layers next to input and output, $w_1(t) = w_1(0)$ and
$w_L(t) = w_L(0)$: random features at both ends. The inner layers have one width $N$ and are trained
by SGD with $N^2$ times the gradient, from initial weights with a first moment. Write
$\mathcal{L}_N(k)$ for the risk of the network after $k$ steps and $\mathcal{L}(t)$ for that of the
mean-field limit. With three hidden layers or more and a constant that depends on the horizon $T$
and the depth, for each $k \le \lceil T / \varepsilon \rceil$

$$ \mathbb{E} \left| \mathcal{L}_N(k) - \mathcal{L}(k \varepsilon) \right|
   \le C \left( \sqrt{d / N} + \varepsilon + \sqrt{\varepsilon d} \right) . $$

The expectation is over initial weights and samples; the time is one, with no supremum inside.

Measured here. We take $k = T / \varepsilon$ and go by two legs: in $N$, with the same steps on the
atoms of the embedding, and in $\varepsilon$, with SGD against the flow of the same networks. A
replicate is a group of sixteen independent networks, its statistic the mean of $|\cdot|$ over the
group. The leg in $N$ counts the neurons of each atom, which stay equal, in place of simulating each
(`one_formula::counting`), and so runs at $N = 64, \dots, 4096$.
"""

from math import sqrt

import mfcheck as mf
from mfcheck.claims import premises
from mfcheck.claims.rate_premises import wide_from
from mfcheck.claims.step_premises import descends_by
from mfcheck.observe.groups import grouped, members
from mfcheck.problems.finite import FiniteSpec
from mfcheck.strategies import problems

WIDTHS = (64, 256, 1024, 4096)
STEPS = (40, 160, 640)  # T / ε
GROUP = 16

claim = mf.Claim(
    "frozen_ends",
    text=__doc__,
    source="Araújo, Oliveira & Yukimura, arXiv:1906.00193v1, Theorem 5.4, Eq. (5.1), as quoted by "
    "secondary sources",
    papers=("Araújo, Oliveira & Yukimura, arXiv:1906.00193",),
    section="F. Beyond the seeds",
    uses=("coupling", "one_formula"),
    assumptions=(
        r"$\xi_1 = \xi_L = 0$.",
        premises.deep(4),
        *premises.REGULAR,
        *wide_from(WIDTHS[0]),
    ),
    not_tested=(
        r"The constant, its growth in $T$ and $L$, and the factors $\sqrt{d}$.",
        r"The biases of inner layers are trained too; the paper's model has none.",
    ),
)

DEEP = problems(depth=(4, 5))
BASE = [FiniteSpec(("tanh", "tanh", "tanh", "identity"))]


def with_ends(problem, xi=0.0):
    """The problem with rates ξ_1 = ξ_L = xi and the output's bias likewise."""
    return problem.trained_by({1: xi, problem.L: xi}, {problem.L: xi})


def mean_gap(one, other):
    """The mean over each group of |ℒ − ℒ'| at the last recorded time."""
    return grouped((one.loss[-1].double() - other.loss[-1]).abs(), GROUP).mean(-1)


@claim.check(over=DEEP, expect=mf.AtMost(0.0), finer=3.0)
def leg_in_width(problem):
    """As $N \\to \\infty$ with the same steps on both sides, the mean gap in the risk at $T$
    shrinks at least as fast as $N^{-1/2}$."""
    frozen = with_ends(problem)

    def ratio(N, seeds):
        path = frozen.gd(frozen.empirical(N, members(seeds, GROUP))[0])
        return mean_gap(path, frozen.discrete_limit()) * sqrt(N)

    return mf.growth(ratio, along=WIDTHS)


def leg(problem, nominal):
    """Growth with T/ε of the mean gap in the risk between SGD and flow, over √(T/steps)."""
    frozen = with_ends(problem)
    at = (0.0, problem.T)

    def ratio(steps, seeds):
        own = members(seeds, GROUP)
        state = frozen.sample(16, own)[0]
        walk = frozen.sgd(state, nominal(steps), own.fold(steps), at=at)
        return mean_gap(walk, frozen.flow(state, at=at, rtol=1e-5, atol=1e-7)) / sqrt(
            problem.T / steps
        )

    return mf.growth(ratio, along=STEPS, axis="T/ε")


@claim.check(over=problems(depth=(4, 4)), expect=mf.AtMost(0.0), beyond=(descends_by(STEPS[0]),))
def leg_in_step(problem):
    """As $\\varepsilon \\to 0$ at width 16, the mean gap in the risk at $T$ between SGD (one fresh
    sample a step) and flow shrinks at least like $\\sqrt{\\varepsilon}$."""
    return leg(problem, lambda steps: problem.T / steps)


@claim.control(of=leg_in_width, over=BASE)
def ends_trained_by_the_middles_rate(problem):
    """First and last layer are trained with $N^2$ times the gradient, which is the middle's factor
    and not theirs: their rates are $N$ times too large."""
    frozen = with_ends(problem)

    def ratio(N, seeds):
        fast = with_ends(problem, float(N))
        path = fast.gd(fast.empirical(N, members(seeds, GROUP))[0])
        return mean_gap(path, frozen.discrete_limit()) * sqrt(N)

    return mf.growth(ratio, along=WIDTHS)


@claim.control(of=leg_in_width, over=BASE)
def limit_of_trained_ends(problem):
    """The limit in which the ends are trained at their own rates is another."""
    frozen = with_ends(problem)

    def ratio(N, seeds):
        path = frozen.gd(frozen.empirical(N, members(seeds, GROUP))[0])
        return mean_gap(path, problem.discrete_limit()) * sqrt(N)

    return mf.growth(ratio, along=WIDTHS)


@claim.control(of=leg_in_step, over=BASE)
def step_kept_fixed(problem):
    """The step stays at $\\varepsilon = T / 40$ while the nominal one goes to zero."""
    return leg(problem, lambda steps: problem.T / 40)
