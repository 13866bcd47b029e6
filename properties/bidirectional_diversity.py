r"""Bidirectional diversity lasts for every finite time, and keeps each layer's features dense.

A neuronal embedding is bidirectionally diverse if the two functions that surround a neuron reach
everywhere together,

$$ \operatorname{supp} \mathrm{Law} \left( w_i(0, \cdot, C_i),\, w_{i+1}(0, C_i, \cdot) \right)
   = L^2(P_{i-1}) \times L^2(P_{i+1}) , \qquad 2 \le i \le L - 1 , $$

with $L^2(P_L) = \mathbb{R}$, and likewise $(w_1(0, C_1), w_2(0, C_1, \cdot))$ in
$\mathbb{R}^d \times L^2(P_2)$. Under regular activations diversity then holds at every finite time
$t$. Hence $H_i(t, \cdot, C_i)$ has full support in $L^2(P_X)$ for $2 \le i \le L - 1$, if the ridge
functions $x \mapsto \varphi_1(\langle w, x \rangle)$ are dense there, and the functions
$\varphi_{L-1}(H_{L-1}(t, \cdot, C_{L-1}))$ are dense. Independent weights are not diverse.

Measured here. Dense is what the span of those functions is, since $\varphi_{L-1}$ is bounded (our
reading). We take our own construction, which is diverse on the span of $m$ random features a side
(with $T = \tanh$, a gain $g$ and coefficients $\alpha_i, \beta_i$ of variance one, all independent)

$$ w_i(0, c_{i-1}, c_i) = \frac{g}{\sqrt{m}} \left[ \langle T(\alpha_{i-1}), \alpha_i \rangle
   + \langle \beta_{i-1}, T(\beta_i) \rangle \right] , \qquad 3 \le i \le L - 1 , $$

and ask whether the two functions of a neuron, as functions in $L^2(P)$, move by a bounded amount
over any finite time, uniformly over neurons: in finite dimensions a continuous map that moves
nothing by more than a constant is onto, so that full support stays full. On few points $x_k$ we ask
whether the smallest eigenvalue of the Gram matrix

$$ K_{kl}(t) = \mathbb{E} \left[ \varphi_{L-1}(H_{L-1}(t, x_k, C_{L-1}))\,
   \varphi_{L-1}(H_{L-1}(t, x_l, C_{L-1})) \right] $$

tends to a positive number, in every layer, and whether each function on two points comes within
$N^{-1/2}$ of some neuron there. The joint law itself we see through random functions $f$, $g$: the
pairs $(\langle w_i(t, \cdot, c_i), f \rangle, \langle w_{i+1}(t, c_i, \cdot), g \rangle)$ must come
within $N^{-1/2}$ of every point of a square. That is lost if neurons differ in what they take
alone, or in what they give alone, or if the one is a function of the other, and if the weights have
nothing but a mean, though $H_i$ may be rich in the first case and $\hat{y}$ learn in all. Under
independent weights $H_i$ is the same function in every neuron for $2 \le i \le L - 2$, at the start
for $i = L - 1$ too. With the entries of each matrix in a random order $H_{L-1}$ is of size
$N^{-(L-2)/2}$ and the eigenvalue at most of size $N^{-(L-2)}$.
"""

import torch

import mfcheck as mf
from mfcheck.claims import premises
from mfcheck.model import Ensemble, shuffled
from mfcheck.model.sides import backward_alone, forward_alone, tied
from mfcheck.observe.groups import group_rms, grouped, members
from mfcheck.observe.pairs import distance_to_nearest, random_functions, taken_and_given
from mfcheck.observe.spectrum import gram_of_features, smallest_eigenvalue
from mfcheck.strategies.diverse_problems import diverse_problems

WIDTHS = (32, 64, 128, 256)
LESSER = (16, 32, 64, 128)  # of groups of networks

