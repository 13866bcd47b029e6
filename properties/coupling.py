r"""A wide network that is trained by SGD in small steps follows its mean-field limit.

Let $(\Omega, P, \{w_i^0\})$ be a neuronal embedding and $W(t)$ its mean-field limit. Draw
$C_i(j) \sim P_i$ independently, start a network of widths $N_i$ at
$\mathbf{w}_i(0, j, k) = w_i^0(C_{i-1}(j), C_i(k))$ and train it by SGD with step
$\varepsilon \le 1$ and one fresh sample a step. Let

$$ D_T = \sup_{t \le T} \max_{i, j, k} \left| \mathbf{w}_i(\lfloor t/\varepsilon \rfloor, j, k)
   - w_i(t, C_{i-1}(j), C_i(k)) \right| . $$

For $L = 3$ and every $\delta > 0$ and $T \in \varepsilon \mathbb{N}$, with probability at least
$1 - 2\delta$,

$$ D_T \le e^{K_T} \left( N_{\min}^{-1/2} + \varepsilon^{1/2} \right)
   \log^{1/2} \! \left( \frac{3 (T + 1) N_{\max}^2}{\delta} + e \right) , \qquad
   K_T = K (1 + T^K) , $$

with a constant $K$ that depends on the bounds in the assumptions alone: not on the widths, nor on
the dimension $d$ of the inputs. For any $L$ (slides), with probability at least $1 - \delta$, $D_T
= O_T((N_{\min}^{-1/2} + \varepsilon^{1/2}) \log^{1/2}(N_{\max} / \delta))$.

Measured here. The theorem whole: SGD of one fresh sample a step against the mean-field ODE, in the
maximum over all weights and biases and over all steps. Three rows: along $\varepsilon = T/N$, where
both terms fall together; in $\varepsilon$ at $N = 2^{20}$; and in $N$ at $\varepsilon = T/40$,
where $D_T$ comes to rest at $\varepsilon^{1/2}$, as it would not under
$N^{-1/2} + (\varepsilon/N)^{1/2}$. A fourth takes the same steps in network and limit, so that the
width is all that is left.

The embeddings have finitely many atoms. Neurons that start from one atom stay equal, so networks of
any width are counted by their atoms, exactly (`one_formula::counting`), and $D_T$ is a maximum over
finitely many kinds of weights: there is no logarithm, and these rows are held against
$N^{-1/2} + \varepsilon^{1/2}$ alone, which is more than the theorem asks. The constant $e^{K_T}$ is
divided out by asking only whether the ratio grows.

That one constant serves all widths and all $\delta$ is asked too: $C = \frac{5}{4} \max_\delta q /
\text{envelope}_\delta$, with $q$ the quantile $1 - 2\delta$ of $D_T$ over 1024 networks of width
40, is held against fresh networks, a third each of width 80, 160 and 320, of which a share of at
most $2\delta$ may exceed its bound; all are trained by SGD with $\varepsilon = 2T/N$. And the form
in $\delta$ by itself: on the quantiles of many networks, down to $\delta = 1/1024$.

The bound does not know the dimension $d$ of the inputs, only a bound of $|X|$. One row follows
$D_T$ in $d$, with points on the unit sphere and coordinates of $w_1^0$ of order one.
"""

from dataclasses import replace
from math import cos, log, pi, sqrt

import torch

import mfcheck as mf
from mfcheck.claims import premises
from mfcheck.claims.legs import Coupled, envelope, two_terms
from mfcheck.claims.rate_premises import wide_from
from mfcheck.claims.step_premises import descends_by
from mfcheck.claims.tail import Tail, quantiles
from mfcheck.model.ensemble import Ensemble
from mfcheck.observe.groups import group_rms, members
from mfcheck.problems.finite import FiniteSpec
from mfcheck.strategies import DIGITS, problems

BOTH = (40, 160, 640)  # N, and T / ε
WIDTHS = (1024, 8192, 65536, 524288)
WIDE = (2**14, 2**17, 2**20)
NETWORKS = (40, 80, 160)
GROUP = 4
DIMENSIONS = (8, 32, 128)
STEPS = (descends_by(BOTH[0]),)  # assumed of rows along ε

