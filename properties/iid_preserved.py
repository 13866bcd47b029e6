r"""The weights of the middle layers stay independent and identically distributed.

Let $L \ge 5$, let all weights be independent at the start, $w_i(0) \sim \rho^i$, and let the
biases start from constants. In the mean-field limit the weights of a middle layer are at every
time independent, with the law $\rho^i$ shifted by the deterministic number $\Delta_i^*(t)$:

$$ w_i(t) - \Delta_i^*(t) \sim \rho^i , \qquad 3 \le i \le L - 2 . $$

For a network of width $N$ write $F_N$ for the distribution function of the $N^2$ entries of
$w_i(T) - \Delta_i^*(T)$ and $F$ for that of $\rho^i$. We ask whether

$$ \mathrm{KS} = \sup_v \left| F_N(v) - F(v) \right|
   \qquad \text{and} \qquad W_1 = \int \left| F_N(v) - F(v) \right| dv $$

shrink like $N^{-1/2}$, the first where $\rho^i$ has a density: with atoms a shift however small
costs $\mathrm{KS}$ a number of order one. As a test of independence we take the correlation of
two entries of one row, and of one column, which is 0 for independent entries and not for weights
that are shifted by a function of a neuron; and, with $\tilde{w} = w_i(T) - \Delta_i^*(T) -
\mathbb{E}[w_i(0)]$, the four-cycle over distinct rows $j, j'$ and columns $k, k'$,

$$ \mathbb{E} \left[ \tilde{w}_{jk}\, \tilde{w}_{j'k}\, \tilde{w}_{jk'}\, \tilde{w}_{j'k'} \right]
   \Big/ \mathbb{E} \left[ \tilde{w}^2 \right]^2 , $$

which is 0 for independent entries and positive for every table that is read at the neurons'
labels. The rate is ours; the theorem says what the limit is.
"""

import torch

import mfcheck as mf
from mfcheck.claims import premises
from mfcheck.observe.cycles import four_cycle
from mfcheck.observe.marginals import kolmogorov, pair_correlation, wasserstein
from mfcheck.strategies import iid_problems

WIDTHS = (16, 32, 64, 128)

claim = mf.Claim(
    "iid_preserved",
    text=__doc__,
    source="Pham, One World Seminar on the Mathematics of Machine Learning, 2020, corollary for "
    "i.i.d. initialisation with constant biases",
    papers=("Pham, One World Seminar, 2020",),
    section="C. Symmetry under i.i.d. initialisation",
    uses=("middle_translation",),
    assumptions=(
        premises.INDEPENDENT,
        premises.CONSTANT_BIASES,
        premises.deep(5),
        premises.BOUNDED,
        r"$\rho^i$ uniform or normal for $\mathrm{KS}$, two atoms for $W_1$.",
    ),
    not_tested=(
        "Independence as a whole: it is tested through the correlation of two entries of one row "
        "or one column and through four-cycles, and not between layers.",
        "Depths beyond 6.",
        "SGD: network and limit take the same full-batch steps.",
    ),
)

FIVE = ("tanh",) * 4 + ("identity",)
NORMAL = mf.IIDSpec(FIVE, middle="normal")
NARROW = mf.IIDSpec(FIVE, sd=0.25, low=-1.0, high=3.0)


def middle(problem):
    """The layers that stay independent."""
    return range(3, problem.L - 1)


def unshifted(problem, N, seeds, layers):
    """w_i(T) less its shift: Δ_i*(T), or where there is none the network's own mean shift."""
    state, _ = problem.sample(N, seeds)
    end, limit = problem.gd(state, at=[problem.T]).final, problem.discrete_limit()
    own = {i: (end.W[i] - state.W[i]).mean((-2, -1), keepdim=True) for i in layers}
    return {
        i: end.W[i] - (limit.translation(i)[-1] if i in middle(problem) else own[i]) for i in layers
    }


def growth_of(distance, problem, layers):
    """The growth of √N times the largest distance to ρ^i among some layers."""

    def ratio(N, seeds):
        W = unshifted(problem, N, seeds, layers)
        gaps = [distance(W[i].flatten(1), problem.emb.W[i]) for i in layers]
        return torch.stack(gaps).amax(0) * N**0.5

    return mf.growth(ratio, along=WIDTHS)


