r"""The first layer's law keeps its full support, three layers.

Let $L = 3$, let the initial weights be independent with $\operatorname{supp} \rho^1 = \mathbb{R}^d$
and bounded $w_2(0)$, $w_3(0)$, and let $\varphi_1$ be bounded with a bounded slope. In the limit a
neuron of the first layer moves by averages over all others, so that where it stands depends only
on where it started,

$$ w_1(t, c_1) = M(t, w_1(0, c_1)) , \qquad
   \operatorname{supp} \operatorname{Law}(w_1(t, C_1)) = \mathbb{R}^d
   \quad \text{for every finite } t . $$

$M(t, \cdot)$ is continuous, and it moves no point farther than a constant that does not depend on
the point, since neither the field nor $W(t; u, \cdot)$, which $u$ carries along, grows with $u$:

$$ \sup_u |M(t, u) - u| \le K_t . $$

On a ball much larger than $K_t$ such a map has degree one, hence it is onto (Brouwer), and the
preimage of every open set has positive probability under $\rho^1$.

We follow $M$ through neurons of probability zero, which can start anywhere. The map is onto for
*any* law of $w_1(0)$: it is the preimage that has to lie in $\operatorname{supp} \rho^1$. No
preimage is found by going back in time, since $W(t; u, \cdot)$ is known at $t = 0$ only; we solve
$M(T, u) = u^*$ by Newton's method and verify it by going forward.
"""

import torch

import mfcheck as mf
from mfcheck.claims import premises
from mfcheck.observe.degree import signed_count, winding_number
from mfcheck.observe.preimage import preimages
from mfcheck.observe.support import displacement, distance_to_support, first_layer_map
from mfcheck.problems.long_horizon import LongHorizonSpec
from mfcheck.strategies.long_runs import long_runs

claim = mf.Claim(
    "full_support_three_layer",
    text=__doc__,
    source="Pham & Nguyen, ICLR 2021, section 4.3; bounded displacement and Brouwer's theorem as "
    "the reason are derived here",
    papers=("Pham & Nguyen, ICLR 2021",),
    section="D. Support and convergence",
    uses=("borel_structure",),
    assumptions=premises.SUPPORT,
    not_tested=(
        r"The limit $t \to \infty$, where the support may shrink.",
        r"Targets outside $[-4, 5]^d$, and dimensions other than $d = 2$ and $3$.",
        r"The fields that carry the neurons are solved to an error of $10^{-3}$; the map that "
        "they define is inverted to rounding.",
    ),
)

SPAN = {"scale": 1.0, "T": 3.0, "eps": 0.1}
THREE = ("tanh", "tanh", "identity")
SPACE = LongHorizonSpec(THREE, data="clusters", n=6, **SPAN)
PLANE = LongHorizonSpec(THREE, data="sine", n=6, d=2, **SPAN)

RADII = (1.0, 3.0, 10.0, 30.0, 100.0)
CUBE, NEAR = 8.0, 3.0


def first_layer(problem):
    """u ↦ M(T, u)."""
    return first_layer_map(lambda C: problem.limit(C, at=[problem.T], tol=1e-3), problem.L)


def lattice(problem, seeds):
    """Targets (r, m, d): all integer points of [−4, 4]^d (every other one in space), shifted."""
    d = problem.data.d
    axis = torch.arange(-4.0, 5.0, 1.0 if d == 2 else 2.0, dtype=torch.float64)
    shift = torch.as_tensor(seeds.uniforms("shift of the lattice", 0, d))
    return torch.cartesian_prod(*[axis] * d) + shift[:, None]


def unreached(problem, move, seeds):
    """The worst over a lattice of |M(u) − u*| / (1 + |u*|) + dist(u, supp ρ¹)."""
    targets = lattice(problem, seeds)
    u, gap = preimages(move, targets.flatten(0, 1))
    outside = distance_to_support(problem.emb.W[1], u)
    missed = gap / (1 + targets.flatten(0, 1).norm(dim=-1)) + outside
    return missed.reshape(targets.shape[:2]).amax(1)


@claim.check(over=long_runs(3, always=[SPACE], data="sine", d=2, **SPAN), expect=mf.Equals(0))
def every_target_is_reached(problem):
    """Every point of a lattice is $M(T, u)$ for some $u \\in \\operatorname{supp} \\rho^1$."""

    def residual(seeds):
        return unreached(problem, first_layer(problem), seeds)

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
    """The largest $|M(T, u) - u|$ over 16 random directions with $|u| = R$ does not grow with
    $R$."""
    move = first_layer(problem)

    def ratio(R, seeds):
        angles = torch.as_tensor(seeds.uniforms("directions", 0, 16 * problem.data.d))
        v = torch.special.ndtri(angles).reshape(len(angles), 16, -1)
        return displacement(move, R, v / v.norm(dim=-1, keepdim=True))

    return mf.growth(ratio, along=RADII, axis="R")


@claim.control(
    of=every_target_is_reached,
    over=[LongHorizonSpec(THREE, first="dirac", data="sine", n=6, d=2, **SPAN)],
)
def one_point(problem):
    """$\\rho^1$ a Dirac measure: the map is onto, but the preimages are not that point."""
    return every_target_is_reached.measure(problem)


@claim.control(
    of=every_target_is_reached,
    over=[LongHorizonSpec(THREE, first="half", data="sine", n=6, d=2, **SPAN)],
)
def half_space(problem):
    """$\\rho^1$ on a half-space: targets behind its wall have their preimages behind it too."""
    return every_target_is_reached.measure(problem)


@claim.control(of=every_target_is_reached, over=[PLANE])
def hole(problem):
    """A hole planted in the map, $v \\mapsto v + v / |v|$ after $M$: it still has winding number
    one on large circles, but it leaves out a disc."""
    move = first_layer(problem)

    def torn(u):
        v = move(u)
        return v + v / v.norm(dim=-1, keepdim=True)

    def residual(seeds):
        return unreached(problem, torn, seeds)

    return mf.identity(residual)


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