claim = mf.Claim(
    "coupling",
    text=__doc__,
    source="Pham & Nguyen, ICLR 2021, Theorem 3 (L = 3); Pham, One World Seminar on the "
    "Mathematics of Machine Learning, 2020 (any L)",
    papers=("Pham & Nguyen, ICLR 2021", "Pham, One World Seminar, 2020"),
    section="B. Coupling",
    uses=("one_formula", "normalised_gradients"),
    assumptions=(*premises.COUPLING, premises.SAMPLED, *wide_from(BOTH[0])),
    not_tested=(
        r"The constant $e^{K_T}$, its growth in $T$ and in the depth; in $d$ beyond 128, and at "
        "other widths and steps than one.",
        "The logarithm by itself, which is real only where every neuron is another one: "
        "`coupling_sharp::logarithm`.",
        r"The constant for $\delta < 1/50$; the form in $\delta$ below $1/1024$, and on other than "
        "two stated problems.",
        r"The biases are trained too and counted in $D_T$; the paper's model has none, as "
        "`as_published`.",
    ),
)

MANY = problems(depth=(2, 6), always=[DIGITS])
SOME = problems(depth=(3, 4))
BASE = [FiniteSpec(("tanh", "tanh", "identity"), T=2.0)]
SMALL = [FiniteSpec(("tanh",) * (L - 1) + ("identity",), atoms=4, n=4) for L in (2, 3)]
FLAT = [FiniteSpec(("tanh",) * (L - 1) + ("identity",), n=8, atoms=8) for L in (2, 3)]
BARE = [FiniteSpec(("tanh", "tanh", "identity"), bias=0.0), replace(BASE[0], bias=0.0, seed=1)]


def along_both(problem, walked=None):
    """D_T along ε = T/N, over N^{-1/2} + ε^{1/2}."""
    coupled = Coupled(problem, walked)
    return growth_of(coupled, lambda N: (N, N), lambda N: two_terms(N, problem.T / N))


def growth_of(coupled, cell, rate, axis="N"):
    """The growth of D_T over a rate; cell: point ↦ widths and T/ε.

    A replicate is the root mean square over a group of networks: D_T of one is a noisy maximum.
    """

    def gap(point, seeds):
        return group_rms(coupled.gap(*cell(point), members(seeds, GROUP)), GROUP)

    return mf.growth(gap, BOTH, axis=axis, rate=rate)


@claim.check(over=problems(depth=(2, 5), always=[DIGITS]), expect=mf.AtMost(0.0), beyond=STEPS)
def in_both(problem):
    """Along $\\varepsilon = T/N$ the gap $D_T$ between SGD and the mean-field ODE falls at least as
    fast as $N^{-1/2} + \\varepsilon^{1/2}$."""
    return along_both(problem)


@claim.check(over=BARE, expect=mf.AtMost(0.0), beyond=STEPS)
def as_published(problem):
    """In the paper's own model, three layers and no biases, $D_T$ falls along $\\varepsilon = T/N$
    at least as fast as $N^{-1/2} + \\varepsilon^{1/2}$."""
    return along_both(without_biases(problem))


@claim.check(over=problems(depth=(3, 3)), expect=mf.AtMost(0.0), beyond=STEPS)
def under_moving_rates(problem):
    """Under rates that move, $\\xi_i(t) = 1 + \\frac{1}{2} \\cos(2\\pi (t/T + i/L))$, $D_T$ falls
    along $\\varepsilon = T/N$ at least as fast as $N^{-1/2} + \\varepsilon^{1/2}$."""
    return along_both(moving(problem))


@claim.check(over=problems(depth=(3, 4)), expect=mf.AtMost(0.0), beyond=STEPS)
def in_step(problem):
    """At $N = 2^{20}$ the gap falls with $T/\\varepsilon$ as fast as $\\varepsilon^{1/2}$."""
    return growth_of(
        Coupled(problem),
        lambda steps: (2**20, steps),
        lambda steps: two_terms(2**20, problem.T / steps),
        axis="T/ε",
    )


def at_fixed_step(problem, rate):
    """D_T in N at ε = T/40, over a rate."""
    coupled = Coupled(problem)
    return mf.growth(lambda N, seeds: coupled.gap(N, 40, seeds), WIDE, rate=rate)


@claim.check(over=MANY, expect=mf.AtMost(0.0), finer=3.0)
def in_width_at_fixed_step(problem):
    """At $\\varepsilon = T/40$ the gap does not outgrow $N^{-1/2} + \\varepsilon^{1/2}$ as $N$
    grows."""
    return at_fixed_step(problem, lambda N: two_terms(N, problem.T / 40))


