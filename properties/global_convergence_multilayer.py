r"""Any number of layers converge to the global minimum under bidirectional diversity.

Let the initial weights be read from a neuronal embedding that is bidirectionally diverse, that is

$$ \operatorname{supp} \mathrm{Law} \left( w_1(0, C_1),\, w_2(0, C_1, \cdot) \right)
   = \mathbb{R}^d \times L^2(P_2) , \qquad
   \operatorname{supp} \mathrm{Law} \left( w_i(0, \cdot, C_i),\, w_{i+1}(0, C_i, \cdot) \right)
   = L^2(P_{i-1}) \times L^2(P_{i+1}) , $$

for $2 \le i \le L - 1$. If the weights converge as $t \to \infty$ and $\partial_t w_L \to 0$
uniformly over neurons, if $Y$ is a function of $X$ and $\partial_2 \ell = 0$ only where
$\ell = 0$, then

$$ \mathbb{E}_Z\, \ell(Y, \hat{y}(t, X)) \to 0 , \qquad t \to \infty . $$

No rate is stated and no horizon suffices to see a limit. What we measure is a consequence for
networks of width $N$: the time $\tau_N$ at which the loss has fallen to a twentieth of
$\ell_0 = \mathbb{E}\, \ell(Y, 0)$ tends to that of the limit, so that it does not grow with $N$.
Independent weights of the same marginal law have a limit that does not move for $L \ge 4$ (claim
`frozen_centred`), and for $L \ge 5$ there $\tau_N$ grows like $N^{(L-4)/2}$ (heuristic). The
initialisation is our construction of random features, diverse on the span of $m$ of them alone.
"""

import torch

import mfcheck as mf
from mfcheck.claims import premises
from mfcheck.model import shuffled
from mfcheck.observe.arrival import arrival, null_risk, risk
from mfcheck.strategies.diverse_problems import diverse_problems
from mfcheck.strategies.families import CONVEX

WIDTHS = (32, 64, 128)
GOAL = 1 / 20

claim = mf.Claim(
    "global_convergence_multilayer",
    text=__doc__,
    source="Pham, One World Seminar on the Mathematics of Machine Learning, 2020; "
    "arXiv:2001.11443v3, Theorem 38, as quoted by secondary sources; the construction is ours",
    papers=("Pham, One World Seminar, 2020", "Nguyen & Pham, arXiv:2001.11443"),
    section="D. Support and convergence",
    uses=("bidirectional_diversity", "frozen_centred"),
    assumptions=(
        "Diversity on $m = 4$ random features a side with bounded coefficients: by construction, "
        "short of the full support in $L^2$ that the theorem asks.",
        premises.BOUNDED,
        premises.FUNCTION,
        premises.PINNED_LOSS,
        "No biases beyond the constant coordinate of $x$.",
        mf.Assumption("The weights converge, $\\partial_t w_L$ uniformly.", beyond="a limit t → ∞"),
    ),
    not_tested=(
        "The limit $t \\to \\infty$ itself: only that a twentieth of the loss at 0 is reached in a "
        "time that does not grow with the width.",
        "The uniform convergence of $\\partial_t w_L$: given diversity it is equivalent to the "
        "conclusion, so a test of one from the other would be empty.",
        "Points that are not well separated, where training takes arbitrarily long.",
    ),
)


def tanh(L, **fields):
    """L layers on the four points of the square, without biases."""
    shape = {"trained_bias": False, "T": 20.0, "eps": 0.25} | fields
    return mf.DiverseSpec(("tanh",) * (L - 1) + ("identity",), **shape)


def time_to_learn(problem, state):
    """τ_N of each replicate; +inf if the horizon comes first."""
    model, data = problem.model, problem.data
    path = problem.gd(state, at=[problem.T], observe=[risk(model, data)])
    return arrival(torch.stack(path.observed[0]), GOAL * null_risk(model, data), problem.eps)


EVERY_DEPTH = [tanh(3), tanh(4), tanh(5), tanh(6), tanh(4, loss="geman_mcclure", T=60.0)]
SQUARE = diverse_problems(
    (3, 6), losses=CONVEX, always=EVERY_DEPTH, data="xor", trained_bias=False, T=20.0
)


@claim.check(over=SQUARE, expect=mf.AtMost(0.0), dtype="float32")
def learning_takes_no_longer_in_wider_networks(problem):
    """$\\tau_N$ does not grow with $N$."""

    def ratio(N, seeds):
        return time_to_learn(problem, problem.sample(N, seeds)[0])

    return mf.growth(ratio, along=WIDTHS)


@claim.control(
    of=learning_takes_no_longer_in_wider_networks, over=[tanh(5, T=60.0), tanh(6, T=60.0)]
)
def shuffled_tables(problem):
    """The same matrices with the entries of each in a random order wait the longer the wider
    they are, $L = 5, 6$; a network that has not arrived at the horizon counts as never."""

    def ratio(N, seeds):
        return time_to_learn(problem, shuffled(problem.sample(N, seeds)[0], seeds))

    return mf.growth(ratio, along=WIDTHS)


@claim.control(of=learning_takes_no_longer_in_wider_networks, over=[tanh(4, first="dirac", T=5.0)])
def all_neurons_at_one_point(problem):
    """With $w_1(0) = (0, \\dots, 0, 1)$ for all neurons and $X$ of one symmetric law given $Y$,
    $\\hat{y}$ stays constant in $x$ and no width ever arrives."""
    return learning_takes_no_longer_in_wider_networks.measure(problem)
