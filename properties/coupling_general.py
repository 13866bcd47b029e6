r"""A wide network follows its limit also where the weights enter non-linearly.

Let the layers be averages of any regular functions of weight, bias and pre-activation,

$$ H_1(x, c) = \varphi_1(w_1(c), x) , \qquad H_i(x, c') = \mathbb{E}_{C \sim P_{i-1}} \left[
   \varphi_i(w_i(C, c'), b_i(c'), H_{i-1}(x, C)) \right] , \qquad \hat{y} = \varphi_{L+1}(H_L) , $$

trained by $\partial_t w_i = -\xi_i G_i$ and $\partial_t b_i = -\xi_i^b G_i^b$ with, for $i \ge 2$,

$$ G_i(c, c') = \mathbb{E}_Z \left[ \Delta_i(Z, c')\, \partial_w \varphi_i \right] , \qquad
   G_i^b(c') = \mathbb{E}_Z \left[ \Delta_i(Z, c')\, \mathbb{E}_C\, \partial_b \varphi_i \right] ,
   \qquad \Delta_{i-1}(z, c) = \mathbb{E}_{C'} \left[ \Delta_i(z, C')\,
   \partial_h \varphi_i \right] , $$

$\Delta_L = \partial_2 \ell(Y, \hat{y})\, \varphi_{L+1}'(H_L)$ and
$G_1(c) = \mathbb{E}_Z[\Delta_1(Z, c)\, \partial_w \varphi_1]$. Networks whose neurons are drawn
from a neuronal embedding, $C_i(j) \sim P_i$, and trained by SGD with step $\varepsilon$ stay near
the limit $W(t)$. With

$$ D_T = \sup_{t \le T} \max_{i, j, k} \left| \mathbf{w}_i(\lfloor t/\varepsilon \rfloor, j, k)
   - w_i(t, C_{i-1}(j), C_i(k)) \right| $$

it holds with probability at least $1 - \delta$ that

$$ D_T = O_T \left( \left( N_{\min}^{-1/2} + \varepsilon^{1/2} \right)
   \log^{1/2} \! \left( \frac{N_{\max}}{\delta} \right) \right) . $$

Measured here. $\varphi_1$ is the inner product, $\varphi_{L+1}$ the identity and the logarithm that
of $N_{\max}^2 / \delta + e$, which is the same up to a constant. The maps are $\tanh(w h) + b$,
$w \tanh(w h) + b$, $\tanh(w h + b)$ and $\sin(w h) + b$ with $w$ between $-2$ and $3$ at the start.
As in `coupling` networks are counted by their atoms, so that there is no logarithm: in
$\varepsilon$ at $N = 10^7$ and in $N$ at $\varepsilon = T/20$, SGD of one fresh sample a step is
held against the mean-field ODE at every step; and in $N$, network and limit taking the same steps,
beside $N^{-1/2}$.

The constant is $e^{K_T}$, and with such maps it can be large: until $N$ is far above its square,
$D_T$ is of the size of the weights' own motion and falls more slowly. The row in $N$ therefore
runs at $N = 10^4, \dots, 10^7$. Neurons that start from one atom stay equal, so that a
network of such a width is the ensemble of its atoms under the empirical measure of its neurons,
exactly (`counted`); on stated problems the leg is run on the networks themselves as well.

That one constant serves all widths and all $\delta$ is asked too. With $q$ the quantile
$1 - \delta$ of $D_T$ over 1024 networks of width $10^4$, the constant $\frac{5}{4} \max_\delta q /
\text{envelope}_\delta$ is held against fresh networks, a third each of width $10^5$, $10^6$ and
$10^7$, of which a share of at most $\delta$ may exceed its bound.
"""

from dataclasses import replace
from math import sqrt

import mfcheck as mf
from mfcheck.claims import model_premises, premises
from mfcheck.claims.legs import Coupled, envelope, two_terms
from mfcheck.claims.rate_premises import wide_from
from mfcheck.claims.step_premises import descends_by
from mfcheck.claims.tail import Tail
from mfcheck.model.empirical import tallied
from mfcheck.strategies.general_problems import general_problems

WIDTHS = (10**4, 10**5, 10**6, 10**7)
NARROW = (16, 32, 64)
STEPS = (10, 20, 40, 80)  # T / ε

