r"""A wide trained network follows its mean-field limit.

Let $(\Omega, P, \{w_i^0\})$ be a neuronal embedding and $W(t)$ its mean-field limit. Draw
$C_i(j) \sim P_i$ independently, start a network of widths $N_i$ at
$\mathbf{w}_i(0, j, k) = w_i^0(C_{i-1}(j), C_i(k))$ and train it by SGD with step $\varepsilon$ and
one fresh sample a step. With

$$ D_T = \sup_{t \le T} \max_{i, j, k} \left| \mathbf{w}_i(\lfloor t/\varepsilon \rfloor, j, k)
   - w_i(t, C_{i-1}(j), C_i(k)) \right| $$

and for every $\delta > 0$, with probability at least $1 - 2\delta$,

$$ D_T \le e^{K_T} \left( N_{\min}^{-1/2} + \varepsilon^{1/2} \right)
   \log^{1/2} \! \left( \frac{3 (T + 1) N_{\max}^2}{\delta} + e \right) . $$

We pass through the same recursion on the atoms of the embedding, which is the exact limit of
width-$N$ descent at a fixed step: one leg in $N$, where network and limit take the same steps,
and one leg in $\varepsilon$, where SGD is held against the gradient flow of the same network.
The constant $e^{K_T}$ is divided out by asking only whether the ratio to the envelope grows.

That one constant serves all widths and all $\delta$ is asked too: $C = \frac{5}{4} \max_\delta q /
\text{envelope}_\delta$, with $q$ the quantile $1 - 2\delta$ of $D_T$ over 1024 networks of width
16, is held against fresh networks, a third each of width 32, 64 and 128, of which a share of at
most $2\delta$ may exceed its bound.
"""

from math import sqrt

import mfcheck as mf
from mfcheck.claims import premises
from mfcheck.claims.legs import envelope, walk_and_flow
from mfcheck.claims.tail import Tail
from mfcheck.model.ensemble import Ensemble
from mfcheck.problems.finite import FiniteSpec
from mfcheck.strategies import DIGITS, problems

WIDTHS = (16, 32, 64, 128)
STEPS = (40, 160, 640)  # T / ε

claim = mf.Claim(
    "coupling",
    text=__doc__,
    source="Pham & Nguyen, ICLR 2021, Theorem 3 (L = 3); Pham, One World Seminar on the "
    "Mathematics of Machine Learning, 2020 (any L)",
    papers=("Pham & Nguyen, ICLR 2021", "Pham, One World Seminar, 2020"),
    section="B. Coupling",
    uses=("one_formula", "normalised_gradients"),
    assumptions=(*premises.COUPLING, premises.SAMPLED),
    not_tested=(
        r"The constant $e^{K_T}$, its growth in $T$ and in the depth.",
        r"The bound for $\delta < 1/50$; in the legs, any but the median over networks.",
        r"The biases are trained too and counted in $D_T$; the paper's model has none.",
    ),
)

MANY = problems(depth=(2, 6), always=[DIGITS])
SOME = problems(depth=(3, 4))
BASE = [FiniteSpec(("tanh", "tanh", "identity"), T=2.0)]


@claim.check(over=MANY, expect=mf.AtMost(0.0), dtype="float32")
def leg_in_width(problem):
    """As $N \\to \\infty$ with network and limit taking the same steps, $D_T$ shrinks at least as
    fast as $N^{-1/2} \\log^{1/2}(\\cdot)$."""

    def ratio(N, seeds):
        state, C = problem.sample(N, seeds)
        D = mf.distance(problem.gd(state), problem.discrete_limit(), at=C)
        return D / envelope(N, 0.0, problem.T)

    return mf.growth(ratio, along=WIDTHS)


@claim.check(over=problems(depth=(2, 6), always=[DIGITS]), expect=mf.AtMost(0.0))
def leg_in_step(problem):
    """As $\\varepsilon \\to 0$ at width 16, the gap between SGD (one fresh sample a step) and the
    gradient flow of the same network shrinks at least like $\\sqrt{\\varepsilon}$."""

    def ratio(steps, seeds):
        eps = problem.T / steps
        return mf.distance(*walk_and_flow(problem, 16, eps, seeds, steps)) / sqrt(eps)

    return mf.growth(ratio, along=STEPS, axis="T/ε")


@claim.control(of=leg_in_width, over=SOME)
def strangers(problem):
    """Each neuron is compared with an unrelated one of the limit."""

    def ratio(N, seeds):
        state, _ = problem.sample(N, seeds)
        _, C = problem.sample(N, seeds.fold("stranger"))
        D = mf.distance(problem.gd(state), problem.discrete_limit(), at=C)
        return D / envelope(N, 0.0, problem.T)

    return mf.growth(ratio, along=WIDTHS)


