r"""A partially trained network follows a gradient flow in function space.

Fix random features $\phi_j = \varphi(\langle z_j, \cdot \rangle)$, $j \le M$, and train the two
layers above them,

$$ h_i(x) = M^{-\beta} \sum_{j \le M} W_{ij}\, \phi_j(x) , \qquad
   f(x) = \frac{1}{m} \sum_{i \le m} a_i\, \sigma(h_i(x)) , $$

with learning rates $\varepsilon m M^{2 \beta - 1}$ for $W$ and $\varepsilon m$ for $a$. With
$\zeta = \partial_2 \ell(Y, f(X))$ a step is

$$ h_i \leftarrow h_i - \varepsilon\, \mathbb{E}_Z \left[ \zeta\, a_i\, \sigma'(h_i(X))\,
   k_0^M(\cdot, X) \right] , \qquad a_i \leftarrow a_i - \varepsilon\, \mathbb{E}_Z \left[ \zeta\,
   \sigma(h_i(X)) \right] , $$

where only the kernel $k_0^M(x, x') = \frac{1}{M} \sum_j \phi_j(x) \phi_j(x')$ is left of the
features: a motion in function space, exactly, in either scaling. As $m \to \infty$ the pairs
$(a, h)$ are replaced by their law and sums by expectations; as $M \to \infty$ the kernel becomes
$k_0(x, x') = \mathbb{E}_z [\varphi(\langle z, x \rangle)\, \varphi(\langle z, x' \rangle)]$. For
standard Gaussian $W$ the functions $h_i$ start from the Gaussian process of covariance $k_0$ if
$\beta = 1/2$ and from zero if $\beta = 1$. At fixed $\varepsilon$, and on fixed samples,

$$ \sup_{k} \left| f_{m, M} - f_{\infty, \infty} \right| = O_{\mathbb{P}} \left( m^{-1/2} + M^{-1/2}
   \right) . $$

Measured here. The limit needs no large network: at fixed features it is the law of finitely many
atoms of $(a, W)$, and over infinitely many features a quadrature of the Gaussian process on three
points. A replicate is a group of four networks, its statistic the root mean square of their gaps.
"""

from math import sqrt

import torch

import mfcheck as mf
from mfcheck.dynamics import sample_stream
from mfcheck.observe.groups import group_rms, members
from mfcheck.strategies.partial_problems import partial_problems

GROUP = 4  # networks of which one root mean square is taken
WIDTHS = (16, 32, 64, 128)
FEATURES = (16, 64, 256, 1024)
BOTH = (8, 32, 128)

claim = mf.Claim(
    "partially_trained_limit",
    text=__doc__,
    source="derived here, by induction over steps; after the abstract of Chen, Vanden-Eijnden & "
    "Bruna, arXiv:2210.16286. Parametrisation and rates are ours",
    papers=("Chen, Vanden-Eijnden & Bruna, arXiv:2210.16286",),
    section="E. Partially trained three-layer networks",
    ours=True,
    uses=("fixed_step_limit", "one_formula"),
    assumptions=(
        r"$\sigma$ bounded with a Lipschitz slope, squared loss, $\varepsilon = 0.1$, $T = 1$: by "
        "construction.",
        r"Features with Gaussian $z_j$ whose kernel is known in closed form (erf, relu, sine); "
        r"where $M \to \infty$ bounded ones.",
        r"$a_i = \pm 1$ and $W_{ij} \sim N(0, 1)$ where $M \to \infty$; atoms of $(a, W)$ at fixed "
        "features.",
    ),
    not_tested=(
        r"That $m^{-1/2}$ and $M^{-1/2}$ are attained: the rows are one-sided.",
        r"The limit $\varepsilon \to 0$, and $M \to \infty$ on more than three data points.",
    ),
)

FIXED = partial_problems(T=1.0)
THREE = partial_problems(features=("erf", "sin"), n=3, T=1.0)  # what the quadrature resolves


def apart(f, limit):
    """sup over time of the rms over the data of f − limit, per replicate."""
    return (f - limit).square().mean(-1).sqrt().amax(0)


@claim.check(over=FIXED, expect=mf.Equals(0))
def one_recursion(problem):
    """Networks trained in their weights and their hidden functions moved in function space by
    $k_0^M$ are the same SGD, step by step: $f$, $a$ and $h$ agree to rounding."""
    return identity_at_rate(problem, 1.0)


