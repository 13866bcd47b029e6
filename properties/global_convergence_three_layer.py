r"""Three layers reach the global minimum if their second layer comes to rest uniformly.

Let $L = 3$, activations and loss be as in `coupling`, $\xi_1 = \xi_2 = 1$, no biases, independent
initial weights with $\operatorname{supp} \rho^1 = \mathbb{R}^d$ and bounded $w_2(0)$, $w_3(0)$, let
$\varphi_2'$, $\varphi_3'$ vanish nowhere and let the ridge functions of $\varphi_1$ be dense in
$L^2(P_X)$. Let the third layer be frozen, $\xi_3 = 0$, with $w_3(0) \neq 0$ on a set of positive
probability, or trained, $\xi_3 = 1$, with a start better than nothing,
$\mathbb{E}\,\ell(Y, \hat{y}(X; 0)) < \mathbb{E}\,\ell(Y, \varphi_3(0))$. If the weights converge to
some $\bar{w}_1, \bar{w}_2, \bar{w}_3$ in that the means of

$$ (1 + |\bar{w}_3|) |\bar{w}_3| |\bar{w}_2| |w_1(t) - \bar{w}_1| , \qquad
   (1 + |\bar{w}_3|) |\bar{w}_3| |w_2(t) - \bar{w}_2| , \qquad
   (1 + |\bar{w}_3|) |w_3(t) - \bar{w}_3| $$

tend to 0, and if

$$ \operatorname*{ess\,sup}_{C_1}\, \mathbb{E}_{C_2} |\partial_t w_2(t, C_1, C_2)| \to 0
   \quad (t \to \infty) , $$

then, case 1, for a convex loss $\mathbb{E}\,\ell(Y, \hat{y}(X; t)) \to \inf_{\tilde{y}}
\mathbb{E}\,\ell(Y, \tilde{y}(X))$; and, case 2, for any loss $\ell \ge 0$ with
$\partial_2 \ell = 0 \Rightarrow \ell = 0$ and $Y$ a function of $X$, the loss tends to 0. Where the
second layer does not come to rest so, the loss does not converge to the global minimum (Remark 9).

Measured here. Since $w_1(t)$ has full support, the essential supremum is

$$ S(t) = \sup_{w \in \mathbb{R}^d} \mathbb{E}_{C_2} \left| \mathbb{E}_Z \left[
   \Delta_2(Z; C_2)\, \varphi_1(\langle w, X \rangle) \right] \right| , $$

a supremum over all of $\mathbb{R}^d$ and not over sampled neurons. $t = \infty$ is out of reach,
and so is the premise. But what the proof does with it holds at every time and for every width, as
two inequalities (ours). Write $\lambda(x) = \mathbb{E}[\partial_2 \ell(Y, \hat{y}(x)) | X = x]$ and
$M(x) = \varphi_3'(H_3)\, \mathbb{E}_{C_2} |w_3(C_2)\, \varphi_2'(H_2(x, C_2))|$. For a function $g$
let $\gamma(g)$ be the least $\sum_k |a_k|$ with
$\sum_k a_k \varphi_1(\langle w_k, x \rangle) = g(x)$ on the data: finite, by density. Then
$\mathbb{E}_{C_2} |\mathbb{E}_Z[\Delta_2\, g]| \le \gamma(g)\, S$; and $\varphi_2'$ has one sign, so
that $g = r / M$ with $\lambda r \ge 0$ takes $w_3$ out of this mean and makes it
$\mathbb{E} |\lambda r|$. Hence

$$ \mathbb{E} |\lambda| \le \gamma\!\left( \frac{\operatorname{sign} \lambda}{M} \right) S , \qquad
   \mathbb{E}\,\ell - \inf \le \gamma\!\left( \frac{e}{\lambda M} \right) S , $$

where $e(x)$ is the expected loss at $x$ above the least that a number attains there. The converse,
Remark 9, needs no density and reads, with $\ell = \rho(\hat{y} - y)$,

$$ S \le \sup |\varphi_1|\, \mathbb{E} |\lambda M| , \qquad
   S^2 \le 2 \sup |\rho''|\, (\sup |\varphi_1|)^2\, \mathbb{E}[M^2]\,
   ( \mathbb{E}\,\ell - \inf ) . $$

All four are asked for to rounding: by what share the left side exceeds the right, at the worst of
four times. $\gamma$ is that of the points where the search for $S$ begins, by a linear program.
"""

from dataclasses import replace

import torch

import mfcheck as mf
from mfcheck.claims import premises
from mfcheck.claims.at_rest import broken_in_the_limit, long_trained, scaled, seen, share_broken
from mfcheck.claims.study import Figure, Series
from mfcheck.observe import rest
from mfcheck.observe.ceiling import speed_ceiling
from mfcheck.observe.modes import still_to_go
from mfcheck.observe.plateau import share_left
from mfcheck.observe.stationarity import greatest_speed, speed
from mfcheck.problems.long_horizon import LongHorizonSpec
from mfcheck.strategies.long_runs import long_runs


