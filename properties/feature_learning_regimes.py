r"""Both scalings of a partially trained network learn features.

A network of three layers whose first layer is random and fixed has infinite-width limits in
different scalings of its weights. They fall into two regimes, and both exhibit feature learning.

Measured here. The regimes (as we read them), the measures of movement and the bound on it are ours.
A partially trained network

$$ f(x) = \frac{1}{m} \sum_{i \le m} a_i\, \sigma(h_i(x)) , \qquad
   h_i(x) = M^{-\beta} \sum_{j \le M} W_{ij}\, \varphi(\langle z_j, x \rangle) $$

has a limit as $m, M \to \infty$ for $\beta = 1/2$, where the functions $h_i$ start from a Gaussian
process, and for $\beta = 1$, where they start from zero. In both the hidden functions and the
kernel $K_t$ move by amounts of order one: they have a limit that is not zero, so that

$$ \frac{\| K_T - K_0 \|_F}{\| K_0 \|_F} \qquad \text{and} \qquad
   \left( \frac{1}{m n} \sum_{i, k} |h_i(T, x_k) - h_i(0, x_k)|^2 \right)^{1/2} $$

do not vanish as $m \to \infty$. In the lazy scaling, $f = m^{-1/2} \sum_i a_i \sigma(h_i)$ with
rates that let $f$ move at order one, they do. How far the functions can move is bounded too: with
$R_t$ the loss and $\| \cdot \|_H$ the norm of the RKHS of $k_0$, gradient flow gives
$R_0 - R_t = \int_0^t (\mathbb{E} |\dot{a}|^2 + \mathbb{E} \| \dot{h} \|_H^2) ds$, and hence

$$ \mathbb{E} \| h_t - h_0 \|_H^2 \le t\, (R_0 - R_t) . $$

That the alignment of $K_t$ with the targets rises is a frequent observation and no theorem; it is
shown and not judged.
"""

from dataclasses import replace
from math import sqrt

import torch

import mfcheck as mf
from mfcheck.strategies.partial_problems import partial_problems

WIDTHS = (64, 256, 1024, 4096)

claim = mf.Claim(
    "feature_learning_regimes",
    text=__doc__,
    source="two scalings, both with feature learning: Chen, Vanden-Eijnden & Bruna, "
    "arXiv:2210.16286, as its abstract says; that they are these two, the measures of movement and "
    "the energy bound are ours",
    papers=("Chen, Vanden-Eijnden & Bruna, arXiv:2210.16286",),
    section="E. Partially trained three-layer networks",
    uses=("partially_trained_limit",),
    assumptions=(
        r"Squared loss, infinitely many features: by construction. That the limits move at all is "
        "generic and not proved here.",
        r"$T = 10$: as $a_i(0)$ is independent of $h_i(0)$ and has mean zero, the limit's kernel "
        r"moves like $t^2$ at first, below the fluctuation $t\, m^{-1/2}$ of small networks.",
    ),
    not_tested=(
        "Whether the features learned are useful: the alignment with the targets is only reported.",
        r"Movement in $M$ at fixed $m$.",
    ),
)

TWO = partial_problems(T=10.0, eps=0.2)


def descent(problem, m, seeds):
    """m neurons over infinitely many features, before and after descent."""
    a, h = problem.start(m, seeds)
    return problem.gd(a, h, problem.kernel, at=[0.0, problem.T])


def lazily(problem, m, seeds):
    """The same with f = m^{-1/2} Σ a_i σ(h_i): √m σ, trained at 1/m times the rates."""
    from mfcheck.model.activation import activation

    phi, root, (a, h) = activation(problem.sigma), sqrt(m), problem.start(m, seeds)
    loud = mf.Activation(lambda v: root * phi.value(v), lambda v: root * phi.slope(v))
    slow = replace(problem.training, activation=loud, xi_a=1 / m, xi_W=1 / m)
    at = [0.0, problem.T]
    return mf.partial.descend((a, h), problem.kernel, slow, problem.eps, problem.T, at=at)


def change_of_kernel(path):
    """‖K_T − K_0‖ / ‖K_0‖, Frobenius."""
    first, last = path.kernel[0], path.kernel[-1]
    return torch.linalg.matrix_norm(last - first) / torch.linalg.matrix_norm(first)


def change_of_functions(path):
    """The rms over neurons and data of h_i(T, x) − h_i(0, x)."""
    return (path.h[-1] - path.h[0]).square().mean((-2, -1)).sqrt()


def movement(problem, motion, change):
    """How the change along a motion depends on m."""
    return mf.growth(lambda m, seeds: change(motion(problem, m, seeds)), along=WIDTHS, axis="m")


@claim.check(over=TWO, expect=mf.AtLeast(0.0), finer=3.0)
def the_kernel_moves(problem):
    """$\\|K_T - K_0\\|_F / \\|K_0\\|_F$ does not shrink with $m$."""
    return movement(problem, descent, change_of_kernel)


@claim.check(over=TWO, expect=mf.AtLeast(0.0), finer=3.0)
def hidden_functions_move(problem):
    """The rms of $h_i(T, x_k) - h_i(0, x_k)$ over neurons and data does not shrink with $m$."""
    return movement(problem, descent, change_of_functions)


@claim.check(over=TWO, expect=mf.Equals(0))
def no_further_than_the_energy(problem):
    """Along the flow $\\mathbb{E} \\|h_t - h_0\\|_H^2$ is at most $t (R_0 - R_t)$."""
    return energy(problem, 1.0)


def energy(problem, rate):
    """How far E‖h_t − h_0‖² exceeds t (R_0 − R_t), relative to T R_0; W trained at a rate."""

    def residual(seeds):
        path = problem.flow(*problem.start(32, seeds), problem.kernel, xi_W=rate)
        moved = path.h - path.h[0]
        size = (moved * torch.linalg.solve(problem.kernel, moved.mT).mT).sum(-1).mean(-1)
        allowed = path.times[:, None] * (path.loss[0] - path.loss)
        return ((size - allowed).clamp(min=0) / (problem.T * path.loss[0])).amax(0)

    return mf.identity(residual)


LONG = {"T": 10.0, "eps": 0.2}
ROOT, MEAN = mf.PartialSpec(**LONG), mf.PartialSpec(beta=1.0, **LONG)


@claim.control(of=the_kernel_moves, over=[ROOT, MEAN])
def lazy_kernel(problem):
    """In the lazy scaling the kernel's change vanishes."""
    return movement(problem, lazily, change_of_kernel)


@claim.control(of=hidden_functions_move, over=[ROOT, MEAN])
def lazy_functions(problem):
    """In the lazy scaling the hidden functions' change vanishes."""
    return movement(problem, lazily, change_of_functions)


@claim.control(of=no_further_than_the_energy, over=[ROOT])
def hidden_rate_not_counted(problem):
    """$W$ is trained four times as fast, and the bound does not know."""
    return energy(problem, 4.0)


@claim.report(over=TWO)
def alignment_gained(problem):
    """The cosine between $K_t$ and $y y^\\top$ at $T$ less that at $0$, for 256 neurons."""

    def gain(seeds):
        path = descent(problem, 256, seeds)
        cosine = mf.partial.alignment(path.kernel, problem.data.y)
        return cosine[-1] - cosine[0]

    return mf.value(gain)