def identity_at_rate(problem, rate):
    """The gap between training in weight space, W's rate times a factor, and function space."""

    def residual(seeds):
        M = problem.M
        Phi, (a, W) = problem.features(M, seeds), problem.network(12, M, seeds)
        steps = round(problem.T / problem.eps)
        stream = sample_stream(problem.data, steps, 2, seeds)
        net = problem.train(a, W, Phi, rate_W=rate, stream=stream)
        same = problem.gd(a, problem.hidden(W, Phi), Phi @ Phi.mT / M, stream=stream)
        gaps = [(getattr(net, v) - getattr(same, v)).abs().flatten(2).amax((0, 2)) for v in "fah"]
        return torch.stack(gaps).amax(0)

    return mf.identity(residual)


def neurons_at_rate(problem, rate):
    """The gap of m sampled neurons to the law of the atoms, over the same M features."""
    a, W, Phi = problem.atoms()
    limit = problem.gd(a, problem.hidden(W, Phi), Phi @ Phi.mT / problem.M)

    def ratio(m, seeds):
        C = problem.labels(m, members(seeds, GROUP))
        net = problem.train(a[C], W[C], Phi, rate_W=rate(m))
        h = (net.h - limit.h[:, C]).abs().amax(0).square().mean((-2, -1)).sqrt()
        out = (net.a - limit.a[:, C]).abs().amax(0).square().mean(-1).sqrt()
        gap = torch.stack([h, out, apart(net.f, limit.f[:, None])]).amax(0)
        return group_rms(gap, GROUP) * sqrt(m)

    return mf.growth(ratio, along=WIDTHS, axis="m")


@claim.check(over=FIXED, expect=mf.AtMost(0.0))
def many_neurons(problem):
    """Over the same features, the largest of the rms gaps in $h_i$, $a_i$ and $f$ (sup over time)
    shrinks at least as fast as $m^{-1/2}$: no term in $M$ is left."""
    return neurons_at_rate(problem, lambda m: 1.0)


@claim.check(over=THREE, expect=mf.AtMost(0.0))
def many_features(problem):
    """With infinitely many neurons, the gap in $f$ between $M$ features and infinitely many shrinks
    at least as fast as $M^{-1/2}$."""
    return features_drawn(problem, lambda M: M)


def features_drawn(problem, drawn):
    """The gap in f of m = ∞ neurons over drawn(M) features, times √M."""
    limit = problem.limit
    order = limit.solver["order"]

    def ratio(M, seeds):
        Phi = problem.features(drawn(M), members(seeds, GROUP))
        k0 = Phi @ Phi.mT / drawn(M)
        a, h, p = problem.nodes(k0, order, drawn(M))
        return group_rms(apart(problem.gd(a, h, k0, p=p).f, limit.f[:, None]), GROUP) * sqrt(M)

    return mf.growth(ratio, along=FEATURES, axis="M")


@claim.check(over=THREE, expect=mf.AtMost(0.0))
def both(problem):
    """With $m = M = N$ and features of its own, each network's gap in $f$ to the limit shrinks at
    least as fast as $m^{-1/2} + M^{-1/2}$."""
    return sizes(problem, lambda N: (N, N))


def sizes(problem, chosen):
    """The gap in f of networks with (m, M) = chosen(N) to the limit, times √N."""
    limit = problem.limit

    def ratio(N, seeds):
        m, M = chosen(N)
        own = members(seeds, GROUP)
        net = problem.train(*problem.network(m, M, own), problem.features(M, own))
        return group_rms(apart(net.f, limit.f[:, None]), GROUP) * sqrt(N)

    return mf.growth(ratio, along=BOTH, axis="N")


ROOT, MEAN = mf.PartialSpec(T=1.0), mf.PartialSpec(beta=1.0, T=1.0)


@claim.control(of=one_recursion, over=[MEAN])
def rate_without_M(problem):
    """For $\\beta = 1$ the learning rate of $W$ lacks its factor $M^{2 \\beta - 1}$."""
    return identity_at_rate(problem, 1 / problem.M)


@claim.control(of=many_neurons, over=[ROOT, MEAN])
def rate_without_m(problem):
    """The learning rate of $W$ lacks its factor $m$."""
    return neurons_at_rate(problem, lambda m: 1 / m)


@claim.control(of=many_features, over=[mf.PartialSpec(n=3, T=1.0)])
def features_kept_few(problem):
    """There are 16 features while their nominal number grows."""
    return features_drawn(problem, lambda M: FEATURES[0])


@claim.control(of=both, over=[mf.PartialSpec(n=3, T=1.0)])
def neurons_kept_few(problem):
    """Features do not stand in for neurons: $m = 8$ while $M$ grows."""
    return sizes(problem, lambda N: (BOTH[0], N))
