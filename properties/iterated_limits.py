r"""One width after the other leads to the limit; step, widths and time in turn to the infimum.

Let a network have two hidden layers of widths $N_1$ and $N_2$, and write $\hat{y}_{\infty, N_2}$
for the output of the limit $N_1 \to \infty$ at fixed $N_2$. Sirignano and Spiliopoulos let first
$N_1 \to \infty$ and then $N_2 \to \infty$: there is a limit $\hat{y}_{\infty, \infty}$ with

$$ \sup_x \mathbb{E} \left| \hat{y}_{\infty, N_2}(t, x) - \hat{y}_{\infty, \infty}(t, x) \right|
   \le C(T)\, N_2^{-1/2} , \qquad t \le T . $$

Corollary 10 of Pham and Nguyen takes three limits of the loss of SGD, the step's first and time's
last: under the premises of their Theorem 8,

$$ \lim_{t \to \infty}\; \lim_{N_1, N_2 \to \infty}\; \lim_{\varepsilon \to 0}\;
   \mathbb{E}_Z \left[ \ell(Y, \hat{y}(X; W(\lfloor t / \varepsilon \rfloor))) \right]
   = \inf_{\tilde{y}} \mathbb{E}_Z [\ell(Y, \tilde{y}(X))] \quad \text{in probability} , $$

with $\log(\max_i N_i) / \min_i N_i \to 0$.

Measured here. Pham and Nguyen let both widths grow together; that their limit is
$\hat{y}_{\infty, \infty}$, the rate of the first limit and the other order of the layers are ours.
Write $\hat{y}_{N_1, N_2}$ for the output of the network and $\hat{y}_{N_1, \infty}$ for that of a
network that is infinitely wide in its second layer, all trained alike. For every $t \le T$, in the
root mean square over inputs and networks,

$$ \hat{y}_{N_1, N_2} - \hat{y}_{\infty, N_2} = O(N_1^{-1/2}) , \qquad
   \hat{y}_{\infty, N_2} - \hat{y}_{\infty, \infty} = O(N_2^{-1/2}) ,$$

the first at fixed $N_2$ and with the same $N_2$ neurons on both sides; and with the layers
exchanged,

$$ \hat{y}_{N_1, N_2} - \hat{y}_{N_1, \infty} = O(N_2^{-1/2}) , \qquad
   \hat{y}_{N_1, \infty} - \hat{y}_{\infty, \infty} = O(N_1^{-1/2}) . $$

Neurons that start from one atom of the embedding stay equal and are counted
(`one_formula::counting`). So a network is the ensemble of the atoms under the empirical measures of
its neurons, and a half-limit is exact: it has the law $P_i$ in place of $P_i^N$ in the infinitely
wide layer.

Of the three limits of the loss the first is the flow of the network itself, at any widths; the
second is the flow of the mean-field limit, and the larger width may be any power of the smaller;
the third is Theorem 8. The rates $\varepsilon^{1/2}$ and $(\min_i N_i)^{-1/2}$ of the first two
follow from its Corollary 4 and are ours at fixed widths; the third has none. Exchanging the last
two is not allowed: a network of few neurons keeps its loss for ever.
"""

from dataclasses import replace
from functools import cache

import mfcheck as mf
from mfcheck.claims import premises
from mfcheck.claims.rate_premises import wide_from
from mfcheck.model.partial_limit import half_limit
from mfcheck.observe.groups import group_rms, members
from mfcheck.observe.plateau import share_left
from mfcheck.problems.finite import FiniteSpec
from mfcheck.problems.long_horizon import LongHorizonSpec
from mfcheck.strategies import problems

WIDTHS = (64, 256, 1024, 4096)
WIDE = (64, 512, 4096)  # the smaller of two widths that grow together
STEPS = (20, 80, 320)  # T / ε
LEFT = 0.05  # of the loss of the zero predictor above the infimum: what counts as near it
FIXED = 8  # neurons in the layer that does not grow
GROUP = 4  # networks whose root mean square is one replicate

