r"""In the limit the weights of the middle layers stay independent and identically distributed.

Let $L \ge 5$, let all weights be independent at the start, $w_i(0) \sim \rho^i$, and let the biases
start from constants. In the mean-field limit a weight of a middle layer depends at any time on its
own initial value alone, so that the weights of a layer,

$$ w_i(t) , \qquad 3 \le i \le L - 2 , $$

remain independent with one law. In the standard model that law is $\rho^i$ shifted by a
deterministic number: $w_i(t) - \Delta_i^*(t) \sim \rho^i$.

Measured here. The standard model. For a network of width $N$ write $F_N$ for the distribution
function of the $N^2$ entries of $w_i(T) - \Delta_i^*(T)$ and $F$ for that of $\rho^i$. We ask
whether

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
labels. All three are given in units of what they are where weights do share shifts, on the same
problem: the correlation within rows in layer 2, within columns in layer $L - 1$, and the smaller of
the four-cycles of these two layers; so that 0 is the theorem and 1 the nearest false statement. The
units are medians over 8 networks of their own. The rate is ours; the theorem says what the limit
is.
"""

import torch
from scipy.special import ndtri

import mfcheck as mf
from mfcheck.claims import premises, rate_premises
from mfcheck.observe.cycles import four_cycle
from mfcheck.observe.groups import group_rms, members
from mfcheck.observe.marginals import kolmogorov, pair_correlation, wasserstein
from mfcheck.strategies import iid_problems

