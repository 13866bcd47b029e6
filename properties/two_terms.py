r"""The distance to the limit is made of a term in the width and a term in the step, and no other.

The coupling theorem bounds the distance between a network $W_{N, \varepsilon}$ after SGD and its
limit $W_{\infty, 0}$ by a multiple of $N^{-1/2} + \varepsilon^{1/2}$, up to a logarithm. Move the
same atoms in four ways, with the measure of the network's neurons or that of the embedding, by SGD
on one stream of samples or by the flow, and write

$$ W_{N, \varepsilon} - W_{\infty, 0} = e_N + e_\varepsilon + R, \qquad
   e_N = W_{N, 0} - W_{\infty, 0}, \quad
   e_\varepsilon = W_{\infty, \varepsilon} - W_{\infty, 0} . $$

The first error is of the width alone, the second of the step alone. The field of the motion is
smooth, so that all else is of second order in them,

$$ \sup_{t \le T} \max |R| = O(N^{-1} + \varepsilon) . $$

The neurons are drawn independently of the samples, so $e_N$ and $e_\varepsilon$ are not correlated
and their squares add up, $\mathbb{E} D^2 \approx A / N + B \varepsilon$.

Measured here. A law of its own for each term is known (`coupling_sharp`), which leaves room for a
third one that is seen only where width and step are both finite. $|R| / D_T$ falls like
$N^{-1/2} + \varepsilon^{1/2}$: a third term in $D_T$, of whatever form, would stay in it. On two
stated problems neither of $e_N$ and $e_\varepsilon$ is small, so that the bound can spare neither.
The theorem is an upper bound and does not say that its terms are attained.
"""

from dataclasses import replace

import torch

import mfcheck as mf
from mfcheck.claims import premises
from mfcheck.claims.legs import two_terms
from mfcheck.claims.rate_premises import wide_from
from mfcheck.claims.step_premises import descends_by
from mfcheck.model import Ensemble
from mfcheck.model.partial_limit import half_limit
from mfcheck.observe.groups import grouped, members
from mfcheck.problems.finite import FiniteSpec
from mfcheck.strategies import problems

BOTH = (40, 160, 640)  # N, and T / ε
CORNERS = ((40, 160), (160, 40))  # where the width weighs most, and where the step does
GROUP = 8  # networks whose mean square is one number
SEEN = 20  # parts of [0, T] at whose ends the four motions are held against each other

claim = mf.Claim(
    "two_terms",
    text=__doc__,
    source="derived here; the upper bound is Pham & Nguyen, ICLR 2021, Theorem 3",
    section="B. Coupling",
    uses=("coupling", "coupling_sharp"),
    ours=True,
    assumptions=(*premises.REGULAR, premises.SAMPLED, *wide_from(BOTH[0]), descends_by(BOTH[0])),
    not_tested=(
        "That both terms are there on every problem: on generated ones either may be small.",
        "A limit that is wrong stands in $e_N$ and leaves no trace in $R$: `coupling::in_width` "
        "sees it.",
    ),
)

SIMPLE = [FiniteSpec(("tanh", "tanh", "identity"))]
STRONG = [
    FiniteSpec(("tanh",) * (L - 1) + ("identity",), atoms=6, n=6, centre=1.0, spread=0.5)
    for L in (3, 4)
]


class Four:
    """The four motions of the same atoms, one replicate a network and its stream."""

    def __init__(self, problem, N, steps, seeds, exact=()):
        """exact: the layers that are infinitely wide in the networks too, where a control asks."""
        counted, _ = problem.empirical(N, seeds)
        atoms, hidden = problem.emb.atoms, range(1, problem.L)
        both = beside(half_limit(atoms, counted, exact), half_limit(atoms, counted, hidden))
        eps, at = problem.T / steps, [k * problem.T / SEEN for k in range(SEEN + 1)]
        stream = problem.stream(seeds.fold("samples", steps), eps=eps)
        walks = problem.sgd(both, eps, stream=torch.cat([stream, stream]), at=at)
        flows = problem.flow(both, at=at, rtol=1e-6, atol=1e-8)
        self.network, self.in_step = halves(walks)
        self.in_width, self.limit = halves(flows)

    def remainder(self):
        """sup max |R| over D_T."""
        R = mf.distance(summed(self.network, self.limit), summed(self.in_width, self.in_step))
        return R / mf.distance(self.network, self.limit)


def beside(state, other):
    """The replicates of two states in one: the second after the first."""
    parts = (
        {i: torch.cat([v, b[i]]) for i, v in a.items()}
        for a, b in zip((state.W, state.b, state.P), (other.W, other.b, other.P), strict=True)
    )
    return Ensemble.of(*parts)


def halves(path):
    """The trajectories of the first half of the replicates and of the second."""
    n = path.final.replicates[0] // 2
    cut = (
        [s.map(lambda v, of=of: v[of]) for s in path.states] for of in (slice(n), slice(n, None))
    )
    return [replace(path, states=states) for states in cut]


