r"""The solution space of partially trained networks has Rademacher complexity $O(n^{-1/2})$.

Let $H$ be the RKHS of $k_0$, $\sigma(0) = 0$ with Lipschitz constant $L_\sigma$, and

$$ \mathcal{F}_{A, B} = \left\{ \mathbb{E}[a\, \sigma(h)] : \mathbb{E} |a| \le A , \;
   \| h \|_H \le B \right\} , $$

which holds the partially trained networks of any width, and their limits, whose hidden functions
lie in the ball. For independent signs $s_k = \pm 1$ and any $n$ points,

$$ \mathbb{E}_s \sup_{f \in \mathcal{F}_{A, B}} \left| \frac{1}{n} \sum_k s_k f(x_k) \right|
   = A\, \mathbb{E}_s \sup_{\| h \|_H \le B} \left| \frac{1}{n} \sum_k s_k\, \sigma(h(x_k)) \right|
   \le \frac{2 A L_\sigma B}{\sqrt{n}}\, \sup_x \sqrt{k_0(x, x)} : $$

contraction takes $\sigma$ away at the price of $2 L_\sigma$, and what is left of the supremum is
$B\, \mathbb{E}_s (s^\top k_0\, s)^{1/2} / n \le B (\mathrm{tr}\, k_0)^{1/2} / n$.

If $\sigma$ is odd, the class is symmetric, the modulus is free, and contraction without a modulus
costs $L_\sigma$ alone:

$$ \mathbb{E}_s \sup_{f \in \mathcal{F}_{A, B}} \left| \frac{1}{n} \sum_k s_k f(x_k) \right|
   \le \frac{A L_\sigma B}{n}\, \mathbb{E}_s (s^\top k_0\, s)^{1/2} . $$

With features that are orthogonal at the points this is attained as $B \to 0$.

Measured here. On few points the bound is asked for with the mean over all signs, so that nothing is
left to chance. The supremum over the ball is not a concave problem. It is approached by projected
ascent from the optimum of the linearised problem and from random points, which gives a lower bound
of the left-hand side: a row that supports the claim says that no such point violates it, and that
what the ascent finds falls like $n^{-1/2}$.

That training stays in such a space follows from two bounds on its motion, which are ours. Under
gradient flow $(a, h)$ falls in the metric of $\mathbb{R} \times H$, so that $- \dot{R}_t =
\mathbb{E}[\dot{a}_t^2] + \mathbb{E} \| \dot{h}_t \|_H^2$, and by Cauchy's inequality

$$ \mathbb{E}[(a_t - a_0)^2] + \mathbb{E} \| h_t - h_0 \|_H^2 \le t\, (R_0 - R_t) ; $$

and no hidden function leaves the ball that the errors $\zeta_s$ allow,

$$ \| h_t - h_0 \|_H \le L_\sigma \max_k \sqrt{k_0(x_k, x_k)} \int_0^t |a_s|\,
   \mathbb{E}_Z |\zeta_s|\, ds . $$

The first is attained as $t \to 0$; of $h$ alone `feature_learning_regimes` asks it. The second is
attained on one point, where $\sigma$ is steepest at $h_0 = 0$. With $\beta = 1$ hidden functions
start at $h_0 = 0$ in the limit, and the right-hand sides bound the norm of the space itself; with
$\beta = 1/2$ they start outside of $H$, and bound what was learnt.

So the limit generalises. Draw a sample $S$ of $n$ points, with law $P_S$, from $P$, and train on it
from $h_0 = 0$. Let $A_t$ and $B_t$ be the largest $\mathbb{E} |a_t|$ and $\| h_t \|_H$ of all
samples. For odd $\sigma$, by symmetrisation and contraction,

$$ \mathbb{E}_S \left[ (P - P_S)\, |Y - f_t(X)| \right] \le \frac{2 A_t L_\sigma B_t}{n}\,
   \mathbb{E}_S \mathbb{E}_s (s^\top k_0\, s)^{1/2} . $$

On four points and samples of two all means are taken exactly. (The constant is that of the
argument; what is found is a fifth and two fifths of it.)
"""

from dataclasses import replace
from itertools import combinations_with_replacement, permutations

import torch

import mfcheck as mf
from mfcheck.claims.partial_premises import VANISHING
from mfcheck.observe.energy import panel_times, running_integral
from mfcheck.partial import bound, every_sign, odd_bound, supremum
from mfcheck.partial.rademacher import STEEPEST
from mfcheck.strategies.partial_problems import partial_problems

POINTS = (8, 16, 32, 64, 128)
SIGNS = 4  # sign vectors averaged in one replicate
STARTS = 6  # random starts of the ascent, besides the linearised optimum