@claim.control(of=leg_in_width, over=BASE)
def one_narrow_layer(problem):
    """The other width cannot stand in for $N_{\\min}$: with $N_1 = 4$ fixed the gap does not
    follow the envelope in $N_2$."""

    def ratio(N, seeds):
        state, C = problem.sample({1: 4, 2: N}, seeds)
        D = mf.distance(problem.gd(state), problem.discrete_limit(), at=C)
        return D / envelope(N, 0.0, problem.T)

    return mf.growth(ratio, along=WIDTHS)


@claim.control(of=leg_in_width, over=BASE)
def middle_rate_without_N(problem):
    """The middle layer's learning rate lacks its factor $N_1 N_2$."""

    def ratio(N, seeds):
        state, C = problem.sample(N, seeds)
        slow = problem.trained_by(xi={2: 1 / N**2})
        D = mf.distance(slow.gd(state), problem.discrete_limit(), at=C)
        return D / envelope(N, 0.0, problem.T)

    return mf.growth(ratio, along=WIDTHS)


@claim.control(of=leg_in_width, over=BASE)
def ntk_scaling(problem):
    """Sums scaled by $1/\\sqrt{N}$ and learning rates of order one: the lazy regime, which has
    another limit. It is written as the $1/N$ network of the weights $\\sqrt{N} w_i$."""

    def ratio(N, seeds):
        state, C = problem.sample(N, seeds)
        L = problem.L
        lazy = problem.trained_by(
            xi={i: 1 / N for i in range(1, L)}, xi_b={i: 1 / N for i in range(2, L)}
        )
        path = rescaled(lazy.gd(rescaled_state(state, sqrt(N))), 1 / sqrt(N))
        return mf.distance(path, problem.discrete_limit(), at=C) / envelope(N, 0.0, problem.T)

    return mf.growth(ratio, along=WIDTHS)


def rescaled_state(state, factor):
    """Weights of the layers i >= 2 times a factor."""
    W = {i: w if i == 1 else w * factor for i, w in state.W.items()}
    return Ensemble.of(W, state.b, state.P)


def rescaled(path, factor):
    """A trajectory in other units of its weights."""
    from dataclasses import replace

    return replace(path, states=[rescaled_state(s, factor) for s in path.states])


@claim.control(of=leg_in_step, over=SOME)
def step_kept_fixed(problem):
    """The step stays at $\\varepsilon = T/40$ while the nominal one goes to zero."""

    def ratio(steps, seeds):
        walk, flow = walk_and_flow(problem, 16, problem.T / 40, seeds, steps)
        return mf.distance(walk, flow) / sqrt(problem.T / steps)

    return mf.growth(ratio, along=STEPS, axis="T/ε")


TAIL = Tail("coupling", times=2, narrow=16, wide=(32, 64, 128), deltas=(0.25, 0.05, 0.02))


def with_probability(problem, delta, tested=None):
    """In how large a share of networks does D_T exceed C envelope_δ?"""

    def gap(widths, seeds):
        state, C = problem.sample(widths, seeds)
        return mf.distance(problem.gd(state), problem.discrete_limit(), at=C)

    other = tested and (lambda N, seeds: gap(tested(N), seeds))
    return TAIL.study(gap, lambda N, d: envelope(N, 0.0, problem.T, d), delta, other)


@claim.check(over=problems(depth=(3, 3)), expect=mf.AtMost(0.5), dtype="float32")
def at_delta_a_quarter(problem):
    """With probability $1/2$ a network of width 32, 64 or 128 stays below $C$ times the envelope
    at $\\delta = 1/4$."""
    return with_probability(problem, 0.25)


@claim.check(over=problems(depth=(3, 4)), expect=mf.AtMost(0.1), dtype="float32")
def at_delta_a_twentieth(problem):
    """With probability $9/10$ it stays below $C$ times the envelope at $\\delta = 1/20$."""
    return with_probability(problem, 0.05)


@claim.check(over=BASE, expect=mf.AtMost(0.04), dtype="float32")
def at_delta_a_fiftieth(problem):
    """With probability $24/25$ it stays below $C$ times the envelope at $\\delta = 1/50$."""
    return with_probability(problem, 0.02)


@claim.control(of=at_delta_a_twentieth, over=BASE)
def narrow_in_probability(problem):
    """With $N_1 = 4$ fixed the same constant does not serve $N_2 = 32, 64, 128$."""
    return with_probability(problem, 0.05, lambda N: {1: 4, 2: N})