claim = mf.Claim(
    "bidirectional_diversity",
    text=__doc__,
    source="Pham, One World Seminar on the Mathematics of Machine Learning, 2020; the note "
    "arXiv:2006.09355, whose body was not at hand; arXiv:2001.11443v3, Assumption 8 and Theorem "
    "38, as quoted by secondary sources; the construction, its relatives and all rates are ours",
    papers=(
        "Pham, One World Seminar, 2020",
        "Nguyen & Pham, arXiv:2001.11443",
        "Pham & Nguyen, arXiv:2006.09355",
    ),
    section="D. Support and convergence",
    uses=("neuronal_embedding",),
    assumptions=(
        "$m = 4$ features a side (pairs: $m = 1$) and bounded coefficients: by construction. Full "
        "support is had on their span, within these bounds, alone.",
        *premises.ANY_START,
        r"$\varphi_i$ tanh or erf, gain 4 (displacements: 2), four points in "
        "$d = 3$ with a constant coordinate, or two of them.",
    ),
    not_tested=(
        r"Full support in all of $L^2$: it forces unbounded tables and is approached as "
        r"$m \to \infty$.",
        "The joint law through more than two functions at a time.",
        "The proof's reversal of the flow from an arbitrary pair of functions.",
        "More than four points: eigenvalues fall fast with their number.",
    ),
)


def tanh(L, gain=4.0, **fields):
    """L layers, on the four points of the square unless other data are named."""
    return mf.DiverseSpec(("tanh",) * (L - 1) + ("identity",), gain=gain, **fields)


CLUSTERS = [tanh(L, data="clusters") for L in (3, 4, 5, 6)]
DIVERSE = diverse_problems((3, 6), hidden=("tanh", "erf"), always=CLUSTERS, gain=4.0)
PAIR = [tanh(L, n=2, seed=L) for L in (3, 4, 5)]
SQUARE = [tanh(L, gain=2.0, seed=L) for L in (3, 4, 5, 6)]
NARROW = [tanh(L, gain=2.0, seed=L, m=1) for L in (3, 4)]


def drawn(problem, N, seeds):
    """Networks of width N."""
    return problem.sample(N, seeds)[0]


def broken(problem, N, seeds):
    """The same with the entries of every middle matrix in a random order."""
    return shuffled(drawn(problem, N, seeds), seeds)


def lacking(relative):
    """Networks drawn like those of `drawn`, with less than both sides: see `model.sides`."""
    return lambda problem, N, seeds: relative(problem.emb, problem.sample(N, seeds)[1])


def with_a_mean(problem, N, seeds):
    """Independent entries of mean one: those of `broken`, plus one."""
    state = broken(problem, N, seeds)
    W = {i: w + 1.0 if 1 < i < state.L else w for i, w in state.W.items()}
    return Ensemble(W, state.b, state.P)


def trained(problem, state):
    """Where descent has taken the networks at the horizon."""
    return problem.gd(state, at=[problem.T]).final


def three_times(problem, state):
    """Where the networks are at the start, half-way and at the horizon."""
    return problem.gd(state, at=[0.0, problem.T / 2, problem.T]).states


def poorest(problem, state):
    """The least λ_min of the Gram matrices of layers 2..L−1; zero where rounding hides it."""
    grams = [gram_of_features(problem.model, state, problem.data.x, i) for i in range(2, problem.L)]
    return torch.stack([smallest_eigenvalue(K) for K in grams]).amin(0).clamp(min=0)


def poorest_growth(problem, networks, states):
    """The slope of the least λ_min over some states of networks, in geometric mean over groups:
    eight networks tell N^−(L−2) from N^−1/2 at L = 3, four at L = 4, two beyond."""
    size = max(2, 8 >> (problem.L - 3))

    def ratio(N, seeds):
        each = states(networks(problem, N, members(seeds, size)))
        least = torch.stack([poorest(problem, state) for state in each]).amin(0)
        return grouped(least, size).log().mean(-1).exp()

    return mf.growth(ratio, along=LESSER)


@claim.check(over=DIVERSE, expect=mf.AtLeast(-0.5))
def features_at_the_start(problem):
    """The least $\\lambda_{\\min}(K(0))$ over layers $2 \\dots L - 1$, in geometric mean over a few
    networks, does not tend to 0: its slope in $N$ stays above $-1/2$, half-way to the $-1$ that is
    lost without diversity at $L = 3$."""
    return poorest_growth(problem, drawn, lambda state: [state])