def good_start(problem):
    """Whether ξ_3 = 0 with w_3(0) ≠ 0, or the limit's loss at time 0 is below that of ŷ = 0."""
    model, data = problem.model, problem.data
    nodes = problem.emb.nodes(12)
    if model.xi[3] == 0:
        moved = bool((nodes.W[3] != 0).any())
        return moved, f"the third layer is frozen{'' if moved else ' at zero'}"
    y = mf.output(model, nodes, data.x)
    nothing = model.phi(3).value(torch.zeros_like(y))
    start, null = (float(data.q @ model.loss.value(v - data.y)) for v in (y, nothing))
    gain = null - start
    return gain > 1e-12, f"the loss starts at {start:.4f}, {gain:.1g} below that of ŷ = φ_3(0)"


claim = mf.Claim(
    "global_convergence_three_layer",
    text=__doc__,
    source="Pham & Nguyen, ICLR 2021, Theorem 8 and Eq. (6)",
    papers=("Pham & Nguyen, ICLR 2021",),
    section="D. Support and convergence",
    uses=("full_support_three_layer", "universal_approximation"),
    assumptions=(
        premises.INDEPENDENT,
        premises.FULL_SUPPORT,
        *premises.COUPLING,
        premises.FROZEN_BIASES,
        premises.DENSE,
        mf.Assumption(
            r"$\xi_3 = 0$ and $w_3(0) \neq 0$, or the start is better than "
            r"$\mathbb{E}\,\ell(Y, \varphi_3(0))$ in the limit.",
            good_start,
        ),
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
        r"$\gamma$ over all of $\mathbb{R}^d$: it is that of some two thousand $w_k$, hence above "
        r"the least, and $S$ is what a search has found, hence below the supremum; the "
        "inequalities hold all the same, with this pair.",
        "That the weights converge in the moments (3)–(5) of the paper: how far they still go is "
        "shown, and not judged.",
    ),
)

LEFT = 0.05
THREE = ("tanh", "tanh", "identity")
BETTER = {"shift": -1.0, "scale": 1.0, "last": "better"}
FROZEN = {"last": "signs", "train_last": False}

XOR = LongHorizonSpec(THREE, T=60.0)
SHORT = LongHorizonSpec(
    THREE, data="teacher", n=6, d=2, scale=1.0, shift=-0.5, last="better", T=30.0, eps=0.1
)
SEPARATED = [
    replace(XOR, **BETTER),
    replace(XOR, **BETTER, labels="noisy"),
    replace(XOR, **BETTER, loss="geman_mcclure", T=240.0, eps=0.4),
    replace(XOR, **FROZEN),
    replace(XOR, **FROZEN, loss="geman_mcclure"),
]


def portrait(problem):
    """How to draw excess loss against S along the limit, with the line that is not to be passed."""

    def draw(_):
        path = problem.limit(at=[problem.T * k / 30 for k in range(31)], tol=1e-2)
        given = seen(problem, path)
        sides = rest.loss_by_speed(*given)
        S, above, most = (v[:, 0].flip(0).tolist() for v in (given[-1], *sides))
        bound = Series("at most γ S", S, most, role="band", low=[0.0] * len(S), high=most)
        limit = Series("limit, from right to left", S, above, role="limit")
        return Figure("Loss above its infimum against S", "S(t)", "loss − infimum", (bound, limit))

    return draw


POINT = LongHorizonSpec(THREE, data="teacher", n=1, d=2, scale=1.0, **FROZEN, T=3.0)
FIRM = [  # one point; the output or φ_1 bends, slopes come near to zero; a loss that is not convex
    replace(XOR, **BETTER),
    POINT,
    replace(XOR, **FROZEN, activations=("sin", "tanh", "softplus")),
    replace(XOR, **FROZEN, activations=("sigmoid", "sigmoid", "tanh"), loss="geman_mcclure"),
]


@claim.check(over=[SHORT, replace(SHORT, **FROZEN, loss="geman_mcclure")], expect=mf.Equals(0))
def along_the_limit(problem):
    """In the limit itself (loss − infimum) $\\le \\gamma(e / \\lambda M)\\, S(t)$ at four times, up
    to $T = 30$."""
    return broken_in_the_limit(problem)


@claim.report(over=[SHORT])
def share_of_the_bound(problem):
    """(Loss − infimum) $/\\, \\gamma S$ in the limit at $T = 30$: how near to equality."""

    def share(seeds):
        path = problem.limit(at=[problem.T], tol=1e-2)
        left, right = rest.loss_by_speed(*seen(problem, path))
        return (left / right)[0].expand(len(seeds.replicates))

    return mf.value(share, figure=portrait(problem))


