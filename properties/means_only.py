r"""Of the middle layers' initial laws the limit sees only the means.

Let the initial weights be independent, $w_i(0, j, k) \sim \rho_i$, with
$m_i = \mathbb{E}_{\rho_i}[u]$ finite. No increment of a middle layer contains the edge's own value,

$$ \partial_t w_i(t, c, c') = - \xi_i(t)\, \mathbb{E}_Z \left[
   \varphi_{i-1}(H_{i-1}(t, X, c))\, \Delta_i(t, Z, c') \right] , \qquad 2 \le i \le L - 1 , $$

so $w_i(t, c, c') = u + V_i(t, c, c')$ with the initial value $u \sim \rho_i$ independent of the
labels. It enters the network through averages over neurons alone, and

$$ H_i(x, c') = b_i(c') + \mathbb{E}_C \left[ \left( m_i + V_i(t, C, c') \right)
   \varphi_{i-1}(H_{i-1}(x, C)) \right] , $$

and likewise for $\Delta_{i-1}$. Hence two families of laws with the same means
$m_2, \dots, m_{L-1}$ and the same $\rho_1$, $\rho_L$ have the same limit $\hat{y}(t)$: a constant
matrix, uniform entries and entries $m_i \pm s$ cannot be told apart in wide networks,

$$ \mathbf{\hat{y}}_N(t, x; \rho) - \hat{y}(t, x; m_2, \dots, m_{L-1})
   = O_{\mathbb{P}}(N^{-1/2}) , $$

and if they share $w_1(0)$ and $w_L(0)$ too, what is left is the average of the $N^2$ entries of
a matrix,

$$ \mathbf{\hat{y}}_N(t, x; \rho) - \mathbf{\hat{y}}_N(t, x; \rho')
   = O_{\mathbb{P}}(N^{-1}) . $$

Measured here. The gaps on the left in $N$, for middle laws of several forms. The limit is always
computed from the law $\delta_{m_i}$, so that the statement is tested and not put in. In models that
are not linear in $w$ it fails: $\mathbb{E}_{\rho}[\tanh(u h)]$ depends on all of $\rho$.
"""

from dataclasses import replace
from itertools import combinations
from math import sqrt

import torch

import mfcheck as mf
from mfcheck.claims import model_premises, premises, rate_premises
from mfcheck.model.maps import inner, linear, squash
from mfcheck.observe.groups import group_rms, members
from mfcheck.strategies import Family, iid_problems

WIDTHS = (16, 32, 64, 128)
GROUP = 8  # networks of which one root mean square is taken
TRIPLES = 4  # of networks, one of each law

claim = mf.Claim(
    "means_only",
    text=__doc__,
    source="derived here; it follows from the reduced systems that the corollary for i.i.d. "
    "initialisation gives (Pham, One World Seminar on the Mathematics of Machine Learning, 2020)",
    section="C. Symmetry under i.i.d. initialisation",
    uses=("fixed_step_limit",),
    ours=True,
    assumptions=(
        premises.deep(3),
        premises.INDEPENDENT,
        rate_premises.SECOND_MOMENT,
        model_premises.STANDARD,
        *premises.ANY_START,
        r"$\rho_1$, $\rho_L$ and the data are the same on both sides; gradient descent with the "
        r"same step $\varepsilon = 0.1$ to $T = 1$.",
    ),
    not_tested=(
        r"Middle laws without a second moment.",
        r"The size of the fluctuations, which does depend on $\rho_i$.",
    ),
)


def of_law(middle):
    """Problems whose middle layers have that law, L = 3 … 6."""
    return iid_problems(depth=(3, 6), middle=middle, T=1.0).strata


EACH = Family(strata=of_law("uniform")[::2] + of_law("rademacher")[1::2])  # L = 3, 5 and 4, 6
PAIRS = iid_problems(depth=(3, 5), T=1.0)
ENDS = iid_problems(depth=(3, 4), T=1.0)
BASE = [mf.IIDSpec(T=1.0), mf.IIDSpec(("tanh", "tanh", "identity"), T=1.0)]


def with_middle(problem, law):
    """The same problem with law(m_i) in each middle layer."""
    emb = problem.emb
    middle = {i: law(centre) for i, centre in emb.means().items()}
    return replace(problem, emb=mf.IIDEmbedding(emb.W | middle, emb.b))


def trained(problem, N, seeds):
    """The final ŷ of networks of width N."""
    return problem.gd(problem.sample(N, seeds)[0], at=[problem.T]).y_hat[-1]


def rms(gap):
    """Root mean square over the data points."""
    return gap.square().mean(-1).sqrt()


def uniform(m):
    return mf.Uniform(m - sqrt(3) / 2, m + sqrt(3) / 2)


def signs(m):
    return mf.Rademacher(m, 0.5)


def skew(m):
    """Mean m, deviation 1/2, nine in ten entries below the mean."""
    return mf.Mixture((mf.Dirac(m - 1 / 6), mf.Dirac(m + 1.5)), (0.9, 0.1))


