r"""In three layers the trained features span a dense set of functions at every finite time.

Let $L = 3$. Under the assumptions that keep the support of $w_1(t)$ full
(`full_support_three_layer`), and for a $\varphi_1$ whose ridge functions
$x \mapsto \varphi_1(\langle w, x \rangle)$ span a dense subspace of $L^2(P_X)$ when $w$ runs
through $\mathbb{R}^d$,

$$ \operatorname{span} \left\{ \varphi_1(\langle w_1(t, c_1), \cdot \rangle) : c_1 \in \Omega_1
   \right\} \quad \text{is dense in } L^2(P_X) \text{ for every finite } t . $$

Measured here. On finitely many points $x_1, \dots, x_n$ this says that the Gram matrix

$$ K_{kl}(t) = \mathbb{E} \left[ \varphi_1(\langle w_1(t, C_1), x_k \rangle)\,
   \varphi_1(\langle w_1(t, C_1), x_l \rangle) \right] $$

is positive definite, whatever the points. Networks follow: their Gram matrix approaches $K(t)$
in operator norm, by which $\lambda_{\min}$ changes at most (Weyl), and the least squares fit of a
function on many points by $N$ trained features leaves a residual that falls with $N$. Both rates
asked for below, $N^{-1/2}$, are ours; the theorem has none.
"""

from dataclasses import replace
from math import pi

import torch

import mfcheck as mf
from mfcheck.claims import premises
from mfcheck.observe.groups import group_rms, members
from mfcheck.observe.spectrum import features, gram_of_features, smallest_eigenvalue
from mfcheck.problems.long_horizon import LongHorizonSpec
from mfcheck.strategies.long_runs import long_runs

claim = mf.Claim(
    "universal_approximation",
    text=__doc__,
    source="Pham & Nguyen, ICLR 2021, section 4.3; the statement on Gram matrices is its form on "
    "finitely many points",
    papers=("Pham & Nguyen, ICLR 2021",),
    section="D. Support and convergence",
    uses=("full_support_three_layer",),
    assumptions=(
        *premises.SUPPORT,
        premises.DENSE,
    ),
    not_tested=(
        r"The limit $t \to \infty$.",
        r"The support of $w_1(t)$: for an analytic $\varphi_1$ the ridge functions of any open set "
        "of weights span as much, so that a gap does not show here, only too few atoms do; gaps "
        "show in the claim `full_support_three_layer`.",
        r"The limit is solved to $10^{-4}$ in the plane and $10^{-3}$ in space; the smallest "
        r"$\lambda_{\min}$ that pilots met were $7 \cdot 10^{-4}$ and $6 \cdot 10^{-3}$.",
        r"More than four points: $\lambda_{\min}$ falls so fast with their number that rounding "
        "takes over.",
    ),
)

THREE = ("tanh", "tanh", "identity")
SPAN = {"scale": 2.0, "T": 3.0, "eps": 0.1}
PLANE = LongHorizonSpec(THREE, data="sine", n=6, d=2, **SPAN)
SPACE = LongHorizonSpec(("erf", *THREE[1:]), data="clusters", n=6, **(SPAN | {"scale": 1.0}))
SHALLOW = LongHorizonSpec(("sigmoid", *THREE[1:]), data="teacher", n=6, d=2, **SPAN)
ODD = LongHorizonSpec(THREE, data="sine", n=6, d=2, constant=False, **SPAN)
SQUARE = mf.Activation(torch.square, lambda h: 2 * h, "square")
START = replace(PLANE, scale=1.0, T=1.0)

DRAWN = {"d": 2, "T": 3.0, "eps": 0.1}
ANY = long_runs(3, always=[replace(PLANE, scale=1.0), SPACE, SHALLOW], **DRAWN, scale=1.0)
FITTED = long_runs(3, always=[PLANE, SHALLOW], **DRAWN, scale=2.0)

LEAST = 1e-8
WIDTHS = (8, 24, 64)
FEW = (3, 5, 8)  # beyond, residuals come near rounding
GROUP = 16  # networks of which one root mean square is taken
WAVES = 16  # functions that the features of one network fit


def scattered(problem, seeds, symmetric=False):
    """Four points in each replicate (r, 4, d), their first coordinates 0.4 apart or more.

    symmetric: the points are x, x', −x and −x'.
    """
    d = problem.data.d
    u = 2 * torch.as_tensor(seeds.uniforms("points", 0, 4 * d)).reshape(-1, 4, d) - 1
    u[..., 0] = torch.linspace(-1, 1, 4, dtype=u.dtype) + 0.13 * u[..., 0]
    if symmetric:
        return torch.cat([u[:, :2], -u[:, :2]], 1)
    u[..., -1] = 1.0
    return u


def missing(problem, x):
    """How far below 10⁻⁸ the least λ_min(t) over the recorded times is, relative to it."""
    tol = 3e-4 if problem.data.d <= 2 else 1e-3
    path = problem.limit(at=[0.0, problem.T / 2, problem.T], tol=tol)
    least = [smallest_eigenvalue(gram_of_features(problem.model, s, x)) for s in path.states]
    return (1 - torch.stack(least).amin(0) / LEAST).clamp(min=0)