@claim.check(over=long_runs(3, FIRM), expect=mf.Equals(0))
def no_plateau_at_rest(problem):
    """(Loss − infimum) $\\le \\gamma(e / \\lambda M)\\, S(t)$ at four times up to $T$, whatever the
    data and the loss."""
    return share_broken(rest.loss_by_speed, problem)


@claim.check(over=FIRM, expect=mf.Equals(0))
def slopes_at_rest(problem):
    """$\\mathbb{E}|\\lambda| \\le \\gamma(\\operatorname{sign} \\lambda / M)\\, S(t)$ at four times
    up to $T$."""
    return share_broken(rest.slope_by_speed, problem)


@claim.check(over=long_runs(3, FIRM), expect=mf.Equals(0))
def rest_where_slopes_vanish(problem):
    """The converse, $S(t) \\le \\sup|\\varphi_1|\\, \\mathbb{E}|\\lambda M|$, at four times."""
    return share_broken(rest.speed_by_slope, problem)


@claim.check(over=long_runs(3, FIRM), expect=mf.Equals(0))
def rest_at_the_optimum(problem):
    """Remark 9, $S^2 \\le 2 \\sup|\\rho''|\\, (\\sup|\\varphi_1|)^2\\, \\mathbb{E}[M^2]\\,$ (loss −
    infimum) at four times up to $T$: without rest there is no global convergence."""
    return share_broken(rest.speed_by_loss, problem)


@claim.report(over=[replace(XOR, **BETTER), replace(XOR, **FROZEN)])
def way_still_to_go(problem):
    """The moments (3)–(5) of the assumption, from $2T/3$ to $T$ in units of from $0$ to $T$: the
    largest of the three."""

    def share(seeds):
        path = long_trained(problem, seeds, at=[0.0, 2 * problem.T / 3, problem.T])
        start, late = (still_to_go(path, k) for k in (0, 1))
        return torch.where(start > 0, late / start, 0.0).amax(0)

    return mf.value(share)


@claim.report(over=[replace(XOR, **BETTER), replace(XOR, **FROZEN)])
def speed_left(problem):
    """$S(T) / S(0)$: what is left of the speed."""

    def share(seeds):
        S = seen(problem, long_trained(problem, seeds, at=[0.0, problem.T]))[-1]
        return S[1] / S[0]

    return mf.value(share)


@claim.check(over=SEPARATED, expect=mf.AtMost(1.0))
def separated_data(problem):
    """On the XOR square the loss comes to within a twentieth of the infimum: (loss − infimum) /
    (0.05 (loss of the zero predictor − infimum)) is at most one at the end."""

    def measure(seeds):
        path = long_trained(problem, seeds, at=[problem.T])
        return share_left(problem.model, path, problem.data) / LEFT

    return mf.value(measure)


TRAP = LongHorizonSpec(THREE, first="dirac", T=60.0)
ODD = LongHorizonSpec(THREE, constant=False, T=60.0)
FAR = LongHorizonSpec(THREE, loss="tukey", labels="far", T=60.0)
DEAD = replace(XOR, **FROZEN, activations=("tanh", "tanh", "relu"))
XOR_BETTER, NOISY = replace(XOR, **BETTER), replace(XOR, **BETTER, labels="noisy")
SHARP = replace(XOR, **FROZEN, activations=("sigmoid", "sigmoid", "identity"))
BENT = replace(SHORT, loss="geman_mcclure")
STILL = [
    LongHorizonSpec(THREE, last="zero", train_last=False, T=60.0),
    LongHorizonSpec(THREE, last="zero", centre=0.0, spread=0.0, T=60.0),
]


@claim.control(of=no_plateau_at_rest, over=[TRAP])
def one_point(problem):
    """$\\rho^1$ the Dirac measure at $(0, 0, 2)$, data symmetric given $y$: no neuron of the first
    layer leaves the last axis, and $S$ over the support goes to zero on a plateau."""
    return share_broken(rest.loss_by_speed, problem, at=[problem.T], over="neurons")


@claim.control(of=no_plateau_at_rest, over=[ODD])
def odd_network(problem):
    """No constant coordinate: the network is odd, the target even, and no combination of ridge
    functions meets it. Density is left out by taking $\\gamma$ with the constant coordinate; $S$ is
    bounded from above over all of $\\mathbb{R}^d$, by interval arithmetic."""

    def residual(seeds):
        state = long_trained(problem, seeds, at=[problem.T]).final
        at = rest.at_inputs(problem.model, state, problem.data)
        dense = at._replace(x=torch.cat([at.x, torch.ones_like(at.x[:, :1])], 1))
        gamma = rest.price(problem.model, dense, rest.toward_excess)
        S = speed_ceiling(speed(problem.model, state, problem.data), cells=200)
        return rest.Sides((at.above @ at.q)[None], (gamma * S)[None]).broken()

    return mf.identity(residual)