def same_steps(problem, widths=lambda N: N, trained=None, at=lambda C: C):
    """D_T in N between networks and limit that take the same steps, over N^{-1/2}.

    widths: N ↦ the widths. trained: N ↦ the problem whose networks are trained. at: labels ↦ those
    at which the limit is read.
    """

    def gap(N, seeds):
        coupled = Coupled(problem, trained(N) if trained else None)
        return coupled.gap_in_width(widths(N), seeds, at)

    return mf.growth(gap, WIDTHS, rate=lambda N: N**-0.5)


@claim.check(over=MANY, expect=mf.AtMost(0.0), finer=3.0)
def in_width(problem):
    """With network and limit taking the same steps, $D_T$ falls at least as fast as
    $N^{-1/2}$."""
    return same_steps(problem)


@claim.check(over=SOME, expect=mf.AtMost(0.0), finer=3.0)
def of_unequal_widths(problem):
    """With the same steps on both sides and every second layer of width $N_{\\min}^{3/2}$, $D_T$
    falls at least as fast as $N_{\\min}^{-1/2}$."""
    return same_steps(problem, lambda N: uneven(problem, N))


def in_space(problem, d, radius=1.0):
    """The problem with its points on a sphere of R^d and atoms w_1 of independent coordinates of
    deviation 1 / radius, so that ⟨w_1, x⟩ is of order one; tables and labels are the problem's."""
    atoms, data = problem.emb.atoms, problem.data
    new = mf.Seeds(0).fold("in dimension", d)
    x, w = (
        torch.as_tensor(new.uniforms(name, 0, k * d)[0]).reshape(k, d) - 0.5
        for name, k in (("points", len(data.y)), ("atoms", atoms.widths[1]))
    )
    W = atoms.W | {1: w * sqrt(12) / radius}
    sphere = mf.DataLaw(radius * x / x.norm(dim=1, keepdim=True), data.y, data.q)
    emb = mf.FiniteEmbedding(mf.Ensemble(W, atoms.b, atoms.P))
    return replace(problem, emb=emb, data=sphere, name="")


def along_dimension(problem, radius):
    """D_T at N = 64 and ε = T/40 in the dimension d. radius: d ↦ that of the sphere of points."""
    at = [k * problem.T / 40 for k in range(41)]

    def gap(d, seeds):
        there, own = in_space(problem, d, radius(d)), members(seeds, GROUP)
        state, C = there.empirical(64, own)
        walk = there.sgd(state, problem.T / 40, own.fold("samples"), at=at)
        limit = there.flow(there.emb.atoms, at=at, rtol=1e-5, atol=1e-7)
        return group_rms(mf.distance(walk, limit, at=C), GROUP)

    return mf.growth(gap, DIMENSIONS, axis="d")


@claim.check(over=FLAT, expect=mf.AtMost(0.0))
def in_dimension(problem):
    """With $|x| = 1$ and coordinates of $w_1^0$ of order one, $D_T$ at $N = 64$ and
    $\\varepsilon = T/40$ does not grow with the dimension $d$ of the inputs."""
    return along_dimension(problem, lambda d: 1.0)


def uneven(problem, N):
    """The widths N, N^{3/2}, N, …"""
    return {i: N if i % 2 else round(N**1.5) for i in range(1, problem.L)}


@claim.check(over=problems(depth=(3, 4), always=[DIGITS]), expect=mf.AtMost(0.0), dtype="float32")
def of_networks(problem):
    """With every neuron simulated, of width 40 to 160, and network and limit taking the same
    steps, $D_T$ falls at least as fast as the whole envelope with its logarithm."""

    def gap(N, seeds):
        state, C = problem.sample(N, seeds)
        return mf.distance(problem.gd(state), problem.discrete_limit(), at=C)

    return mf.growth(gap, NETWORKS, rate=lambda N: envelope(N, 0.0, problem.T))


def without_biases(problem):
    """The same problem with biases that stay where they start."""
    return problem.trained_by(xi_b={i: 0 for i in range(2, problem.L + 1)})


def moving(problem, frozen=False):
    """The same problem under rates that move, or under those of time 0 for ever."""
    L, T = problem.L, problem.T

    def rate(i):
        return lambda t: 1 + cos(2 * pi * ((0 if frozen else t / T) + i / L)) / 2

    xi = {i: rate(i) for i in range(1, L + 1)}
    return problem.trained_by(xi, {i: xi[i] for i in range(2, L + 1)})


