r"""Fluctuations are Gaussian of order $N^{-1/2}$, and training to zero loss removes them.

Let $\hat{y}_N(t, x)$ be the output of a network of width $N$ drawn from a neuronal embedding and
trained by gradient descent, $\hat{y}(t, x)$ that of the mean-field limit. Then

$$ \sqrt{N} \left( \hat{y}_N(t, x) - \hat{y}(t, x) \right) \longrightarrow G(t, x)
   \quad \text{in law, } G \text{ Gaussian with mean zero}, $$

for any depth. Let $v(t) = \mathbb{E}_X \mathrm{Var}\, G(t, X)$. If training converges to zero loss
fast enough, for a loss that need not be convex,

$$ \lim_{t \to \infty} v(t) = 0 : $$

among the global optima descent tends to one whose output does not fluctuate at all, also if it
starts at another.

Measured here. Layers are equally wide. Write
$v_N(t) = N\, \mathbb{E}_X \mathrm{Var}\, \hat{y}_N(t, X)$, the variance taken over networks; for
large $N$ it does not depend on $N$. On the way $v$ need not decrease: with three layers it may
double first. Nor need it vanish if what is trained cannot reach zero loss (ours).

A variance needs several networks: a replicate is a group of independent networks. Normality is
judged by the statistic $A^*$ of Anderson and Darling, mean and variance estimated in the group:
its median under normality is 0.342, whatever mean and variance are, and with 128 networks a group
0.85 for Student's $t$ with five degrees of freedom. Both are asked at large $N$:
neurons that start from one atom stay equal and are counted (`one_formula::counting`).
"""

import torch
from scipy.special import chdtri, gammaincinv, ndtr

import mfcheck as mf
from mfcheck.claims import premises
from mfcheck.model.embedding import gather
from mfcheck.model.lazy import lazy_rates, lazy_state
from mfcheck.observe.groups import grouped, members, scaled_variance
from mfcheck.observe.normality import NORMAL_MEDIAN, anderson_darling
from mfcheck.problems.finite import FiniteSpec
from mfcheck.problems.long_horizon import LongHorizonSpec
from mfcheck.strategies.families import KINKLESS, problems

WIDTHS = (1024, 4096, 16384, 65536)
ALL_WIDTHS = (16, 64, 256, *WIDTHS)
LARGE = WIDTHS[-1]
GROUP = 16  # networks of which one variance is taken
SAMPLE = 128  # networks in one test of normality
SMALL = 8  # networks of a group that is trained for a long time

claim = mf.Claim(
    "fluctuations",
    text=__doc__,
    source="Pham & Nguyen, arXiv:2110.15954, as known from its abstract: Gaussian limit of the "
    "output's fluctuation, and its vanishing under gradient descent; that v(t) is not monotone, "
    "the scalings and the statistics are ours",
    papers=("Pham & Nguyen, arXiv:2110.15954",),
    section="F. Beyond the seeds",
    uses=("coupling_sharp", "one_formula"),
    assumptions=(
        "Hidden layers of one width: by construction.",
        premises.SAMPLED,
        *premises.REGULAR,
        r"$\partial_2 \ell$ differentiable (ours), since fluctuations follow the linearised "
        "dynamics: Huber's loss, whose slope has a kink, is not drawn.",
        r"Vanishing: the xor square, which networks of this width fit; squared loss, full-batch "
        r"descent, no biases beyond the constant coordinate, $T = 100$.",
    ),
    not_tested=(
        "The covariance of $G$ against the second-order system of the paper.",
        "Stochastic gradient descent; outputs away from the data; joint normality.",
        "How wide is wide: where descent lets small differences grow (Geman–McClure loss) $v_N$ is "
        "$3.0, 4.4, 4.9, 5.1$ at $N = 16, 64, 256, 1024$ and then level, and where residuals lie "
        "at the kink of Huber's slope $.21, .29, .37, .40$. Searches found both; they are shown.",
    ),
)

SMOOTH = problems(depth=(2, 3), losses=KINKLESS)
BASE = [FiniteSpec(("tanh", "tanh", "identity"))]


def outputs(problem, N, seeds, size):
    """ŷ(T) on the data of groups of networks, (groups·size, n)."""
    state, _ = problem.empirical(N, members(seeds, size))
    return problem.gd(state, at=[problem.T]).y_hat[-1]


CLUSTERS = {"centre": 1.0, "spread": 0.5, "data": "clusters", "d": 2}
FOUND = [  # by searches, when the row stood at N = 16 … 128
    FiniteSpec(("tanh", "identity"), "huber", atoms=6, n=6, **CLUSTERS),
    FiniteSpec(
        ("erf", "identity"), "geman_mcclure", atoms=14, weighted=True, seed=1057676789, **CLUSTERS
    ),
]


@claim.check(
    over=SMOOTH,
    expect=mf.Equals(0.0),
    equivalence="the variance is $v / N + O(N^{-2})$, and its second term shows in the slope",
)
def variance_times_width(problem):
    """$N\\, \\mathbb{E}_X \\mathrm{Var}\\, \\hat{y}_N(T, X)$ does not depend on $N$."""
    return growth_of_variance(problem, WIDTHS)