claim = mf.Claim(
    "coupling_general",
    text=__doc__,
    source="Pham, One World Seminar on the Mathematics of Machine Learning, 2020, general model; "
    "arXiv:2001.11443v3, as quoted by secondary sources, has the mean square over neurons and a "
    "weaker rate, since initial weights need only be sub-Gaussian",
    papers=("Pham, One World Seminar, 2020", "Nguyen & Pham, arXiv:2001.11443"),
    section="B. Coupling",
    uses=("coupling", "normalised_gradients"),
    assumptions=(
        *wide_from(WIDTHS[0]),
        r"$\varphi_i$ smooth, bounded in $h$ and of linear growth in $w$, with Lipschitz "
        "derivatives on bounded weights: by construction.",
        premises.TAME_LOSS,
        premises.BOUNDED_WEIGHTS,
        premises.BOUNDED_INPUTS,
        model_premises.SCHEDULES,
        premises.SAMPLED,
        r"The updates follow the loss's gradient: $\psi_i$ is the derivative of $\varphi_i$.",
    ),
    not_tested=(
        r"Updates $\psi_i$ that are no gradient (one kind is in `feedback_alignment`); weights in "
        "a Hilbert space; depths beyond 4.",
        r"The constant, its growth in $T$, and the bound for $\delta < 1/20$; in the legs, any but "
        "the median over networks.",
    ),
)

SMALL = {"atoms": 4, "n": 4, "T": 0.5, "eps": 0.0125}
BENT = general_problems(depth=(3, 4), **SMALL)
BASE = [mf.GeneralSpec(("squash", "gated"), **SMALL)]
EVEN = {**SMALL, "spread": 1.0, "eps": 0.025}
BOTH = [
    mf.GeneralSpec(maps, **EVEN) for maps in (("squash", "gated"), ("shifted", "squash", "sine"))
]


def distance(path, limit, C):
    """D_T of each network."""
    return mf.distance(path, limit, at=C)


def gap(problem, N, seeds, limit=None, draw=mf.Problem.empirical):
    """D_T between networks of width N, or of widths {i: N_i}, and their limit or another."""
    state, C = draw(problem, N, seeds)
    return distance(problem.gd(state), limit or problem.discrete_limit(), C)


@claim.check(over=BENT, expect=mf.Equals(0))
def counted(problem):
    """A network of width 16 and its atoms under the empirical measure of its neurons have one
    loss, one output and one $D_{T/4}$."""
    return counting(problem)


def counting(problem, seen=lambda few: few):
    """The gap between networks and their counted atoms, or others. It runs to T / 4, before descent
    amplifies rounding."""
    short = replace(problem, T=problem.T / 4)
    limit = short.discrete_limit()

    def residual(seeds):
        state, C = problem.sample(16, seeds)
        few, own = tallied(problem.emb.atoms, C)
        a, b = short.gd(state), short.gd(seen(few))
        apart = (distance(a, limit, C) - distance(b, limit, own)).abs()
        return apart + (a.loss - b.loss).abs().amax(0) + (a.y_hat - b.y_hat).abs().amax((0, -1))

    return mf.identity(residual)


def beside_the_rate(gap):
    """The growth of a gap in N over N^{-1/2}."""
    return mf.growth(gap, WIDTHS, rate=lambda N: N**-0.5)


@claim.check(over=BENT, expect=mf.AtMost(0.0), finer=2.0)
def leg_in_width(problem):
    """As $N \\to \\infty$ with network and limit taking the same steps, $D_T$ shrinks at least as
    fast as $N^{-1/2}$."""
    return beside_the_rate(lambda N, seeds: gap(problem, N, seeds))


@claim.check(over=BOTH, expect=mf.AtMost(0.0), dtype="float32", beyond=wide_from(NARROW[0]))
def leg_of_networks(problem):
    """With every neuron simulated, of width 16 to 64, from tables $w_i^0$ between $-0.5$ and
    $1.5$, $D_T$ shrinks at least as fast as $N^{-1/2}$."""
    return mf.growth(
        lambda N, seeds: gap(problem, N, seeds, draw=mf.Problem.sample),
        along=NARROW,
        rate=lambda N: envelope(N, 0.0, problem.T),
    )


def in_steps(problem, eps=lambda steps: steps):
    """D_T along T/ε at N = 10⁷, over N^{-1/2} + ε^{1/2}. eps: the T/ε that is taken for each."""
    coupled = Coupled(problem)
    return mf.growth(
        lambda steps, seeds: coupled.gap(10**7, eps(steps), seeds),
        STEPS,
        axis="T/ε",
        rate=lambda steps: two_terms(10**7, problem.T / steps),
    )


@claim.check(over=BENT, expect=mf.AtMost(0.0), beyond=(descends_by(STEPS[0]),))
def leg_in_step(problem):
    """At $N = 10^7$ the gap between SGD (one fresh sample a step) and the mean-field ODE shrinks at
    least like $\\varepsilon^{1/2}$."""
    return in_steps(problem)


