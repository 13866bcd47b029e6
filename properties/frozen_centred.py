r"""Centred independent weights freeze the limit of four layers and more.

Let the initial weights be independent with $\mathbb{E}[w_i(0)] = 0$ for $2 \le i \le L - 1$, let
there be no biases, and let $\varphi_i(0) = 0$ for $2 \le i \le L - 1$ (tanh, say). In the limit

$$ H_i(0, x) = \mathbb{E}[w_i(0)]\, \mathbb{E} \left[ \varphi_{i-1}(H_{i-1}(0, x)) \right] = 0 ,
   \qquad 2 \le i \le L , $$

and $\Delta_{i-1} = \mathbb{E}[w_i(0)]\, \mathbb{E}[\Delta_i]\, \varphi_{i-1}'(H_{i-1}) = 0$ for
$2 \le i \le L - 1$: only $\Delta_L$ and $\Delta_{L-1}$ are left. The gradient
$G_i = \mathbb{E}_Z[\varphi_{i-1}(H_{i-1}) \Delta_i]$ of layer $i$ vanishes by its first factor if
$i \ge 3$ and by its second if $i \le L - 2$. For $L \ge 4$ every layer is of one kind or the other,

$$ L \ge 4 : \qquad W(t) = W(0) \quad \text{for all } t , $$

for the flow and for descent alike, whatever $\varphi_1$, $\varphi_L$ and the laws of $w_1$, $w_L$.
For $L = 3$ layer 2 is of neither kind, and the limit moves. All that was used is that one of the
two averages vanishes in each layer. Symmetric ends do the same: if $w_1(0)$ and $w_L(0)$ are
symmetric and $\varphi_1$ is odd, then $H_2 = 0$ and $\Delta_{L-2} = 0$ for any means $m_i$ of the
middle layers, and again nothing moves.

A finite network starts $N^{-1/2}$ away from this saddle and escapes. Its loss has fallen by a tenth
at a time $\tau_N \to \infty$, so that no bound on $D_T$ can be uniform in $T$. For $L = 4$ the
escape is linear. Around the saddle the pair $A = \mathbb{E}_Z[\Delta_4 H_2]$ and
$\Gamma = \mathbb{E}[w_4 w_3]$ solves

$$ \dot{\Gamma} = - \mathbb{E}[w_4^2]\, A , \qquad
   \dot{A} = - \mathbb{E}_{w_1} \left[ \mathbb{E}_Z [\Delta_4\, \varphi_1(\langle w_1, X \rangle)]^2
   \right] \Gamma , $$

with $\varphi_2'(0) = \varphi_3'(0) = 1$ and unit rates, and grows at the rate

$$ \lambda = \mathbb{E}[w_4^2]^{1/2}\, \mathbb{E}_{w_1} \left[ \mathbb{E}_Z [
   \Delta_4\, \varphi_1(\langle w_1, X \rangle)]^2 \right]^{1/2} , \qquad
   e^{\lambda \tau_N} \propto N^{1/2} , \qquad \tau_N \sim \frac{\log N}{2 \lambda} . $$

For $L \ge 5$ the saddle has no linear instability, products of $L - 2$ small factors must grow by
one another, and $\tau_N \propto N^{(L-4)/2}$. The two laws of $\tau_N$ are heuristic.

Measured here. How far any weight of the limit moves, by descent and by flow, to rounding; and the
time $\tau_N$ of networks, at $L = 4$ against its law with $\lambda$ computed and at $L = 5$ from
below.
"""

from math import sqrt

import torch

import mfcheck as mf
from mfcheck.claims import premises
from mfcheck.strategies import iid_problems

WIDTHS = (16, 32, 64)
WIDER = (32, 64, 128)

