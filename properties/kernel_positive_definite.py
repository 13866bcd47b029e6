r"""The kernel of a partially trained network stays positive definite.

Let the first of three layers be random and fixed, and let pairs $(a, h)$ of an output weight and a
hidden function follow the mean-field limit of training. The output moves by a kernel that varies in
time,

$$ \partial_t f_t(x) = - \mathbb{E}_Z \left[ K_t(x, X)\, \zeta_t \right] , \qquad
   \zeta = \partial_2 \ell(Y, f) , $$

and $K_t$ remains positive definite.

Measured here. In our parametrisation

$$ K_t(x, x') = \mathbb{E} [\sigma(h_t(x))\, \sigma(h_t(x'))]
   + k_0(x, x')\, \mathbb{E} \left[ a_t^2\, \sigma'(h_t(x))\, \sigma'(h_t(x')) \right] . $$

On data points $x_1, \dots, x_n$ the first matrix is positive semi-definite and the second is the
Schur product of the Gram matrix of $k_0$ with another positive semi-definite matrix, so that at
every time (derived here)

$$ \lambda_{\min}(K_t) \ge \lambda_{\min}(k_0)\, \min_k \mathbb{E} \left[ a_t^2\,
   \sigma'(h_t(x_k))^2 \right] > 0 : $$

$k_0$ is positive definite on distinct inputs if $\varphi$ is no polynomial and the inputs have a
constant coordinate, and the minimum is positive unless all $a_t$ vanish, if $\sigma' > 0$. It is
exact linear algebra for any law, network or limit, any loss and any weights of the data. Neither
a singular $k_0$ nor $a = 0$ alone is enough to make $K_t$ singular: the first matrix may still be
definite, and $a$ is trained.
"""

from dataclasses import replace

import torch

import mfcheck as mf
from mfcheck.claims.partial_premises import DISTINCT
from mfcheck.data import DataLaw
from mfcheck.strategies.partial_problems import partial_problems

claim = mf.Claim(
    "kernel_positive_definite",
    text=__doc__,
    source="positivity: Chen, Vanden-Eijnden & Bruna, arXiv:2210.16286, as its abstract says; the "
    "lower bound is derived here, by Schur's product theorem",
    papers=("Chen, Vanden-Eijnden & Bruna, arXiv:2210.16286",),
    section="E. Partially trained three-layer networks",
    uses=("partially_trained_limit",),
    assumptions=(
        DISTINCT,
        r"$\varphi$ = erf, relu or sine, Gaussian $z$, a constant coordinate; $\sigma' > 0$, "
        r"$\mathbb{E}[a^2] > 0$; inputs evenly spread where positivity itself is judged: by "
        "construction.",
    ),
    not_tested=(
        r"Positivity below $10^{-10} \lambda_{\max}(K_t)$, which rounding would hide.",
        "Data that are not finitely many points.",
    ),
)

ANY = partial_problems(sigmas=("tanh", "erf", "sigmoid", "softplus"), T=10.0)
WEIGHTED = partial_problems(sigmas=("tanh", "erf", "sigmoid", "softplus"), weighted=True)
SPREAD = partial_problems(data="sine", T=10.0)


def flow(problem, seeds, m=32, **options):
    """The flow of m neurons over infinitely many features, at 21 times."""
    a, h = problem.start(m, seeds)
    return problem.flow(a, h, problem.kernel, **options)


def below(path, floor):
    """How far λ_min(K_t) lies below a floor at the worst time, relative to λ_max(K_0)."""
    largest = torch.linalg.matrix_norm(path.kernel[0], ord=2)
    return ((floor - path.lambda_min).clamp(min=0) / largest).amax(0)


@claim.check(over=ANY, expect=mf.Equals(0))
def above_the_floor(problem):
    """Along the flow of 32 neurons over infinitely many features $\\lambda_{\\min}(K_t)$ is never
    below $\\lambda_{\\min}(k_0) \\min_k \\mathbb{E}[a_t^2 \\sigma'(h_t(x_k))^2]$."""

    def residual(seeds):
        path = flow(problem, seeds)
        return below(path, path.floor)

    return mf.identity(residual)


@claim.check(over=WEIGHTED, expect=mf.Equals(0))
def above_the_floor_in_networks(problem):
    """At every step of descent of networks with 12 neurons and 16 features, the data unequally
    weighted, $\\lambda_{\\min}(K_t)$ is not below the floor of their own $k_0^M$."""

    def residual(seeds):
        net = problem.train(*problem.network(12, 16, seeds), problem.features(16, seeds))
        return below(net, net.floor)

    return mf.identity(residual)


@claim.check(over=SPREAD, expect=mf.AtLeast(-10.0))
def stays_positive(problem):
    """$\\log_{10}$ of $\\lambda_{\\min}(K_t) / \\lambda_{\\max}(K_t)$ at its lowest time is far
    above rounding, which is at $-16$."""
    return positivity(problem, lambda seeds: flow(problem, seeds))


def positivity(problem, motion):
    """log₁₀ of the least λ_min/λ_max along a motion; what is not positive counts as 1e-300."""

    def exponent(seeds):
        path = motion(seeds)
        largest = torch.linalg.matrix_norm(path.kernel, ord=2).clamp(min=1e-300)
        return (path.lambda_min / largest).clamp(min=1e-300).log10().amin(0)

    return mf.value(exponent)


BASE = mf.PartialSpec(T=10.0)
LINEAR = mf.PartialSpec(sigma="identity", phi="identity", T=10.0)


@claim.control(of=above_the_floor, over=[BASE])
def hidden_layer_frozen(problem):
    """With $W$ frozen the kernel lacks its second part, and three neurons do not span six points;
    the floor is that of a trained $W$."""

    def residual(seeds):
        path = flow(problem, seeds, m=3, xi_W=0)
        return below(path, replace(path, xi_W=1.0).floor)

    return mf.identity(residual)


@claim.control(of=stays_positive, over=[BASE, mf.PartialSpec(beta=1.0, T=10.0)])
def twins(problem):
    """Every input occurs twice."""
    return stays_positive.measure(twinned(problem))


def twinned(problem):
    """Every data point twice, once with a target higher and once lower by one."""
    x, y = (torch.cat([v, v]) for v in (problem.data.x, problem.data.y))
    up = torch.ones_like(problem.data.y)
    return replace(problem, data=DataLaw(x, y + torch.cat([up, -up])))


@claim.control(of=stays_positive, over=[LINEAR])
def nothing_bends(problem):
    """Linear features and $\\sigma$ the identity, six points in two dimensions."""
    return stays_positive.measure(problem)


@claim.control(of=stays_positive, over=[BASE])
def no_output(problem):
    """$a = 0$ and not trained."""

    def still(seeds):
        a, h = problem.start(32, seeds)
        return problem.flow(0 * a, 0 * h, problem.kernel, xi_a=0)

    return positivity(problem, still)
