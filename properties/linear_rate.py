r"""The training loss of a partially trained network decays at a linear rate.

Let the first of three layers be random and fixed, and train the others under squared loss. In the
mean-field limit the training loss $R_t$ decays to zero at a linear rate: $R_t \le R_0 e^{-ct}$ with
some $c > 0$.

Measured here. Let $R_t = \frac{1}{2} \mathbb{E}_Z [\zeta_t^2]$, $\zeta_t = f_t(X) - Y$, be the loss
on data points with weights $q_k$, and $Q = \mathrm{diag}(q)$. Under gradient flow
$\partial_t f = - K_t Q \zeta$, so that (derived here)

$$ \dot{R}_t = - (Q \zeta_t)^\top K_t\, Q \zeta_t
   \le - 2\, \lambda_{\min} \left( Q^{1/2} K_t Q^{1/2} \right) R_t , $$

$$ R_t \le R_0 \exp \left( - 2 \int_0^t \lambda_{\min} \left( Q^{1/2} K_s Q^{1/2} \right) ds
   \right) , $$

which for $q_k = 1/n$ is $R_0 \exp ( - \frac{2}{n} \int_0^t \lambda_{\min}(K_s)\, ds )$. Since
$\lambda_{\min}(K_t) \ge \lambda_{\min}(k_0) \min_k \mathbb{E}[a_t^2 \sigma'(h_t(x_k))^2]$, the rate
is linear as long as the hidden functions do not run into saturation. Without a positive definite
kernel there is a floor: if equal inputs have different targets, the loss never falls below
$\frac{1}{2} \mathbb{E}[\mathrm{Var}(Y | X)]$.
"""

from dataclasses import replace
from math import log

import torch

import mfcheck as mf
from mfcheck.claims.partial_premises import DISTINCT
from mfcheck.data import DataLaw
from mfcheck.observe.energy import panel_times, running_integral
from mfcheck.strategies.partial_problems import partial_problems

claim = mf.Claim(
    "linear_rate",
    text=__doc__,
    source="linear rate: Chen, Vanden-Eijnden & Bruna, arXiv:2210.16286, as its abstract says; the "
    "rate in this form, with its constants, is derived here",
    papers=("Chen, Vanden-Eijnden & Bruna, arXiv:2210.16286",),
    section="E. Partially trained three-layer networks",
    uses=("kernel_positive_definite",),
    assumptions=(
        DISTINCT,
        "Squared loss and gradient flow: by construction.",
        r"Where the loss must vanish: four points evenly spread, $\sigma$ = tanh or erf, "
        r"$z \sim N(0, 16 I)$, so that $\lambda_{\min}(k_0)$ is near $10^{-2}$ and the bound "
        r"itself promises a factor ten by $T = 200$ (shown).",
    ),
    not_tested=(
        r"That $\inf_t \lambda_{\min}(K_t) > 0$ up to $t = \infty$: rows end at $T$.",
        r"The constant $c$ of the paper, which was not at hand.",
    ),
)

SLOW = [mf.PartialSpec(n=4, spread=4.0, weighted=weighted, T=10.0) for weighted in (False, True)]
ANY = partial_problems(T=20.0)
WEIGHTED = partial_problems(T=20.0, weighted=True)
GOOD = partial_problems(
    sigmas=("tanh", "erf"), features=("erf", "sin"), data="sine", n=4, spread=4.0, T=200.0
)


COARSE = {"rtol": 1e-5, "atol": 1e-7}  # enough for a factor of ten
FINE = {"rtol": 1e-9, "atol": 1e-11}  # for a bound that is attained
PANELS, FEW = 20, 4


def flow(problem, seeds, m=32, rows=None, **options):
    """The flow of m neurons over infinitely many features, recorded for a quadrature, or at
    evenly spaced times."""
    a, h = problem.start(m, seeds)
    return problem.flow(a, h, problem.kernel, at=recorded(problem.T, rows), **options)


def recorded(T, rows=None):
    """Evenly spaced times, or those of Clenshaw's and Curtis' rule in each of 20 panels."""
    return panel_times(T, PANELS) if rows is None else [T * k / (rows - 1) for k in range(rows)]


def beyond(path, strength=1.0, panels=PANELS):
    """How far log R_t lies above log R_0 − strength · ∫ decay, at the worst end of a panel."""
    promised = running_integral(strength * path.decay, float(path.times[-1]), panels)
    each = (len(path.loss) - 1) // panels
    fallen = (path.loss[each::each] / path.loss[0]).log()
    return (fallen + promised).clamp(min=0).amax(0)


def slowest(problem, seeds, m=8):
    """Flows at which the bound is attained, one a replicate: m pairs (a, h), (−a, h), so that
    f_0 = 0, and a target of size one along the lowest eigenvector of Q^{1/2} K_0 Q^{1/2}."""
    root = problem.data.q.sqrt()
    for a, h in zip(*problem.start(m, seeds), strict=True):
        a, h = torch.cat([a, -a]), torch.cat([h, h])
        start = problem.flow(a, h, problem.kernel, at=[0.0]).kernel[0]
        y = torch.linalg.eigh(root[:, None] * start * root)[1][:, 0] / root
        own = replace(problem, data=DataLaw(problem.data.x, y, problem.data.q))
        yield own.flow(a, h, problem.kernel, at=panel_times(problem.T, FEW), **FINE)