WIDTHS = (8, 24, 64)
WIDE = 128  # of pairs and four-cycles
GROUP = 6  # networks of which one root mean square is taken

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
        *premises.ANY_START,
        rate_premises.SECOND_MOMENT,
        r"$\rho^i$ uniform or normal for $\mathrm{KS}$, two atoms for $W_1$.",
    ),
    not_tested=(
        "Independence as a whole: it is tested through the correlation of two entries of one row "
        "or one column and through four-cycles, and not between layers.",
        "Depths beyond 6.",
        "Four-cycles and pairs behind sigmoids, where too little is shared in any layer to be told "
        "from none.",
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
    end = problem.gd(state, at=[problem.T]).final
    shifts = {i: (end.W[i] - state.W[i]).mean((-2, -1), keepdim=True) for i in layers}
    if moved := [i for i in layers if i in middle(problem)]:
        limit = problem.discrete_limit()
        shifts |= {i: limit.translation(i)[-1] for i in moved}
    return {i: end.W[i] - shifts[i] for i in layers}


def growth_of(distance, problem, layers):
    """The growth of √N times the largest distance to ρ^i among some layers."""

    def ratio(N, seeds):
        W = unshifted(problem, N, members(seeds, GROUP), layers)
        gaps = [distance(W[i].flatten(1), problem.emb.W[i]) for i in layers]
        return group_rms(torch.stack(gaps).amax(0), GROUP) * N**0.5

    return mf.growth(ratio, along=WIDTHS)


UNIFORM = iid_problems(depth=(5, 6), middle="uniform", always=[NORMAL])
ATOMS = iid_problems(depth=(5, 6), middle="rademacher")
SIGNS = [mf.IIDSpec(phis, middle="rademacher") for phis in (FIVE, ("tanh", *FIVE))]


@claim.check(over=UNIFORM, expect=mf.AtMost(0.0), dtype="float32")
def law_with_density(problem):
    """$\\mathrm{KS}$ between the entries of $w_i(T) - \\Delta_i^*(T)$ and $\\rho^i$, in the worst
    middle layer and over groups of six networks, shrinks at least as fast as $N^{-1/2}$."""
    return growth_of(kolmogorov, problem, middle(problem))


@claim.check(over=ATOMS, expect=mf.AtMost(0.0), dtype="float32")
def law_with_atoms(problem):
    """$W_1$ between the entries of $w_i(T) - \\Delta_i^*(T)$ and $\\rho^i$, in the worst middle
    layer and over groups of six networks, shrinks at least as fast as $N^{-1/2}$."""
    return growth_of(wasserstein, problem, middle(problem))


MOVING = iid_problems(
    depth=(5, 6), hidden=("tanh", "erf"), always=[NARROW], sd=0.25, low=-1.0, high=3.0, eps=0.05
)  # where layers 2 and L − 1 are seen to share shifts

NEXT = (
    "independence is of the limit, and at $N = 128$ a part of order $1 / N$ is left, where a layer "
    "that is not independent would show 1"
)


@claim.check(over=MOVING, expect=mf.Equals(0.0), equivalence=NEXT)
def pairs(problem):
    """At $N = 128$ the correlation of two entries of one row, in units of layer 2's, or of one
    column, in units of layer $(L - 1)$'s, is 0 in the middle layers: the one farthest from 0."""
    return mf.value(lambda seeds: worst_pair(problem, unshifted_middle(problem, seeds)))


@claim.check(over=MOVING, expect=mf.Equals(0.0), equivalence=NEXT)
def four_cycles(problem):
    """At $N = 128$ the four-cycle, in units of the smaller one of layers 2 and $L - 1$, is 0 in the
    middle layers: the one farthest from 0."""
    return mf.value(lambda seeds: worst_cycle(problem, unshifted_middle(problem, seeds)))


def unshifted_middle(problem, seeds):
    """The middle layers less their shifts, of networks of width 128."""
    return unshifted(problem, WIDE, seeds, middle(problem))


def rows_and_columns(problem, W):
    """The correlations within rows and within columns of each of some layers."""
    each = [(pair_correlation(w, problem.emb.W[i].mean), i) for i, w in W.items()]
    return [r for r, _ in each], [pair_correlation(W[i].mT, problem.emb.W[i].mean) for _, i in each]


def units(problem):
    """What is seen where shifts are shared: within rows, within columns, and of four-cycles."""
    ends = [2, problem.L - 1]
    W = unshifted(problem, WIDE, mf.Seeds(0, range(8)).fold("units"), ends)
    (rows, _), (_, columns) = rows_and_columns(problem, W)
    cycles = [four_cycle(W[i], problem.emb.W[i].mean).median() for i in ends]
    return rows.median(), columns.median(), torch.stack(cycles).amin()


def worst_pair(problem, W):
    """The correlation within rows or columns that is farthest from 0, in its unit."""
    (rows, columns), (row, column, _) = rows_and_columns(problem, W), units(problem)
    return farthest([r / row for r in rows] + [c / column for c in columns])


def worst_cycle(problem, W):
    """The four-cycle that is farthest from 0, in its unit."""
    cycles = [four_cycle(w, problem.emb.W[i].mean) for i, w in W.items()]
    return farthest(cycles) / units(problem)[-1]


def farthest(numbers):
    """Of several numbers for each replicate the one farthest from 0."""
    found = torch.stack(numbers)
    return found.gather(0, found.abs().argmax(0, keepdim=True))[0]


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
    return mf.value(lambda seeds: worst_pair(problem, unshifted(problem, WIDE, seeds, [2])))


@claim.control(of=pairs, over=[NARROW])
def pairs_in_last_but_one_layer(problem):
    """Layer $L - 1$: entries of a column share a shift that is a function of $w_L(0)$."""
    last = [problem.L - 1]
    return mf.value(lambda seeds: worst_pair(problem, unshifted(problem, WIDE, seeds, last)))


@claim.control(of=pairs, over=[NARROW])
def a_quarter_of_it(problem):
    """Middle layers whose rows share a quarter of layer 2's correlation, a normal number each."""

    def pair(seeds):
        W, share = unshifted_middle(problem, seeds), units(problem)[0] / 4
        size = (share / (1 - share)).sqrt()
        rows = torch.as_tensor(ndtri(seeds.uniforms("rows", 0, WIDE)))[..., None]
        return worst_pair(problem, {i: w + size * own(w) * rows for i, w in W.items()})

    return mf.value(pair)


@claim.control(of=four_cycles, over=[NARROW])
def cycles_in_second_layer(problem):
    """Layer 2: a shift that is a function of $w_1(0)$ closes cycles."""
    return mf.value(lambda seeds: worst_cycle(problem, unshifted(problem, WIDE, seeds, [2])))


@claim.control(of=four_cycles, over=[NARROW])
def cycles_in_last_but_one_layer(problem):
    """Layer $L - 1$: a shift that is a function of $w_L(0)$ closes cycles."""
    last = [problem.L - 1]
    return mf.value(lambda seeds: worst_cycle(problem, unshifted(problem, WIDE, seeds, last)))


@claim.control(of=four_cycles, over=[NARROW])
def table_in_the_middle(problem):
    """Middle layers with a table of rank one on top, $s\\, u_j v_k$ with independent signs, that
    has half the four-cycle of the unit."""

    def cycle(seeds):
        W, wanted = unshifted_middle(problem, seeds), (units(problem)[-1] / 2).sqrt()
        u, v = (signs(seeds, name) for name in ("u", "v"))
        top = (wanted / (1 - wanted)).sqrt() * u[..., None] * v[:, None, :]
        return worst_cycle(problem, {i: w + own(w) * top for i, w in W.items()})

    return mf.value(cycle)


def own(w):
    """The standard deviation of the entries, (replicates, 1, 1)."""
    return w.flatten(1).std(1)[:, None, None]


def signs(seeds, name):
    """Independent signs (replicates, 128)."""
    return torch.as_tensor(seeds.uniforms(name, 0, WIDE) < 0.5).double() * 2 - 1
