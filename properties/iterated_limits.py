r"""One layer after the other, or all at once: the order of the limits does not matter.

Let a network have two hidden layers of widths $N_1$ and $N_2$. Sirignano and Spiliopoulos let first
$N_1 \to \infty$ and then $N_2 \to \infty$; Pham and Nguyen let both grow together. Write
$\hat{y}_{N_1, N_2}$ for the output of the network, $\hat{y}_{\infty, N_2}$ and
$\hat{y}_{N_1, \infty}$ for those of networks that are infinitely wide in one layer, and
$\hat{y}_{\infty, \infty}$ for the mean-field limit, all trained alike. For every $t \le T$, in the
root mean square over inputs and networks,

$$ \hat{y}_{N_1, N_2} - \hat{y}_{\infty, N_2} = O(N_1^{-1/2}) , \qquad
   \hat{y}_{\infty, N_2} - \hat{y}_{\infty, \infty} = O(N_2^{-1/2}) ,$$

the first at fixed $N_2$ and with the same $N_2$ neurons on both sides; and with the layers
exchanged,

$$ \hat{y}_{N_1, N_2} - \hat{y}_{N_1, \infty} = O(N_2^{-1/2}) , \qquad
   \hat{y}_{N_1, \infty} - \hat{y}_{\infty, \infty} = O(N_1^{-1/2}) . $$

Both roads lead to the one limit. Neurons that start from one atom of the embedding stay equal and
are counted (`one_formula::counting`). So a network is the ensemble of the atoms under the empirical
measures of its neurons, and a half-limit is exact: it has the law $P_i$ in place of $P_i^N$ in the
infinitely wide layer.
"""

import mfcheck as mf
from mfcheck.claims import premises
from mfcheck.claims.rate_premises import wide_from
from mfcheck.model.partial_limit import half_limit
from mfcheck.observe.groups import group_rms, members
from mfcheck.problems.finite import FiniteSpec
from mfcheck.strategies import problems

WIDTHS = (64, 256, 1024, 4096)
FIXED = 8  # neurons in the layer that does not grow
GROUP = 4  # networks whose root mean square is one replicate

claim = mf.Claim(
    "iterated_limits",
    text=__doc__,
    source="Sirignano & Spiliopoulos, arXiv:1903.04440: the limit N_1 → ∞ then N_2 → ∞, and the "
    "rate of the second; the other order, the rate of the first, and that both meet the limit of "
    "Pham & Nguyen, ICLR 2021, are derived here",
    papers=("Sirignano & Spiliopoulos, arXiv:1903.04440",),
    section="F. Beyond the seeds",
    uses=("coupling", "fixed_step_limit", "one_formula"),
    assumptions=(
        "Two hidden layers, identity output.",
        *premises.REGULAR,
        *wide_from(WIDTHS[0]),
        "The learning rates of the mean-field scaling in both layers; full-batch descent with "
        r"$\varepsilon = 0.1$, the same steps on both sides.",
    ),
    not_tested=(
        "Fresh samples, with the paper's clock of $N_1$ steps a unit of time.",
        "The constants, and their growth with $T$ and with the fixed width.",
    ),
)

THREE = problems(depth=(3, 3))
BASE = [FiniteSpec(("tanh", "tanh", "identity"))]


def trained(problem, state):
    """ŷ at the recorded times, (K, networks, n)."""
    return problem.gd(state).y_hat


def apart(problem, one, other):
    """sup over time of the rms over inputs of ŷ − ŷ', its rms over each group."""
    gap = ((one - other).square() @ problem.data.q.to(one)).amax(0).sqrt()
    return group_rms(gap, GROUP)


def drawn(problem, widths, infinite, seeds):
    """ŷ of networks with the given widths, infinitely wide in the layers `infinite`."""
    state, _ = problem.empirical(widths, members(seeds, GROUP))
    return trained(problem, half_limit(problem.emb.atoms, state, infinite))


def limit(problem):
    """ŷ of the limit in both layers, as one network."""
    return problem.discrete_limit().y_hat[:, None]


def rate(problem, i, pair):
    """The growth of √N_i times the distance of two outputs: pair(N_i, seeds)."""

    def ratio(N, seeds):
        return apart(problem, *pair(N, seeds)) * N**0.5

    return mf.growth(ratio, along=WIDTHS, axis=f"N_{i}")


def only(i, N):
    """The widths of which N_i = N alone grows."""
    return {1: FIXED, 2: FIXED} | {i: N}


def first_limit(problem, i):
    """Networks against their half-limit N_i → ∞, the other width fixed, times √N_i."""

    def pair(N, seeds):
        return [drawn(problem, only(i, N), layers, seeds) for layers in ((), (i,))]

    return rate(problem, i, pair)


def second_limit(problem, i):
    """Half-limits, infinitely wide in layer i, against the limit, times √N of the other layer."""
    return rate(problem, 3 - i, lambda N, s: (drawn(problem, N, (i,), s), limit(problem)))


@claim.check(over=THREE, expect=mf.AtMost(0.0), finer=3.0)
def first_layer_first(problem):
    """At $N_2 = 8$, networks approach their half-limit $N_1 \\to \\infty$ at $N_1^{-1/2}$."""
    return first_limit(problem, 1)


@claim.check(over=THREE, expect=mf.AtMost(0.0), finer=3.0)
def then_the_second(problem):
    """With $N_1 = \\infty$, the half-limit approaches the limit at $N_2^{-1/2}$."""
    return second_limit(problem, 1)


@claim.check(over=THREE, expect=mf.AtMost(0.0), finer=3.0)
def second_layer_first(problem):
    """At $N_1 = 8$, networks approach their half-limit $N_2 \\to \\infty$ at $N_2^{-1/2}$."""
    return first_limit(problem, 2)


@claim.check(over=THREE, expect=mf.AtMost(0.0), finer=3.0)
def then_the_first(problem):
    """With $N_2 = \\infty$, the half-limit approaches the limit at $N_1^{-1/2}$."""
    return second_limit(problem, 2)


def one_limit_alone(problem, i):
    """Networks of which only layer i grows against the limit in both, times √N_i."""
    return rate(problem, i, lambda N, s: (drawn(problem, only(i, N), (), s), limit(problem)))


@claim.control(of=first_layer_first, over=BASE)
def second_layer_never(problem):
    """With $N_2 = 8$ for ever, $N_1 \\to \\infty$ alone does not lead to the limit."""
    return one_limit_alone(problem, 1)


@claim.control(of=second_layer_first, over=BASE)
def first_layer_never(problem):
    """With $N_1 = 8$ for ever, $N_2 \\to \\infty$ alone does not lead to the limit."""
    return one_limit_alone(problem, 2)


def other_neurons(problem, i):
    """The half-limit against that of other neurons in the layer that is not infinite."""

    def pair(_, seeds):
        return [drawn(problem, FIXED, (i,), s) for s in (seeds, seeds.fold("other"))]

    return rate(problem, 3 - i, pair)


@claim.control(of=then_the_second, over=BASE)
def eight_neurons_in_the_second(problem):
    """Two half-limits of eight neurons each do not come closer, whatever the nominal $N_2$."""
    return other_neurons(problem, 1)


@claim.control(of=then_the_first, over=BASE)
def eight_neurons_in_the_first(problem):
    """The same with the layers exchanged."""
    return other_neurons(problem, 2)
