r"""A wide network follows its limit also from weights that are not bounded but sub-Gaussian.

Let the initial weights and biases of a neuronal embedding of any depth be sub-Gaussian,

$$ \sup_{m \ge 1} m^{-1/2}\, \mathbb{E} \left[ |w_i^0(C_{i-1}, C_i)|^m \right]^{1/m} \le K . $$

Then networks of widths $N_i$, trained by SGD with step $\varepsilon$, follow the limit in the mean
over the neurons of a layer,

$$ D_T = \max_i \Big( \mathbb{E}_{j, k} \sup_{t \le T} \left|
   \mathbf{w}_i(\lfloor t/\varepsilon \rfloor, j, k) - w_i(t, C_{i-1}(j), C_i(k)) \right|^2
   \Big)^{1/2} $$

$$ = O_{T, L} \left( \left( N_{\min}^{-c_1} + \varepsilon^{c_1} \right)
   \log^{1/2} \! \left( \frac{N_{\max}^2}{\delta} + e \right) \right) $$

with probability at least $1 - 2\delta - K L N_{\max} \exp(-K N_{\min}^{c_2})$, for some
$0 < c_1 < 1/2$ and $0 < c_2 < 1/52$ and for $N_{\min}$ and $1/\varepsilon$ beyond thresholds that
depend on $T$ and $L$.

Measured here. A neuron of layer $i$ has a label $g_i(C_i)$ with a normal law, and

$$ w_i^0(c, c') = \frac{1}{2} \left( 1 + g_{i-1}(c) + g_i(c') \right) , \qquad 2 \le i \le L , $$

with $g_L = 0$, so that the weights that come to a neuron and those that leave it are tied. That the
exponent in $N$ is $1/2$ is ours: averages of sub-Gaussian weights over $N$ neurons err by
$N^{-1/2}$.

A label takes the 128 values $F^{-1}\big( (k + \frac12) / 128 \big)$ of its law, so that the limit
is exact, and networks of width 8 to 128 see the tail and mostly not its end. Neurons are counted by
their values (`one_formula`); network and limit take the same steps. Labels of Student's law with
3/2 degrees of freedom, which have a mean and no second moment, are a control: averages of them err
by $N^{-1/3}$ in the median network, which is the one that rows follow.
"""

from dataclasses import replace

import torch

import mfcheck as mf
from mfcheck.claims import premises
from mfcheck.claims.assumption import Assumption
from mfcheck.claims.legs import Coupled
from mfcheck.model.ensemble import Ensemble
from mfcheck.problems.tailed import TailedSpec

WIDTHS = (8, 32, 128)
MOST = 2.0  # the largest K at which the rate is asked for


def size(problem):
    """sup over m of m^{-1/2} E[|w|^m]^{1/m}, the largest over the layers i >= 2."""
    atoms, worst = problem.emb.atoms, 0.0
    P = {**atoms.P, 0: None}
    for i in range(2, atoms.L + 1):
        p, w = P[i - 1][:, None] * P[i][None, :], atoms.W[i].abs()
        top = w.max()
        moments = [top * float((p * (w / top) ** m).sum()) ** (1 / m) for m in range(1, 65)]
        worst = max(worst, *(float(v) / m**0.5 for m, v in enumerate(moments, 1)))
    return worst


def _tame(problem):
    K = size(problem)
    return K <= MOST, f"K = {K:.3g}"


SUB_GAUSSIAN = Assumption(
    r"$w_i^0$, $i \ge 2$, sub-Gaussian with $K \le 2$: the theorem allows every $K$, its constant "
    "grows with it (ours: the bound 2).",
    _tame,
)

claim = mf.Claim(
    "coupling_unbounded",
    text=__doc__,
    source="Nguyen & Pham, arXiv:2001.11443v3, Assumption 5 and Theorem 15, as quoted by secondary "
    "sources; the rate 1/2 and the tables are ours",
    papers=("Nguyen & Pham, arXiv:2001.11443",),
    section="B. Coupling",
    uses=("coupling", "one_formula"),
    assumptions=(
        *premises.ANY_START,
        premises.SAMPLED,
        SUB_GAUSSIAN,
    ),
    not_tested=(
        "Laws of labels without an end: 128 values have one, at $|w| \\le 3.2$.",
        "SGD; the maximum over neurons, which grows with a logarithm more here; other ties between "
        "layers than one label a neuron.",
    ),
)

NORMAL = [TailedSpec(), TailedSpec(data="sine", d=2, seed=1)]
HEAVY = [TailedSpec(degrees=1.5)]
CAUCHY = [TailedSpec(degrees=1.0)]


def in_width_from(problem, walked=None, seen=lambda C: C):
    """The growth of D_T √N between counted networks and the limit, both taking the same steps.
    walked: the problem of the networks, where it is another. seen: labels ↦ those at which the
    limit is read."""
    coupled = Coupled(problem, walked)

    def gap(N, seeds):
        return coupled.gap_in_width(N, seeds, seen, norm="rms")

    return mf.growth(gap, WIDTHS, rate=lambda N: N**-0.5)


@claim.check(over=NORMAL, expect=mf.AtMost(0.0), finer=2.0)
def in_width(problem):
    """From normal labels $D_T$, the root mean square over neurons, falls at least as fast as
    $N^{-1/2}$."""
    return in_width_from(problem)


@claim.control(of=in_width, over=HEAVY)
def heavy_tails(problem):
    """Labels of Student's law with 3/2 degrees of freedom: the premise is dropped."""
    return in_width_from(problem)


@claim.control(of=in_width, over=CAUCHY)
def no_mean(problem):
    """Labels of Cauchy's law, which has no mean."""
    return in_width_from(problem)


@claim.control(of=in_width, over=NORMAL[:1])
def strangers(problem):
    """Each neuron is compared with that of the next value."""
    return in_width_from(problem, seen=lambda C: {i: c.roll(1, -1) for i, c in C.items()})


@claim.control(of=in_width, over=NORMAL[:1])
def untied(problem):
    """The limit of weights of the same law whose layers are independent of one another: the rows of
    every table from the second on are permuted at random."""
    atoms, shuffle = problem.emb.atoms, torch.Generator().manual_seed(0)
    order = {i: torch.randperm(len(atoms.W[i]), generator=shuffle) for i in range(2, atoms.L + 1)}
    W = atoms.W | {i: atoms.W[i][rows] for i, rows in order.items()}
    other = replace(problem, emb=mf.FiniteEmbedding(Ensemble.of(W, atoms.b, atoms.P)))
    return in_width_from(other, walked=problem)