@claim.control(of=in_dimension, over=FLAT[1:])
def inputs_that_grow(problem):
    """With $|x| = d^{3/4}$ the bound on the inputs is gone, and the gap grows, though
    $\\langle w_1^0, x \\rangle$ is of order one as before."""
    return along_dimension(problem, lambda d: d**0.75)


@claim.control(of=in_both, over=BASE)
def narrow_along_both(problem):
    """With $N_1 = 4$ fixed the gap does not follow $N_{\\min}^{-1/2}$ of the other widths."""
    narrow, T = Coupled(problem), problem.T
    return growth_of(narrow, lambda N: ({1: 4, 2: N}, N), lambda N: two_terms(N, T / N))


@claim.control(of=as_published, over=BARE[:1])
def step_kept_fixed(problem):
    """The step stays at $\\varepsilon = T/40$ while the nominal one goes to zero with $1/N$."""
    bare, T = Coupled(without_biases(problem)), problem.T
    return growth_of(bare, lambda N: (N, 40), lambda N: two_terms(N, T / N))


@claim.control(of=under_moving_rates, over=BASE)
def frozen_clock(problem):
    """The networks keep the rates of time $0$, the limit's move."""
    return along_both(moving(problem), moving(problem, frozen=True))


@claim.control(of=in_step, over=SOME)
def step_without_root(problem):
    """The bound with $\\varepsilon$ in the place of $\\varepsilon^{1/2}$."""
    wide, T = Coupled(problem), problem.T
    return growth_of(wide, lambda steps: (2**20, steps), lambda steps: 2**-10 + T / steps, "T/ε")


@claim.control(of=in_width_at_fixed_step, over=SOME)
def wide_networks_without_noise(problem):
    """The bound $N^{-1/2} + (\\varepsilon/N)^{1/2}$, under which wide networks would feel no
    noise of the samples."""
    return at_fixed_step(problem, lambda N: N**-0.5 + sqrt(problem.T / 40 / N))


@claim.control(of=in_width, over=SOME)
def strangers(problem):
    """Each neuron is compared with the next atom of the limit."""
    return same_steps(problem, at=lambda C: {i: c.roll(1, -1) for i, c in C.items()})


@claim.control(of=in_width, over=BASE)
def limit_of_tables_off_by_a_fiftieth(problem):
    """The networks' tables $w_2^0$ are larger than those of the limit by $0.02$."""
    atoms = problem.emb.atoms
    tables = Ensemble.of(atoms.W | {2: atoms.W[2] + 0.02}, atoms.b, atoms.P)
    other = replace(problem, emb=mf.FiniteEmbedding(tables))
    return same_steps(problem, trained=lambda N: other)


@claim.control(of=in_width, over=BASE)
def middle_rate_without_N(problem):
    """The middle layer's learning rate lacks its factor $N_1 N_2$."""
    return same_steps(problem, trained=lambda N: problem.trained_by(xi={2: 1 / N**2}))


@claim.control(of=of_unequal_widths, over=BASE)
def one_narrow_layer(problem):
    """The other width cannot stand in for $N_{\\min}$: with $N_1 = 4$ fixed the gap does not
    follow $N_2^{-1/2}$."""
    return same_steps(problem, lambda N: {1: 4, 2: N})


@claim.control(of=of_unequal_widths, over=BASE)
def by_the_widest_layer(problem):
    """Nor can $N_{\\max}^{-1/2}$ where $N_2 = N_1^{3/2}$."""
    study = same_steps(problem, lambda N: uneven(problem, N))
    return replace(study, rate=lambda N: N**-0.75)


@claim.control(of=of_networks, over=BASE)
def ntk_scaling(problem):
    """Sums scaled by $1/\\sqrt{N}$ and learning rates of order one: the lazy regime, which has
    another limit. It is written as the $1/N$ network of the weights $\\sqrt{N} w_i$."""

    def gap(N, seeds):
        state, C = problem.sample(N, seeds)
        L = problem.L
        lazy = problem.trained_by(
            xi={i: 1 / N for i in range(1, L)}, xi_b={i: 1 / N for i in range(2, L)}
        )
        path = rescaled(lazy.gd(rescaled_state(state, sqrt(N))), 1 / sqrt(N))
        return mf.distance(path, problem.discrete_limit(), at=C)

    return mf.growth(gap, NETWORKS, rate=lambda N: envelope(N, 0.0, problem.T))


