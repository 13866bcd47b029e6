r"""Whether the distance to the limit stays bounded in time is open for three layers and more.

The coupling theorem bounds $D_T$ by a constant $e^{K_T}$ with $K_T = K (1 + T^K)$, and whether a
bound uniform in $T$ holds for networks of three layers and more is open.

Measured here. We look, and judge nothing. For networks of width $N$ and their mean-field limit,
both taking the same steps, let

$$ D_T = \max_i \left( \frac{1}{N_{i-1} N_i} \sum_{j, k} \sup_{t \le T} \left|
   \mathbf{w}_i(t, j, k) - w_i(t, C_{i-1}(j), C_i(k)) \right|^2 \right)^{1/2} . $$

Shown are the slope of $\log D_T$ against $\log T$ for $T = 1, 2, 4, \dots, 64$; the growth over the
last doubling, $D_{64} / D_{32}$, near 1 if $D_T$ is bounded; and the slope of $\log D_{64}$ against
$\log N$, near $-1/2$ if the bound at all times is of the order of that at one.

Two kinds of problems stand side by side. On the xor square training converges: the loss of limit
and networks tends to zero, and in the end nothing moves. For four layers with centred independent
weights and no biases the limit stands still for ever, so that $D_T$ is the distance of a network to
its own start, while networks of any width escape at a time of order $\log N$: there no bound
uniform in $T$ can hold.

The limit of a converging problem is exact. Thirty-two neurons a layer are drawn once, from normal
and uniform laws, and serve as the atoms of a finite embedding.
"""

from dataclasses import replace
from math import sqrt

import mfcheck as mf
from mfcheck.claims.study import Figure, Series
from mfcheck.problems.long_horizon import LongHorizonSpec

HORIZONS = (1, 2, 4, 8, 16, 32, 64)
N = 64
WIDTHS = (16, 32, 64)
SHOWN = (16, 64)  # widths in the figure
DRAWN = 16  # networks of each
ATOMS = 32

claim = mf.Claim(
    "uniform_in_time",
    text=__doc__,
    source="explored here; listed as open in Pham, One World Seminar on the Mathematics of Machine "
    "Learning, 2020. For two layers see Chen, Ren & Wang, arXiv:2212.03050 (with noise)",
    section="F. Beyond the seeds",
    uses=("coupling", "frozen_centred"),
    ours=True,
    assumptions=(
        "tanh, squared loss, no biases beyond the constant coordinate of $X$; full-batch descent.",
    ),
    not_tested=(
        "Everything: these rows are REPORTED, and a finite horizon proves nothing about all times.",
    ),
)

CENTRED = mf.IIDSpec(
    ("tanh", "tanh", "tanh", "identity"),
    centre=0.0,
    sd=1.0,
    reach=sqrt(3),
    low=-1.7,
    high=1.7,
    d=3,
    trained_bias=False,
    T=64.0,
    eps=0.2,
)
CONVERGING = [
    LongHorizonSpec(("tanh", "identity"), last="signs", T=64.0),
    LongHorizonSpec(("tanh", "tanh", "identity"), T=64.0),
]


def with_atoms(problem):
    """The problem with a finite embedding, whose atoms are neurons drawn once from its laws."""
    atoms, _ = problem.emb.sample(ATOMS, 1)
    emb = mf.FiniteEmbedding(atoms.map(lambda v: v[0]))
    return replace(problem, emb=emb)


def to_limit(problem, T, width, seeds):
    """D_T to the recursion on the atoms, the sup over 21 times from 0 to T."""
    short = replace(problem, T=float(T))
    state, C = short.sample(width, seeds)
    return mf.distance(short.gd(state), short.discrete_limit(), at=C, norm="rms")


def to_start(problem, T, width, seeds):
    """D_T to a limit that stands still, the sup over 21 times from 0 to T."""
    short = replace(problem, T=float(T))
    path = short.gd(short.sample(width, seeds)[0])
    still = replace(path, states=[path.states[0]] * len(path.states))
    return mf.distance(path, still, norm="rms")


def growth_in_time(problem, distance):
    """The slope of D_T in T, with a picture."""
    return mf.growth(
        lambda T, seeds: distance(problem, T, N, seeds),
        along=HORIZONS,
        axis="T",
        figure=lambda seeds: picture(problem, distance, seeds),
    )


def last_doubling(problem, distance):
    """D_64 / D_32."""
    return mf.value(lambda seeds: distance(problem, 64, N, seeds) / distance(problem, 32, N, seeds))


def fall_in_width(problem, distance):
    """The slope of D_64 in N."""
    return mf.growth(lambda width, seeds: distance(problem, 64, width, seeds), along=WIDTHS)


def picture(problem, distance, seeds):
    """D_T / D_1 over T: the median of a few networks of two widths, and their quartiles."""
    curves, seeds = [], replace(seeds, replicates=range(DRAWN))
    for width in SHOWN:
        D = [distance(problem, T, width, seeds).double() for T in HORIZONS]
        low, middle, high = zip(
            *[(d / D[0]).quantile(d.new_tensor([0.25, 0.5, 0.75])).tolist() for d in D],
            strict=True,
        )
        doublings = list(range(len(HORIZONS)))
        curves.append(Series(f"N = {width}", doublings, middle, low=low, high=high))
    title = f"Median and quartiles of {DRAWN} networks of each width"
    return Figure(title, "log₂ T", "D_T / D_1", tuple(curves))


@claim.report(over=CONVERGING, dtype="float32")
def growth_where_training_converges(problem):
    """On the xor square: the slope of $D_T$ in $T$, from 1 to 64."""
    return growth_in_time(with_atoms(problem), to_limit)


@claim.report(over=CONVERGING, dtype="float32")
def last_doubling_where_it_converges(problem):
    """On the xor square: $D_{64} / D_{32}$."""
    return last_doubling(with_atoms(problem), to_limit)


@claim.report(over=CONVERGING, dtype="float32")
def width_where_it_converges(problem):
    """On the xor square: the slope of $D_{64}$ in $N$."""
    return fall_in_width(with_atoms(problem), to_limit)


@claim.report(over=[CENTRED], dtype="float32")
def growth_where_the_limit_stands_still(problem):
    """Four layers, centred: the slope of $D_T$ in $T$, from 1 to 64."""
    return growth_in_time(problem, to_start)


@claim.report(over=[CENTRED], dtype="float32")
def last_doubling_where_it_stands_still(problem):
    """Four layers, centred: $D_{64} / D_{32}$."""
    return last_doubling(problem, to_start)


@claim.report(over=[CENTRED], dtype="float32")
def width_where_it_stands_still(problem):
    """Four layers, centred: the slope of $D_{64}$ in $N$."""
    return fall_in_width(problem, to_start)