claim = mf.Claim(
    "rademacher_bound",
    text=__doc__,
    source="function spaces of mean-field solutions with Rademacher bounds: Chen, Vanden-Eijnden & "
    "Bruna, arXiv:2210.16286, as its abstract says; this space, its norm and the constant are "
    "derived here, by contraction (Ledoux & Talagrand, Probability in Banach Spaces, Theorem 4.12)",
    papers=("Chen, Vanden-Eijnden & Bruna, arXiv:2210.16286",),
    section="E. Partially trained three-layer networks",
    ours=True,
    assumptions=(
        VANISHING,
        r"$\sigma$ Lipschitz (tanh, erf, sine), features whose kernel is known in closed form, "
        r"$A = 1$, $B = 1/2, 2, 8$: by construction.",
    ),
    not_tested=(
        "The supremum itself: ascent gives a lower bound of it.",
        r"That the 2 is needed: for $\sigma$ that are odd, as all are here, it is not, so that the "
        "rows on the bound with it would pass with half of it. `where_it_is_attained` tells a "
        "constant that is one in a hundred too small.",
        "The paper's own norm, which was not at hand.",
        "Generalisation from samples of more than two points; that the constant of its bound is "
        "needed: one that is three times smaller would pass on one of the problems.",
        r"That what SGD in steps learns lies in the space: along training the flow is followed.",
    ),
)

WIDE = partial_problems(betas=(0.5,), sigmas=("tanh", "erf", "sin"), n=128, d=3)
BASE = [mf.PartialSpec(n=128, d=3)]


def complexity(problem, n, B, seeds):
    """The mean over sign vectors of the supremum found on the first n points, per replicate."""
    signs = torch.where(draws(problem, seeds, "signs", SIGNS, n) < 0.5, -1.0, 1.0).flatten(0, 1)
    starts = 2 * draws(problem, seeds, "starts", STARTS, n) - 1
    each = starts.repeat_interleave(SIGNS, 0)[:, None]
    found = supremum(signs.to(each), problem.kernel[:n, :n], problem.sigma, B, each)
    return found.reshape(-1, SIGNS).mean(-1)


def draws(problem, seeds, name, rows, n):
    """Uniforms (replicates, rows, n) that nest in n."""
    streams = [torch.as_tensor(seeds.uniforms(name, i, n)) for i in range(rows)]
    return torch.stack(streams, 1).to(problem.data.x)


def against_the_bound(problem, radius, allowed):
    """The complexity of the ball of radius(n) over the bound for allowed(n)."""

    def ratio(n, seeds):
        right = bound(problem.kernel, allowed(n), sigma=problem.sigma, n=n)
        return complexity(problem, n, radius(n), seeds) / right

    return mf.growth(ratio, along=POINTS, axis="n")


@claim.check(over=WIDE, expect=mf.AtMost(0.0))
def falls_with_the_points(problem):
    """For $B = 2$ the ratio of the complexity found to its bound does not grow with $n$."""
    return against_the_bound(problem, lambda n: 2.0, lambda n: 2.0)


@claim.check(over=WIDE, expect=mf.AtMost(1.0))
def under_the_bound(problem):
    """The complexity found is below the bound: the largest ratio over $n = 8, 32$ and
    $B = 1/2, 2, 8$ is at most one."""
    return largest_ratio(problem, lambda B: B)


def largest_ratio(problem, allowed):
    """The largest ratio of complexity to the bound for a ball of radius allowed(B)."""

    def measure(seeds):
        cases = [(n, B) for n in (8, 32) for B in (0.5, 2.0, 8.0)]
        found = [
            complexity(problem, n, B, seeds)
            / bound(problem.kernel, allowed(B), sigma=problem.sigma, n=n)
            for n, B in cases
        ]
        return torch.stack(found).amax(0)

    return mf.value(measure)


FEW = 5  # points, with all of their 16 pairs of sign vectors
ORTHOGONAL = [
    mf.PartialSpec(sigma, "sin", 0.5, 16.0, n=FEW, d=2) for sigma in ("tanh", "erf", "sin")
]


@claim.check(over=replace(WIDE, always=tuple(ORTHOGONAL)), expect=mf.Equals(0))
def where_it_is_attained(problem):
    """For odd $\\sigma$, five points and all signs: by what share the complexity found exceeds
    $A L_\\sigma B\\, \\mathbb{E}_s (s^\\top k_0\\, s)^{1/2} / n$, the worst of $B = .05, .5, 2, 8$.
    With orthogonal features it comes to within a thousandth of that."""
    return above_the_odd_bound(problem, 1.0)


