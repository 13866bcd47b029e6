r"""Lipschitz functions of the output have nearly the same means in network and limit.

Let $\psi(y, \cdot)$ be Lipschitz with a constant that does not depend on $y$, and let $\text{err}$
be the bound of the coupling theorem on $D_T$ ($L = 3$),

$$ \text{err} = e^{K_T} \left( N_{\min}^{-1/2} + \varepsilon^{1/2} \right)
   \log^{1/2} \! \left( \frac{3 (T + 1) N_{\max}^2}{\delta} + e \right) . $$

Then, with probability at least $1 - 3\delta$,

$$ \sup_{t \le T} \left| \mathbb{E}_Z\, \psi(Y, \mathbf{\hat{y}}(\lfloor t/\varepsilon \rfloor, X))
   - \mathbb{E}_Z\, \psi(Y, \hat{y}(t, X)) \right| \le e^{K_T}\, \text{err} . $$

Measured here. The loss is one such $\psi$; we add the absolute error $|y - \hat{y}|$, which has a
kink, and $\sin(2 \hat{y})$, which knows nothing of $y$. As in `coupling` networks are counted by
their atoms, so that there is no logarithm: along $\varepsilon = T/N$, SGD of one fresh sample a
step is held against the mean-field ODE at every step, beside $N^{-1/2} + \varepsilon^{1/2}$; and in
$N$, network and limit taking the same steps, beside $N^{-1/2}$.

Gaps of single networks are signed fluctuations which may be near zero. A replicate is therefore a
group of four independent networks, its statistic the root mean square of their sup-gaps.

That one constant serves all widths and all $\delta$ is asked of single networks. With $q$ the
quantile $1 - 3\delta$ of their sup-gap over 1024 networks of width 64, the constant
$\frac{5}{4} \max_\delta q / \text{envelope}_\delta$ is held against fresh networks, a third each of
width 256, 1024 and 4096, of which a share of at most $3\delta$ may exceed its bound.

Neurons that start from one atom stay equal, and are counted in place of simulating each
(`one_formula::counting`).
"""

from dataclasses import replace

import mfcheck as mf
from mfcheck.claims import premises
from mfcheck.claims.legs import Coupled, envelope, two_terms
from mfcheck.claims.rate_premises import wide_from
from mfcheck.claims.step_premises import descends_by
from mfcheck.claims.tail import Tail
from mfcheck.model.ensemble import Ensemble
from mfcheck.observe.groups import group_rms, members
from mfcheck.problems.finite import FiniteSpec
from mfcheck.strategies import problems

WIDTHS = (1024, 8192, 65536, 524288)
BOTH = (40, 160, 640)  # N, and T / ε
GROUP = 4
STEPS = (descends_by(BOTH[0]),)  # assumed of rows along ε

claim = mf.Claim(
    "output_closeness",
    text=__doc__,
    source="Pham & Nguyen, ICLR 2021, Corollary 4 (L = 3); other depths by the slides' coupling",
    papers=("Pham & Nguyen, ICLR 2021",),
    section="B. Coupling",
    uses=("coupling", "one_formula"),
    assumptions=(
        *premises.COUPLING,
        premises.SAMPLED,
        *wide_from(BOTH[0]),
        "The squared loss is Lipschitz on the bounded range of the outputs only.",
    ),
    not_tested=(
        r"The constant $e^{K_T}$, and the bound for $\delta < 1/50$.",
        "Sharpness: near an optimum the loss is quadratic in the outputs and its gap falls "
        r"like $N^{-1}$, so the rows are one-sided.",
    ),
)

SOME = problems(depth=(2, 4))
THREE = problems(depth=(3, 3))


def loss(problem, y_hat, y):
    """The problem's own loss."""
    return problem.model.loss.value(y_hat - y)


def absolute_error(problem, y_hat, y):
    """|y − ŷ|."""
    return (y_hat - y).abs()


def wave(problem, y_hat, y):
    """sin(2 ŷ)."""
    return (2 * y_hat).sin()


def mean(problem, psi, path):
    """E_Z ψ(Y, ŷ(t, X)) at the recorded times, (K, ...)."""
    y_hat = path.y_hat.double()
    return psi(problem, y_hat, problem.data.y.to(y_hat)) @ problem.data.q.to(y_hat)


def sup_gap(problem, psi, path, limit):
    """The sup-gap of each group of networks to the limit."""
    gap = mean(problem, psi, path) - mean(problem, psi, limit)[:, None]
    return group_rms(gap.abs().amax(0), GROUP)


def leg_in_width(problem, psi, limit=None):
    """The growth of that gap with N, over N^{-1/2}."""
    limit = limit or problem.discrete_limit()

    def gap(N, seeds):
        path = problem.gd(problem.empirical(N, members(seeds, GROUP))[0])
        return sup_gap(problem, psi, path, limit)

    return mf.growth(gap, along=WIDTHS, rate=lambda N: N**-0.5)


