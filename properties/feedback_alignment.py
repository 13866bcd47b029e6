r"""A wide network follows its limit also where what moves it is no gradient.

Let the weights of the general model be moved by $\partial_t w_i = - \mathbb{E}_Z \left[ \Delta_i\,
\varphi_{i-1}(H_{i-1}) \right]$, with errors that are carried back by any regular function $\psi$,
be it a derivative of the model or not,

$$ \Delta_{i-1}(z, c) = \mathbb{E}_{C'} \left[ \psi(\Delta_i(z, C'), w_i(c, C'), H_{i-1}(x, c))
   \right] . $$

With $\mathbf{w}_i(0, j, k) = w_i^0(C_{i-1}(j), C_i(k))$ and the limit $W(t)$ of the same dynamics

$$ \sup_{t \le T} \max_{i, j, k} \left| \mathbf{w}_i(\lfloor t/\varepsilon \rfloor, j, k)
   - w_i(t, C_{i-1}(j), C_i(k)) \right|
   = O_T \left( \left( N_{\min}^{-1/2} + \varepsilon^{1/2} \right)
   \log^{1/2} \! \left( \frac{N_{\max}}{\delta} \right) \right) $$

with probability at least $1 - \delta$: "the derivation of the mean field limit applies to more
general dynamics", in the words of the slides.

Measured here. In feedback alignment errors are carried back by fixed weights $B_i$ in the place of
$w_i$,

$$ \Delta_{i-1}(z, c) = \mathbb{E}_{C'} \left[ B_i(c, C')\, \Delta_i(z, C') \right]
   \varphi_{i-1}'(H_{i-1}(x, c)) , $$

and all else is as in the standard model. It is the general model for the weights $(w_i, B_i)$, of
which $B_i$ has velocity zero, with $\psi(\Delta, (w, B), H) = B\, \Delta\, \varphi'(H)$ (ours).
Networks have $\mathbf{B}_i(j, k) = B_i(C_{i-1}(j), C_i(k))$.

That there is no loss of which this is the gradient flow is seen in two directions: $u$ moves
$w_{L-1}$ and $p$ moves $w_L$. For the field $F = \partial_t w$ of a gradient flow, in the metric in
which neurons count by their probabilities, $\langle u, D_p F \rangle - \langle p, D_u F \rangle$ is
zero. Here, for $\varphi_L$ the identity and with $\delta(x, c) = \mathbb{E}_{C'}
\left[ u(C', c)\, \varphi_{L-2}(H_{L-2}(x, C')) \right]$, it is

$$ \mathbb{E}_Z \left[ \ell''\, \mathbb{E}_C \left[ p\, \varphi_{L-1} \right]
   \mathbb{E}_C \left[ (w_L - B_L)\, \varphi_{L-1}'\, \delta \right]
   + \ell'\, \mathbb{E}_C \left[ p\, \varphi_{L-1}'\, \delta \right] \right] $$

(derived here): not zero even while $B_L = w_L$, since $w_L$ moves on and $B_L$ does not.

Networks are counted by their atoms as in `coupling`, so that there is no logarithm. The tables
$B_i$ have entries between $-1$ and $1$, and another law than $w_i^0$.
"""

from dataclasses import replace

import torch

import mfcheck as mf
from mfcheck.claims import premises
from mfcheck.claims.legs import Coupled, two_terms
from mfcheck.claims.rate_premises import wide_from
from mfcheck.dynamics.equations import forward
from mfcheck.model.embedding import gather
from mfcheck.model.empirical import tallied
from mfcheck.model.ensemble import Ensemble
from mfcheck.model.feedback import FeedbackModel
from mfcheck.observe.groups import group_rms, members
from mfcheck.problems.finite import FiniteSpec
from mfcheck.strategies import problems

WIDTHS = (2**10, 2**14, 2**18, 2**22)
BOTH = (40, 120, 360)  # N, and T / ε
GROUP = 4  # networks of which one root mean square is taken

claim = mf.Claim(
    "feedback_alignment",
    text=__doc__,
    source="Pham, One World Seminar on the Mathematics of Machine Learning, 2020, general model "
    "and the remark that the limit applies to more general dynamics; that feedback alignment is "
    "one of them, and what is derived of its field, is ours",
    papers=("Pham, One World Seminar, 2020", "Nguyen & Pham, arXiv:2001.11443"),
    section="B. Coupling",
    uses=("coupling", "one_formula"),
    assumptions=(
        *premises.REGULAR,
        premises.SAMPLED,
        *wide_from(BOTH[0]),
        r"$B_i$ bounded and fixed, a function of the same $C_{i-1}(j)$, $C_i(k)$ as $w_i^0$: by "
        "construction.",
    ),
    not_tested=(
        "Feedback that is drawn apart from the neurons, or that is trained; depths beyond 5.",
        r"The constant, the bound in $\delta$, and whether the loss falls.",
    ),
)