@claim.report(over=FOUND)
def variance_where_networks_are_not_wide(problem):
    """$N\\, \\mathbb{E}_X \\mathrm{Var}\\, \\hat{y}_N(T, X)$ from $N = 16$ on, for two problems
    where such networks are not wide yet: residuals start at the kink of Huber's slope; descent
    on Geman–McClure loss lets small differences grow."""
    return growth_of_variance(problem, ALL_WIDTHS)


def growth_of_variance(problem, widths):
    """How $v_N(T)$ depends on $N$."""

    def v(N, seeds):
        return scaled_variance(outputs(problem, N, seeds, GROUP), GROUP, N, problem.data.q)

    return mf.growth(v, along=widths)


@claim.control(of=variance_times_width, over=BASE)
def root_scaling(problem):
    """With sums scaled by $1/\\sqrt{N}$ and learning rates of order one the outputs fluctuate by
    order one at least, whatever $N$."""

    def v(N, seeds):
        state, _ = problem.empirical(N, members(seeds, GROUP))
        lazy = problem.trained_by(**lazy_rates(problem.L, N))
        y_hat = lazy.gd(lazy_state(state, N), at=[problem.T]).y_hat[-1]
        return scaled_variance(y_hat, GROUP, N, problem.data.q)

    return mf.growth(v, along=WIDTHS)


@claim.check(over=SMOOTH, expect=mf.AtMost(NORMAL_MEDIAN))
def gaussian(problem):
    """At width 65536 the outputs $\\hat{y}_N(T, x_1)$ of 128 networks are as close to normal, by
    the median of $A^*$, as 128 normal numbers."""
    return nearness(problem)


def nearness(problem, law=lambda z, seeds: z):
    """$A^*$ of the outputs of each group, standardised; law: what is made of them first."""

    def statistic(seeds):
        y_hat = grouped(outputs(problem, LARGE, seeds, SAMPLE)[:, 0].double(), SAMPLE)
        z = (y_hat - y_hat.mean(-1, keepdim=True)) / y_hat.std(-1, keepdim=True)
        return anderson_darling(law(z, seeds))

    return mf.value(statistic)


@claim.control(of=gaussian, over=[FiniteSpec(("tanh", "identity"))])
def widths_that_vary(problem):
    """Each network's deviation as if its width were $N \\chi^2_5 / 5$, drawn anew: of normal
    deviations that makes Student's $t$ with five degrees of freedom."""

    def student(z, seeds):
        u = members(seeds, SAMPLE).uniforms("width", 0, 1)
        return z / (grouped(torch.as_tensor(chdtri(5, u[:, 0])), SAMPLE) / 5).sqrt()

    return nearness(problem, student)


@claim.control(of=gaussian, over=[FiniteSpec(("tanh", "identity"))])
def skewness(problem):
    """Deviations turned into those of a Gamma law of skewness 0.7, quantile by quantile."""

    def gamma(z, seeds):
        return torch.as_tensor(gammaincinv((2 / 0.7) ** 2, ndtr(z.numpy())))

    return nearness(problem, gamma)


@claim.control(of=gaussian, over=BASE)
def neurons_all_alike(problem):
    """If the labels of a layer are not independent but all the same, nothing averages out and the
    law of the output has as many atoms as the embedding."""

    def statistic(seeds):
        _, C = problem.sample(4, members(seeds, SAMPLE))
        alike = {i: c[:, :1].expand_as(c) for i, c in C.items()}
        state = gather(problem.emb.atoms.to(problem.dtype), alike)
        y_hat = problem.gd(state, at=[problem.T]).y_hat[-1]
        return anderson_darling(grouped(y_hat[:, 0], SAMPLE))

    return mf.value(statistic)


CONVERGING = [
    LongHorizonSpec(("tanh", "identity"), last="signs", T=100.0),
    LongHorizonSpec(("tanh", "tanh", "identity"), T=100.0),
]


def left(problem, N=32):
    """v(T) / max v(t) over the recorded times."""

    def ratio(seeds):
        state, _ = problem.sample(N, members(seeds, SMALL))
        v = scaled_variance(problem.gd(state).y_hat, SMALL, N, problem.data.q)
        return v[-1] / v.amax(0)

    return mf.value(ratio)


@claim.check(over=CONVERGING, expect=mf.AtMost(0.0), dtype="float32")
def vanishes(problem):
    """At $T = 100$ hardly anything is left of the largest $v(t)$ on the way."""
    return left(problem)


@claim.control(of=vanishes)
def output_bias_alone(problem):
    """If only the bias of the output is trained, the loss stays up and the fluctuation stays."""
    still = dict.fromkeys(range(1, problem.L + 1), 0.0)
    biases = dict.fromkeys(range(2, problem.L), 0.0) | {problem.L: 1.0}
    return left(problem.trained_by(still, biases))
