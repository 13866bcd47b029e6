r"""Two layers reach the global minimum if their second layer comes to rest uniformly.

Let $L = 2$, independent initial weights with $\operatorname{supp} \rho^1 = \mathbb{R}^d$ and
bounded $w_2(0)$, dense ridge functions of $\varphi_1$, and $\varphi_2'$ nowhere zero. If the
weights converge in suitable moments and

$$ \operatorname*{ess\,sup}_{C_1} |\partial_t w_2(t, C_1)| \to 0 \quad (t \to \infty) , $$

then the loss tends to its infimum over all functions of $x$ if $\ell$ is convex in the prediction,
and to 0 if $\ell \ge 0$, $\partial_2 \ell = 0 \Rightarrow \ell = 0$ and $Y$ is a function of $X$.
Convexity, homogeneity or a Sard-type regularity are not needed. As $w_1(t)$ keeps full support the
essential supremum is

$$ S(t) = \sup_{w \in \mathbb{R}^d} \left| \mathbb{E}_Z \left[ \Delta_2(Z)\,
   \varphi_1(\langle w, X \rangle) \right] \right| . $$

$t = \infty$ is out of reach. What can be contradicted is a plateau: a loss that stays above the
infimum while $S(t)$ goes to zero. We ask whether (loss − infimum) $\le 10\, S(t)$ all along
training; the number 10 is ours.
"""

from dataclasses import replace

import mfcheck as mf
from mfcheck.claims import premises
from mfcheck.observe.plateau import certified_plateau, plateau, share_left
from mfcheck.problems.long_horizon import LongHorizonSpec
from mfcheck.strategies.families import CONVEX
from mfcheck.strategies.long_runs import long_runs

claim = mf.Claim(
    "global_convergence_two_layer",
    text=__doc__,
    source="Pham, One World Seminar on the Mathematics of Machine Learning, 2020, for any L; "
    "arXiv:2001.11443 names two layers in its abstract, and its wording was not at hand",
    papers=(
        "Pham, One World Seminar, 2020",
        "Nguyen & Pham, arXiv:2001.11443",
    ),
    section="D. Support and convergence",
    assumptions=(
        premises.INDEPENDENT,
        premises.FULL_SUPPORT,
        premises.BOUNDED_WEIGHTS,
        premises.BOUNDED,
        premises.SLOPES,
        premises.FROZEN_BIASES,
        r"Dense ridge functions: $\varphi_1$ is tanh or erf, and $X$ has a constant coordinate.",
        premises.ONE_OF_THE_CASES,
        mf.Assumption(
            "The weights converge, and the second layer comes to rest uniformly.",
            beyond=r"a limit $t \to \infty$",
        ),
    ),
    not_tested=(
        r"$t \to \infty$: rows are consistent with the theorem or contradict it, and cannot verify "
        "it.",
        "A rate, or a time: the theorem gives none, and 10 is not its constant.",
        r"But for one row, networks of width 64 stand in for the limit.",
    ),
)

N = 64
MOST = 10.0
LEFT = 0.05
TWO = ("tanh", "identity")
SIGNS = {"last": "signs", "T": 60.0}

XOR = LongHorizonSpec(TWO, **SIGNS)
SHORT = LongHorizonSpec(TWO, data="teacher", n=6, d=2, scale=1.0, last="signs", T=30.0, eps=0.1)


def times(T):
    """0, T/3, 2T/3 and T."""
    return [T * k / 3 for k in range(4)]


def trained(problem, seeds, at=None):
    """The trajectories of networks of width N under gradient descent."""
    return problem.gd(problem.sample(N, seeds)[0], at=at or times(problem.T))


def worst(problem, path, over="space"):
    """sup over the recorded times of (loss − infimum) / (10 S), in each replicate."""
    return plateau(problem.model, path, problem.data, over) / MOST


@claim.check(over=[SHORT, replace(SHORT, loss="geman_mcclure")], expect=mf.AtMost(1.0))
def along_the_limit(problem):
    """In the limit itself, (loss − infimum) $\\le 10\\, S(t)$ at four times up to $T = 30$."""

    def measure(seeds):
        path = problem.limit(at=times(problem.T), tol=1e-2)
        return worst(problem, path).expand(len(seeds.replicates))

    return mf.value(measure)


@claim.check(over=long_runs(2, [XOR], ("tanh", "erf"), CONVEX), expect=mf.AtMost(1.0))
def no_plateau_at_rest(problem):
    """(Loss − infimum) $\\le 10\\, S(t)$ at four times up to $T = 60$, whatever the data."""
    return mf.value(lambda seeds: worst(problem, trained(problem, seeds)))


@claim.check(
    over=[XOR, replace(XOR, loss="geman_mcclure"), replace(XOR, labels="noisy")],
    expect=mf.AtMost(1.0),
)
def separated_data(problem):
    """On the XOR square the loss comes to within a twentieth of the infimum: (loss − infimum) /
    (0.05 (loss of the zero predictor − infimum)) is at most one at the end."""

    def measure(seeds):
        path = trained(problem, seeds, at=[problem.T])
        return share_left(problem.model, path, problem.data) / LEFT

    return mf.value(measure)


TRAP = LongHorizonSpec(TWO, first="dirac", **SIGNS)
ODD = LongHorizonSpec(TWO, constant=False, **SIGNS)
FAR = LongHorizonSpec(TWO, loss="tukey", labels="far", **SIGNS)


@claim.control(of=no_plateau_at_rest, over=[TRAP])
def one_point(problem):
    """$\\rho^1$ the Dirac measure at $(0, 0, 2)$, data symmetric given $y$: no neuron leaves the
    last axis, and $S$ over the support goes to zero on a plateau."""
    return mf.value(lambda seeds: worst(problem, trained(problem, seeds), over="neurons"))


@claim.control(of=no_plateau_at_rest, over=[ODD])
def odd_network(problem):
    """No constant coordinate and no biases: the network is odd, the target even. The bound on $S$
    is over all of $\\mathbb{R}^d$, by interval arithmetic, and not from a search."""

    def measure(seeds):
        path = trained(problem, seeds, at=[problem.T])
        return certified_plateau(problem.model, path, problem.data) / MOST

    return mf.value(measure)


@claim.control(of=no_plateau_at_rest, over=[FAR])
def slope_that_vanishes(problem):
    """Tukey's loss with all labels beyond its reach: $\\partial_2 \\ell = 0$ though $\\ell > 0$."""
    return no_plateau_at_rest.measure(problem)


@claim.control(of=separated_data, over=[TRAP, ODD, FAR])
def trapped(problem):
    """The same problems do not come near the infimum."""
    return separated_data.measure(problem)