@claim.control(of=no_plateau_at_rest, over=[FAR])
def slope_that_vanishes(problem):
    """Tukey's loss with all labels beyond its reach: $\\partial_2 \\ell = 0$ though $\\ell > 0$."""
    return share_broken(rest.loss_by_speed, problem, at=[problem.T])


@claim.control(of=no_plateau_at_rest, over=[*STILL, DEAD])
def nothing_passes_back(problem):
    """$w_3(0) = 0$ and frozen; or trained, but with $\\mathbb{E}[w_2(0)] = 0$, so that the start is
    no better than nothing; or $\\varphi_3$ = relu, dead at some inputs: $M = 0$."""
    return share_broken(rest.loss_by_speed, problem, at=[problem.T])


@claim.control(of=no_plateau_at_rest, over=[NOISY])
def infimum_of_zero(problem):
    """Noisy labels, and the loss itself in the place of (loss − infimum)."""

    def residual(seeds):
        path = long_trained(problem, seeds, at=[problem.T])
        sides = rest.loss_by_speed(*seen(problem, path))
        return sides._replace(left=path.loss).broken()

    return mf.identity(residual)


@claim.control(of=slopes_at_rest, over=[XOR_BETTER])
def sampled_neurons(problem):
    """The supremum in $S$ over the 64 sampled neurons."""
    return share_broken(rest.slope_by_speed, problem, at=[problem.T], over="neurons")


@claim.control(of=slopes_at_rest, over=[XOR_BETTER])
def another_target(problem):
    """$\\gamma(1 / M)$ in the place of $\\gamma(\\operatorname{sign} \\lambda / M)$."""

    def residual(seeds):
        model, path, data, S = seen(problem, long_trained(problem, seeds, at=[problem.T]))
        sides = rest.slope_by_speed(model, path, data, S)
        at = [rest.at_inputs(model, state, data) for state in path.states]
        right = [rest.price(model, a, lambda v: 1 / v.push) for a in at]
        return sides._replace(right=torch.stack(right) * S).broken()

    return mf.identity(residual)


@claim.control(of=slopes_at_rest, over=[NOISY])
def slopes_of_single_labels(problem):
    """Noisy labels, and $\\mathbb{E}|\\partial_2 \\ell|$, not conditioned on $X$."""

    def residual(seeds):
        path = long_trained(problem, seeds, at=[problem.T])
        sides = rest.slope_by_speed(*seen(problem, path))
        slopes = problem.model.loss.slope(path.y_hat - problem.data.y)
        return sides._replace(left=slopes.abs() @ problem.data.q).broken()

    return mf.identity(residual)


@claim.control(of=slopes_at_rest, over=[SHARP])
def motions_cancel(problem):
    """$S$ with $|\\mathbb{E}_{C_2} \\mathbb{E}_Z[\\cdot]|$, the modulus outside of both means."""

    def residual(seeds):
        model, path, data, S = seen(problem, long_trained(problem, seeds, at=[problem.T]))
        v = [speed(model, state, data) for state in path.states]
        mean = [s._replace(pull=s.pull @ s.P[..., None], P=torch.ones_like(s.P[:, :1])) for s in v]
        S = torch.stack([greatest_speed(s) for s in mean])
        return rest.slope_by_speed(model, path, data, S).broken()

    return mf.identity(residual)


@claim.control(of=rest_where_slopes_vanish, over=[SHARP])
def signs_of_the_third_layer_cancel(problem):
    """$M$ with $|\\mathbb{E}[w_3 \\varphi_2']|$ in the place of $\\mathbb{E}|w_3 \\varphi_2'|$."""

    def residual(seeds):
        model, path, data, S = seen(problem, long_trained(problem, seeds, at=[problem.T]))
        v = [speed(model, state, data) for state in path.states]
        each = [((s.pull @ s.P[..., None])[..., 0]).abs().sum(-1) for s in v]
        return rest.Sides(S, torch.stack(each)).broken()

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


@claim.control(of=rest_at_the_optimum, over=[BENT])
def bent_like_squares(problem):
    """Geman–McClure with $\\sup|\\rho''| = 1$, that of squared loss; it is 2."""
    return share_broken(rest.speed_by_loss, problem, changed=scaled(0.5**0.5))


@claim.control(of=separated_data, over=[TRAP, ODD, FAR, *STILL])
def trapped(problem):
    """The same problems do not come near the infimum."""
    return separated_data.measure(problem)
