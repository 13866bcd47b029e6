r"""Under bidirectional diversity networks of any depth that come to rest reach zero loss.

Let the initial weights be read from a neuronal embedding that is bidirectionally diverse, that is

$$ \operatorname{supp} \mathrm{Law} \left( w_1(0, C_1),\, w_2(0, C_1, \cdot) \right)
   = \mathbb{R}^d \times L^2(P_2) , \qquad
   \operatorname{supp} \mathrm{Law} \left( w_i(0, \cdot, C_i),\, w_{i+1}(0, C_i, \cdot) \right)
   = L^2(P_{i-1}) \times L^2(P_{i+1}) , $$

for $2 \le i \le L - 1$ with $L^2(P_L) = \mathbb{R}$. Let activations be regular, let the ridge
functions $x \mapsto \varphi_1(\langle w, x \rangle)$, $w \in \mathbb{R}^d$, be dense in $L^2(P_X)$,
let $Y$ be a function of $X$ and $\partial_2 \ell = 0$ only where $\ell = 0$. If the weights
converge in suitable moments as $t \to \infty$ and $\partial_t w_L \to 0$ uniformly over neurons,
then

$$ \mathbb{E}_Z\, \ell(Y, \hat{y}(t, X)) \to 0 , \qquad t \to \infty . $$

Conversely, where the loss tends to 0, $\partial_t w_L \to 0$ uniformly.

Measured here. No rate is stated and no horizon suffices to see a limit. What we measure is a
consequence for networks of width $N$ (ours): the time $\tau_N$ at which the loss has fallen to a
twentieth of $\ell_0 = \mathbb{E}\, \ell(Y, 0)$ tends to that of the limit, so that it does not grow
with $N$. Independent weights of the same marginal law have a limit that does not move for $L \ge 4$
(claim `frozen_centred`), and for $L \ge 5$ there $\tau_N$ grows like $N^{(L-4)/2}$ (heuristic). The
initialisation is our construction of random features, diverse on the span of $m$ of them alone.

Of the staircase, the other construction of ours, which is proved to be diverse as its pairs of
functions exhaust a dense set, the limit is known exactly, and we ask that it learns itself. Against
it stand independent weights whose middle layers have mean one. If $\varphi_i(0) = 0$ for every
hidden layer, $w_1(0)$ has a symmetric law, $w_L(0)$ mean zero and $L \ge 4$, their limit never
moves whatever the means of the middle layers are: at the start all $H_i = 0$ for $i \ge 2$, and
$\Delta_{L-2}$, an average over $w_L$ times a constant, is zero too (derived here). If $w_L$ has
a mean, they learn: diversity suffices, it is not necessary.

What the proof does with the rest of the last layer holds at every time and for every network. Write
$p = \partial_2 \ell(Y, \hat{y})\, \varphi_L'(H_L)$ and

$$ S_L(t) = \operatorname*{ess\,sup}_{C_{L-1}} \left| \mathbb{E}_Z \left[ p\,
   \varphi_{L-1}(H_{L-1}(X, C_{L-1})) \right] \right| , $$

which is $|\partial_t w_L|$ where $\xi_L = 1$, and let $\Gamma$ be the least $\sum_j |a_j|$ with
$\sum_j a_j \varphi_{L-1}(H_{L-1}(x, j)) = \ell / p$ at all inputs. Then (ours)

$$ \mathbb{E}\, \ell \le \Gamma\, S_L(t) , $$

with equality on one point. What diversity gives is that the features span, so that $\Gamma$ is
finite; where all neurons have one feature it is not.
"""

import torch

import mfcheck as mf
from mfcheck.claims import premises
from mfcheck.claims.at_rest import scaled, thirds
from mfcheck.model import Ensemble, shuffled
from mfcheck.model.staircase import random_staircases
from mfcheck.observe.arrival import arrival, null_risk, risk
from mfcheck.observe.last_layer import loss_by_last_speed
from mfcheck.problems.long_horizon import LongHorizonSpec
from mfcheck.problems.staircases import StaircaseSpec
from mfcheck.strategies.diverse_problems import diverse_problems
from mfcheck.strategies.families import CONVEX

WIDTHS = (32, 64, 128)
GOAL = 1 / 20