@claim.check(over=ANY, expect=mf.Equals(0))
def gram_stays_positive(problem):
    """On four random points $\\lambda_{\\min}(K(t)) \\ge 10^{-8}$ at the start, midway and at the
    end of training."""

    def residual(seeds):
        return missing(problem, scattered(problem, seeds))

    return mf.identity(residual)


@claim.check(over=[START, replace(SHALLOW, scale=1.0, T=1.0)], expect=mf.AtMost(0.0))
def networks_follow(problem):
    """The Gram matrix of trained networks on the data approaches the limit's in operator norm at
    least as fast as $N^{-1/2}$ (root mean square over groups of 16 networks)."""
    return gap_growth(problem, lambda state: problem.gd(state, at=[problem.T]).final)


def gap_growth(problem, trained):
    """The growth of √N |K_N − K(T)| in operator norm, K_N that of networks after `trained`."""

    def ratio(N, seeds):
        x = problem.data.x
        state = trained(problem.sample(N, members(seeds, GROUP))[0])
        K = gram_of_features(problem.model, problem.discrete_limit().final, x)
        gap = gram_of_features(problem.model, state, x) - K
        return group_rms(torch.linalg.matrix_norm(gap, 2), GROUP) * N**0.5

    return mf.growth(ratio, along=WIDTHS)


@claim.check(over=FITTED, expect=mf.AtMost(-0.5))
def read_out(problem):
    """The residual of the least squares fit of a random wave on 200 points by the features of
    $N$ trained neurons falls at least like $N^{-1/2}$ (root mean square over 16 waves for each of
    a group of 16 networks)."""

    def ratio(N, seeds):
        x, own = grid(problem), members(seeds, GROUP)
        path = problem.gd(problem.sample(N, own)[0], at=[problem.T])
        V, f = features(problem.model, path.final, x).cpu(), waves(x, own).cpu()
        fit = torch.linalg.lstsq(V, f, driver="gelsd").solution
        missed = (V @ fit - f).norm(dim=1) / f.norm(dim=1)
        return group_rms(missed.square().mean(-1).sqrt(), GROUP)

    return mf.growth(ratio, along=FEW)


def grid(problem):
    """200 points of [−1, 1], with the constant coordinate if the data have it."""
    x = torch.linspace(-1, 1, 200, dtype=torch.float64)[:, None]
    return x if problem.data.d == 1 else torch.cat([x, torch.ones_like(x)], 1)


def waves(x, seeds):
    """sin(a x_1 + phase) with a in (1, 4), 16 random functions for each network, (r, 200, 16)."""
    drawn = torch.as_tensor(seeds.uniforms("waves", 0, 2 * WAVES)).reshape(-1, WAVES, 2)
    a, phase = drawn[:, None].unbind(-1)
    return ((1 + 3 * a) * x[:, :1] + 2 * pi * phase).sin()


@claim.control(of=gram_stays_positive, over=[ODD, replace(ODD, d=3, data="clusters")])
def odd_features_on_symmetric_points(problem):
    """Odd $\\varphi_1$ and no constant coordinate: on $x$ and $-x$ the features are opposite."""

    def residual(seeds):
        return missing(problem, scattered(problem, seeds, symmetric=True))

    return mf.identity(residual)


@claim.control(of=gram_stays_positive, over=[replace(PLANE, scale=1.0, first="atoms")])
def three_atoms(problem):
    """$\\rho^1$ has three atoms: three features, wherever they go, cannot span four points."""
    return gram_stays_positive.measure(problem)


def polynomial(problem):
    """The same problem with φ_1(h) = h², whose ridge functions span the quadratic forms only."""
    old = problem.model
    model = mf.Model((SQUARE, *old.activations[1:]), old.loss, old.xi, old.xi_b)
    return mf.Problem(model, problem.emb, problem.data, problem.T, problem.eps)


@claim.control(of=gram_stays_positive, over=[replace(PLANE, scale=0.5, T=1.0)])
def polynomial_features(problem):
    """$\\varphi_1(h) = h^2$ in the plane: three dimensions for four points."""
    return gram_stays_positive.measure(polynomial(problem))


@claim.control(of=networks_follow, over=[replace(PLANE, scale=1.0, T=5.0)])
def untrained_features(problem):
    """The features of networks at time 0 are held against those of the trained limit."""
    return gap_growth(problem, lambda state: state)


@claim.control(of=read_out, over=[ODD])
def even_part_of_the_target(problem):
    """Odd $\\varphi_1$ and no constant coordinate: the even part of the wave stays out of reach."""
    return read_out.measure(problem)


@claim.control(of=read_out, over=[replace(PLANE, scale=0.5, T=1.0)])
def polynomial_read_out(problem):
    """$\\varphi_1(h) = h^2$: the fit is one by parabolas, however many neurons there are."""
    return read_out.measure(polynomial(problem))
