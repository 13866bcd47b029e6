r"""Independent weights have a neuronal embedding: one space for networks of every width.

A neuronal embedding is a product of probability spaces $(\Omega_i, P_i)$, one for each hidden
layer, with functions

$$ w_1^0(c_1) , \qquad w_i^0(c_{i-1}, c_i) , \qquad b_i^0(c_i) , \qquad 2 \le i \le L , $$

such that for every choice of widths the network

$$ w_i(0, j_{i-1}, j_i) = w_i^0(C_{i-1}(j_{i-1}), C_i(j_i)) , \qquad
   C_i(j) \sim P_i \ \text{independent} , $$

has the declared initial law (Definition 2). For independent weights, $w_i(0) \sim \rho^i$ with laws
that do not depend on the widths, there is one (Proposition 7). One space holds all networks of a
depth (slides).

Measured here. One law serves all widths: it is not allowed to depend on $N$, and the first $N$
neurons of a wider network are a network of width $N$. We check that draws nest, that labels and
independent entries follow the laws they were declared to follow, and that the size of the weights
does not change with the width.

One space holds networks of all widths: with $[0, 1]$ and the uniform law for every layer, a network
is a step function, neuron $j$ of $N_i$ an interval of length $1 / N_i$. That intervals may be cut
is `one_formula::splitting`. Put the neurons that share an atom side by side, atoms in one order.
Then also the limit is such a function, and networks trained to time $T$ tend to it,

$$ \Big( \sum_i \| w_i^N(T) - w_i(T) \|_{L^2([0, 1]^2)}^2 \Big)^{1/2} \asymp N^{-1/4} $$

(ours): the ends of the intervals are off by $N^{-1/2}$, and a step there counts with its square.

Definition 2 asks for functions on a product space. Independent weights are no such function unless
they are constant (`product_measurability`): here they are labels and a variable of the edge.
"""

import torch
from scipy.special import chdtrc, kolmogorov

import mfcheck as mf
from mfcheck.model import Ensemble
from mfcheck.observe.marginals import distribution
from mfcheck.observe.marginals import kolmogorov as distance
from mfcheck.strategies import problems

WIDTHS = (16, 32, 64, 128)
WIDE = (1024, 16384, 262144)  # neurons counted

claim = mf.Claim(
    "neuronal_embedding",
    text=__doc__,
    source="Pham & Nguyen, ICLR 2021, Definition 2 and Proposition 7; one space for all networks: "
    "Pham, One World Seminar on the Mathematics of Machine Learning, 2020; the rate is ours",
    papers=("Pham & Nguyen, ICLR 2021", "Pham, One World Seminar, 2020"),
    section="A. The objects",
    assumptions=(
        "Tables on finitely many atoms, independent laws a layer, or tables of random features: "
        "by construction.",
        "Laws that do not depend on the width: Xavier's and orthogonal initialisation are "
        "excluded.",
    ),
    not_tested=(
        "Joint laws of several entries; four-cycles are in `product_measurability`.",
        "The existence of an embedding for a given family of initial laws, which is proved.",
    ),
)

FOUR = ("tanh",) * 3 + ("identity",)
INDEPENDENT = mf.IIDSpec(FOUR, bias=0.5, data="teacher")
NORMAL = mf.IIDSpec(FOUR, middle="normal", sd=1.0)
DIVERSE = mf.DiverseSpec(FOUR, data="teacher")
ANY = problems(depth=(2, 5), always=[INDEPENDENT, DIVERSE])


def corner(state, widths):
    """The leading neurons of every layer."""
    n = widths | {0: state.d, state.L: 1}
    W = {i: w[..., : n[i], :] if i == 1 else w[..., : n[i - 1], : n[i]] for i, w in state.W.items()}
    return W, {i: b[..., : n[i]] for i, b in state.b.items()}


def beyond_the_corner(problem, seeds, other):
    """How far a narrow network, drawn from the seeds `other`, is from the corner of a wide one."""
    narrow, wide = {i: 5 + i for i in range(1, problem.L)}, {i: 11 + i for i in range(1, problem.L)}
    small, (W, b) = problem.sample(narrow, other)[0], corner(problem.sample(wide, seeds)[0], narrow)
    gaps = [(small.W[i] - W[i]).abs() for i in W] + [(small.b[i] - b[i]).abs() for i in b]
    return torch.stack([gap.flatten(1).amax(-1) for gap in gaps]).amax(0)


