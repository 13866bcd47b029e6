r"""In three layers the first layer's law keeps its full support at every finite time.

Let $L = 3$, let the initial weights be independent with $\operatorname{supp} \rho^1 = \mathbb{R}^d$
and bounded $w_2(0)$, $w_3(0)$, and let $\varphi_1$, $\varphi_2$ be bounded and all slopes bounded
and Lipschitz. In the limit a neuron of the first layer moves by averages over all others, so that
where it stands depends only on where it started, by a map $M(t, \cdot)$ that is continuous,

$$ w_1(t, c_1) = M(t, w_1(0, c_1)) , \qquad
   \operatorname{supp} \operatorname{Law}(w_1(t, C_1)) = \mathbb{R}^d
   \quad \text{for every finite } t . $$

Measured here. The proof in the paper is one of algebraic topology; our reason is that $M(t, \cdot)$
moves no point farther than a constant that does not depend on the point, since neither the field
nor $W(t; u, \cdot)$, which $u$ carries along, grows with $u$:

$$ \sup_u |M(t, u) - u| \le K_t . $$

On a ball much larger than $K_t$ such a map has degree one, hence it is onto (Brouwer), and the
preimage of every open set has positive probability under $\rho^1$.

We follow $M$ through neurons of probability zero, which can start anywhere. The map is onto for
*any* law of $w_1(0)$: it is the preimage that has to lie in $\operatorname{supp} \rho^1$. No
preimage is found by going back in time, since $W(t; u, \cdot)$ is known at $t = 0$ only; we solve
$M(t, u) = u^*$ by Newton's method, at three times $t$, and verify it by going forward. The support
of $\rho^1$ is known as a set, gaps included, and so is the distance of a preimage to it.

Three layers are the paper's. For $L \ge 4$ and independent weights the same words hold: $w_1$ is
moved by $u$ and by averages alone. For $L = 2$ the weight $v = w_2(0)$ stays with its neuron,
$w_1(t, c_1) = M(t, u; v)$, and for every $v \in \operatorname{supp} \rho^2$ the map
$M(t, \cdot\,; v)$ is onto. Both are ours.
"""

from dataclasses import replace

import torch

import mfcheck as mf
from mfcheck.claims import premises
from mfcheck.model.laws import distance_to_support
from mfcheck.observe.degree import signed_count, winding_number
from mfcheck.observe.preimage import preimages
from mfcheck.observe.support import displacement, first_layer_map
from mfcheck.problems.long_horizon import LongHorizonSpec
from mfcheck.strategies.long_runs import long_runs

claim = mf.Claim(
    "full_support_three_layer",
    text=__doc__,
    source="Pham & Nguyen, ICLR 2021, section 4.3, for three layers; bounded displacement and "
    "Brouwer's theorem as the reason, and the other depths, are derived here",
    papers=("Pham & Nguyen, ICLR 2021",),
    section="D. Support and convergence",
    uses=("borel_structure",),
    assumptions=premises.SUPPORT,
    not_tested=(
        r"The limit $t \to \infty$, where the support may shrink.",
        r"Targets outside $[-4, 5]^d$ but for $3^d$ in $[-40, 41]^d$; dimensions other than "
        "$d = 2$ and $3$; $L > 4$.",
        r"Small holes: a run may miss a disc of radius $0.2$ that the image leaves out, and a gap "
        r"in $\rho^1$ of width $0.01$; the premise of full support sees gaps of any width.",
        r"Supports of $\rho^1$ that are no product of sets of numbers, one for each coordinate.",
        r"The fields that carry the neurons are solved to an error of $10^{-3}$; the map that "
        "they define is inverted to rounding.",
    ),
)

SPAN = {"scale": 1.0, "T": 3.0, "eps": 0.1}
THREE = ("tanh", "tanh", "identity")
SPACE = LongHorizonSpec(THREE, data="clusters", n=6, **SPAN)
PLANE = LongHorizonSpec(THREE, data="sine", n=6, d=2, **SPAN)
DEPTHS = [
    LongHorizonSpec(("tanh",) * (L - 1) + ("identity",), data="sine", n=6, d=2, **SPAN)
    for L in (2, 4)
]

TIMES = (1 / 3, 2 / 3, 1.0)
RADII = (1.0, 3.0, 10.0, 30.0, 100.0)
FAR = 10.0
CUBE, NEAR = 8.0, 3.0


def started(first, *blueprints):
    """The same problems with w_1(0) of another law."""
    return [replace(one, first=first) for one in blueprints]


def first_layer(problem, share=1.0):
    """u ↦ M(t, u) at that share t of the horizon."""
    t = share * problem.T
    return first_layer_map(lambda C: problem.limit(C, at=[t], tol=1e-3), problem.L)


