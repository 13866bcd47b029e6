r"""Which embedding represents the initial law does not matter.

Let two neuronal embeddings $(\Omega, P, \{w_i^0\})$ and $(\Omega', P', \{w_i^{0\prime}\})$ have the
same initial laws at all widths. Then their limits, read at sampled neurons, have the same law,

$$ \left( w_i(t, C_{i-1}(j), C_i(k)) \right)_{t,\, i,\, j,\, k} \overset{d}{=}
   \left( w_i'(t, C_{i-1}'(j), C_i'(k)) \right)_{t,\, i,\, j,\, k} , $$

and so do the outputs. With finitely many atoms two embeddings of one law differ by the names of
their atoms and by twins, atoms with the same tables. We split every atom into three twins that
share its probability at random, put the atoms of each layer in a random order, and ask (i) whether
the two limits are the same function of the atoms, to rounding, along gradient descent; (ii) whether
networks drawn from the one and from the other, with independent labels, have outputs, weights and
four-cycles of one law, by the two-sample distance

$$ \mathrm{KS} = \sqrt{\tfrac{n m}{n + m}}\; \sup_v \left| F_n(v) - G_m(v) \right| , $$

whose median is 0.83 under one law, less with ties. Another law is seen only if it is another by
much: a last layer lowered by one is seen in the output, the same entries of a table in a random
order are hardly, and four-cycles tell them apart (ours).
"""

import torch

import mfcheck as mf
from mfcheck.claims import premises
from mfcheck.model import FiniteEmbedding, gather, shuffled
from mfcheck.model.transforms import regroup
from mfcheck.observe.cycles import four_cycle
from mfcheck.observe.marginals import KOLMOGOROV_MEDIAN, two_samples
from mfcheck.strategies import problems

SIDE, WIDTH = 32, 16

claim = mf.Claim(
    "embedding_independence",
    text=__doc__,
    source="Pham & Nguyen, ICLR 2021, Corollary 5",
    papers=("Pham & Nguyen, ICLR 2021",),
    section="B. Coupling",
    uses=("neuronal_embedding", "one_formula"),
    assumptions=(
        *premises.REGULAR,
        "Finitely many atoms; the second embedding is the first with every atom split in three "
        "and all atoms renamed: by construction.",
        r"$\min_i N_i^{-1} \log \max_i N_i \to 0$ along the widths, which all are equal here.",
    ),
    not_tested=(
        "Embeddings on uncountable spaces.",
        "Laws of whole trajectories: one output, one weight and one statistic of the start are "
        "held against each other, at one width.",
    ),
)

ANY = problems(depth=(2, 5))
SHALLOW = problems(depth=(3, 4), losses=("squared", "huber"))


def renamed(problem, seeds, copies=3):
    """The problem with every atom split into twins of random shares, all in a random order, and
    for every atom which of the old ones it is."""
    state, names = problem.emb.atoms, {problem.L: torch.zeros(1, 1, dtype=torch.int64)}
    for i in range(1, problem.L):
        K = state.widths[i]
        u = torch.as_tensor(seeds.uniforms("shares", i, copies * K)[0]).reshape(copies, K) + 0.1
        P = (u / u.sum(0) * state.P[i]).flatten()
        order = torch.as_tensor(seeds.uniforms("order", i, copies * K)[0].argsort())
        names[i] = (order % K)[None]
        state = regroup(state, i, order % K, P[order])
    return spec_of(problem, FiniteEmbedding(state)), names


def spec_of(problem, emb):
    """The problem with another embedding."""
    return mf.Problem(problem.model, emb, problem.data, problem.T, problem.eps)


def singly(seeds):
    """The replicates of `seeds`, one by one."""
    return [mf.Seeds(seeds.root, range(r, r + 1), seeds.names) for r in seeds.replicates]


@claim.check(over=ANY, expect=mf.Equals(0))
def limits_are_one_function(problem):
    """The limits of the two embeddings agree in the output at every time, and at the end every
    atom of the second has the weights of the first's atom that it is a twin of."""
    return mf.identity(lambda seeds: limits_apart(problem, seeds, renamed))


def limits_apart(problem, seeds, change):
    """Gap of ŷ and of the final weights between two limits, for every replicate's change."""
    one, gaps = problem.gd(problem.emb.atoms), []
    for other, names in (change(problem, s) for s in singly(seeds)):
        path = other.gd(other.emb.atoms)
        read = gather(one.final, names).map(lambda v: v[0])
        gap = (one.y_hat - path.y_hat).abs().amax()
        gaps.append(gap + sum((read.W[i] - path.final.W[i]).abs().amax() for i in read.W))
    return torch.stack(gaps)


