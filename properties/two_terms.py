r"""The distance to the limit is made of a term in the width and a term in the step, and no other.

The coupling theorem bounds the distance $D$ between a network after SGD and its limit by a multiple
of $N^{-1/2} + \varepsilon^{1/2}$, up to a logarithm. Fluctuations of the sampled neurons and of
the fresh samples are independent, so their squares add up: with the root mean square over weights,

$$ \mathbb{E}\, D^2 \approx \frac{A}{N} + B \varepsilon , \qquad A, B \ge 0 . $$

We fit $D^2 = A / N + B \varepsilon + c$ with $A, B, c \ge 0$ to a grid of widths and steps. On two
stated problems both terms are there, so that the bound can spare neither; on generated ones
the constant $c$, which would be a distance that neither wider networks nor finer steps remove, is
not. The theorem is an upper bound and does not say that its terms are attained.
"""

from dataclasses import replace

import torch

import mfcheck as mf
from mfcheck.claims import premises
from mfcheck.claims.rate_premises import wide_from
from mfcheck.claims.step_premises import descends_by
from mfcheck.model.ensemble import Ensemble
from mfcheck.model.partial_limit import half_limit
from mfcheck.observe.fit import nonnegative_fit
from mfcheck.observe.groups import group_rms, members
from mfcheck.problems.finite import FiniteSpec
from mfcheck.strategies import problems

WIDTHS = (40, 160, 640)
GRID = [(N, parts) for N in WIDTHS for parts in (80, 160, 320)]  # N and T / ε
COARSE, FINE = (WIDTHS[-1], 80), (WIDTHS[0], 320)  # where Bε is most of D², and where A/N is

claim = mf.Claim(
    "two_terms",
    text=__doc__,
    source="derived here; the upper bound is Pham & Nguyen, ICLR 2021, Theorem 3",
    section="B. Coupling",
    uses=("coupling", "coupling_sharp"),
    ours=True,
    assumptions=(*premises.REGULAR, premises.SAMPLED, *wide_from(WIDTHS[0]), descends_by(80)),
    not_tested=(
        "That both terms are there on every problem: on generated ones either may be small.",
        "A third term below a quarter of $D^2$ at the finest cell of the grid.",
    ),
)

GROUP = 8  # networks whose mean square is one entry of the grid
STRONG = [FiniteSpec(("tanh",) * (L - 1) + ("identity",), centre=1.0, spread=0.5) for L in (3, 4)]


def terms(problem):
    """1/N, ε and 1 on the grid, (cells, 3)."""
    rows = [(1 / N, problem.T / parts, 1.0) for N, parts in GRID]
    return torch.tensor(rows, dtype=torch.float64)


def fitted(problem, limit, seeds, draw=None):
    """A, B and c of each group: D² is the mean square of the rms distance at T to the flow.

    Every network has a stream of its own; no cell shares a draw with another. draw: as `empirical`.
    """
    squares = []
    for N, parts in GRID:
        own = members(seeds.fold(N, parts), GROUP)
        state, C = (draw or problem.empirical)(N, own)
        walk = problem.sgd(state, problem.T / parts, own.fold("stream"), at=(0.0, problem.T))
        squares.append(group_rms(mf.distance(walk, limit, at=C, norm="rms"), GROUP) ** 2)
    return nonnegative_fit(torch.stack(squares), terms(problem))


def shares(problem, coefficients, corner):
    """What part of the fit each term is at the cell (N, T/ε), (groups, 3)."""
    parts = coefficients * terms(problem)[GRID.index(corner)]
    return parts / parts.sum(1, keepdim=True)


def weaker_share(problem, found):
    """The smaller of the two shares: of A/N where N and ε are least, of Bε where they are most."""
    in_width, in_step = (
        shares(problem, found, FINE)[:, 0],
        shares(problem, found, COARSE)[:, 1],
    )
    return torch.minimum(in_width, in_step)


@claim.check(over=STRONG, expect=mf.AtLeast(0.4))
def both_terms(problem):
    """On these two problems $A / N$ at the narrowest width and finest step, and $B \\varepsilon$ at
    the widest and coarsest, are each two fifths at least of the fit: the bound cannot do without
    either."""
    limit = problem.limit(at=(0.0, problem.T))
    return mf.value(lambda seeds: weaker_share(problem, fitted(problem, limit, seeds)))


@claim.check(over=problems(depth=(3, 3), centres=((1.0, 0.5),)), expect=mf.AtMost(0.25))
def no_third_term(problem):
    """The constant $c$ is a quarter at most of the fit at the widest width and finest step."""
    limit = problem.limit(at=(0.0, problem.T))
    return mf.value(lambda seeds: shares(problem, fitted(problem, limit, seeds), GRID[-1])[:, 2])


@claim.control(of=both_terms, over=STRONG[:1])
def infinite_width(problem):
    """In the place of the networks stands SGD on the atoms, their limit $N \\to \\infty$: there is
    no term in $N$ to be found."""
    limit = problem.limit(at=(0.0, problem.T))

    def atoms(N, seeds):
        state, C = problem.empirical(N, seeds)
        return half_limit(problem.emb.atoms, state, range(1, problem.L)), C

    return mf.value(lambda seeds: weaker_share(problem, fitted(problem, limit, seeds, atoms)))


@claim.control(of=no_third_term, over=STRONG[:1])
def limit_of_another_law(problem):
    """The limit starts from tables $w_2^0$ that are larger by a tenth: $c > 0$."""
    atoms = problem.emb.atoms
    other = Ensemble.of(atoms.W | {2: atoms.W[2] + 0.1}, atoms.b, atoms.P)
    limit = replace(problem, emb=mf.FiniteEmbedding(other)).limit(at=(0.0, problem.T))
    return mf.value(lambda seeds: shares(problem, fitted(problem, limit, seeds), GRID[-1])[:, 2])