def lattice(problem, seeds):
    """Targets (r, m, d): all integer points of [−4, 4]^d (every other one in space), shifted.

    With them FAR-fold the corners of that cube and the middles of its faces and edges. For L = 2
    every other point, (r, m, d + 1), with a number drawn from ρ² in each replicate.
    """
    d = problem.data.d
    axis = torch.arange(-4.0, 5.0, 1.0 if d == 2 < problem.L else 2.0, dtype=torch.float64)
    shift = torch.as_tensor(seeds.uniforms("shift of the lattice", 0, d))
    away = FAR * torch.cartesian_prod(*[axis[[0, len(axis) // 2, -1]]] * d)
    points = torch.cat([torch.cartesian_prod(*[axis] * d), away]) + shift[:, None]
    if problem.L > 2:
        return points
    v = torch.as_tensor(problem.emb.W[2].quantile(seeds.uniforms("second layer", 0, 1)))
    return torch.cat([points, v[:, None].expand(-1, points.shape[1], 1)], -1)


def unreached(problem, move, seeds):
    """The worst over a lattice of |M(u) − u*| / (1 + |u*|) + dist(u, supp ρ¹).

    For L = 2 plus the distance of v to supp ρ².
    """
    targets = lattice(problem, seeds)
    u, gap = preimages(move, targets.flatten(0, 1))
    d, laws = problem.data.d, problem.emb.W
    outside = distance_to_support(laws[1], u[:, :d])
    if problem.L == 2:
        outside = outside + distance_to_support(laws[2], u[:, d:])
    missed = gap / (1 + targets.flatten(0, 1).norm(dim=-1)) + outside
    return missed.reshape(targets.shape[:2]).amax(1)


EVERYWHERE = long_runs(3, always=[SPACE, *DEPTHS], data="sine", d=2, **SPAN)


@claim.check(over=EVERYWHERE, expect=mf.Equals(0))
def every_target_is_reached(problem):
    """Every point of a lattice, and of a coarse one ten times as wide, is $M(t, u)$ for some
    $u \\in \\operatorname{supp} \\rho^1$, at a third, two thirds and the end of the horizon."""
    return reached(problem, lambda share: first_layer(problem, share))


def reached(problem, map_at):
    """The worst of `unreached` over the three times; map_at: share of the horizon ↦ map."""

    def residual(seeds):
        return torch.stack([unreached(problem, map_at(t), seeds) for t in TIMES]).amax(0)

    return mf.identity(residual)


@claim.check(over=[PLANE, SPACE], expect=mf.Equals(0))
def degree_is_one(problem):
    """$M(T, \\cdot)$ has degree one about random points: the winding number of the image of a
    circle in the plane, the signed count of simplices in space."""
    return degree_minus_one(problem, first_layer(problem))


def degree_minus_one(problem, move):
    """|degree − 1| about a random point of [−3, 3]^d in each replicate."""
    degree = winding_number if problem.data.d == 2 else signed_count

    def residual(seeds):
        u = torch.as_tensor(seeds.uniforms("points", 0, problem.data.d))
        return (degree(move, CUBE, NEAR * (2 * u - 1)) - 1).abs()

    return mf.identity(residual)


@claim.check(over=[PLANE, SPACE], expect=mf.AtMost(0.0))
def displacement_is_bounded(problem):
    """The largest $|M(T, u) - u|$ over 16 random directions of $u$ and the lengths
    $|u| = 1, 3, 10, 30, 100$ up to $R$ does not grow with $R$."""
    move = first_layer(problem)

    def ratio(R, seeds):
        angles = torch.as_tensor(seeds.uniforms("directions", 0, 16 * problem.data.d))
        v = torch.special.ndtri(angles).reshape(len(angles), 16, -1)
        v = v / v.norm(dim=-1, keepdim=True)
        return displacement(move, 1.0, torch.cat([r * v for r in RADII if r <= R], 1))

    return mf.growth(ratio, along=RADII, axis="R")


@claim.control(
    of=every_target_is_reached,
    over=started("dirac", PLANE),
)
def one_point(problem):
    """$\\rho^1$ a Dirac measure: the map is onto, but the preimages are not that point."""
    return every_target_is_reached.measure(problem)


@claim.control(
    of=every_target_is_reached,
    over=started("half", PLANE),
)
def half_space(problem):
    """$\\rho^1$ on a half-space: targets behind its wall have their preimages behind it too."""
    return every_target_is_reached.measure(problem)


@claim.control(of=every_target_is_reached, over=started("gap", PLANE))
def gap(problem):
    """$\\rho^1$ normal given that $|u_1| > 1$: unbounded to all sides, but for a strip."""
    return every_target_is_reached.measure(problem)


@claim.control(of=every_target_is_reached, over=started("lattice", PLANE))
def grid(problem):
    """$\\rho^1$ normal and rounded to integers: it reaches everywhere and charges no open set that
    misses the integers."""
    return every_target_is_reached.measure(problem)


@claim.control(of=every_target_is_reached, over=[PLANE])
def hole_midway(problem):
    """A hole planted in the map at two thirds of the horizon alone, $v \\mapsto v + v / |v|$ after
    $M$: it still has winding number one on large circles, but it leaves out a disc."""

    def map_at(share):
        move = first_layer(problem, share)

        def torn(u):
            v = move(u)
            return v + v / v.norm(dim=-1, keepdim=True)

        return torn if share == TIMES[1] else move

    return reached(problem, map_at)


@claim.control(of=degree_is_one, over=[PLANE, SPACE])
def folded(problem):
    """Starting from $(|u_1|, u_2, \\dots)$ instead of $u$, all in a half-space: degree zero."""
    move = first_layer(problem)

    def fold(u):
        return move(torch.cat([u[:, :1].abs(), u[:, 1:]], 1))

    return degree_minus_one(problem, fold)


@claim.control(
    of=displacement_is_bounded,
    over=[LongHorizonSpec(("softplus", *THREE[1:]), data="sine", n=6, d=2, **SPAN)],
)
def unbounded_units(problem):
    """With $\\varphi_1$ = softplus, which is not bounded, $W(t; u, \\cdot)$ grows with $u$, and the
    displacement with it."""
    return displacement_is_bounded.measure(problem)