@claim.check(over=DIVERSE, expect=mf.AtLeast(-0.5))
def features_after_training(problem):
    """The lesser of the least $\\lambda_{\\min}(K(t))$ half-way and at the end of descent, in
    geometric mean over a few networks, does not tend to 0: its slope in $N$ stays above $-1/2$."""
    return poorest_growth(problem, drawn, lambda state: three_times(problem, state)[1:])


@claim.check(over=SQUARE, expect=mf.AtMost(0.0))
def neurons_move_by_a_bounded_amount(problem):
    """The largest displacement over neurons of the pair $(w_i(\\cdot, c_i), w_{i+1}(c_i, \\cdot))$
    from time 0 to $T$, in root mean square over the other neuron and over two networks, does not
    grow with $N$."""
    return farthest_moved(problem, lambda state: state)


def farthest_moved(problem, scaled):
    """sup over the neurons of all hidden layers of how far their two functions have moved."""

    def ratio(N, seeds):
        state = scaled(drawn(problem, N, members(seeds, 2)))
        moved = {i: w - state.W[i] for i, w in trained(problem, state).W.items()}
        taken = [moved[1].norm(dim=-1)]
        taken += [moved[i].square().mean(-2).sqrt() for i in range(2, problem.L)]
        given = [moved[i + 1].square().mean(-1).sqrt() for i in range(1, problem.L)]
        pairs = zip(taken, given, strict=True)
        return group_rms(torch.stack([torch.hypot(*p).amax(-1) for p in pairs]).amax(0), 2)

    return mf.growth(ratio, along=LESSER)


@claim.check(over=PAIR, expect=mf.AtMost(0.0))
def every_function_has_a_neuron(problem):
    """On two points, in the worst of layers $2 \\dots L - 1$ and at $t = 0$, $T/2$ or $T$, the
    distance from a target $(h_1, h_2)$ to the nearest $(H_i(t, x_k, j))_k$ falls like
    $N^{-1/2}$, on average over a lattice of targets."""
    return nearest_function(problem, drawn)


LATTICE = torch.cartesian_prod(*[torch.linspace(-0.5, 0.5, 5, dtype=torch.float64)] * 2)
"""Targets, well within reach of networks of every depth."""


def nearest_function(problem, networks):
    """√N times the mean distance from a target to the nearest neuron, in the worst layer."""

    def ratio(N, seeds):
        gaps = []
        for state in three_times(problem, networks(problem, N, seeds)):
            H = mf.forward(problem.model, state, problem.data.x)
            gaps += [distance_to_nearest(LATTICE, H[i].mT) for i in range(2, problem.L)]
        return torch.stack(gaps).amax(0) * N**0.5

    return mf.growth(ratio, along=WIDTHS)


@claim.check(over=NARROW, expect=mf.AtMost(0.0))
def what_is_taken_and_given_is_free(problem):
    """In the worst layer and at $t = 0$, $T/2$ or $T$, the distance from a pair to the nearest
    $(\\langle w_i(t, \\cdot, j), f \\rangle, \\langle w_{i+1}(t, j, \\cdot), g \\rangle)$ falls
    like $N^{-1/2}$, on average over a lattice of pairs; $f$ and $g$ are drawn in each replicate."""
    return nearest_pair(problem, drawn)


def nearest_pair(problem, networks):
    """√N times the mean distance from a pair to the nearest neuron's, in the worst layer."""

    def ratio(N, seeds):
        emb, C = problem.emb, problem.sample(N, seeds)[1]
        gaps = []
        for state in three_times(problem, networks(problem, N, seeds)):
            for i in range(1, problem.L):
                functions = random_functions(emb, i, seeds)
                pairs = taken_and_given(emb, state, C, i, functions)
                gaps.append(distance_to_nearest(LATTICE, pairs))
        return torch.stack(gaps).amax(0) * N**0.5

    return mf.growth(ratio, along=WIDTHS)