claim = mf.Claim(
    "iterated_limits",
    text=__doc__,
    source="Sirignano & Spiliopoulos, arXiv:1903.04440: the limit N_1 → ∞ then N_2 → ∞, and the "
    "rate of the second; the other order, the rate of the first, and that both meet the limit of "
    "Pham & Nguyen, ICLR 2021, are derived here. Three limits: Corollary 10 of that paper",
    papers=("Sirignano & Spiliopoulos, arXiv:1903.04440", "Pham & Nguyen, ICLR 2021"),
    section="F. Beyond the seeds",
    uses=("coupling", "fixed_step_limit", "global_convergence_three_layer", "one_formula"),
    assumptions=(
        "Two hidden layers, identity output.",
        *premises.REGULAR,
        *wide_from(WIDTHS[0]),
        "The learning rates of the mean-field scaling in both layers. One layer after the other: "
        r"full-batch descent with $\varepsilon = 0.1$, the same steps on both sides. Three limits: "
        "SGD with one fresh sample a step, and flows.",
        r"Time last: $\mathrm{supp}\, w_1(0) = \mathbb{R}^d$ and the other premises of Theorem 8, "
        "by construction; that weights converge cannot be checked.",
    ),
    not_tested=(
        "The clock of Sirignano and Spiliopoulos, $N_1$ steps a unit of time.",
        "The constants, and their growth with $T$ and with the fixed width.",
        r"$t \to \infty$: one time, width and step with a loss near the infimum are shown.",
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


def loss_gap(one, other):
    """The root mean square over each group of the gap of two losses at the last time."""
    return group_rms(one.loss[-1].double() - other.loss[-1], GROUP)


def flowed(problem, state):
    """The flow of networks to the end."""
    return problem.flow(state, at=(0.0, problem.T), rtol=1e-5, atol=1e-7)


def step_first(problem, eps):
    """The growth of the loss gap between SGD at step eps(T/ε) and the networks' own flow, over
    √ε; eight neurons a layer."""

    @cache
    def networks(own):
        state, _ = problem.empirical(FIXED, own)
        return state, flowed(problem, state)

    def gap(steps, seeds):
        own = members(seeds, GROUP)
        state, flow = networks(own)
        walk = problem.sgd(state, eps(steps), own.fold("samples", steps), at=(0.0, problem.T))
        return loss_gap(walk, flow)

    return mf.growth(gap, along=STEPS, axis="T/ε", rate=lambda steps: steps**-0.5)


@claim.check(over=THREE, expect=mf.AtMost(0.0))
def the_step_first(problem):
    """Eight neurons a layer: the loss at $T$ under SGD, one fresh sample a step, approaches that of
    the network's own flow like $\\varepsilon^{1/2}$."""
    return step_first(problem, lambda steps: problem.T / steps)


def widths_next(problem, widths, trained=flowed):
    """The growth of the loss gap at T between networks and the limit's flow, over N^-1/2. widths:
    of a network, from N; trained: (problem, networks) ↦ their trajectories."""
    limit = problem.limit(at=(0.0, problem.T))

    def gap(N, seeds):
        state, _ = problem.empirical(widths(N), members(seeds, GROUP))
        return loss_gap(trained(problem, state), limit)

    return mf.growth(gap, along=WIDE, rate=lambda N: N**-0.5)


def uneven(N):
    """N_1 = N and N_2 = N², so that log max / min → 0."""
    return {1: N, 2: N * N}


@claim.check(over=THREE, expect=mf.AtMost(0.0), finer=3.0)
def then_both_widths(problem):
    """With $N_2 = N_1^2$, the loss at $T$ of the networks' flows approaches that of the limit's
    flow like $N_1^{-1/2}$."""
    return widths_next(problem, uneven)


XOR = LongHorizonSpec(last="signs", train_last=False)
LONG = [
    replace(XOR, loss="geman_mcclure"),
    replace(XOR, last="better", train_last=True, shift=-1.0, scale=1.0),
]


def near_the_infimum(problem, N):
    """0.9-quantile of what SGD leaves of the excess loss at T, over LEFT."""

    def left(seeds):
        state, _ = problem.sample(N, seeds)
        walk = problem.sgd(state, seed=seeds.fold("samples"), at=(0.0, problem.T))
        return share_left(problem.model, walk, problem.data) / LEFT

    return mf.value(left, quantile=0.9)


@claim.check(over=LONG, expect=mf.AtMost(1.0))
def time_last(problem):
    """On the XOR square, after a long time, 32 neurons a layer trained by SGD with one fresh sample
    a step are near the infimum, nine times in ten: (loss − infimum) / (0.05 (loss of the zero
    predictor − infimum)) is at most one."""
    return near_the_infimum(problem, 32)


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


@claim.control(of=the_step_first, over=BASE)
def step_of_a_twentieth(problem):
    """The step stays at $T / 20$ while the nominal one goes to zero."""
    return step_first(problem, lambda steps: problem.T / STEPS[0])


@claim.control(of=then_both_widths, over=BASE)
def one_width_of_the_two(problem):
    """$N_2 \\to \\infty$ with $N_1 = 8$ for ever."""
    return widths_next(problem, lambda N: only(2, N))


@claim.control(of=then_both_widths, over=BASE)
def limit_of_a_smaller_step(problem):
    """Networks that descend in steps of $\\varepsilon = 0.1$, against the limit's flow: the step
    did not go to zero before the widths to infinity."""
    return widths_next(problem, uneven, lambda problem, state: problem.gd(state))


@claim.control(of=time_last, over=[XOR])
def time_before_the_widths(problem):
    """Two neurons a layer are stuck, most of them, however long they are trained."""
    return near_the_infimum(problem, 2)


@claim.control(of=time_last, over=[replace(XOR, first="dirac")])
def first_layer_of_one_point(problem):
    """A first layer that starts from one point, and not with full support, is stuck too."""
    return near_the_infimum(problem, 32)
