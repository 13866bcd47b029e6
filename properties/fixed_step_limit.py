r"""At a fixed step and on a fixed stream, a wide network follows one recursion.

Fix the step $\varepsilon$ and the samples $z(0), z(1), \dots$ that SGD sees, and write
$G_i(W, z)$ for the mean-field gradient at the state $W$ on the sample $z$. Networks of width $N$
take the steps

$$ \mathbf{w}_i(k + 1) = \mathbf{w}_i(k)
   - \varepsilon\, \xi_i(k \varepsilon)\, G_i(\mathbf{W}(k), z(k)) . $$

The limit $N \to \infty$ of these networks is the same recursion on the neuronal embedding, where
each average over the neurons of layer $i$ is an expectation under $P_i$,

$$ w_i(k + 1, c, c') = w_i(k, c, c')
   - \varepsilon\, \xi_i(k \varepsilon)\, G_i(W(k), z(k); c, c') , $$

and for every number of steps $K$

$$ \max_i \left( \frac{1}{N_{i-1} N_i} \sum_{j, k} \max_{m \le K} \left|
   \mathbf{w}_i(m, j, k) - w_i(m, C_{i-1}(j), C_i(k)) \right|^2 \right)^{1/2}
   = O_{\mathbb{P}}(N^{-1/2}) ,
   \qquad \mathbf{\hat{y}}(K) - \hat{y}(K) = O_{\mathbb{P}}(N^{-1/2}) . $$

The step is not small: no term in $\varepsilon$ stands on the right. The proof is an induction over
steps, in which each average over sampled neurons is off by $N^{-1/2}$. For i.i.d. initial
weights the recursion is that of the reduced system, with each middle matrix replaced by
its mean. It is exact where the law of large numbers has nothing to do: for a network that holds
every atom as often as its probability says, both sides agree to rounding.

Measured here. A replicate is a group of four networks, or of eight under independent weights, that
take one sample a step, its statistic the root mean square of their gaps. Where the embedding has
atoms, neurons that start from one of them stay equal and are counted (`one_formula::counting`), at
$N = 64, \dots, 4096$; of independent weights every neuron is simulated, at $N = 16, 40, 96$.
"""

from dataclasses import replace
from math import sqrt

import torch

import mfcheck as mf
from mfcheck.claims import premises, rate_premises
from mfcheck.model.embedding import gather
from mfcheck.model.transforms import duplicate
from mfcheck.observe.groups import group_rms, members
from mfcheck.strategies import Family, iid_problems, problems

WIDTHS = (16, 40, 96)
COUNTED = (64, 256, 1024, 4096)

claim = mf.Claim(
    "fixed_step_limit",
    text=__doc__,
    source="derived here, by induction over steps; the limits in ε and N together are Pham & "
    "Nguyen, ICLR 2021, Theorem 3",
    papers=(),
    section="B. Coupling",
    uses=("one_formula",),
    ours=True,
    assumptions=(
        *premises.ANY_START,
        rate_premises.SECOND_MOMENT,
        r"$w_i^0$ with light tails for $i \ge 2$: of generated problems by construction.",
        *rate_premises.wide_from(COUNTED[0]),
        r"SGD with one sample a step, $\varepsilon = 0.1$ (finite embeddings) and "
        r"$\varepsilon = 0.2$ (i.i.d. initial weights); every network has a stream of its own.",
    ),
    not_tested=(
        r"The constant and its growth with $K$ and the depth.",
        r"That $N^{-1/2}$ is attained: the rows are one-sided.",
    ),
)

FINITE = problems(depth=(2, 6))
INDEPENDENT = iid_problems(depth=(2, 5), T=1.0, eps=0.2)
# Each depth once in each check, with finite embeddings and i.i.d. weights taking turns.
ODD = Family(strata=FINITE.strata[1::2] + INDEPENDENT.strata[::2])  # L = 3, 5 and 2, 4
EVEN = Family(strata=FINITE.strata[::2] + INDEPENDENT.strata[1::2])  # L = 2, 4, 6 and 3, 5


def recursion(problem, stream, C):
    """The limit on the stream of each replicate, read at the labels C of its network."""
    if isinstance(problem.emb, mf.IIDEmbedding):
        return problem.discrete_limit(C, stream=stream)
    atoms = problem.emb.atoms.map(lambda v: v.expand(len(stream), *v.shape))
    return replace(problem.sgd(atoms, stream=stream), read=lambda state: at_labels(state, C))


def at_labels(state, C):
    """w_i(C_{i-1}(j), C_i(k)) in each replicate's own state of the atoms."""
    r = torch.arange(state.replicates[0])[:, None]
    W = {1: state.W[1][r, C[1]]}
    for i in range(2, state.L + 1):
        W[i] = state.W[i][r[..., None], C[i - 1][:, :, None], C[i][:, None, :]]
    return mf.Ensemble(W, {i: b[r, C[i]] for i, b in state.b.items()})


def widths(problem):
    """The widths at which networks of a problem are affordable."""
    return WIDTHS if isinstance(problem.emb, mf.IIDEmbedding) else COUNTED


def group(problem):
    """The number of networks of which one root mean square is taken."""
    return 8 if isinstance(problem.emb, mf.IIDEmbedding) else 4


