r"""Independent random entries are no measurable function of two independent labels.

Definition 2 asks of a neuronal embedding that its space be a product,

$$ (\Omega, \mathcal{F}, P) = (\Omega_1 \times \Omega_2,\; \mathcal{F}_1 \otimes \mathcal{F}_2,\;
   P_1 \times P_2) , $$

and reads the middle weights off a deterministic function, $w_2^0(C_1(j), C_2(k))$, with independent
labels $C_i(j) \sim P_i$. Proposition 7 says that there is one for independent weights
$w_2(0, j, k) \sim \rho^2$. If $w_2^0$ is measurable for $\mathcal{F}_1 \otimes \mathcal{F}_2$, or
for its completion under $P_1 \times P_2$, there is none unless $\rho^2$ is a Dirac (ours). Let $h$
be bounded and one-to-one, $\tilde{w} = h(w_2^0) - \mathbb{E}[h(w_2^0)]$ and $s_k$ the singular
values of $\tilde{w}$ as an operator between $L^2(P_2)$ and $L^2(P_1)$. By Fubini's theorem a cycle
through two neurons of each layer has

$$ \mathbb{E} \left[ \tilde{w}(C, K)\, \tilde{w}(C', K)\, \tilde{w}(C, K')\,
   \tilde{w}(C', K') \right]
   = \mathbb{E} \left[ \mathbb{E}[\tilde{w}(C, K)\, \tilde{w}(C', K) \mid C, C']^2 \right]
   = \sum_k s_k^4 . $$

Independent entries have 0 there. Then every $s_k$ is 0, $\tilde{w} = 0$ almost surely, and all
entries are one number. Two neurons in each layer are enough, and no moment of $\rho^2$ is used. For
a function of rank $r$ the cycle is at least $\mathbb{E}[\tilde{w}^2]^2 / r$. For any rank the
singular values of $\tilde{w}(C(j), K(k)) / N$ tend to the $s_k$ (after Koltchinskii & Giné,
Bernoulli 6, 2000; the rate $N^{-1/2}$ at finite rank is ours); those of independent entries all
fall to 0.

Nothing less than a cycle shows it. With labels uniform on $\mathbb{Z} / K$ the entries of
$w_2^0(c_1, c_2) = c_1 + c_2$ are independent along every path, any three of the four of a cycle
among them; the fourth is what the three say.

So Proposition 7 holds with a variable of the edge beside the labels, $w_2^0(C_1, C_2, \zeta_{12})$
(Aldous, 1981), as it is built here, or with a $\sigma$-algebra on $\Omega_1 \times \Omega_2$ that
is larger than the product's and on which Fubini's theorem is asked for anew (Sun, 2006).

Measured here. The sum of fourth powers, to rounding; the cycles of networks that are read from
tables, and the singular values of their matrices against the function's own; and the law of three
entries of a cycle.
"""

import torch

import mfcheck as mf
from mfcheck.model import shuffled
from mfcheck.observe.cycles import four_cycle
from mfcheck.strategies import problems

WIDE = (1024, 8192, 65536)  # neurons counted
NARROW = (16, 32, 64, 128)  # neurons in a random order

claim = mf.Claim(
    "product_measurability",
    text=__doc__,
    source="the limits of Pham & Nguyen, ICLR 2021, Proposition 7, read with Definition 2: "
    "derived here. The paper's proof, in its Appendix D, was not at hand",
    papers=("Pham & Nguyen, ICLR 2021",),
    section="A. The objects",
    ours=True,
    uses=("neuronal_embedding",),
    assumptions=(
        "Tables on finitely many atoms, or of random features: functions that are measurable for "
        "the product of the layers' σ-algebras, by construction.",
        "Labels independent, within a layer and between layers: by construction.",
    ),
    not_tested=(
        "Functions that are measurable for a larger σ-algebra only: none can be computed.",
        "That a function of two labels and a variable of the edge has independent entries, which "
        "is how they are drawn here (`neuronal_embedding::numbers_have_their_laws`).",
    ),
)