@claim.check(over=ANY, expect=mf.Equals(0))
def draws_nest(problem):
    """The first neurons of a wide network are the narrow network."""
    return mf.identity(lambda seeds: beyond_the_corner(problem, seeds, seeds))


@claim.check(over=problems(depth=(2, 4)), expect=mf.Equals(0.5))
def atoms_have_their_probabilities(problem):
    """The p-value of Pearson's $\\chi^2$ between the labels $C_i(j)$ and $P_i$, all layers
    together, has median 1/2, its value under the law."""
    return mf.value(lambda seeds: misfit(problem, seeds, problem.emb.atoms.P))


def misfit(problem, seeds, P, N=400):
    """The p-value of χ² of N labels a layer against probabilities P_i."""
    square, freedom = torch.zeros(()), 0
    for i in range(1, problem.L):
        widths = dict.fromkeys(range(1, problem.L), 1) | {i: N}
        labels, p = problem.sample(widths, seeds)[1][i], P[i]
        counts = torch.nn.functional.one_hot(labels, len(p)).sum(-2)
        square = square + ((counts - N * p).square() / (N * p)).sum(-1)
        freedom += len(p) - 1
    return chdtrc(freedom, square.cpu().numpy())


@claim.check(over=[INDEPENDENT, NORMAL, DIVERSE], expect=mf.Equals(0.5))
def numbers_have_their_laws(problem):
    """The p-value of Kolmogorov's distance between the independent numbers that make a network
    (weights; or the labels of diverse weights), each passed through its distribution function,
    and the uniform law, has median 1/2."""
    return mf.value(lambda seeds: surprise(problem, seeds))


def surprise(problem, seeds, factor=1.0, N=16):
    """The p-value of all independent numbers of a network, middle weights times a factor."""
    state, C = problem.sample(N, seeds)
    if isinstance(C, Ensemble):
        ranks = [distribution(problem.emb.W[1], state.W[1])]
        ranks += [distribution(problem.emb.W[i], factor * state.W[i]) for i in range(2, problem.L)]
    else:
        ranks = [
            distribution(law, C[i][..., c])
            for i, laws in problem.emb.labels().items()
            for c, law in enumerate(laws)
        ]
    pooled = torch.cat([rank.flatten(1) for rank in ranks], -1)
    apart = distance(pooled, mf.Uniform(0, 1)) * pooled.shape[-1] ** 0.5
    return kolmogorov(apart.cpu().numpy())


@claim.check(over=ANY, expect=mf.Equals(0.0))
def size_does_not_depend_on_the_width(problem):
    """The root mean square of all weights above the first layer does not change with $N$."""
    return mf.growth(lambda N, seeds: size(problem.sample(N, seeds)[0]), along=WIDTHS)


def size(state):
    """Root mean square entry, each layer with the same weight."""
    squares = [state.W[i].square().mean((-2, -1)) for i in range(2, state.L + 1)]
    return torch.stack(squares).mean(0).sqrt()


def cells(P, Q):
    """[0, 1] cut at the ends of two sequences of intervals of lengths P and Q, (replicates, n) and
    (replicates, m): in which interval of either each cell lies, and its length."""
    ends = [p.cumsum(-1) for p in (P, Q)]
    cuts = torch.cat(ends, -1).sort(-1).values
    length = cuts.diff(dim=-1, prepend=torch.zeros_like(cuts[:, :1]))
    middle = cuts - length / 2
    places = [torch.searchsorted(e, middle).clamp(max=e.shape[-1] - 1) for e in ends]
    return *places, length


def apart_on_one_space(one, other):
    """The L² distance of all weights as step functions on [0, 1]², neurons in their order."""
    every = len(one.P[1])
    if not other.replicates:
        other = other.map(lambda v: v.expand(every, *v.shape))
    cut = {i: cells(one.P[i], other.P[i]) for i in one.P}
    r = torch.arange(every)[:, None]
    a, b, length = cut[1]
    total = ((one.W[1][r, a] - other.W[1][r, b]).square().sum(-1) * length).sum(-1)
    for i in range(2, one.L + 1):
        (a, b, rows), (c, d, columns) = cut[i - 1], cut[i]
        mine = one.W[i][r[:, :, None], a[:, :, None], c[:, None, :]]
        theirs = other.W[i][r[:, :, None], b[:, :, None], d[:, None, :]]
        total = total + torch.einsum("rjk,rj,rk->r", (mine - theirs).square(), rows, columns)
    return total.sqrt()


