r"""The mean-field equations have exactly one solution, for all times.

Let $L = 3$, $\varphi_1$, $\varphi_2$ bounded, the slopes $\varphi_i'$ and $\partial_2 \ell$ bounded
and Lipschitz, $X$, $w_2^0$ and $w_3^0$ bounded and $\xi_i$ bounded and Lipschitz. There is exactly
one solution $W(t)$, $t \ge 0$, of

$$ \partial_t w_i = - \xi_i(t)\, \mathbb{E}_Z [ \Delta_i\, \varphi_{i-1}(H_{i-1}) ] , \qquad
   \partial_t b_i = - \xi_i^b(t)\, \mathbb{E}_Z [ \Delta_i ] , $$

for every neuronal ensemble and every such start. For any $L$ the same holds with growth in the
place of bounds.

Measured here. No finite run shows that a solution exists or is the only one. We measure what a
smooth right-hand side implies. Two solutions stay together as their starts do: with $|W|_t$ the
supremum over times up to $t$, neurons and layers (ours, by Gronwall's lemma),

$$ | W - W' |_t \le e^{K_t}\, | W - W' |_0 . $$

Along the solution the loss falls by what the gradient dissipates (the chain rule),

$$ \frac{d}{dt}\, \mathbb{E}_Z\, \ell(Y, \hat{y}) = - \sum_i \xi_i(t)\, \mathbb{E} | G_i |^2
   - \sum_i \xi_i^b(t)\, \mathbb{E} | G_i^b |^2 . $$

And a Runge–Kutta method of order four converges at order four. A network is the limit of the
embedding whose atoms are its neurons, so networks drawn at random, with random probabilities of
their neurons, serve as embeddings.
"""

from dataclasses import replace

import torch

import mfcheck as mf
from mfcheck.claims import model_premises, premises
from mfcheck.dynamics.fixed import fixed_steps
from mfcheck.observe.coupling import apart
from mfcheck.observe.energy import chebyshev_times, dissipation, integral
from mfcheck.strategies.families import KINKLESS, SMOOTH, Family, problems

STEPS = (10, 20, 40)  # h = 0.2, 0.1, 0.05 on [0, 2], each held against its half
T = 2.0
CLOSER = (1e1, 1e2, 1e3)  # 1 / |W − W'|_0, up to a factor of order one

claim = mf.Claim(
    "well_posedness",
    text=__doc__,
    source="Pham & Nguyen, ICLR 2021, Theorem 1 (L = 3), where hidden activations are bounded too; "
    "arXiv:2001.11443v3, Theorem 7 as quoted by secondary sources (any L, and growth in the place "
    "of bounds); the energy identity is the chain rule",
    papers=("Pham & Nguyen, ICLR 2021", "Nguyen & Pham, arXiv:2001.11443"),
    section="A. The objects",
    assumptions=(
        premises.LIPSCHITZ,
        premises.TAME_LOSS,
        premises.BOUNDED_WEIGHTS,
        premises.BOUNDED_INPUTS,
        model_premises.SCHEDULES,
        r"For the order of the integrator, $\varphi_i$ smooth: by construction.",
    ),
    not_tested=(
        "Existence for all times and uniqueness themselves.",
        r"The size of $K_t$ and its growth in $t$; unbounded initial weights.",
    ),
)

HOT = problems(depth=(2, 4), hidden=SMOOTH, losses=KINKLESS, centres=((0.5, 1.5),))
BENT = [mf.GeneralSpec(("squash", "gated"), spread=1.5, n=4, T=0.5, eps=0.1)]
ANY = Family(tuple(BENT), HOT.strata)
FEW = Family(tuple(BENT), HOT.strata[::2])
WIDTH = 6


def ensemble(problem, seeds):
    """Random neurons with random probabilities: an embedding of six atoms a layer."""
    state = problem.sample(WIDTH, seeds)[0]
    mass = {i: 0.5 + seeds.uniforms("mass", i, WIDTH) for i in range(1, problem.L)}
    return mf.Ensemble(state.W, state.b, {i: p / p.sum(-1, keepdims=True) for i, p in mass.items()})


def refinement(problem, steps, seeds):
    """sup over weights and biases at T between the solutions with steps T/n and T/2n."""
    state = ensemble(problem, seeds)
    ends = [fixed_steps(problem.model, state, problem.data, T, n) for n in (steps, 2 * steps)]
    return apart(*ends)


@claim.check(over=ANY, expect=mf.Between(-4.4, -3.6))
def order_of_the_integrator(problem):
    """Halving the step of the classical Runge–Kutta method moves its solution by ever less, at
    the method's order four."""
    return mf.growth(lambda steps, seeds: refinement(problem, steps, seeds), STEPS, axis="T/h")


@claim.check(over=FEW, expect=mf.AtMost(0.0), finer=3.0)
def continuity(problem):
    """As $W'(0) \\to W(0)$ along a random direction, $|W - W'|_T / |W - W'|_0$ does not grow."""

    def ratio(closer, seeds):
        state = ensemble(problem, seeds)
        paths = [flow(problem, s) for s in (state, shaken(state, 1 / closer, seeds))]
        return mf.distance(*paths) / apart(paths[0].states[0], paths[1].states[0])

    return mf.growth(ratio, along=CLOSER, axis="1/δ")


def flow(problem, state, **options):
    """The gradient flow, to a tolerance far below the differences that are measured."""
    return problem.flow(state, **{"rtol": 1e-7, "atol": 1e-9, **options})


def shaken(state, size, seeds):
    """Every weight and bias shifted by a uniform number on ± size."""

    def shift(name, i, v):
        u = seeds.uniforms(name, i, v[0].numel()).reshape(v.shape)
        return v + size * torch.as_tensor(2 * u - 1)

    W = {i: shift("shake w", i, w) for i, w in state.W.items()}
    return mf.Ensemble(W, {i: shift("shake b", i, b) for i, b in state.b.items()}, state.P)