FOUR = ("tanh",) * 3 + ("identity",)
NORMAL = mf.IIDSpec(FOUR, middle="normal", sd=1.0)
DIVERSE = mf.DiverseSpec(FOUR, data="teacher")
TABLES = problems(depth=(3, 4), always=[mf.FiniteSpec(FOUR, weighted=True)])


def middle(problem):
    """The tables between hidden layers, each with the probabilities of its rows and columns."""
    atoms = problem.emb.atoms
    return [(atoms.W[i], atoms.P[i - 1], atoms.P[i]) for i in range(2, problem.L)]


def centred(problem, seeds):
    """For every middle table h(w) − E[h(w)], (replicates, K, M), h one-to-one and drawn for each
    replicate: arctan(w / scale); with the probabilities of rows and columns."""
    u = torch.as_tensor(seeds.uniforms("functions", 0, 1))[:, :, None]
    for w, rows, columns in middle(problem):
        h = (w / (0.2 + 2 * u)).atan()
        yield h - (rows @ h @ columns)[:, None, None], rows, columns


def around(v, rows, columns):
    """The average of a cycle's product over all quadruples of labels, summed one by one."""
    upper = v[:, :, None, :, None] * v[:, None, :, :, None]
    lower = v[:, :, None, None, :] * v[:, None, :, None, :]
    return torch.einsum("rabkl,a,b,k,l->r", upper * lower, rows, rows, columns, columns)


def fourth_powers(v, rows, columns):
    """Σ s_k⁴ of tables (replicates, K, M) in L² of these probabilities."""
    return torch.linalg.svdvals(rows.sqrt()[:, None] * v * columns.sqrt()).pow(4).sum(-1)


def cycles_apart(problem, seeds, average):
    """The gap of an average round the cycle to Σ s_k⁴, in units of it, in the worst layer."""
    gaps = [average(*t) / fourth_powers(*t) - 1 for t in centred(problem, seeds)]
    return torch.stack(gaps).abs().amax(0)


@claim.check(over=TABLES, expect=mf.Equals(0))
def a_cycle_is_a_sum_of_fourth_powers(problem):
    """The average of the cycle's product over all labels, summed one by one, is $\\sum_k s_k^4$,
    for $h(w) = \\arctan(w / s)$ at random scales $s$."""
    return mf.identity(lambda seeds: cycles_apart(problem, seeds, around))


@claim.check(over=problems(depth=(3, 4), always=[DIVERSE]), expect=mf.AtLeast(1.0))
def tables_close_cycles(problem):
    """In networks, $r$ times the four-cycle over distinct neurons, divided by variance², is at
    least 1 in every middle layer."""
    return mf.value(lambda seeds: cycles(problem, problem.sample(64, seeds)[0]))


def cycles(problem, state):
    """Rank of the table times the normalised four-cycle, in the middle layer where it is least."""
    tables = [table(problem, state, i) for i in range(2, problem.L)]
    each = [r * four_cycle(state.W[i], mean) for i, (r, mean) in enumerate(tables, 2)]
    return torch.stack(each).amin(0)


def table(problem, state, i):
    """Rank and mean of the table w_i⁰; where there is none, the rank of the matrix itself."""
    emb = problem.emb
    if isinstance(emb, mf.FiniteEmbedding):
        w, P = emb.atoms.W[i], emb.atoms.P
        return min(w.shape), float(P[i - 1] @ w @ P[i])
    if isinstance(emb, mf.DiverseEmbedding):
        return 2 * emb.m, 0.0
    return min(state.W[i].shape[-2:]), emb.W[i].mean


@claim.check(over=TABLES, expect=mf.AtMost(0.0), finer=3.0)
def networks_have_the_singular_values(problem):
    """The largest gap between a singular value of $\\tilde{w}_i(0, j, k) / N$ and the function's
    own $s_k$, over all middle layers, shrinks like $N^{-1/2}$."""

    def matrices(N, seeds):
        state, _ = problem.empirical(N, seeds)
        return [(w, state.P[i], state.P[i + 1]) for i, (w, *_) in enumerate(middle(problem), 1)]

    return spectra_apart(problem, matrices, WIDE)


