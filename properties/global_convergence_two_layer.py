r"""Two layers reach the global minimum if their second layer comes to rest uniformly.

Let $L = 2$, regular activations, independent initial weights with
$\operatorname{supp} \rho^1 = \mathbb{R}^d$ and bounded $w_2(0)$, dense ridge functions of
$\varphi_1$, and $\varphi_2'$ nowhere zero. If the weights converge in suitable moments and

$$ \operatorname*{ess\,sup}_{C_1} |\partial_t w_2(t, C_1)| \to 0 \quad (t \to \infty) , $$

then the loss tends to its infimum over all functions of $x$ if $\ell$ is convex in the prediction,
and to 0 if $\ell \ge 0$, $\partial_2 \ell = 0 \Rightarrow \ell = 0$ and $Y$ is a function of $X$.
Convexity, homogeneity or a Sard-type regularity are not needed.

Measured here. As $w_1(t)$ keeps full support the essential supremum is

$$ S(t) = \sup_{w \in \mathbb{R}^d} \left| \mathbb{E}_Z \left[ \Delta_2(Z)\,
   \varphi_1(\langle w, X \rangle) \right] \right| . $$

$t = \infty$ is out of reach. What the proof does with the premise holds at every time and width, as
in `global_convergence_three_layer` (ours): with
$\lambda(x) = \mathbb{E}[\partial_2 \ell(Y, \hat{y}(x)) | X = x]$, $M = \varphi_2'(H_2)$,
$\gamma(g)$ the least $\sum_k |a_k|$ with $\sum_k a_k \varphi_1(\langle w_k, x \rangle) = g(x)$ on
the data, and $e(x)$ the expected loss at $x$ above the least that a number attains there,

$$ \mathbb{E} |\lambda| \le \gamma\!\left( \frac{\operatorname{sign} \lambda}{M} \right) S , \qquad
   \mathbb{E}\,\ell - \inf \le \gamma\!\left( \frac{e}{\lambda M} \right) S , $$

$$ S \le \sup |\varphi_1|\, \mathbb{E} |\lambda M| , \qquad
   S^2 \le 2 \sup |\rho''|\, (\sup |\varphi_1|)^2\, \mathbb{E}[M^2]\,
   ( \mathbb{E}\,\ell - \inf ) . $$

All four are asked for to rounding, at four times.
"""

from dataclasses import replace

import mfcheck as mf
from mfcheck.claims import premises
from mfcheck.claims.at_rest import broken_in_the_limit, long_trained, scaled, seen, share_broken
from mfcheck.observe import rest
from mfcheck.observe.plateau import share_left
from mfcheck.problems.long_horizon import LongHorizonSpec
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
        *premises.COUPLING,
        premises.FROZEN_BIASES,
        premises.DENSE,
        premises.ONE_OF_THE_CASES,
        mf.Assumption(
            "The weights converge, and the second layer comes to rest uniformly.",
            beyond=r"a limit $t \to \infty$",
        ),
    ),
    not_tested=(
        r"$t \to \infty$: rows are consistent with the theorem or contradict it, and cannot verify "
        "it.",
        r"A rate, or a time: the theorem gives none. $\gamma$ may grow along training.",
        r"$\gamma$ and $S$ over all of $\mathbb{R}^d$: see `global_convergence_three_layer`.",
    ),
)

LEFT = 0.05
TWO = ("tanh", "identity")
SIGNS = {"last": "signs", "T": 60.0}

XOR = LongHorizonSpec(TWO, **SIGNS)
SHORT = LongHorizonSpec(TWO, data="teacher", n=6, d=2, scale=1.0, last="signs", T=30.0, eps=0.1)


@claim.check(over=[SHORT, replace(SHORT, loss="geman_mcclure")], expect=mf.Equals(0))
def along_the_limit(problem):
    """In the limit itself (loss − infimum) $\\le \\gamma(e / \\lambda M)\\, S(t)$ at four times, up
    to $T = 30$."""
    return broken_in_the_limit(problem)


POINT = LongHorizonSpec(TWO, data="teacher", n=1, d=2, scale=1.0, last="signs", T=3.0)
FIRM = [  # one point; the output or φ_1 bends, slopes come near to zero; a loss that is not convex
    XOR,
    POINT,
    replace(XOR, activations=("sin", "softplus")),
    replace(XOR, activations=("sigmoid", "tanh"), loss="geman_mcclure"),
]


@claim.check(over=long_runs(2, FIRM), expect=mf.Equals(0))
def no_plateau_at_rest(problem):
    """(Loss − infimum) $\\le \\gamma(e / \\lambda M)\\, S(t)$ at four times up to $T$, whatever the
    data and the loss."""
    return share_broken(rest.loss_by_speed, problem)


@claim.check(over=FIRM, expect=mf.Equals(0))
def slopes_at_rest(problem):
    """$\\mathbb{E}|\\lambda| \\le \\gamma(\\operatorname{sign} \\lambda / M)\\, S(t)$ at four times
    up to $T$."""
    return share_broken(rest.slope_by_speed, problem)