@claim.check(over=[tanh(4), tanh(5, seed=1)], expect=mf.AtLeast(0.0))
def third_layer_has_several_functions(problem):
    """$\\sigma_2 / \\sigma_1$ of the matrix $H_3(0, x_k, j)$ does not tend to 0."""

    def ratio(N, seeds):
        H = mf.forward(problem.model, drawn(problem, N, seeds), problem.data.x)[3]
        sigma = torch.linalg.svdvals(H)
        return sigma[..., 1] / sigma[..., 0]

    return mf.growth(ratio, along=WIDTHS)


@claim.control(of=features_at_the_start, over=[tanh(4)])
def shuffled_at_the_start(problem):
    """The same entries in a random order: the eigenvalue falls like $N^{-(L-2)}$."""
    return poorest_growth(problem, broken, lambda state: [state])


INDEPENDENT = mf.IIDSpec(
    ("tanh",) * 3 + ("identity",), sd=1.0, low=-1.7, high=1.7, data="clusters", n=4, d=3
)


@claim.control(of=features_at_the_start, over=[INDEPENDENT])
def independent_weights(problem):
    """Independent weights of mean one: $H_3(0)$ is the same function in every neuron, so that
    $K(0)$ is of rank one but for noise."""
    return features_at_the_start.measure(problem)


@claim.control(of=features_after_training, over=[tanh(5)])
def shuffled_after_training(problem):
    """The same entries in a random order, after training."""
    return poorest_growth(problem, broken, lambda state: three_times(problem, state)[1:])


@claim.control(of=neurons_move_by_a_bounded_amount, over=[tanh(4, gain=2.0)])
def root_scaling(problem):
    """With sums scaled by $1/\\sqrt{N}$ the correlated tables push neurons the farther the wider
    the network is."""

    def rooted(state):
        root = {i: state.widths[i - 1] ** 0.5 for i in range(2, state.L + 1)}
        return Ensemble({i: w * root.get(i, 1.0) for i, w in state.W.items()}, state.b, state.P)

    return farthest_moved(problem, rooted)


@claim.control(of=every_function_has_a_neuron, over=PAIR[1:2])
def shuffled_and_near_nothing(problem):
    """The same entries in a random order: all neurons crowd about zero."""
    return nearest_function(problem, broken)


@claim.control(of=every_function_has_a_neuron, over=PAIR[:1])
def functions_of_backward_diversity(problem):
    """Neurons differ in what they give alone: $w_i(0) = \\langle \\beta_{i-1}, T(\\beta_i)
    \\rangle g / \\sqrt m$, and $H_i(0) = 0$ in the limit."""
    return nearest_function(problem, lacking(backward_alone))


@claim.control(of=what_is_taken_and_given_is_free, over=NARROW[:1])
def forward_diversity(problem):
    """Neurons differ in what they take alone: $w_i(0) = \\langle T(f_{i-1}), \\alpha_i \\rangle
    g / \\sqrt m$ and $w_L(0)$ apart. $H_i$ is as rich as before."""
    return nearest_pair(problem, lacking(forward_alone))


@claim.control(of=what_is_taken_and_given_is_free, over=NARROW[:1])
def backward_diversity(problem):
    """Neurons differ in what they give alone."""
    return nearest_pair(problem, lacking(backward_alone))


@claim.control(of=what_is_taken_and_given_is_free, over=NARROW[:1])
def the_one_a_function_of_the_other(problem):
    """$\\beta_i = \\alpha_i$, and $A w_1$ in layer 1: either side is as rich as before."""
    return nearest_pair(problem, lacking(tied))


@claim.control(of=what_is_taken_and_given_is_free, over=NARROW[:1])
def a_mean_alone(problem):
    """Independent entries of mean one: all neurons take the same and give the same."""
    return nearest_pair(problem, with_a_mean)


@claim.control(of=third_layer_has_several_functions, over=[tanh(4, matched=False)])
def positions_apart_from_coefficients(problem):
    """With positions $\\theta_{i-1}$ in the place of $\\alpha_{i-1}$ under $T$, independent of the
    coefficients, $H_3(x, c_3)$ is a number that depends on $c_3$ times
    $\\mathbb{E}[\\varphi_2(H_2(x, C_2))]$: of rank one, though the tables are correlated."""
    return third_layer_has_several_functions.measure(problem)