def spectrum(problem, i, w, rows, columns):
    """The singular values, largest first, of w − E[w_i⁰] in L² of these probabilities."""
    weighted = rows.sqrt()[..., None] * (w - table(problem, None, i)[1])
    return torch.linalg.svdvals(weighted * columns.sqrt()[..., None, :])


def spectra_apart(problem, matrices, widths):
    """The growth of √N times the largest gap of the singular values of matrices(N, seeds), a triple
    with probabilities for each middle layer, to the function's, in units of its first."""
    own = [spectrum(problem, i, *t) for i, t in enumerate(middle(problem), 2)]

    def ratio(N, seeds):
        found = [spectrum(problem, i, *t) for i, t in enumerate(matrices(N, seeds), 2)]
        k = min(s.shape[-1] for s in (*found, *own))
        gaps = [(s[..., :k] - o[:k]).abs().amax(-1) / o[0] for s, o in zip(found, own, strict=True)]
        return torch.stack(gaps).amax(0) * N**0.5

    return mf.growth(ratio, along=widths)


def law(entries, K):
    """Largest gap between the law of some entries (labels, entries) in Z/K and the uniform law."""
    place = (entries * K ** torch.arange(entries.shape[1])).sum(1)
    counts = torch.bincount(place, minlength=K ** entries.shape[1]).double()
    return (counts / len(entries) * K ** entries.shape[1] - 1).abs().amax()


def sums_round_a_cycle(problem):
    """c + k in Z/K at the four edges of a cycle, for all quadruples of labels: (K⁴, 4), and K."""
    K = problem.emb.atoms.widths[1]
    c, cc, k, kk = torch.cartesian_prod(*[torch.arange(K)] * 4).T
    return torch.stack([c + k, cc + k, c + kk, cc + kk], 1) % K, K


def dependence(problem, edges):
    """How far from independent and uniform these edges of the cycle are, for every replicate."""
    entries, K = sums_round_a_cycle(problem)
    return mf.identity(lambda seeds: law(entries[:, edges], K).expand(len(seeds.replicates)))


@claim.check(over=[mf.FiniteSpec(atoms=K) for K in (2, 7, 12)], expect=mf.Equals(0))
def three_entries_may_be_independent(problem):
    """For $w_2^0(c_1, c_2) = c_1 + c_2$ in $\\mathbb{Z} / K$, $K$ the number of atoms, the law of
    three entries of a cycle is that of independent uniform ones: largest relative gap."""
    return dependence(problem, [0, 1, 2])


@claim.control(of=a_cycle_is_a_sum_of_fourth_powers, over=[mf.FiniteSpec(FOUR)])
def one_label_for_both_layers(problem):
    """Labels that are no longer independent: neuron $k$ of the layer above has the label of
    neuron $k$ of the layer below."""

    def tied(v, rows, _):
        return torch.einsum("rab,raa,rba,rbb,a,b->r", v, v, v, v, rows, rows)

    return mf.identity(lambda seeds: cycles_apart(problem, seeds, tied))


@claim.control(of=tables_close_cycles, over=[NORMAL])
def independent_entries(problem):
    """Independent middle weights, with a variable for each edge, close no cycle."""
    return tables_close_cycles.measure(problem)


@claim.control(of=tables_close_cycles, over=[mf.FiniteSpec(FOUR), DIVERSE])
def shuffled_tables(problem):
    """A table's entries in a random order keep their law and close no cycle."""
    return mf.value(lambda seeds: cycles(problem, shuffled(problem.sample(64, seeds)[0], seeds)))


@claim.control(of=networks_have_the_singular_values, over=[mf.FiniteSpec(FOUR)])
def singular_values_of_shuffled_tables(problem):
    """A table's entries in a random order lose every singular value like $N^{-1/2}$, as
    independent ones do."""

    def matrices(N, seeds):
        mixed = shuffled(problem.sample(N, seeds)[0], seeds)
        return [(mixed.W[i], mixed.P[i - 1], mixed.P[i]) for i in range(2, problem.L)]

    return spectra_apart(problem, matrices, NARROW)


@claim.control(of=three_entries_may_be_independent)
def four_entries_are_not(problem):
    """With the fourth entry the law is another: it is a function of the three."""
    return dependence(problem, [0, 1, 2, 3])