claim = mf.Claim(
    "global_convergence_multilayer",
    text=__doc__,
    source="Pham, One World Seminar on the Mathematics of Machine Learning, 2020; "
    "the note arXiv:2006.09355, whose body was not at hand; arXiv:2001.11443v3, Theorem 38, as "
    "quoted by secondary sources; the constructions are ours",
    papers=(
        "Pham, One World Seminar, 2020",
        "Nguyen & Pham, arXiv:2001.11443",
        "Pham & Nguyen, arXiv:2006.09355",
    ),
    section="D. Support and convergence",
    uses=("bidirectional_diversity", "frozen_centred"),
    assumptions=(
        "Diversity on $m = 4$ random features a side with bounded coefficients, or on the 16 pairs "
        "of functions of a staircase: by construction, short of the full support in $L^2$ that the "
        "theorem asks.",
        *premises.ANY_START,
        premises.UPPER_SLOPES,
        premises.DENSE,
        premises.FUNCTION,
        premises.PINNED_LOSS,
        premises.FROZEN_BIASES,
        mf.Assumption("The weights converge, $\\partial_t w_L$ uniformly.", beyond="a limit t → ∞"),
    ),
    not_tested=(
        "The limit $t \\to \\infty$ itself: only that a twentieth of the loss at 0 is reached in a "
        "time that does not grow with the width.",
        "The uniform convergence of $\\partial_t w_L$: given diversity it is equivalent to the "
        "conclusion. What links the two is an inequality, asked of networks of width 32; that its "
        "$\\Gamma$ stays bounded as $t \\to \\infty$ is not.",
        "That diversity is needed, or both sides of it. From weights that are diverse on one side "
        "alone networks learn the square as well, in 14 to 19 units of time (forward) and 4 to 6 "
        "(backward) against 6 to 8, at $L = 4, 5, 6$; no row tells them apart by learning.",
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


STAIRCASES = [StaircaseSpec(("tanh",) * (L - 1) + ("identity",)) for L in (3, 4, 5, 6)]
MEANS_ALONE = [
    LongHorizonSpec(("tanh",) * (L - 1) + ("identity",), scale=1.0, last="centred", eps=0.25)
    for L in (4, 5)
]


@claim.check(over=STAIRCASES, expect=mf.AtMost(1.0))
def the_limit_of_the_staircase_learns(problem):
    """From a staircase of random functions, drawn anew in each replicate, the loss of the limit at
    $T$ is at most a twentieth of $\\ell_0$, in three of four: its quantile 3/4 over that."""
    cells = problem.emb.atoms.widths[1]

    def limit(seeds):
        return problem.gd(
            random_staircases(problem.L, problem.data.d, cells, seeds), at=[problem.T]
        )

    return what_is_left(problem, limit)


def what_is_left(problem, limit):
    """The loss at T over GOAL ℓ_0 in each replicate, of the limit that `limit(seeds)` is."""
    model, data = problem.model, problem.data

    def measure(seeds):
        loss = risk(model, data)(problem.T, limit(seeds).final)
        return (loss / (GOAL * null_risk(model, data))).expand(len(seeds.replicates))

    return mf.value(measure, quantile=0.75)


POINTS = [tanh(L, n=1, T=3.0) for L in (4, 5)]
RESTING = [tanh(4, T=18.0), tanh(5, T=18.0), tanh(4, loss="geman_mcclure", T=60.0), *POINTS]


@claim.check(over=RESTING, expect=mf.Equals(0))
def no_plateau_while_the_last_layer_rests(problem):
    """By what share $\\mathbb{E}\\, \\ell$ exceeds $\\Gamma S_L(t)$ in networks of width 32, at the
    worst of four times up to $T$. On one point both sides are equal."""
    return plateau(problem)


def plateau(problem, changed=lambda sides: sides):
    """By what share E ℓ <= Γ S_L is broken along networks of width 32, one of its sides changed."""

    def residual(seeds):
        path = problem.gd(problem.sample(32, seeds)[0], at=thirds(problem.T))
        return changed(loss_by_last_speed(problem.model, path.states, problem.data)).broken()

    return mf.identity(residual)


@claim.control(of=no_plateau_while_the_last_layer_rests, over=MEANS_ALONE)
def one_feature_for_all(problem):
    """In the exact limit of independent weights, of mean one in the middle, centred in layer $L$,
    the last hidden layer has one feature and $w_L$ is at rest, at a loss that stays."""

    def residual(seeds):
        end = problem.discrete_limit().final
        sides = loss_by_last_speed(problem.model, [end], problem.data)
        return sides.broken().expand(len(seeds.replicates))

    return mf.identity(residual)


@claim.control(of=no_plateau_while_the_last_layer_rests, over=POINTS)
def a_speed_less_by_a_hundredth(problem):
    """$S_L$ is taken smaller by one in a hundred."""
    return plateau(problem, scaled(0.99))


@claim.control(of=the_limit_of_the_staircase_learns, over=MEANS_ALONE)
def a_mean_and_no_diversity(problem):
    """The exact limit of independent weights, of mean one in the middle, centred in layer $L$: all
    that the theorem asks but diversity, and nothing moves."""
    return what_is_left(problem, lambda seeds: problem.discrete_limit())


@claim.control(of=the_limit_of_the_staircase_learns, over=STAIRCASES[1:3])
def one_number_a_table(problem):
    """The same with each middle table constant, at the number of its first two cells: all neurons
    take the same and give the same. More than one start of four stays above."""
    cells = problem.emb.atoms.widths[1]

    def limit(seeds):
        drawn = random_staircases(problem.L, problem.data.d, cells, seeds)
        flat = {i: drawn.W[i][:, :1, :1].expand_as(drawn.W[i]) for i in range(2, problem.L)}
        return problem.gd(Ensemble({**drawn.W, **flat}, drawn.b, drawn.P), at=[problem.T])

    return what_is_left(problem, limit)


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
