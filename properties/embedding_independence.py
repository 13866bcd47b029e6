r"""The law of the limit does not depend on which embedding represents the initial law.

Let two neuronal embeddings $(\Omega, P, \{w_i^0\})$ and $(\Omega', P', \{w_i^{0\prime}\})$ have the
same initial laws at all widths of a family along which $N_{\min}^{-1} \log N_{\max} \to 0$. Then
their limits, read at sampled neurons, have the same law,

$$ \left( w_i(t, C_{i-1}(j), C_i(k)) \right)_{t,\, i,\, j,\, k} \overset{d}{=}
   \left( w_i'(t, C_{i-1}'(j), C_i'(k)) \right)_{t,\, i,\, j,\, k} . $$

Measured here. With finitely many atoms two embeddings of one law differ by the names of their atoms
and by twins, atoms with the same tables. We split every atom into three twins that share its
probability at random, put the atoms of each layer in a random order, and ask (i) whether the two
limits are the same function of the atoms, to rounding, along gradient descent; (ii) whether
networks drawn from the one and from the other, with independent labels, have outputs, weights and
four-cycles of one law, by the two-sample distance

$$ \mathrm{KS} = \sqrt{\tfrac{n m}{n + m}}\; \sup_v \left| F_n(v) - G_m(v) \right| , $$

at widths 8, 16 and 64, with neurons drawn anew at each. Under one law the three distances average
to $\sqrt{\pi / 2} \log 2 = 0.87$, less with ties. Another law is seen only if it is another by
much: a last layer lowered by one is seen in the output, the same entries of a table in a random
order are hardly, and four-cycles tell them apart (ours). Neurons are counted where
outputs and weights are read, which four-cycles over distinct neurons do not allow.
"""

from dataclasses import replace
from math import log, pi, sqrt

import torch

import mfcheck as mf
from mfcheck.claims import premises
from mfcheck.model import FiniteEmbedding, gather, shuffled
from mfcheck.model.embedding import quantile
from mfcheck.model.empirical import tallied
from mfcheck.model.transforms import regroup
from mfcheck.model.widths import hidden_widths
from mfcheck.observe.cycles import four_cycle
from mfcheck.observe.marginals import two_samples
from mfcheck.strategies import problems

SIDE = 32  # networks of one sample
WIDTHS = (8, 16, 64)
EXPECTED = sqrt(pi / 2) * log(2)  # of KS under one law; their average has a smaller median

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
        "held against each other, at three widths.",
    ),
)

ANY = problems(depth=(2, 5))
SHALLOW = problems(depth=(3, 3), losses=("squared", "huber"))
FOUR = [mf.FiniteSpec(("tanh", "erf", "tanh", "identity"), atoms=8, weighted=True)]


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
    return replace(problem, emb=emb, name="")


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


def many(seeds, side, N):
    """SIDE networks for every replicate, with labels of their own for each side and width."""
    first, last = seeds.replicates[0], seeds.replicates[-1] + 1
    return mf.Seeds(seeds.root, range(SIDE * first, SIDE * last), seeds.names).fold(side, N)


def trained(problem, N, seeds):
    """Networks of width N at time T, the neurons of one atom counted; and the labels of all N."""
    P, widths = problem.emb.atoms.P, hidden_widths(problem.L, N)
    C = {i: quantile(P[i], seeds.uniforms("neurons", i, n)) for i, n in widths.items()}
    return problem.gd(tallied(problem.emb.atoms.to(problem.dtype), C)[0], at=[problem.T]), C


def output_at_the_end(problem, N, seeds):
    """ŷ(T, x_1) of networks of width N."""
    return trained(problem, N, seeds)[0].y_hat[-1, :, 0]


def weight_at_the_end(problem, N, seeds):
    """The weight between the first neurons of layers 1 and 2 at time T."""
    path, C = trained(problem, N, seeds)
    return path.final.W[2][torch.arange(len(C[1])), C[1][:, 0], C[2][:, 0]]


def cycle_at_the_start(problem, N, seeds):
    """The four-cycle of layer 2 in networks of width N."""
    return four_cycle(problem.sample(N, seeds)[0].W[2])


def two_sides(problem, other, observable):
    """The average over the widths of KS between an observable of networks from the problem and
    from the other one, 32 a side. observable: (problem, N, seeds) ↦ a number for each network."""

    def measure(seeds):
        return sum(apart(N, seeds) for N in WIDTHS) / len(WIDTHS)

    def apart(N, seeds):
        mine = observable(problem, N, many(seeds, "one", N))
        theirs = observable(other, N, many(seeds, "other", N))
        return two_samples(mine.reshape(-1, SIDE), theirs.reshape(-1, SIDE))

    return mf.value(measure)


def twin(problem):
    """The problem with its atoms split and renamed, once and for all."""
    return renamed(problem, mf.Seeds(1).fold("renaming"))[0]


@claim.check(over=SHALLOW, expect=mf.AtMost(EXPECTED), dtype="float32")
def outputs_have_one_law(problem):
    """KS of $\\hat{y}(T, x_1)$ between 32 networks a side, averaged over the widths."""
    return two_sides(problem, twin(problem), output_at_the_end)


@claim.check(over=FOUR, expect=mf.AtMost(EXPECTED), dtype="float32")
def weights_have_one_law(problem):
    """KS of $w_2(T, 1, 1)$ between 32 networks a side, averaged over the widths."""
    return two_sides(problem, twin(problem), weight_at_the_end)


@claim.check(over=SHALLOW, expect=mf.AtMost(EXPECTED))
def four_cycles_have_one_law(problem):
    """KS of the four-cycle of $w_2(0)$ between 32 networks a side, averaged over the widths."""
    return two_sides(problem, twin(problem), cycle_at_the_start)


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
    return two_sides(problem, lowered(problem, problem.L), output_at_the_end)


@claim.control(of=weights_have_one_law, over=THREE)
def weights_of_another_law(problem):
    """A second layer lowered by one is of another law, and its weights too."""
    return two_sides(problem, lowered(problem, 2), weight_at_the_end)


def mixed_cycle(problem, N, seeds):
    """The four-cycle of layer 2 with its entries in a random order, but for the side "one"."""
    state, _ = problem.sample(N, seeds)
    return four_cycle((state if "one" in seeds.names else shuffled(state, seeds)).W[2])


@claim.control(of=four_cycles_have_one_law, over=THREE)
def four_cycles_of_another_law(problem):
    """Entries in a random order have the same law one by one, and close no cycle."""
    return two_sides(problem, problem, mixed_cycle)