def started(problem, N, seeds):
    """Networks in groups, counted if they can be, their labels, and a stream for each."""
    own = members(seeds, group(problem))
    draw = problem.sample if isinstance(problem.emb, mf.IIDEmbedding) else problem.empirical
    return *draw(N, own), problem.stream(own)


def rms(gap):
    """Root mean square over the data points."""
    return gap.square().mean(-1).sqrt()


def gap_of_weights(walk, limit):
    """The rms gap of the weights, the sup over time."""
    return mf.distance(walk, limit, norm="rms")


def gap_of_outputs(walk, limit):
    """The rms gap of ŷ(T) over the data points."""
    return rms(walk.y_hat[-1] - limit.y_hat[-1])


def rate(problem, gap, stream_of=None):
    """The growth of √N times a gap between SGD and the recursion, on its stream or another."""

    def ratio(N, seeds):
        state, C, stream = started(problem, N, seeds)
        limit = recursion(problem, stream_of(problem, seeds) if stream_of else stream, C)
        gaps = gap(problem.sgd(state, stream=stream), limit)
        return group_rms(gaps, group(problem)) * sqrt(N)

    return mf.growth(ratio, along=widths(problem))


@claim.check(over=ODD, expect=mf.AtMost(0.0))
def weights(problem):
    """As $N \\to \\infty$ at fixed $\\varepsilon$ and on the same stream, the rms gap of the
    weights to the recursion shrinks at least as fast as $N^{-1/2}$."""

    return rate(problem, gap_of_weights)


@claim.check(over=EVEN, expect=mf.AtMost(0.0))
def outputs(problem):
    """The rms gap of $\\hat{y}(T)$ over the data points shrinks at least as fast as $N^{-1/2}$."""
    return rate(problem, gap_of_outputs)


@claim.check(over=FINITE, expect=mf.Equals(0))
def atoms_as_neurons(problem):
    """A network that holds atom $c$ of each layer $1 + (c \\bmod 3)$ times is the recursion of the
    embedding in which $P_i(c)$ is proportional to that count."""
    atoms = problem.emb.atoms
    copies = {i: 1 + torch.arange(n) % 3 for i, n in atoms.widths.items()}
    C = {i: torch.arange(len(k)).repeat_interleave(k)[None] for i, k in copies.items()}
    shares = mf.Ensemble(atoms.W, atoms.b, {i: k.double() / k.sum() for i, k in copies.items()})

    def residual(seeds):
        stream = problem.stream(seeds)
        network = gather(atoms, C).map(lambda v: v.expand(len(stream), *v.shape[1:]))
        limit = shares.map(lambda v: v.expand(len(stream), *v.shape))
        return apart(problem.sgd(network, stream=stream), problem.sgd(limit, stream=stream))

    return mf.identity(residual)


@claim.check(over=INDEPENDENT, expect=mf.Equals(0))
def nodes_as_neurons(problem):
    """Let $w_1$ be uniform on the corners of a cube, $w_L$ on two numbers, the middle layers
    constant. A network that holds each corner and each number equally often, and any number of
    copies of the one neuron between, is the recursion of the reduced system."""
    emb, L = problem.emb, problem.L
    W = {1: mf.Rademacher(0.0, 1.0, emb.d), L: mf.Rademacher(0.7, 1.0)}
    W |= {i: mf.Dirac(centre) for i, centre in emb.means().items()}
    two_point = replace(problem, emb=mf.IIDEmbedding(W))

    def residual(seeds):
        stream = problem.stream(seeds)
        nodes = two_point.emb.nodes(2)
        network = mf.Ensemble(nodes.W, nodes.b).map(lambda v: v.expand(len(stream), *v.shape))
        for i in range(1, L):
            network = duplicate(network, i)
        limit = two_point.discrete_limit(two_point.sample(1, seeds)[1], stream=stream)
        return apart(problem.sgd(network, stream=stream), limit)

    return mf.identity(residual)


def apart(one, other):
    """sup over the recorded steps of the gap in ŷ and in loss, per replicate."""
    return (one.y_hat - other.y_hat).abs().amax((0, -1)) + (one.loss - other.loss).abs().amax(0)


OTHER_STREAM = [mf.FiniteSpec(("tanh", "tanh", "identity"), T=2.0, eps=0.2)]


def other_stream(problem, seeds):
    """A stream for each network that is not its own."""
    return problem.stream(members(seeds.fold("other"), group(problem)))


@claim.control(of=weights, over=OTHER_STREAM)
def stream_not_shared(problem):
    """The recursion sees other samples than the network, one a step."""
    return rate(problem, gap_of_weights, other_stream)


@claim.control(of=outputs, over=OTHER_STREAM)
def stream_not_shared_outputs(problem):
    """The same, seen in $\\hat{y}(T)$."""
    return rate(problem, gap_of_outputs, other_stream)


@claim.control(of=weights, over=OTHER_STREAM)
def flow_instead(problem):
    """The gradient flow is not the limit at a fixed step: its gap to SGD does not close."""

    def ratio(N, seeds):
        state, C, stream = started(problem, N, seeds)
        walk = problem.sgd(state, stream=stream, at=(0.0, problem.T))
        limit = problem.limit(C, at=(0.0, problem.T), tol=1e-4)
        gaps = mf.distance(walk, limit, at=C, norm="rms")
        return group_rms(gaps, group(problem)) * sqrt(N)

    return mf.growth(ratio, along=widths(problem)[:3])