@claim.check(over=EACH, expect=mf.AtMost(0.0), dtype="float32")
def to_one_limit(problem):
    """As $N \\to \\infty$, $\\hat{y}(T)$ of networks with any middle law approaches the limit of
    the law $\\delta_{m_i}$ at least as fast as $N^{-1/2}$ (root mean square over groups)."""
    constant = with_middle(problem, mf.Dirac)

    def ratio(N, seeds):
        y = trained(problem, N, members(seeds, GROUP))
        return group_rms(rms(y - constant.discrete_limit().y_hat[-1]), GROUP) * sqrt(N)

    return mf.growth(ratio, along=WIDTHS)


@claim.check(over=PAIRS, expect=mf.AtMost(0.0), dtype="float32")
def to_one_another(problem):
    """Independent networks whose middle entries are the constant $m_i$, $m_i \\pm 1/2$ or
    skew with the same mean and deviation approach one another at least as fast as $N^{-1/2}$ (root
    mean square over the pairs and over four triples of networks). No limit is solved."""
    variants = [with_middle(problem, law) for law in (mf.Dirac, signs, skew)]

    def ratio(N, seeds):
        own = members(seeds, TRIPLES)
        y = [trained(variant, N, own.fold(k)) for k, variant in enumerate(variants)]
        gaps = [rms(one - other) for one, other in combinations(y, 2)]
        return group_rms(torch.stack(gaps).square().mean(0).sqrt(), TRIPLES) * sqrt(N)

    return mf.growth(ratio, along=WIDTHS)


@claim.check(over=ENDS, expect=mf.AtMost(0.0), dtype="float32")
def with_shared_ends(problem):
    """With the same $w_1(0)$ and $w_L(0)$ in both networks, those of middle entries $m_i$ and
    $m_i \\pm 1/2$ differ by less: at least as little as $N^{-1}$, since the $N^2$ entries of a
    middle matrix are averaged (root mean square over groups of networks, whose logarithm varies
    less than that of one difference)."""
    constant, random = with_middle(problem, mf.Dirac), with_middle(problem, signs)

    def ratio(N, seeds):
        own = members(seeds, GROUP)
        return group_rms(rms(trained(constant, N, own) - trained(random, N, own)), GROUP) * N

    return mf.growth(ratio, along=WIDTHS)


@claim.control(of=to_one_limit, over=BASE)
def another_mean(problem):
    """The networks' middle entries have mean $m_i + 1$."""
    constant = with_middle(problem, mf.Dirac)
    shifted = with_middle(problem, lambda m: uniform(m + 1))

    def ratio(N, seeds):
        return rms(trained(shifted, N, seeds) - constant.discrete_limit().y_hat[-1]) * sqrt(N)

    return mf.growth(ratio, along=WIDTHS)


@claim.control(of=to_one_another, over=BASE)
def two_means(problem):
    """Independent networks whose middle entries have means $m_i$ and $m_i + 1$."""
    raised = with_middle(problem, lambda m: uniform(m + 1))

    def ratio(N, seeds):
        return rms(trained(problem, N, seeds) - trained(raised, N, seeds.fold(1))) * sqrt(N)

    return mf.growth(ratio, along=WIDTHS)


@claim.control(of=to_one_another, over=BASE[:1])
def not_linear_in_w(problem):
    """In the model $\\frac{1}{N} \\sum_j \\tanh(w_j h_j)$ the preactivations of $w = 1$ and
    $w = 1 \\pm 2$, which have the same mean, stay apart, at $t = 0$ already."""

    def ratio(N, seeds):
        w = problem.sample(N, seeds)[0].W[1]
        h = torch.tanh(problem.data.x.to(w) @ w.mT + 1)
        signs = torch.as_tensor(seeds.uniforms("signs", 1, N))[:, None, :] < 0.5
        one = torch.tanh(1.0 * h).mean(-1)
        other = torch.tanh(torch.where(signs, -1.0, 3.0) * h).mean(-1)
        return rms(one - other) * sqrt(N)

    return mf.growth(ratio, along=WIDTHS)


RAISED = [mf.IIDSpec(("tanh", "tanh", "identity"), n=4, T=0.5)]


@claim.control(of=to_one_another, over=RAISED)
def not_linear_in_w_trained(problem):
    """The model $H_1 = 2 + \\langle w_1, x \\rangle$, $H_2 = \\mathbb{E}[\\tanh(w_2 H_1)] + b_2$,
    $H_3 = \\mathbb{E}[w_3 \\tanh(H_2)] + b_3$, trained: networks whose entries $w_2$ are
    $m_2$ or $m_2 \\pm 2$ stay apart."""
    model = mf.Model.general((above, squash, linear))
    laws = (mf.Dirac, lambda m: mf.Rademacher(m, 2.0))
    bent = [replace(with_middle(problem, law), model=model) for law in laws]

    def ratio(N, seeds):
        y = [trained(variant, N, seeds.fold(k)) for k, variant in enumerate(bent)]
        return rms(y[0] - y[1]) * sqrt(N)

    return mf.growth(ratio, along=(8, 16, 32))


def above(w, x):
    """⟨w, x⟩ + 2: pre-activations that are mostly positive, so that their means do not cancel."""
    return inner(w, x) + 2