SCHEDULES = {"xi": {1: lambda t: 1 + t}, "xi_b": {2: lambda t: 2 - t}}


@claim.check(over=ANY, expect=mf.Equals(0))
def energy(problem):
    """The loss falls by the integral of the dissipation over time, with schedules $\\xi_1 = 1 + t$
    and $\\xi_2^b = 2 - t$. The integral is taken at 129 Chebyshev points of the flow."""
    return mf.identity(lambda seeds: imbalance(problem, ensemble(problem, seeds), dissipation))


def imbalance(problem, state, rate):
    """|loss(T) − loss(0) + ∫ rate dt| over loss(0), per network; NaN if the points are too few."""
    moving, times = problem.trained_by(**SCHEDULES), chebyshev_times(problem.T, 128)
    path = flow(moving, state, at=times, rtol=1e-11, atol=1e-13)
    rates = [
        rate(moving.model, s, problem.data, t) for t, s in zip(times, path.states, strict=True)
    ]
    lost, doubt = integral(torch.stack(rates), problem.T)
    gap = (path.loss[-1] - path.loss[0] + lost).abs() / path.loss[0]
    return torch.where(doubt / path.loss[0] <= TRUSTED, gap, torch.nan)


TRUSTED = 1e-6  # the rule's error is the square of it


@claim.check(over=ANY, expect=mf.Equals(0))
def loss_falls(problem):
    """Along the flow the loss never rises."""
    return mf.identity(lambda seeds: rise(flow(problem, ensemble(problem, seeds))))


def rise(path):
    """The largest rise of the loss between recorded times over its start; +inf if it diverged."""
    up = (path.loss[1:] - path.loss[:-1]).clamp(min=0).amax(0) / path.loss[0]
    return torch.nan_to_num(up, nan=torch.inf)


KINK = [mf.FiniteSpec(("relu", "relu", "identity"), centre=0.5, spread=1.5, atoms=8)]


@claim.control(of=order_of_the_integrator, over=KINK)
def kink_crossed(problem):
    """With relu the right-hand side is not Lipschitz where a pre-activation changes its sign, and
    the order is lost. Networks none of whose pre-activations does so do not count."""

    def error(steps, seeds):
        state = ensemble(problem, seeds)
        end = fixed_steps(problem.model, state, problem.data, T, 2 * max(STEPS))
        gap = refinement(problem, steps, seeds)
        return torch.where(crossed(problem, state, end), gap, torch.nan)

    return mf.growth(error, STEPS, axis="T/h")


def crossed(problem, start, end):
    """Whether a hidden pre-activation changes its sign between two states of a network."""
    before, after = (mf.forward(problem.model, s, problem.data.x) for s in (start, end))
    flips = [(before[i] * after[i] < 0).flatten(1).any(1) for i in range(1, problem.L)]
    return torch.stack(flips).any(0)


PEANO = mf.Activation(lambda h: h.abs() ** 1.5, lambda h: 1.5 * h.sign() * h.abs().sqrt())


@claim.control(of=continuity, over=[mf.FiniteSpec(("tanh", "identity"), T=1.0)])
def slope_not_lipschitz(problem):
    """With $\\varphi_1(h) = |h|^{3/2}$, $w_1 = 0$ and a residual that pulls it up, a solution that
    starts at $\\delta$ leaves the one that starts at zero however small $\\delta$ is: Peano's
    example $\\dot{w} = \\sqrt{w}$."""
    model, data = mf.Model((PEANO, "identity")), mf.DataLaw([[1.0]], [1.0])
    peano = replace(problem, model=model, data=data, emb=mf.FiniteEmbedding(PLAIN))

    def ratio(closer, seeds):
        W = {1: torch.zeros(len(seeds.replicates), 1, 1), 2: 0.5 + read_out(seeds)}
        still = mf.Ensemble({i: w.double() for i, w in W.items()})
        moved = mf.Ensemble({**still.W, 1: still.W[1] + 1 / closer})
        return mf.distance(flow(peano, still), flow(peano, moved)) * closer

    return mf.growth(ratio, along=CLOSER, axis="1/δ")


PLAIN = mf.Ensemble({1: [[0.0]], 2: [[1.0]]})


def read_out(seeds):
    """One uniform number per network, as its w_2."""
    return torch.as_tensor(seeds.uniforms("read-out", 2, 1))[:, :, None]


@claim.control(of=energy, over=[mf.FiniteSpec(atoms=8, weighted=True)])
def plain_means(problem):
    """The dissipation averaged over neurons without their probabilities."""

    def unweighted(model, state, data, t):
        even = mf.Ensemble(state.W, state.b)
        G, (xi, xi_b) = mf.gradient(model, state, data), model.rates(t)
        N = even.widths
        total = sum(
            xi[i] * g.square().sum((-2, -1)) / (N[i] * N.get(i - 1, 1)) for i, g in G.W.items()
        )
        return total + sum(xi_b[i] * g.square().mean(-1) for i, g in G.b.items())

    return mf.identity(lambda seeds: imbalance(problem, ensemble(problem, seeds), unweighted))


@claim.control(of=loss_falls, over=[mf.FiniteSpec(atoms=8, T=3.0)])
def step_above_stability(problem):
    """Gradient descent with the step $\\varepsilon = 3$, far above what the curvature allows."""

    def residual(seeds):
        state = ensemble(problem, seeds)
        return rise(mf.sgd(problem.model, state, problem.data, 3.0, 60.0, batch=None))

    return mf.identity(residual)