def above_the_odd_bound(problem, factor):
    """By what share the complexity of balls exceeds factor times the bound for odd σ."""
    signs, k0 = every_sign(FEW), problem.kernel[:FEW, :FEW]

    def residual(seeds):
        starts = 2 * draws(problem, seeds, "starts", STARTS, FEW) - 1
        each = starts.repeat_interleave(len(signs), 0)[:, None]
        all_ = signs.repeat(len(starts), 1)
        ratios = [
            supremum(all_, k0, problem.sigma, B, each).reshape(-1, len(signs)).mean(-1)
            / (factor * odd_bound(signs, k0, B, sigma=problem.sigma))
            for B in (0.05, 0.5, 2.0, 8.0)
        ]
        return (torch.stack(ratios).amax(0) - 1).clamp(min=0)

    return mf.identity(residual)


PANELS = 4  # of the time, at whose ends the motion is held against its bounds
EARLY = 0.01  # a horizon within which they are attained
FLOWS = partial_problems(sigmas=("tanh", "erf", "sin"), T=20.0)
BOTH_SCALINGS = [mf.PartialSpec(beta=beta, T=20.0) for beta in (0.5, 1.0)]
ONE_POINT = [mf.PartialSpec(sigma, beta=1.0, n=1, T=20.0) for sigma in ("tanh", "erf", "sin")]


class Moved:
    """The motion of neurons over infinitely many features, at the ends of panels of [0, T]."""

    def __init__(self, problem, start, T, rate=1.0):
        """start: a and h. rate: that of the hidden functions, where a control has another."""
        self.problem, self.T = replace(problem, T=T, eps=T), T
        k0, at = problem.kernel, panel_times(T, PANELS)
        self.path = path = self.problem.flow(*start, k0, at=at, xi_W=rate)
        self.error = path.f - problem.data.y
        slope = path.sigma.slope_at(path.h, path.sigma.value(path.h))
        pulls = -rate * (self.error * path.q)[..., None, :] * path.a[..., None] * slope
        coefficients = running_integral(pulls, T, PANELS)
        self.squares = ((coefficients @ k0) * coefficients).sum(-1)  # ‖h_t − h_0‖²

    def at_ends(self, values):
        """What was recorded at the ends of the panels."""
        each = (len(values) - 1) // PANELS
        return values[each::each]

    def over_energy(self):
        """The mean square of the motion over t (R_0 − R_t), at the worst time."""
        path = self.path
        moved = (self.at_ends(path.a) - path.a[0]).square() + self.squares
        lost = self.at_ends(path.times)[:, None] * (path.loss[0] - self.at_ends(path.loss))
        return ((moved * path.p).sum(-1) / lost).amax(0)

    def over_ball(self):
        """‖h_t − h_0‖_H over the ball that the errors allow, at the worst neuron and time."""
        steep = STEEPEST[self.problem.sigma] * self.problem.kernel.diagonal().max().sqrt()
        errors = (self.error.abs() @ self.path.q)[..., None]
        ball = steep * running_integral(self.path.a.abs() * errors, self.T, PANELS)
        return (self.squares.sqrt() / ball).amax((0, 2))

    def radii(self):
        """E|a_t| and the largest ‖h_t − h_0‖_H of a neuron."""
        return (self.at_ends(self.path.a).abs() * self.path.p).sum(-1), self.squares.sqrt().amax(-1)


def exceeds(problem, ratio, horizons, rate=1.0, factor=1.0):
    """By what share a motion exceeds factor times its bound, at the worst of some horizons."""

    def residual(seeds):
        ratios = [ratio(Moved(problem, problem.start(32, seeds), T, rate)) for T in horizons]
        return (torch.stack(ratios).amax(0) / factor - 1).clamp(min=0)

    return mf.identity(residual)


@claim.check(over=FLOWS, expect=mf.Equals(0))
def motion_is_paid_by_the_loss(problem):
    """By what share $\\mathbb{E}[(a_t - a_0)^2] + \\mathbb{E} \\|h_t - h_0\\|_H^2$ exceeds
    $t (R_0 - R_t)$, the worst of eight times, four of which are at most a hundredth: there it is
    attained."""
    return exceeds(problem, Moved.over_energy, (EARLY, problem.T))


@claim.check(over=replace(FLOWS, always=tuple(ONE_POINT)), expect=mf.Equals(0))
def no_neuron_leaves_its_ball(problem):
    """By what share $\\|h_t - h_0\\|_H$ exceeds $L_\\sigma \\max_k \\sqrt{k_0(x_k, x_k)}
    \\int_0^t |a_s|\\, \\mathbb{E}_Z |\\zeta_s|\\, ds$, at the worst neuron and time. On one point,
    from $h_0 = 0$, it is attained at first."""
    return exceeds(problem, Moved.over_ball, (EARLY, problem.T))