MANY = problems(depth=(2, 4))
SOME = problems(depth=(3, 4))
BASE = [FiniteSpec(("tanh", "tanh", "identity"), T=2.0)]
SMALL = [FiniteSpec(("tanh", "tanh", "identity"), "huber", atoms=4, n=4, weighted=True)]


def tables(problem, name="feedback"):
    """B_i of the atoms for i = 2..L, entries uniform on ±1: the same for all of a shape."""
    K = problem.emb.atoms.widths

    def drawn(i):
        u = mf.Seeds(0).fold(name).uniforms("B", i, K[i - 1] * K[i])
        return torch.as_tensor(2 * u - 1).reshape(K[i - 1], K[i])

    return {i: drawn(i) for i in range(2, problem.L + 1)}


def aligned(problem, feedback=None):
    """The same problem under feedback alignment."""
    return replace(problem, model=FeedbackModel(problem.model, feedback or tables(problem)))


def at_labels(problem, C):
    """The problem of the networks with these labels, every pair of neurons with its own B_i."""
    atoms = problem.emb.atoms
    own = gather(Ensemble.of(atoms.W | tables(problem), atoms.b, atoms.P), C).W
    return aligned(problem, {i: own[i] for i in tables(problem)})


def network(problem, seeds):
    """Networks of unequal widths, and their problem under feedback alignment."""
    state, C = problem.sample({i: 2 + 3 * i % 7 for i in range(1, problem.L)}, seeds)
    return state, at_labels(problem, C)


def by_autograd(model, state, data):
    """N_{i-1} N_i times what automatic differentiation gives one network for the weights of each
    layer, when every layer has the value of w_i and the slope of B_i in what it is given."""
    W = {i: w.clone().requires_grad_() for i, w in state.W.items()}
    h = data.x @ W[1].T
    for i in range(2, model.L + 1):
        v, n = model.phi(i - 1).value(h), len(W[i])
        back = v @ model.feedback[i] / n
        h = state.b[i] + v.detach() @ W[i] / n + back - back.detach()
    y_hat, N = model.phi(model.L).value(h)[:, 0], {0: 1, **state.widths}
    (data.q * model.loss.value(y_hat - data.y)).sum().backward()
    return {i: N[i - 1] * N[i] * w.grad for i, w in W.items()}


def mismatch(state, model, engine, data):
    """The largest relative gap of velocities to automatic differentiation, per network."""
    G, gaps = mf.gradient(engine, state, data).W, []
    for r in range(state.replicates[0]):
        own = FeedbackModel(model, {i: B[r] for i, B in model.feedback.items()})
        theirs = by_autograd(own, state.map(lambda v, r=r: v[r]), data)
        scale = max(float(g.abs().max()) for g in theirs.values())
        gaps.append(max(float((G[i][r] - g).abs().max()) for i, g in theirs.items()) / scale)
    return torch.tensor(gaps, dtype=torch.float64)


@claim.check(over=MANY, expect=mf.Equals(0))
def against_autograd(problem):
    """The velocities equal $N_{i-1} N_i$ times what automatic differentiation gives for a plainly
    coded network whose layers have the value of $w_i$ and the slope of $B_i$."""

    def residual(seeds):
        state, own = network(problem, seeds)
        return mismatch(state, own.model, own.model, problem.data)

    return mf.identity(residual)


@claim.check(over=SOME, expect=mf.Equals(0))
def counted(problem):
    """A network of width 16 and its atoms under the empirical measure of its neurons have one
    loss and one output under feedback alignment."""
    return counting(problem)


def counting(problem, seen=lambda few: few):
    """The gap between networks and their counted atoms, or others."""

    def residual(seeds):
        state, C = problem.sample(16, seeds)
        few = seen(tallied(problem.emb.atoms, C)[0])
        a, b = at_labels(problem, C).gd(state), aligned(problem).gd(few)
        return (a.loss - b.loss).abs().amax(0) + (a.y_hat - b.y_hat).abs().amax((0, -1))

    return mf.identity(residual)


def same_steps(problem, walked=None):
    """D_T in N between networks and limit that take the same steps, over N^{-1/2}. walked: the
    problem whose networks are trained, where it is another."""
    return mf.growth(Coupled(problem, walked).gap_in_width, WIDTHS, rate=lambda N: N**-0.5)


@claim.check(over=MANY, expect=mf.AtMost(0.0), finer=5.0)
def in_width(problem):
    """With network and limit taking the same steps, $D_T$ falls at least as fast as
    $N^{-1/2}$."""
    return same_steps(aligned(problem))


def along_both(problem, steps=lambda N: N):
    """D_T along ε = T/N between SGD and the limit's ODE, over N^{-1/2} + ε^{1/2}. steps: the T/ε
    that is taken for each N."""
    coupled = Coupled(problem)

    def gap(N, seeds):
        return group_rms(coupled.gap(N, steps(N), members(seeds, GROUP)), GROUP)

    return mf.growth(gap, BOTH, rate=lambda N: two_terms(N, problem.T / N))