def rescaled_state(state, factor):
    """Weights of the layers i >= 2 times a factor."""
    W = {i: w if i == 1 else w * factor for i, w in state.W.items()}
    return Ensemble.of(W, state.b, state.P)


def rescaled(path, factor):
    """A trajectory in other units of its weights."""
    return replace(path, states=[rescaled_state(s, factor) for s in path.states])


TAIL = Tail("coupling", times=2, narrow=40, wide=(80, 160, 320), deltas=(0.25, 0.05, 0.02))


def with_probability(problem, delta, tested=lambda N: N):
    """In how large a share of networks does D_T exceed C envelope_δ, where ε = 2T/N?"""
    coupled, T = Coupled(problem), problem.T
    return TAIL.study(
        lambda N, seeds: coupled.gap(N, N // 2, seeds),
        lambda N, d: envelope(N, 2 * T / N, T, d),
        delta,
        lambda N, seeds: coupled.gap(tested(N), N // 2, seeds),
    )


@claim.check(over=problems(depth=(3, 3)), expect=mf.AtMost(0.5))
def at_delta_a_quarter(problem):
    """With probability $1/2$ a network of width 80, 160 or 320 stays below $C$ times the envelope
    at $\\delta = 1/4$."""
    return with_probability(problem, 0.25)


@claim.check(over=problems(depth=(3, 4)), expect=mf.AtMost(0.1))
def at_delta_a_twentieth(problem):
    """With probability $9/10$ it stays below $C$ times the envelope at $\\delta = 1/20$."""
    return with_probability(problem, 0.05)


@claim.check(over=BASE, expect=mf.AtMost(0.04))
def at_delta_a_fiftieth(problem):
    """With probability $24/25$ it stays below $C$ times the envelope at $\\delta = 1/50$."""
    return with_probability(problem, 0.02)


@claim.control(of=at_delta_a_twentieth, over=BASE)
def narrow_in_probability(problem):
    """With $N_1 = 4$ fixed the same constant does not serve $N_2 = 80, 160, 320$."""
    return with_probability(problem, 0.05, lambda N: {1: 4, 2: N})


def in_delta(problem, N, rate=lambda inverse: sqrt(log(inverse)), seen=lambda D, seeds: D):
    """The quantile 1 − 2δ of D_T along 1/δ, over log^{1/2}(1/δ) or another rate.

    seen: (D_T, seeds) ↦ what is put in its place.
    """
    coupled = Coupled(problem)
    gap = quantiles(lambda seeds: seen(coupled.gap(N, 10, seeds), seeds), times=2, size=2048)
    return mf.growth(gap, (4, 16, 64, 256, 1024), axis="1/δ", rate=rate)


@claim.check(over=SMALL, expect=mf.AtMost(0.0), finer=3.0)
def tail_of_narrow_networks(problem):
    """At width 64 the quantile $1 - 2\\delta$ of $D_T$ over networks and samples grows no faster
    than $\\log^{1/2}(1/\\delta)$, for $\\delta$ from $1/4$ to $1/1024$."""
    return in_delta(problem, 64)


@claim.check(over=SMALL[1:], expect=mf.AtMost(0.0), finer=3.0)
def tail_of_wide_networks(problem):
    """At width 4096 the quantile $1 - 2\\delta$ of $D_T$ grows no faster than
    $\\log^{1/2}(1/\\delta)$, for $\\delta$ from $1/4$ to $1/1024$."""
    return in_delta(problem, 4096)


@claim.control(of=tail_of_narrow_networks, over=SMALL[1:])
def almost_surely(problem):
    """The bound $C N^{-1/2}$ without $\\delta$: one constant for every quantile."""
    return in_delta(problem, 64, rate=lambda inverse: 1.0)


@claim.control(of=tail_of_narrow_networks, over=SMALL[1:])
def squared(problem):
    """$D_T^2$ in the place of $D_T$: a tail like $\\log(1/\\delta)$."""
    return in_delta(problem, 64, seen=lambda D, seeds: D.square())


@claim.control(of=tail_of_wide_networks, over=SMALL[1:])
def heavy_tail(problem):
    """$D_T$ times an independent number with the tail $x^{-4}$."""

    def seen(D, seeds):
        u = torch.as_tensor(seeds.uniforms("heavy tail", 0, 1)[:, 0])
        return D * u**-0.25

    return in_delta(problem, 4096, seen=seen)