def summed(path, other):
    """The trajectory with the sums of the weights, under the measures of the first."""
    pairs = zip(path.states, other.states, strict=True)
    return replace(path, states=[combined(a, b, 1) for a, b in pairs])


def combined(a, b, sign):
    """a ± b, weight by weight."""
    W = {i: w + sign * b.W[i] for i, w in a.W.items()}
    return Ensemble.of(W, {i: v + sign * b.b[i] for i, v in a.b.items()}, a.P)


def remainders(problem, left=Four.remainder):
    """|R| / D_T along ε = T / N, over N^{-1/2} + ε^{1/2}. left: what is taken of the motions."""
    return mf.growth(
        lambda N, seeds: left(Four(problem, N, N, seeds)),
        BOTH,
        rate=lambda N: two_terms(N, problem.T / N),
    )


@claim.check(over=problems(depth=(2, 4)), expect=mf.AtMost(0.0))
def no_third_term(problem):
    """Along $\\varepsilon = T/N$ the share $|R| / D_T$ of all that is neither $e_N$ nor
    $e_\\varepsilon$ falls at least as fast as $N^{-1/2} + \\varepsilon^{1/2}$."""
    return remainders(problem)


@claim.neighbour(of=no_third_term, says=lambda x, _: f"a third term of {x:.1%} of D_T")
def third_term(_, share, x):
    """A term of its own in $D_T$, as large as the share x of it."""
    return share + x


def squares(N, steps, problem, seeds, exact=()):
    """E|e_N|², E|e_ε|² and E|W_{N,ε} − W_{∞,0}|² at T, of all weights, in each group of networks.

    The mean of a group stands for E. Its networks share the streams of no other.
    """
    own = members(seeds.fold(N, steps), GROUP)
    four = Four(problem, N, steps, own, exact)
    ends = (four.in_width, four.in_step, four.network)
    return torch.stack(
        [grouped(squared(combined(e.final, four.limit.final, -1)), GROUP).mean(-1) for e in ends]
    )


def squared(error):
    """The sum of the squares of all weights and biases, (replicates,)."""
    parts = (*error.W.values(), *error.b.values())
    return torch.stack([v.flatten(1).square().sum(1) for v in parts]).sum(0)


def weaker_share(problem, seeds, exact=()):
    """The smaller of two shares of E|e_N|² + E|e_ε|²: of the width and of the step, each where it
    weighs most."""
    found = [squares(*corner, problem, seeds, exact) for corner in CORNERS]
    return torch.minimum(*(found[i][i] / found[i][:2].sum(0) for i in range(2)))


@claim.check(over=STRONG, expect=mf.AtLeast(0.4))
def both_terms(problem):
    """On these two problems the share of $e_N$ in $\\mathbb{E} D^2$ at width 40 and
    $\\varepsilon = T/160$, and that of $e_\\varepsilon$ at width 160 and
    $\\varepsilon = T/40$, are each two fifths at least: the bound cannot do without either."""
    return mf.value(lambda seeds: weaker_share(problem, seeds))


def added_up(problem, seeds, sum_of=lambda width, step: width + step):
    """E D² over the sum of the two squares, at N = T/ε = 160."""
    width, step, whole = squares(160, 160, problem, seeds)
    return whole / sum_of(width, step)


@claim.check(over=STRONG, expect=mf.Equals(1.0))
def squares_add_up(problem):
    """$\\mathbb{E} D^2 / (\\mathbb{E} |e_N|^2 + \\mathbb{E} |e_\\varepsilon|^2)$ is $1$, with
    means over 8 networks of width 160 and $\\varepsilon = T/160$."""
    return mf.value(lambda seeds: added_up(problem, seeds))


@claim.control(of=no_third_term, over=SIMPLE)
def samples_of_another_network(problem):
    """With $e_\\varepsilon$ of another network's samples, what is left is as large as it is."""

    def swapped(four):
        states = [s.map(lambda v: v.roll(1, 0)) for s in four.in_step.states]
        four.in_step = replace(four.in_step, states=states)
        return four.remainder()

    return remainders(problem, swapped)


@claim.control(of=both_terms, over=STRONG[:1])
def infinite_width(problem):
    """In the place of the networks stands their limit $N \\to \\infty$: there is no term in $N$ to
    be found."""
    hidden = range(1, problem.L)
    return mf.value(lambda seeds: weaker_share(problem, seeds, exact=hidden))


@claim.control(of=squares_add_up, over=STRONG[:1])
def lengths_add_up(problem):
    """As though the errors were parallel: $(|e_N| + |e_\\varepsilon|)^2$ in the place of the sum of
    squares."""
    parallel = lambda width, step: (width.sqrt() + step.sqrt()) ** 2  # noqa: E731 - a formula
    return mf.value(lambda seeds: added_up(problem, seeds, parallel))
