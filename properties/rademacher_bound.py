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
"""

from dataclasses import replace

import torch

import mfcheck as mf
from mfcheck.claims.partial_premises import VANISHING
from mfcheck.partial import bound, every_sign, odd_bound, supremum
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
        "The paper's own norm, which was not at hand, and generalisation itself.",
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
