"""Statements that hold nearly everywhere, everywhere, or not at all.

A property file for the search: where a statement fails, a slope of the score leads there.
"""

import torch

import mfcheck as mf
from mfcheck.strategies.families import problems

MANY = problems(depth=(2, 6))
claim = mf.Claim("corners", text=__doc__, source="here", section="A. Toys")
calls = []


def size(problem):
    """Between 0 and 1: the share of the largest problem that can be drawn."""
    atoms = problem.emb.atoms.W[1].shape[-2]
    return atoms / 14 * len(problem.data.y) / 16 * problem.data.d / 4 * problem.L / 6


def noise(N, seeds):
    """Standard normal, one a replicate."""
    u = torch.as_tensor(seeds.fold(N).uniforms("noise", 0, 1)[:, 0])
    return torch.special.ndtri(u)


def power(slope, spread=0.3):
    """A ratio that grows like N^slope, up to noise."""

    def ratio(N, seeds):
        calls.append((N, seeds.root, seeds.replicates))
        return N**slope * torch.exp(spread * noise(N, seeds))

    return mf.growth(ratio, along=(16, 32, 64))


rate = claim.check(over=MANY, expect=mf.AtMost(0.0))


@rate
def fails_in_a_corner(problem):
    """A slope of 1/2 for the largest problem, 0.15 at a size of 0.72."""
    return power(1.25 * size(problem) - 0.75, 0.2)


@rate
def holds_everywhere(problem):
    """With noise enough to look bad on many."""
    return power(0.0)


@claim.check(over=MANY, expect=mf.Equals(0))
def exact_but_in_a_corner(problem):
    """A residual that climbs through fourteen decades to 1e-6, and to 1e-10 at a size of 0.72."""
    return mf.identity(lambda seeds: 10 ** (14 * size(problem) - 20 + 0.1 * noise(1, seeds)))


@rate
def raises_when_wide(problem):
    return power(-0.5) if problem.data.n < 12 else 1 / 0


@rate
def interrupted(problem):
    if len(calls) > 60:
        raise KeyboardInterrupt
    return power(size(problem) - 1.0)


few = mf.Claim(
    "few",
    text=__doc__,
    source="here",
    section="A. Toys",
    assumptions=(mf.Assumption("few", lambda p: (p.data.n < 12, f"n = {p.data.n}")),),
)


@few.check(over=MANY, expect=mf.AtMost(0.0))
def with_few_points(problem):
    return power(size(problem) - 0.7)


@claim.check(over=[mf.FiniteSpec()], expect=mf.AtMost(0.0))
def fixed(problem):
    return power(-1.0)


@claim.control(of=fails_in_a_corner)
def control(problem):
    return power(1.0)


@claim.report(over=MANY)
def shown(problem):
    return power(0.0)


@claim.check(over=MANY, expect=mf.AtMost(0.0))
def never_applies(problem):
    raise mf.NotApplicable("it speaks of other problems")