@claim.check(over=SOME, expect=mf.AtMost(0.0), finer=3.0)
def of_the_loss(problem):
    """The sup-gap between the training losses of network and limit, both taking the same steps,
    shrinks at least as fast as $N^{-1/2}$."""
    return leg_in_width(problem, loss)


@claim.check(over=THREE, expect=mf.AtMost(0.0), finer=3.0)
def of_the_absolute_error(problem):
    """The sup-gap between the means of $|Y - \\hat{y}|$, both taking the same steps, shrinks at
    least as fast as $N^{-1/2}$."""
    return leg_in_width(problem, absolute_error)


@claim.check(over=THREE, expect=mf.AtMost(0.0), finer=3.0)
def of_a_wave(problem):
    """The sup-gap between the means of $\\sin(2 \\hat{y})$, both taking the same steps, shrinks at
    least as fast as $N^{-1/2}$."""
    return leg_in_width(problem, wave)


def along_both(problem, psi, steps=lambda N: N):
    """The growth of the gap between SGD and the ODE along ε = T/N, over both terms."""
    coupled = Coupled(problem)

    def gap(N, seeds):
        walk, limit, _ = coupled.paths(N, steps(N), members(seeds, GROUP))
        return sup_gap(problem, psi, walk, limit)

    return mf.growth(gap, BOTH, rate=lambda N: two_terms(N, problem.T / N))


@claim.check(over=problems(depth=(3, 4)), expect=mf.AtMost(0.0), beyond=STEPS)
def in_both(problem):
    """Along $\\varepsilon = T/N$ the sup-gap between the losses of SGD (one fresh sample a step)
    and of the mean-field ODE shrinks at least as fast as $N^{-1/2} + \\varepsilon^{1/2}$."""
    return along_both(problem, loss)


@claim.check(over=THREE, expect=mf.AtMost(0.0), beyond=STEPS)
def in_both_of_a_wave(problem):
    """Along $\\varepsilon = T/N$ the sup-gap between the means of $\\sin(2 \\hat{y})$ under SGD and
    under the mean-field ODE shrinks at least as fast as $N^{-1/2} + \\varepsilon^{1/2}$."""
    return along_both(problem, wave)


def stranger(problem):
    """The limit of an embedding that no network was drawn from: its w_L have the other sign."""
    atoms, L = problem.emb.atoms, problem.L
    other = Ensemble.of(atoms.W | {L: -atoms.W[L]}, atoms.b, atoms.P)
    return replace(problem, emb=mf.FiniteEmbedding(other)).discrete_limit()


BASE = [FiniteSpec(("tanh", "tanh", "identity"))]
TAIL = Tail("output_closeness", times=3, narrow=64, wide=(256, 1024, 4096), deltas=(0.1, 0.02))


def with_probability(problem, delta, limit=None):
    """In how large a share of networks does the sup-gap of the loss exceed its bound?"""

    def gap(N, seeds, against=None):
        path = problem.gd(problem.empirical(N, seeds)[0])
        other = mean(problem, loss, against or problem.discrete_limit())
        return (mean(problem, loss, path) - other[:, None]).abs().amax(0)

    tested = limit and (lambda N, seeds: gap(N, seeds, limit))
    return TAIL.study(gap, lambda N, d: envelope(N, 0.0, problem.T, d), delta, tested)


@claim.check(over=THREE, expect=mf.AtMost(0.3))
def at_delta_a_tenth(problem):
    """With probability $7/10$ the sup-gap of the loss stays below the bound at
    $\\delta = 1/10$."""
    return with_probability(problem, 0.1)


@claim.check(over=THREE, expect=mf.AtMost(0.06))
def at_delta_a_fiftieth(problem):
    """With probability $47/50$ it stays below the bound at $\\delta = 1/50$."""
    return with_probability(problem, 0.02)


@claim.control(of=at_delta_a_fiftieth, over=BASE)
def strangers_in_probability(problem):
    """The loss is held against that of the stranger, with the constant of the true limit."""
    return with_probability(problem, 0.02, stranger(problem))


@claim.control(of=of_the_loss, over=BASE)
def strangers(problem):
    """The limit is that of another embedding, whose $w_L^0$ have the other sign."""
    return leg_in_width(problem, loss, stranger(problem))


@claim.control(of=of_the_absolute_error, over=BASE)
def strangers_in_absolute_error(problem):
    """The same, seen in the absolute error."""
    return leg_in_width(problem, absolute_error, stranger(problem))


@claim.control(of=of_a_wave, over=BASE)
def strangers_in_a_wave(problem):
    """The same, seen in the wave."""
    return leg_in_width(problem, wave, stranger(problem))


@claim.control(of=in_both, over=BASE)
def step_kept_fixed(problem):
    """The step stays at $\\varepsilon = T / 40$ while the nominal one goes to zero."""
    return along_both(problem, loss, lambda N: 40)


@claim.control(of=in_both_of_a_wave, over=BASE)
def step_kept_fixed_in_a_wave(problem):
    """The same, seen in the wave."""
    return along_both(problem, wave, lambda N: 40)
