r"""What it costs to drop all but $n$ neurons of each layer depends on $n$, not on the width.

Train networks of width $N$ by SGD in the mean-field scaling. Keep any $n$ neurons of each hidden
layer and drop the others, with averages now over the $n$ that are left: the weights are rescaled by
$N / n$. The loss changes by an amount that depends on the number $n$ kept, and not on $N$: a wide
network is stable under dropout. By that any two such solutions are connected by a piecewise linear
path along which the loss stays low.

Measured here. Write $\mathcal{L}_N$ for the loss of the trained network and $\mathcal{L}_{N \to n}$
for the loss of what is left. The exponent is ours:

$$ \left| \mathcal{L}_{N \to n} - \mathcal{L}_N \right| = O(n^{-1/2}) $$

with a constant that does not depend on $N$. It is an upper bound: where the loss is near its
minimum the change is quadratic and falls like $n^{-1}$.

The neurons of a trained network are exchangeable, so which of them are kept does not matter. We
keep eight disjoint sets in turn and take the root mean square of the eight changes, which needs
$n \le N / 8$. There the sets are almost independent of the whole, whose own deviation of
$N^{-1/2}$ would otherwise take a factor of $1 - n / N$ off the square.
"""

from functools import lru_cache
from math import sqrt

import mfcheck as mf
from mfcheck.claims import premises
from mfcheck.model.ensemble import Ensemble
from mfcheck.model.lazy import lazy_rates, lazy_state
from mfcheck.observe.groups import group_rms, members
from mfcheck.problems.finite import FiniteSpec
from mfcheck.strategies import problems

KEPT = (4, 8, 16, 32)
WIDE = 256
WIDTHS = (64, 128, 256)
SETS = 8  # disjoint sets of neurons
GROUP = 4  # networks of which one root mean square is taken

claim = mf.Claim(
    "dropout_stability",
    text=__doc__,
    source="Shevchenko & Mondelli, arXiv:1912.10095, as known from its abstract: stability under "
    "dropout, and a change that depends on the number kept, not on N; the exponent 1/2 as an upper "
    "bound, and the statistic, are ours",
    papers=("Shevchenko & Mondelli, arXiv:1912.10095",),
    section="F. Beyond the seeds",
    uses=("coupling",),
    assumptions=(
        premises.SAMPLED,
        *premises.REGULAR,
        r"SGD with one sample a step, $T = 2$, $\varepsilon = 0.1$.",
    ),
    not_tested=(
        "Connectivity: the path between two solutions and the loss along it.",
        r"How the change grows with the input dimension $d$; $n > N / 8$.",
    ),
)

SOME = problems(depth=(2, 4))
BASE = [FiniteSpec(("tanh", "tanh", "identity"), T=2.0)]


def kept(state, n, k):
    """Neurons k·n … (k + 1)·n − 1 of every hidden layer, averaged with weights 1/n."""
    L, own = state.L, slice(k * n, (k + 1) * n)
    W = {1: state.W[1][:, own, :], L: state.W[L][:, own, :]}
    W |= {i: state.W[i][:, own, own] for i in range(2, L)}
    b = {i: state.b[i][:, own] for i in range(2, L)} | {L: state.b[L]}
    return Ensemble(W, b)


def risk(problem, state):
    """The loss of each network."""
    y_hat, law = mf.output(problem.model, state, problem.data.x), problem.data.to(state.W[1])
    return problem.model.loss.value(y_hat - law.y).double() @ law.q.double()


def change(problem, state, n, drop=kept):
    """Root mean square over the disjoint sets of the change in loss."""
    before = risk(problem, state)
    gaps = [(risk(problem, drop(state, n, k)) - before).square() for k in range(SETS)]
    return sqrt(1 / SETS) * sum(gaps).sqrt()


def solution(problem, N, seeds):
    """Networks of width N after SGD."""
    return problem.sgd(problem.sample(N, seeds)[0], seed=seeds, at=(0.0, problem.T)).final


@claim.check(over=SOME, expect=mf.AtMost(0.0), dtype="float32")
def in_the_number_kept(problem):
    """At $N = 256$ the change times $\\sqrt{n}$, in root mean square over groups of four networks,
    does not grow with $n$."""
    return growth_in_the_number(problem, kept)


def growth_in_the_number(problem, drop):
    """The growth of √n times the change; every n is tried on the same networks, trained once."""

    @lru_cache(maxsize=1)
    def trained(seeds):
        return solution(problem, WIDE, members(seeds, GROUP))

    def ratio(n, seeds):
        return group_rms(change(problem, trained(seeds), n, drop), GROUP) * sqrt(n)

    return mf.growth(ratio, along=KEPT, axis="n")


@claim.check(
    over=SOME,
    expect=mf.Equals(0.0),
    dtype="float32",
    equivalence="that $N$ does not count is a statement of the limit; at finite $N$ the change has "
    "a part of order $N^{-1/2}$",
)
def at_any_width(problem):
    """With $n = 8$ neurons kept the change does not depend on $N$."""

    def ratio(N, seeds):
        return change(problem, solution(problem, N, seeds), 8)

    return mf.growth(ratio, along=WIDTHS)


def without_rescaling(state, n, k):
    """The same neurons with the weights they had in the whole: 1/N each."""
    left, N = kept(state, n, k), state.widths[1]
    W = {i: w if i == 1 else w * (n / N) for i, w in left.W.items()}
    return Ensemble.of(W, left.b, left.P)


@claim.control(of=in_the_number_kept, over=BASE)
def not_rescaled(problem):
    """Without the factor $N / n$ the sums almost vanish, and the change is of order one."""
    return growth_in_the_number(problem, without_rescaling)


@claim.control(of=at_any_width, over=BASE)
def ntk_scaling(problem):
    """In the $1/\\sqrt{N}$ parametrisation, dropped and rescaled by the same $N / n$, the change
    grows with $N$."""

    def ratio(N, seeds):
        lazy = problem.trained_by(**lazy_rates(problem.L, N))
        start = lazy_state(problem.sample(N, seeds)[0], N)
        state = lazy.sgd(start, seed=seeds, at=(0.0, problem.T)).final
        return change(problem, state, 8)

    return mf.growth(ratio, along=WIDTHS)