def networks(problem, seeds, side):
    """SIDE networks for every replicate, with labels of their own for each side."""
    first, last = seeds.replicates[0], seeds.replicates[-1] + 1
    many = mf.Seeds(seeds.root, range(SIDE * first, SIDE * last), seeds.names).fold(side)
    return problem.sample(WIDTH, many)[0], many


def grouped(numbers):
    """(replicates · SIDE,) as (replicates, SIDE)."""
    return numbers.reshape(-1, SIDE)


def output_at_the_end(problem, state):
    """ŷ(T, x_1)."""
    return problem.gd(state, at=[problem.T]).y_hat[-1, :, 0]


def weight_at_the_end(problem, state):
    """The weight between the first neurons of layers 1 and 2 at time T."""
    return problem.gd(state, at=[problem.T]).final.W[2][:, 0, 0]


def cycle_at_the_start(problem, state):
    """The four-cycle of layer 2."""
    return four_cycle(state.W[2])


def two_sides(problem, seeds, other, observable):
    """KS between an observable of networks from the problem and from the other one."""
    mine, _ = networks(problem, seeds, "one")
    theirs, _ = networks(other, seeds, "other")
    pair = (grouped(observable(problem, mine)), grouped(observable(other, theirs)))
    return two_samples(*pair)


@claim.check(over=SHALLOW, expect=mf.AtMost(KOLMOGOROV_MEDIAN))
def outputs_have_one_law(problem):
    """KS of $\\hat{y}(T, x_1)$ between 32 networks a side, of width 16."""
    other, _ = renamed(problem, mf.Seeds(1).fold("renaming"))
    return mf.value(lambda seeds: two_sides(problem, seeds, other, output_at_the_end))


@claim.check(over=SHALLOW, expect=mf.AtMost(KOLMOGOROV_MEDIAN))
def weights_have_one_law(problem):
    """KS of $w_2(T, 1, 1)$ between 32 networks a side, of width 16."""
    other, _ = renamed(problem, mf.Seeds(1).fold("renaming"))
    return mf.value(lambda seeds: two_sides(problem, seeds, other, weight_at_the_end))


@claim.check(over=SHALLOW, expect=mf.AtMost(KOLMOGOROV_MEDIAN))
def four_cycles_have_one_law(problem):
    """KS of the four-cycle of $w_2(0)$ between 32 networks a side, of width 16."""
    other, _ = renamed(problem, mf.Seeds(1).fold("renaming"))
    return mf.value(lambda seeds: two_sides(problem, seeds, other, cycle_at_the_start))


def lowered(problem, i):
    """The problem with the table of layer i lowered by one."""
    atoms = problem.emb.atoms
    W = atoms.W | {i: atoms.W[i] - 1}
    return spec_of(problem, FiniteEmbedding(mf.Ensemble(W, atoms.b, atoms.P)))


THREE = [mf.FiniteSpec(("tanh", "tanh", "identity"))]


@claim.control(of=limits_are_one_function, over=[mf.FiniteSpec(weighted=True)])
def equal_probabilities(problem):
    """With the probabilities $P_i$ made equal, the limit is another."""

    def equal(problem, seeds):
        atoms = problem.emb.atoms
        names = {i: torch.arange(n)[None] for i, n in atoms.widths.items()}
        return spec_of(problem, FiniteEmbedding(mf.Ensemble(atoms.W, atoms.b))), names

    return mf.identity(lambda seeds: limits_apart(problem, seeds, equal))


@claim.control(of=outputs_have_one_law, over=THREE)
def outputs_of_another_law(problem):
    """A last layer lowered by one is of another law, and the outputs too."""
    other = lowered(problem, problem.L)
    return mf.value(lambda seeds: two_sides(problem, seeds, other, output_at_the_end))


@claim.control(of=weights_have_one_law, over=THREE)
def weights_of_another_law(problem):
    """A second layer lowered by one is of another law, and its weights too."""
    other = lowered(problem, 2)
    return mf.value(lambda seeds: two_sides(problem, seeds, other, weight_at_the_end))


@claim.control(of=four_cycles_have_one_law, over=THREE)
def four_cycles_of_another_law(problem):
    """Entries in a random order have the same law one by one, and close no cycle."""

    def measure(seeds):
        mine, _ = networks(problem, seeds, "one")
        theirs = shuffled(*networks(problem, seeds, "other"))
        return two_samples(grouped(four_cycle(mine.W[2])), grouped(four_cycle(theirs.W[2])))

    return mf.value(measure)