@claim.check(over=SMALL, expect=mf.AtMost(0.0))
def in_both(problem):
    """Along $\\varepsilon = T/N$ the gap between SGD of one fresh sample a step and the ODE of the
    limit falls at least as fast as $N^{-1/2} + \\varepsilon^{1/2}$."""
    return along_both(aligned(problem))


@claim.check(over=problems(depth=(3, 5)), expect=mf.Equals(0))
def circulation(problem):
    """$\\langle u, D_p F \\rangle - \\langle p, D_u F \\rangle$, by automatic differentiation of
    the field in random directions, is what is derived, in units of its first term's size."""
    return circulating(problem, aligned(problem).model)


def circulating(problem, model):
    """The gap between a field's circulation and the one derived for feedback alignment."""
    B = tables(problem)[problem.L]

    def residual(seeds):
        state, L = problem.empirical(64, seeds)[0], problem.L
        u, p = (direction(seeds, i, state.W[i]) for i in (L - 1, L))
        first, second = derived(problem, state, (u, p), B)
        turned = turning(model, state, problem.data, (u, p))
        return (turned - first - second).abs() / (first.abs() + second.abs())

    return mf.identity(residual)


def direction(seeds, i, w):
    """A direction in the weights of layer i, entries uniform on ±1."""
    u = seeds.uniforms("direction", i, w[0].numel())
    return torch.as_tensor(2 * u - 1).reshape(w.shape)


def turning(model, state, data, directions):
    """⟨u, D_p F⟩ − ⟨p, D_u F⟩ of the field F = −G, one number a network."""
    L, (u, p) = model.L, directions
    last, below = state.W[L].clone().requires_grad_(), state.W[L - 1].clone().requires_grad_()
    moved = Ensemble.of(state.W | {L: last, L - 1: below}, state.b, state.P)
    F, here, above = mf.gradient(model, moved, data).W, state.P[L - 1], state.P[L - 2]
    along_u = -torch.einsum("rj,rk,rjk,rjk->", above, here, u, F[L - 1])
    along_p = -torch.einsum("rj,rjk,rjk->", here, p, F[L])
    (forth,) = torch.autograd.grad(along_u, last, retain_graph=True)
    (back,) = torch.autograd.grad(along_p, below)
    return (forth * p).sum((1, 2)) - (back * u).sum((1, 2))


def derived(problem, state, directions, B):
    """The two terms of the circulation as they are derived."""
    model, data, L, (u, p) = problem.model, problem.data, problem.L, directions
    H, P = forward(model, state, data.x), state.P
    phi, below = model.phi(L - 1), model.phi(L - 2).value(H[L - 2])
    v = phi.value(H[L - 1])
    slope = phi.pull(torch.ones_like(v), H[L - 1], v)
    residual = (H[L][..., 0] - data.y).requires_grad_()
    error = model.loss.slope(residual)
    (bend,) = torch.autograd.grad(error.sum(), residual)
    bent = slope * torch.einsum("rj,rbj,rjk->rbk", P[L - 2], below, u)

    def mean(w, f):
        return torch.einsum("rk,rk,rbk->rb", P[L - 1], w[..., 0], f)

    first = bend * mean(p, v) * mean(state.W[L] - B, bent)
    return (first @ data.q).detach(), ((error * mean(p, bent)) @ data.q).detach()


@claim.control(of=against_autograd, over=BASE)
def by_the_weights(problem):
    """The velocities of the gradient flow, whose errors are carried back by $w_i$."""

    def residual(seeds):
        state, own = network(problem, seeds)
        return mismatch(state, own.model, problem.model, problem.data)

    return mf.identity(residual)


@claim.control(of=counted, over=BASE)
def counted_once(problem):
    """Every atom counts the same, however many neurons it has."""
    return counting(problem, seen=lambda few: Ensemble.of(few.W, few.b, mf.Ensemble(few.W).P))


@claim.control(of=in_width, over=BASE)
def limit_of_the_gradient(problem):
    """Networks under feedback alignment are held against the limit of the gradient flow."""
    return same_steps(problem, walked=aligned(problem))


@claim.control(of=in_width, over=BASE)
def another_feedback(problem):
    """The limit has tables $B_i$ of the same law, and not the networks' own."""
    return same_steps(aligned(problem), walked=aligned(problem, tables(problem, "other")))


@claim.control(of=in_width, over=BASE)
def feedback_off_by_a_twentieth(problem):
    """The networks' $B_2$ is larger than that of the limit by $0.05$."""
    off = {i: B + 0.05 * (i == 2) for i, B in tables(problem).items()}
    return same_steps(aligned(problem), walked=aligned(problem, off))


@claim.control(of=in_both, over=SMALL)
def step_kept_fixed(problem):
    """The step stays at $\\varepsilon = T/40$ while the nominal one goes to zero with $1/N$."""
    return along_both(aligned(problem), lambda N: 40)


@claim.control(of=circulation, over=BASE)
def of_the_gradient(problem):
    """The field of the gradient flow, which does not circulate."""
    return circulating(problem, problem.model)