@claim.check(
    over=problems(depth=(2, 5), always=[mf.FiniteSpec(FOUR)]),
    expect=mf.Equals(-0.25),
    finer=3.0,
    equivalence="an exponent is one of the limit, and at $N = 2^{18}$ the shares of the atoms are "
    "not yet normal to a few thousandths of the slope",
)
def step_functions_approach_the_limit(problem):
    """The $L^2$ distance on $[0, 1]$ and its square between all weights of a network at time $T$
    and those of the limit, both as step functions with the atoms in one order, falls like
    $N^{-1/4}$."""
    limit = problem.gd(problem.emb.atoms, at=[problem.T]).final

    def distance_to_it(N, seeds):
        state, _ = problem.empirical(N, seeds)
        return apart_on_one_space(problem.gd(state, at=[problem.T]).final, limit)

    return mf.growth(distance_to_it, along=WIDE)


@claim.control(of=draws_nest, over=[mf.FiniteSpec(FOUR), INDEPENDENT, DIVERSE])
def a_seed_for_each_width(problem):
    """A narrow network drawn from a seed of its own is no part of the wide one."""
    return mf.identity(lambda seeds: beyond_the_corner(problem, seeds, seeds.fold("narrow")))


@claim.control(of=atoms_have_their_probabilities, over=[mf.FiniteSpec(FOUR, weighted=True)])
def probabilities_ignored(problem):
    """Labels that follow $P_i$, held against equal probabilities."""
    P = {i: torch.full_like(p, 1 / len(p)) for i, p in problem.emb.atoms.P.items()}
    return mf.value(lambda seeds: misfit(problem, seeds, P))


@claim.control(of=numbers_have_their_laws, over=[INDEPENDENT])
def a_law_wider_by_a_tenth(problem):
    """Middle weights larger by a tenth than their law says."""
    return mf.value(lambda seeds: surprise(problem, seeds, 1.1))


@claim.control(of=size_does_not_depend_on_the_width, over=[mf.FiniteSpec(FOUR), NORMAL])
def xavier(problem):
    """Xavier's initialisation divides the weights by $\\sqrt{N}$: no embedding has that law."""
    return mf.growth(lambda N, seeds: size(problem.sample(N, seeds)[0]) / N**0.5, along=WIDTHS)


@claim.control(of=step_functions_approach_the_limit, over=[mf.FiniteSpec(FOUR)])
def neurons_as_they_are_drawn(problem):
    """With neurons in the order in which they were drawn there is no limit in $L^2$."""

    def distance_to_it(N, seeds):
        return apart_on_one_space(problem.sample(N, seeds)[0], problem.emb.atoms)

    return mf.growth(distance_to_it, along=WIDTHS[:3])


@claim.control(of=step_functions_approach_the_limit, over=[NORMAL])
def independent_entries_of_sorted_neurons(problem):
    """Independent middle weights have none in any order: here neurons of layer 1 are sorted by
    $w_1(0)$, those of layer $L - 1$ by $w_L(0)$, and networks stand against others of twice the
    width."""

    def between(N, seeds):
        narrow, wide = (by_own_weights(problem.sample(M, seeds)[0]) for M in (N, 2 * N))
        return apart_on_one_space(narrow, wide)

    return mf.growth(between, along=WIDTHS[:3])


def by_own_weights(state):
    """The neurons of layer 1 sorted by their first weight, those of layer L − 1 by their last."""
    L, W = state.L, dict(state.W)
    first, last = W[1][..., 0].argsort(-1), W[L][..., 0].argsort(-1)
    r = torch.arange(len(first))[:, None]
    W[1], W[2] = W[1][r, first], W[2][r, first]
    W[L], W[L - 1] = W[L][r, last], W[L - 1].mT[r, last].mT
    return Ensemble.of(W, state.b, state.P)