claim = mf.Claim(
    "frozen_centred",
    text=__doc__,
    source="Hajjar, Chizat & Giraud, arXiv:2110.15596: integrable parametrisations of more than "
    "four layers start at a stationary point when weights are centred (known from its abstract); "
    "our proof has L = 4 too, and escape times are derived here. Consistent with Golikov, "
    "arXiv:2003.05884, who finds no non-trivial limit of descent for more than two hidden layers",
    papers=("Hajjar, Chizat & Giraud, arXiv:2110.15596",),
    section="C. Symmetry under i.i.d. initialisation",
    ours=True,
    uses=("fixed_step_limit",),
    assumptions=(
        premises.INDEPENDENT,
        premises.FROZEN_BIASES,
        r"$b_i = 0$; $\mathbb{E}[w_i(0)] = 0$ and $\varphi_i(0) = 0$ for $2 \le i \le L - 1$, or "
        r"the symmetry of the ends. $X$ has a constant coordinate.",
        r"Escape: tanh, squared loss, middle entries of deviation 1, full-batch descent with "
        r"$\varepsilon = 0.1$.",
    ),
    not_tested=(
        r"Upper bounds on $\tau_N$ for $L \ge 5$: the rows are one-sided, and at $N \le 64$ the "
        r"exponent still lies above $1/2$.",
        r"The exponent $(L - 4) / 2$ beyond $L = 5$.",
    ),
)

CENTRED = {"centre": 0.0, "sd": 1.0, "trained_bias": False}
ENDS = {"reach": sqrt(3), "low": -1.7, "high": 1.7, "d": 3, "n": 8}


def tanh(L, **fields):
    """L layers of tanh with an identity output, no biases."""
    return mf.IIDSpec(("tanh",) * (L - 1) + ("identity",), **(CENTRED | ENDS | fields))


STILL = iid_problems(
    depth=(4, 6),
    hidden=("tanh", "erf", "sin"),
    always=[tanh(4, low=-0.3), mf.IIDSpec(("sigmoid", *["tanh"] * 4, "sigmoid"), **CENTRED)],
    **CENTRED,
)

SYMMETRIC = iid_problems(
    depth=(4, 6), hidden=("tanh", "erf", "sin"), low=-1.7, high=1.7, trained_bias=False
)


def displacement(path):
    """sup over time of how far the sampled neurons' limit weights and biases have moved."""
    states = [path.read(state) for state in path.states]
    parts = [(*s.W.values(), *s.b.values()) for s in states]
    gaps = [
        (v - v0).abs().flatten(1).amax(1) for p in parts for v, v0 in zip(p, parts[0], strict=True)
    ]
    return torch.stack(gaps).amax(0)


@claim.check(over=STILL, expect=mf.Equals(0))
def descent_stands_still(problem):
    """No weight of the limit moves under gradient descent, any step and any number of them."""

    def residual(seeds):
        return displacement(problem.discrete_limit(problem.sample(4, seeds)[1]))

    return mf.identity(residual)


@claim.check(over=[tanh(4, d=2), *STILL.always[1:]], expect=mf.Equals(0))
def flow_stands_still(problem):
    """No weight of the limit moves under gradient flow."""

    def residual(seeds):
        return displacement(problem.limit(problem.sample(4, seeds)[1]))

    return mf.identity(residual)


@claim.check(over=SYMMETRIC, expect=mf.Equals(0))
def symmetric_ends_freeze_too(problem):
    """With symmetric $w_1(0)$ and $w_L(0)$ and odd $\\varphi_1$ no weight of the limit moves,
    though $m_i \\neq 0$."""
    return descent_stands_still.measure(problem)


def losses(problem, state):
    """The training loss of every network after every step, (steps + 1, replicates)."""
    data, loss = problem.data, problem.model.loss

    def risk(t, s):
        return loss.value(mf.output(problem.model, s, data.x) - data.y) @ data.q

    return torch.stack(problem.gd(state, at=(0.0, problem.T), observe=(risk,)).observed[0])


