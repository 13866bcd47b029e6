"""Problems that differ from a usual one in what some premise asks about, by as much as is said."""

from dataclasses import replace
from math import inf, sqrt

import torch

import mfcheck as mf
from mfcheck.model.ensemble import Ensemble
from mfcheck.problems.long_horizon import LongHorizonSpec

DEFAULT, INDEPENDENT = mf.FiniteSpec().problem(), mf.IIDSpec().problem()
LONG = LongHorizonSpec().problem()
BETTER = LongHorizonSpec(shift=-1.0, scale=1.0, last="better").problem()
SMALL = 1e-9


def through(*phis):
    """A problem with these activations."""
    return mf.FiniteSpec(phis).problem()


def iid(base=INDEPENDENT, b=None, **W):
    """A problem with i.i.d. weights, some of whose laws are others: w_2 is W2."""
    laws = base.emb.W | {int(name[1:]): law for name, law in W.items()}
    return replace(base, emb=mf.IIDEmbedding(laws, b or base.emb.b))


def on_two(apart, y=(1.0, -1.0), last=1.0):
    """Two data points at a distance, with their targets; last: their constant coordinate."""
    x = [[0.0, 0.0, last], [apart, 0.0, last]]
    return replace(DEFAULT, data=mf.DataLaw(x, list(y)))


def losing(loss, apart):
    """The same two points under a loss."""
    return replace(on_two(apart), model=mf.Model(("tanh", "tanh", "identity"), loss))


def half_and_half(N, share):
    """Weights w_2 = ± a, half of each at every neuron: their deviation is share of √N."""
    signs = torch.tensor([[1.0, -1.0], [-1.0, 1.0]], dtype=torch.float64)
    W = {1: torch.ones(2, 3).double(), 2: sqrt(N) * share * signs, 3: torch.ones(2, 1).double()}
    return replace(DEFAULT, emb=mf.FiniteEmbedding(Ensemble(W)))


def rare(p):
    """One atom of the second layer has the probability p."""
    atoms = DEFAULT.emb.atoms
    measure = torch.full((12,), (1 - p) / 11, dtype=torch.float64)
    measure[0] = p
    emb = mf.FiniteEmbedding(Ensemble.of(atoms.W, atoms.b, atoms.P | {2: measure}))
    return replace(DEFAULT, emb=emb)


def by_its_bias(steps, curved):
    """Only the last bias learns, where the loss is a parabola; curved: ε times its curvature."""
    frozen = DEFAULT.trained_by({1: 0, 2: 0, 3: 0}, {2: 0, 3: 1})
    return replace(frozen, T=steps * curved, eps=None)


def heavy(index):
    """w_2 of a law with the tail x^{-index}."""
    return iid(W2=mf.Quantile(lambda u: (1 - u) ** (-1 / index), index / (index - 1), (1.0, inf)))


def head_start(lead):
    """w_3 uniform on lead ± 1: its side decides whether the start is better than ŷ = 0."""
    return iid(BETTER, W3=mf.Uniform(lead - 1, lead + 1))


def with_rate(rate):
    return DEFAULT.trained_by({1: rate})


def partial(**fields):
    return mf.PartialSpec(**fields).problem()


def twins(apart):
    """A partially trained problem with two inputs at a distance."""
    base = partial()
    x = base.data.x.clone()
    x[1] = x[0]
    x[1, 0] += apart
    return replace(base, data=mf.DataLaw(x, base.data.y))


WHOLE = mf.Normal(0.0, 1.0, dim=3)
GAP = mf.Independent(
    mf.Conditioned(mf.Normal(), ((-inf, 0.0), (SMALL, inf))), mf.Normal(), mf.Normal()
)