UNIFORM = iid_problems(depth=(5, 6), middle="uniform", always=[NORMAL])
ATOMS = iid_problems(depth=(5, 6), middle="rademacher")
SIGNS = [mf.IIDSpec(phis, middle="rademacher") for phis in (FIVE, ("tanh", *FIVE))]


@claim.check(over=UNIFORM, expect=mf.AtMost(0.0))
def law_with_density(problem):
    """$\\mathrm{KS}$ between the entries of $w_i(T) - \\Delta_i^*(T)$ and $\\rho^i$, in the worst
    middle layer, shrinks at least as fast as $N^{-1/2}$."""
    return growth_of(kolmogorov, problem, middle(problem))


@claim.check(over=ATOMS, expect=mf.AtMost(0.0))
def law_with_atoms(problem):
    """$W_1$ between the entries of $w_i(T) - \\Delta_i^*(T)$ and $\\rho^i$, in the worst middle
    layer, shrinks at least as fast as $N^{-1/2}$."""
    return growth_of(wasserstein, problem, middle(problem))


@claim.check(over=iid_problems(depth=(5, 6)), expect=mf.Equals(0.0))
def pairs(problem):
    """At $N = 128$ the correlation of two entries of one row, or of one column, is 0 in the
    middle layers: the one farthest from 0."""
    return mf.value(lambda seeds: worst_pair(problem, seeds, middle(problem)))


def worst_pair(problem, seeds, layers, N=128):
    """The correlation within rows or columns that is farthest from 0, among some layers."""
    W = unshifted(problem, N, seeds, layers)
    each = [pair_correlation(v, problem.emb.W[i].mean) for i in layers for v in (W[i], W[i].mT)]
    return farthest(each)


def farthest(numbers):
    """Of several numbers for each replicate the one farthest from 0."""
    found = torch.stack(numbers)
    return found.gather(0, found.abs().argmax(0, keepdim=True))[0]


@claim.check(over=iid_problems(depth=(5, 6)), expect=mf.Equals(0.0))
def four_cycles(problem):
    """At $N = 128$ the four-cycle is 0 in the middle layers: the one farthest from 0."""
    return mf.value(lambda seeds: worst_cycle(problem, seeds, middle(problem)))


def worst_cycle(problem, seeds, layers, N=128):
    """The four-cycle that is farthest from 0 among some layers."""
    W = unshifted(problem, N, seeds, layers)
    return farthest([four_cycle(W[i], problem.emb.W[i].mean) for i in layers])


@claim.control(of=law_with_density, over=[NARROW])
def second_layer(problem):
    """Layer 2, less its own mean shift: the rest of the shift is a function of $w_1(0)$ and
    widens the law."""
    return growth_of(kolmogorov, problem, [2])


@claim.control(of=law_with_atoms, over=SIGNS)
def second_layer_with_atoms(problem):
    """Layer 2, less its own mean shift; tanh, since behind sigmoids its entries hardly part."""
    return growth_of(wasserstein, problem, [2])


@claim.control(of=pairs, over=[NARROW])
def pairs_in_second_layer(problem):
    """Layer 2: entries of a row share a shift that is a function of $w_1(0)$."""
    return mf.value(lambda seeds: worst_pair(problem, seeds, [2]))


@claim.control(of=pairs, over=[NARROW])
def pairs_in_last_but_one_layer(problem):
    """Layer $L - 1$: entries of a column share a shift that is a function of $w_L(0)$."""
    return mf.value(lambda seeds: worst_pair(problem, seeds, [problem.L - 1]))


@claim.control(of=four_cycles, over=[NARROW])
def cycles_in_second_layer(problem):
    """Layer 2: a shift that is a function of $w_1(0)$ closes cycles."""
    return mf.value(lambda seeds: worst_cycle(problem, seeds, [2]))


@claim.control(of=four_cycles, over=[mf.DiverseSpec(FIVE, m=2)])
def cycles_of_diverse_weights(problem):
    """Diverse, hence correlated weights: $1/2m$ at the start, with $m = 2$ features a side."""

    def cycle(seeds):
        state, _ = problem.sample(128, seeds)
        return four_cycle(problem.gd(state, at=[problem.T]).final.W[3])

    return mf.value(cycle)