def escape(problem, N, seeds):
    """The time at which the loss has fallen by a tenth, between steps by interpolation.

    A network that is still there at T counts for neither side: NaN.
    """
    loss = losses(problem, problem.sample(N, seeds)[0])
    goal = 0.9 * loss[0]
    after = (loss <= goal).int().argmax(0)
    below, above = loss.gather(0, after[None])[0], loss.gather(0, (after - 1).clamp(0)[None])[0]
    time = problem.eps * (after - (goal - below) / (above - below))
    return torch.where(after > 0, time, torch.nan)


def rate(problem):
    """λ, on quadrature nodes of w_1 and w_L; Δ_L at ŷ = 0 is the slope of the loss there."""
    nodes, data = problem.emb.nodes(16), problem.data
    pull = problem.model.loss.slope(-data.y) * data.q
    drift = problem.model.phi(1).value(data.x @ nodes.W[1].mT).mT @ pull
    last = nodes.W[problem.L][:, 0].square() @ nodes.P[problem.L - 1]
    return sqrt(last * (drift.square() @ nodes.P[1]))


@claim.check(
    over=[tanh(4, T=20.0), tanh(4, T=20.0, data="teacher")],
    expect=mf.Equals(0.5),
    equivalence="$\\log N / 2 \\lambda$ is the first term of the waiting time; steps of size "
    "$\\varepsilon$ and the end of the plateau add some hundredths to the slope",
)
def four_layers_wait_for_log_n(problem):
    """$e^{\\lambda \\tau_N}$ grows like $N^{1/2}$, that is $\\tau_N$ like $\\log N / 2 \\lambda$,
    with $\\lambda$ computed and nothing fitted."""
    growth_rate = rate(problem)

    def ratio(N, seeds):
        return (growth_rate * escape(problem, N, seeds)).exp()

    return mf.growth(ratio, along=WIDER)


@claim.check(over=[tanh(5, T=80.0), tanh(5, T=80.0, data="teacher")], expect=mf.AtLeast(0.5))
def five_layers_wait_for_root_n(problem):
    """$\\tau_N$ grows at least like $N^{1/2}$."""

    def ratio(N, seeds):
        return escape(problem, N, seeds)

    return mf.growth(ratio, along=WIDTHS)


MEANS = {"centre": 1.0, "sd": 0.3, "low": 0.0, "high": 2.0}


@claim.control(of=four_layers_wait_for_log_n, over=[tanh(4, T=5.0, **MEANS)])
def four_layers_with_means(problem):
    """With $m_i = 1$ the time to lose a tenth of the loss does not grow."""
    return four_layers_wait_for_log_n.measure(problem)


@claim.control(of=five_layers_wait_for_root_n, over=[tanh(5, T=5.0, **MEANS)])
def five_layers_with_means(problem):
    """With $m_i = 1$ the time to lose a tenth of the loss does not grow."""
    return five_layers_wait_for_root_n.measure(problem)


@claim.control(of=descent_stands_still, over=[tanh(3)])
def three_layers(problem):
    """For $L = 3$ the limit moves."""
    return descent_stands_still.measure(problem)


@claim.control(of=descent_stands_still, over=[tanh(4, trained_bias=True, data="teacher")])
def trained_biases(problem):
    """With $\\xi_i^b = 1$ the limit moves: the biases fit the mean of $Y$."""
    return descent_stands_still.measure(problem)


@claim.control(of=descent_stands_still, over=[tanh(4, centre=0.1, low=0.0, high=2.0)])
def small_means(problem):
    """With $m_i = 1/10$ and $w_L$ uniform on $(0, 2)$ the limit moves."""
    return descent_stands_still.measure(problem)


@claim.control(
    of=descent_stands_still,
    over=[mf.IIDSpec(("tanh", "sigmoid", "tanh", "identity"), **CENTRED)],
)
def slope_without_zero(problem):
    """With $\\varphi_2(0) = 1/2$ the limit moves."""
    return descent_stands_still.measure(problem)