def attained(problem, strength=lambda path: 1.0):
    """How far log R_t lies above the bound where it is attained."""

    def residual(seeds):
        paths = slowest(problem, seeds)
        return torch.stack([beyond(path, strength(path), FEW) for path in paths])

    return mf.identity(residual)


@claim.check(over=ANY, expect=mf.Equals(0))
def under_the_bound(problem):
    """At 20 times of the flow of 32 neurons over infinitely many features, $\\log R_t$ is at most
    $\\log R_0 - \\frac{2}{n} \\int_0^t \\lambda_{\\min}(K_s) ds$."""
    return mf.identity(lambda seeds: beyond(flow(problem, seeds)))


@claim.check(over=WEIGHTED, expect=mf.Equals(0))
def under_the_bound_weighted(problem):
    """With unequal weights of the data $\\log R_t$ is at most what $Q^{1/2} K_t Q^{1/2}$ allows, at
    20 times of the flow."""
    return under_the_bound.measure(problem)


@claim.check(over=SLOW, expect=mf.Equals(0))
def where_it_is_attained(problem):
    """From $f_0 = 0$, with $Q^{1/2} y$ the lowest eigenvector of $Q^{1/2} K_0 Q^{1/2}$, $\\log R_t$
    is at most its bound, with equal and with unequal weights: at first the loss falls no faster
    than that."""
    return attained(problem)


@claim.check(over=GOOD, expect=mf.AtMost(-1.0))
def vanishes(problem):
    """$\\max(\\log_{10}(R_T / R_0), -1)$: the loss has fallen by a factor of ten; how much farther
    it falls, which networks differ in by many orders, is not counted."""
    return mf.value(lambda seeds: fallen(flow(problem, seeds, rows=2, **COARSE)))


def fallen(path):
    """log₁₀(R_T / R_0), but no less than −1."""
    return (path.loss[-1] / path.loss[0]).log10().clamp(min=-1)


@claim.report(over=GOOD)
def promised(problem):
    """What the bound itself promises on such problems, in powers of ten:
    $\\frac{2}{n} \\int_0^T \\lambda_{\\min}(K_s) ds / \\log 10$."""

    def powers(seeds):
        path = flow(problem, seeds)
        return running_integral(path.decay, problem.T, PANELS)[-1] / log(10)

    return mf.value(powers)


EVEN = {"n": 4, "spread": 4.0, "T": 200.0}
ROOT, MEAN = mf.PartialSpec(**EVEN), mf.PartialSpec(beta=1.0, **EVEN)


@claim.control(of=under_the_bound, over=[ROOT, MEAN])
def rate_without_n(problem):
    """The rate lacks its factor $1/n$."""
    return mf.identity(lambda seeds: beyond(flow(problem, seeds), problem.data.n))


@claim.control(of=where_it_is_attained, over=SLOW[:1])
def one_in_a_thousand(problem):
    """A rate that is larger by one in a thousand."""
    return attained(problem, lambda path: 1.001)


@claim.control(of=where_it_is_attained, over=SLOW[1:])
def heaviest_point(problem):
    """$2 \\max_k q_k\\, \\lambda_{\\min}(K_t)$ in the place of the rate, for unequal weights."""
    return attained(problem, lambda path: 2 * path.q.max() * path.lambda_min / path.decay)


@claim.control(of=under_the_bound, over=[mf.PartialSpec(n=4, spread=4.0, T=50.0)])
def hidden_layer_frozen(problem):
    """$W$ is not trained, three neurons do not span four points, and the rate counts it."""

    def residual(seeds):
        return beyond(replace(flow(problem, seeds, m=3, xi_W=0), xi_W=1.0))

    return mf.identity(residual)


@claim.control(of=vanishes, over=[ROOT, MEAN])
def twins(problem):
    """Every input occurs twice, with targets one higher and one lower."""
    x, y = (torch.cat([v, v]) for v in (problem.data.x, problem.data.y))
    up = torch.ones_like(problem.data.y)
    return vanishes.measure(replace(problem, data=DataLaw(x, y + torch.cat([up, -up]))))


LINEAR = {"sigma": "identity", "phi": "identity", "data": "clusters"}


@claim.control(of=vanishes, over=[mf.PartialSpec(n=8, spread=1.0, T=200.0, **LINEAR)])
def nothing_bends(problem):
    """Linear features and $\\sigma$ the identity on eight points in four clusters of alternating
    labels: the floor is that of least squares."""
    return vanishes.measure(problem)


@claim.control(of=vanishes, over=[ROOT])
def no_output(problem):
    """$a = 0$ and not trained."""

    def still(seeds):
        a, h = problem.start(32, seeds)
        return fallen(problem.flow(0 * a, h, problem.kernel, at=[0.0, problem.T], xi_a=0))

    return mf.value(still)