@claim.check(over=long_runs(2, FIRM), expect=mf.Equals(0))
def rest_where_slopes_vanish(problem):
    """The converse, $S(t) \\le \\sup|\\varphi_1|\\, \\mathbb{E}|\\lambda M|$, at four times."""
    return share_broken(rest.speed_by_slope, problem)


@claim.check(over=long_runs(2, FIRM), expect=mf.Equals(0))
def rest_at_the_optimum(problem):
    """Remark 9, $S^2 \\le 2 \\sup|\\rho''|\\, (\\sup|\\varphi_1|)^2\\, \\mathbb{E}[M^2]\\,$ (loss −
    infimum) at four times up to $T$: without rest there is no global convergence."""
    return share_broken(rest.speed_by_loss, problem)


@claim.check(
    over=[XOR, replace(XOR, loss="geman_mcclure"), replace(XOR, labels="noisy")],
    expect=mf.AtMost(1.0),
)
def separated_data(problem):
    """On the XOR square the loss comes to within a twentieth of the infimum: (loss − infimum) /
    (0.05 (loss of the zero predictor − infimum)) is at most one at the end."""

    def measure(seeds):
        path = long_trained(problem, seeds, at=[problem.T])
        return share_left(problem.model, path, problem.data) / LEFT

    return mf.value(measure)


TRAP = LongHorizonSpec(TWO, first="dirac", **SIGNS)
ODD = LongHorizonSpec(TWO, constant=False, **SIGNS)
FAR = LongHorizonSpec(TWO, loss="tukey", labels="far", **SIGNS)
DEAD = replace(XOR, activations=("tanh", "relu"))


@claim.control(of=no_plateau_at_rest, over=[TRAP])
def one_point(problem):
    """$\\rho^1$ the Dirac measure at $(0, 0, 2)$, data symmetric given $y$: no neuron leaves the
    last axis, and $S$ over the support goes to zero on a plateau."""
    return share_broken(rest.loss_by_speed, problem, at=[problem.T], over="neurons")


@claim.control(of=no_plateau_at_rest, over=[ODD])
def odd_network(problem):
    """No constant coordinate: ridge functions are odd, the target is even, and no combination
    meets it."""
    return share_broken(rest.loss_by_speed, problem, at=[problem.T])


@claim.control(of=no_plateau_at_rest, over=[FAR])
def slope_that_vanishes(problem):
    """Tukey's loss with all labels beyond its reach: $\\partial_2 \\ell = 0$ though $\\ell > 0$."""
    return share_broken(rest.loss_by_speed, problem, at=[problem.T])


@claim.control(of=no_plateau_at_rest, over=[DEAD])
def dead_output(problem):
    """$\\varphi_2$ = relu, dead at some inputs: $M = 0$ there."""
    return share_broken(rest.loss_by_speed, problem, at=[problem.T])


@claim.control(of=slopes_at_rest, over=[XOR])
def sampled_neurons(problem):
    """The supremum in $S$ over the 64 sampled neurons."""
    return share_broken(rest.slope_by_speed, problem, over="neurons")


@claim.control(of=slopes_at_rest, over=[XOR])
def another_target(problem):
    """$\\gamma(1 / M)$ in the place of $\\gamma(\\operatorname{sign} \\lambda / M)$."""

    def residual(seeds):
        model, path, data, S = seen(problem, long_trained(problem, seeds, at=[problem.T]))
        at = rest.at_inputs(model, path.final, data)
        sides = rest.slope_by_speed(model, path, data, S)
        return sides._replace(right=rest.price(model, at, lambda v: 1 / v.push) * S).broken()

    return mf.identity(residual)


@claim.control(of=no_plateau_at_rest, over=[POINT])
def a_hundredth_less(problem):
    """0.99 of the bound: with one data point it is attained."""
    return share_broken(rest.loss_by_speed, problem, changed=scaled(0.99))


@claim.control(of=slopes_at_rest, over=[POINT])
def a_hundredth_less_for_slopes(problem):
    """0.99 of the bound, likewise."""
    return share_broken(rest.slope_by_speed, problem, changed=scaled(0.99))


@claim.control(of=rest_where_slopes_vanish, over=[POINT])
def a_hundredth_less_for_rest(problem):
    """0.99 of the bound, likewise."""
    return share_broken(rest.speed_by_slope, problem, changed=scaled(0.99))


@claim.control(of=rest_at_the_optimum, over=[POINT])
def a_hundredth_less_at_the_optimum(problem):
    """0.99 of the bound on $S$, likewise, for squared loss."""
    return share_broken(rest.speed_by_loss, problem, changed=scaled(0.99))


@claim.control(of=separated_data, over=[TRAP, ODD, FAR])
def trapped(problem):
    """The same problems do not come near the infimum."""
    return separated_data.measure(problem)