def at_fixed_step(problem, rate):
    """D_T in N at ε = T/20, over a rate."""
    coupled = Coupled(problem)
    return mf.growth(lambda N, seeds: coupled.gap(N, 20, seeds), WIDTHS, rate=rate)


@claim.check(over=BENT, expect=mf.AtMost(0.0), finer=3.0)
def in_width_at_fixed_step(problem):
    """At $\\varepsilon = T/20$ the gap does not outgrow $N^{-1/2} + \\varepsilon^{1/2}$ as $N$
    grows."""
    return at_fixed_step(problem, lambda N: two_terms(N, problem.T / 20))


@claim.control(of=counted, over=BENT)
def counted_once(problem):
    """Every atom counts the same, however many neurons it has."""
    return counting(problem, seen=lambda few: mf.Ensemble(few.W, few.b))


@claim.control(of=leg_in_width, over=BENT)
def strangers(problem):
    """Each neuron is compared with the next atom of the limit in place of its own."""

    def strange(N, seeds):
        state, C = problem.empirical(N, seeds)
        other = {i: c.roll(1, -1) for i, c in C.items()}
        return distance(problem.gd(state), problem.discrete_limit(), other)

    return beside_the_rate(strange)


@claim.control(of=leg_in_width, over=BASE)
def one_narrow_layer(problem):
    """The other width cannot stand in for $N_{\\min}$: with $N_1 = 4$ fixed the gap does not
    follow $N_2^{-1/2}$."""
    return beside_the_rate(lambda N, seeds: gap(problem, {1: 4, 2: N}, seeds))


@claim.control(of=leg_in_width, over=BASE)
def linearised(problem):
    """The limit of another model: that of the layers $w \\tanh(h) + b$ on the same tables."""
    tables = problem.emb.atoms
    other = mf.GeneralSpec(("linear", "linear"), **SMALL).problem()
    limit = mf.sgd(other.model, tables, problem.data, problem.eps, problem.T, batch=None)
    return beside_the_rate(lambda N, seeds: gap(problem, N, seeds, limit))


@claim.control(of=leg_of_networks, over=BASE)
def middle_rate_without_N(problem):
    """The middle layer's learning rate lacks its factor $N_1 N_2$."""

    def slow(N, seeds):
        xi, limit = {2: 1 / N**2}, problem.discrete_limit()
        return gap(problem.trained_by(xi=xi), N, seeds, limit, mf.Problem.sample)

    return mf.growth(slow, along=NARROW, rate=lambda N: envelope(N, 0.0, problem.T))


@claim.control(of=leg_in_step, over=BENT)
def step_kept_fixed(problem):
    """The step stays at $\\varepsilon = T/10$ while the nominal one goes to zero."""
    return in_steps(problem, lambda steps: 10)


@claim.control(of=in_width_at_fixed_step, over=BASE)
def wide_networks_without_noise(problem):
    """The bound $N^{-1/2} + (\\varepsilon/N)^{1/2}$, under which wide networks would feel no
    noise of the samples."""
    return at_fixed_step(problem, lambda N: N**-0.5 + sqrt(problem.T / 20 / N))


TAIL = Tail("coupling_general", times=1, narrow=10**4, wide=WIDTHS[1:], deltas=(0.2, 0.05))


def with_probability(problem, delta, other=lambda N: None):
    """In how large a share of networks does D_T exceed its bound? other: N ↦ their rates ξ."""
    limit = problem.discrete_limit()

    def tested(N, seeds):
        xi = other(N)
        return gap(problem.trained_by(xi=xi) if xi else problem, N, seeds, limit)

    def bound(N, d):
        return envelope(N, 0.0, problem.T, d)

    return TAIL.study(lambda N, seeds: gap(problem, N, seeds), bound, delta, tested)


@claim.check(over=BENT, expect=mf.AtMost(0.2))
def at_delta_a_fifth(problem):
    """With probability $4/5$ a network of width $10^5$, $10^6$ or $10^7$ stays below the bound at
    $\\delta = 1/5$."""
    return with_probability(problem, 0.2)


@claim.check(over=general_problems(depth=(3, 3), **SMALL), expect=mf.AtMost(0.05))
def at_delta_a_twentieth(problem):
    """With probability $19/20$ it stays below the bound at $\\delta = 1/20$."""
    return with_probability(problem, 0.05)


@claim.control(of=at_delta_a_twentieth, over=BASE)
def without_N_in_probability(problem):
    """The middle layer's learning rate lacks its factor $N_1 N_2$: the constant of width $10^4$
    does not serve."""
    return with_probability(problem, 0.05, lambda N: {2: 1 / N**2})