SAMPLED = [
    mf.PartialSpec(sigma, sigma, beta=1.0, n=4, data=data, T=10.0)
    for sigma, data in (("erf", "sine"), ("sin", "clusters"))
]
DRAWN = 2  # points in a sample


def samples(problem):
    """Every sequence of two of the points up to order, with its probability and its law."""
    data = problem.data
    for drawn in map(list, combinations_with_replacement(range(data.n), DRAWN)):
        orders = len(set(permutations(drawn)))
        q = torch.bincount(torch.tensor(drawn), minlength=data.n).to(data.q) / DRAWN
        law = mf.DataLaw(data.x, data.y, q)
        yield drawn, orders * data.q[drawn].prod(), replace(problem, data=law)


def learnt(problem, reached):
    """Of every sample its probability, the gap of E|y − f_t| to its mean on the sample, the bound
    for A = B = 1, and A and B: E|a| and the largest ‖h‖_H, read within the time `reached`."""
    data, signs = problem.data, every_sign(DRAWN)
    start = torch.tensor([1.0, -1.0]).to(data.x), torch.zeros(2, data.n).to(data.x)
    for drawn, p, own in samples(problem):
        run = Moved(own, start, problem.T)
        gap = run.at_ends(run.error).abs() @ (data.q - own.data.q)
        k0 = problem.kernel[drawn][:, drawn]
        unit = torch.tensor(2 * odd_bound(signs, k0, 1.0, sigma=problem.sigma)).to(gap)
        norms = run if reached == problem.T else Moved(own, start, reached)
        yield p, gap, unit, *norms.radii()


def gap_over_bound(problem, reached):
    """The mean gap of samples over the bound for the largest A and B of a sample, at the worst of
    four times. reached: the time within which A and B are read."""

    def measure(seeds):
        each = zip(*learnt(problem, reached), strict=True)
        p, gap, unit, A, B = (torch.stack(v) for v in each)
        ratio = (p @ gap) / (A.amax(0) * B.amax(0) * (p @ unit))
        return ratio.amax().expand(len(seeds.replicates))

    return mf.value(measure)


@claim.check(over=SAMPLED, expect=mf.AtMost(1.0))
def generalisation(problem):
    """Where $\\beta = 1$ and the limit is trained on two of four points, the mean over all samples
    of the gap $(P - P_S)\\, |Y - f_t(X)|$, over its bound by the norms reached at $t$, the worst of
    four times."""
    return gap_over_bound(problem, problem.T)


@claim.control(of=generalisation, over=SAMPLED[1:])
def norm_of_an_early_time(problem):
    """The bound is that of the norms reached in the first hundredth of the time."""
    return gap_over_bound(problem, problem.T / 100)


@claim.control(of=motion_is_paid_by_the_loss, over=BOTH_SCALINGS)
def hidden_rate_doubled(problem):
    """$h$ moves at twice the rate, and the bound is that of equal rates."""
    return exceeds(problem, Moved.over_energy, (EARLY, problem.T), rate=2.0)


@claim.control(of=motion_is_paid_by_the_loss, over=BOTH_SCALINGS[1:])
def a_hundredth_of_the_loss_less(problem):
    """A bound that is smaller by one in a hundred."""
    return exceeds(problem, Moved.over_energy, (EARLY, problem.T), factor=0.99)


@claim.control(of=no_neuron_leaves_its_ball, over=ONE_POINT[:1])
def ball_a_hundredth_smaller(problem):
    """A ball that is smaller by one in a hundred."""
    return exceeds(problem, Moved.over_ball, (EARLY, problem.T), factor=0.99)


@claim.control(of=where_it_is_attained, over=ORTHOGONAL)
def a_hundredth_less(problem):
    """A constant that is smaller by one in a hundred."""
    return above_the_odd_bound(problem, 0.99)


@claim.control(of=falls_with_the_points, over=BASE)
def growing_ball(problem):
    """The ball grows like $\\sqrt{n}$ and the bound is that of the smallest $n$."""
    return against_the_bound(problem, lambda n: 0.5 * (n / POINTS[0]) ** 0.5, lambda n: 0.5)


@claim.control(of=under_the_bound, over=BASE)
def ball_not_counted(problem):
    """The bound is that of a ball of radius $1/5$, whatever $B$."""
    return largest_ratio(problem, lambda B: 0.2)
