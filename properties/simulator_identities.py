r"""Descent composes, keeps its clock and averages exactly, and its distance sees every weight.

Write $\Phi_{K, \varepsilon}^{\xi}$ for $K$ steps of full-batch descent with step $\varepsilon$ and
schedule $\xi$, for any ensemble under any measure. Five identities follow from the definitions.

- Two legs are one run: $\Phi_{K + M, \varepsilon} = \Phi_{M, \varepsilon} \circ
  \Phi_{K, \varepsilon}$.
- A schedule common to all layers is a change of clock: if $\xi_i = \xi_i^b = c$ for all $i$, then
  $\Phi_{K, \varepsilon}^{c} = \Phi_{K, c\, \varepsilon}^{1}$; if $c$ changes after $K$ steps, the
  clock does too.
- A batch that holds atom $k$ of the data $m_k$ times is the whole law, if
  $q_k = m_k / \sum_l m_l$: SGD on a stream of such batches is full-batch descent.
- A network with unequal weights $P_i$ of its neurons, taken for a finite embedding, is its own
  mean-field limit: the limit is the network's flow.
- The distance $D_T$ is a maximum over every weight, bias and recorded time: if two trajectories
  differ in one number, at one time, by $h$, then $D_T = h$; and in the root mean square
  $D_T = h (P_{i-1}(j) P_i(k))^{1/2}$, which is $h (N_{i-1} N_i)^{-1/2}$ under uniform $P_i$.

Measured here. Each of the five, to rounding. A simulator that forgets its clock between steps,
weighs a batch or a neuron wrongly, or overlooks a layer fails one of them to all digits; a rate of
$N^{-1/2}$ might not tell.
"""

from dataclasses import replace

import torch

import mfcheck as mf
from mfcheck.model.ensemble import Ensemble
from mfcheck.strategies.families import KINKLESS, SMOOTH, problems

claim = mf.Claim(
    "simulator_identities",
    text=__doc__,
    source="derived here",
    section="A. The objects",
    uses=("one_formula",),
    ours=True,
    assumptions=(
        "Networks of unequal widths with unequal weights of their neurons, float64, steps of full-"
        "batch descent: by construction.",
        "The limit of a network and its flow: losses with a differentiable slope, local errors of "
        r"$10^{-12}$ at most on both sides.",
    ),
    not_tested=("Legs of SGD: a stream is addressed by the whole run.",),
)

ANY = problems(depth=(2, 5), hidden=SMOOTH)
SOME = problems(depth=(2, 3))
SHALLOW = problems(depth=(2, 3), hidden=SMOOTH, losses=KINKLESS)


def network(problem, seeds):
    """Networks of unequal widths, the k-th neuron of a layer with a weight in proportion to k."""
    widths = {i: 3 + 2 * i for i in range(1, problem.L)}
    state, _ = problem.sample(widths, seeds)
    P = {i: torch.arange(1.0, n + 1).to(state.W[1]) for i, n in state.widths.items()}
    shares = {i: (p / p.sum()).expand(len(seeds.replicates), -1) for i, p in P.items()}
    return Ensemble.of(state.W, state.b, shares)


def gap(one, other):
    """The largest gap in a weight or bias between two states, per replicate."""
    parts = [(one.W[i], other.W[i]) for i in one.W] + [(one.b[i], other.b[i]) for i in one.b]
    return torch.stack([(v - w).abs().flatten(1).amax(1) for v, w in parts]).amax(0)


def common(problem, rate):
    """The problem with one schedule for all layers."""
    layers = range(1, problem.L + 1)
    return problem.trained_by(dict.fromkeys(layers, rate), dict.fromkeys(layers[1:], rate))


def legs_against_run(problem):
    """Twice four steps, each leg on a clock of its own, against eight."""
    half, whole = (replace(problem, T=steps * problem.eps) for steps in (4, 8))

    def residual(seeds):
        state = network(problem, seeds)
        return gap(half.gd(half.gd(state).final).final, whole.gd(state).final)

    return mf.identity(residual)


@claim.check(over=ANY, expect=mf.Equals(0))
def two_legs_are_one_run(problem):
    """Descent for $T / 2$, and from where it ended for $T / 2$ again, is descent for $T$."""
    return legs_against_run(problem)


@claim.control(of=two_legs_are_one_run, over=SOME)
def clock_restarted(problem):
    """Under the schedule $\\xi(t) = 1 + t$ the second leg starts a new clock: not the one run."""
    return legs_against_run(common(problem, lambda t: 1 + t))


@claim.check(over=ANY, expect=mf.Equals(0))
def common_schedule_is_a_clock(problem):
    """With $\\xi = 2$ for four steps and $1/2$ from then on, descent is four steps of
    $2 \\varepsilon$ and four of $\\varepsilon / 2$."""
    eps = problem.eps

    def rate(t):
        return 2.0 if t < 3.5 * eps else 0.5

    quick, slow = replace(problem, T=8 * eps, eps=2 * eps), replace(problem, T=2 * eps, eps=eps / 2)

    def residual(seeds):
        state = network(problem, seeds)
        one = replace(common(problem, rate), T=8 * eps).gd(state)
        return gap(one.final, slow.gd(quick.gd(state).final).final)

    return mf.identity(residual)


@claim.control(of=common_schedule_is_a_clock, over=SOME)
def one_layer_faster(problem):
    """A schedule of the last layer alone is no change of clock."""
    eps = problem.eps
    quick = replace(problem, T=8 * eps, eps=2 * eps)

    def residual(seeds):
        state = network(problem, seeds)
        one = replace(problem.trained_by({problem.L: 2.0}), T=4 * eps).gd(state)
        return gap(one.final, quick.gd(state).final)

    return mf.identity(residual)


def copies(problem):
    """A problem whose q_k is in proportion to 1 + (k mod 3), and the batch that says so."""
    x, y, n = problem.data.x, problem.data.y, problem.data.n
    times = (1 + torch.arange(n, device=x.device) % 3).to(x)
    weighted = replace(problem, data=mf.DataLaw(x, y, times / times.sum()))
    return weighted, torch.arange(n, device=x.device).repeat_interleave(times.long())


@claim.check(over=ANY, expect=mf.Equals(0))
def batch_of_copies_is_the_law(problem):
    """SGD whose every batch holds atom $k$ of the data $m_k$ times is full-batch descent under
    $q_k = m_k / \\sum m$."""
    weighted, batch = copies(problem)

    def residual(seeds):
        state = network(weighted, seeds)
        stream = batch.expand(round(weighted.T / weighted.eps), -1)
        return gap(weighted.sgd(state, stream=stream).final, weighted.gd(state).final)

    return mf.identity(residual)


@claim.control(of=batch_of_copies_is_the_law, over=SOME)
def batch_of_single_atoms(problem):
    """A batch that holds every atom once is not the law, if $q$ is not uniform."""
    weighted, _ = copies(problem)

    def residual(seeds):
        state = network(weighted, seeds)
        every = torch.arange(weighted.data.n).expand(round(weighted.T / weighted.eps), -1)
        return gap(weighted.sgd(state, stream=every).final, weighted.gd(state).final)

    return mf.identity(residual)


def limit_against_flow(problem, measure):
    """The limit of each network as an embedding, under a measure, against the network's flow."""
    problem = replace(problem, T=0.5)
    at = (0.0, problem.T)

    def residual(seeds):
        states = network(problem, seeds)
        path = problem.flow(states, at=at, rtol=1e-12, atol=1e-12)
        gaps = []
        for r in range(len(seeds.replicates)):
            one = measure(states.map(lambda v, r=r: v[r]))
            embedded = replace(problem, emb=mf.FiniteEmbedding(one))
            limit = embedded.limit(at=at, tol=3e-11).final
            mine = path.final.map(lambda v, r=r: v[r : r + 1])
            gaps.append(gap(limit.map(lambda v: v[None]), mine))
        return torch.cat(gaps)

    return mf.identity(residual)


@claim.check(over=SHALLOW, expect=mf.Equals(0))
def limit_of_a_network_is_its_flow(problem):
    """The mean-field limit of a network with unequal weights of its neurons, taken for a finite
    embedding, is the network's gradient flow."""
    return limit_against_flow(problem, lambda state: state)


@claim.control(of=limit_of_a_network_is_its_flow, over=problems(depth=(3, 3)))
def weights_forgotten(problem):
    """With equal weights of the neurons in the embedding, the limit is another."""
    return limit_against_flow(problem, lambda state: Ensemble(state.W, state.b))


def places(state):
    """Every array of a state, by the dict that holds it and its layer."""
    return [("W", i) for i in state.W] + [("b", i) for i in state.b]


def nudged(path, part, i, u, h=0.25):
    """The trajectory with one number of layer i changed by h at one time, both chosen by u (r, 2);
    and the share of that number in an average over the layer."""
    K = len(path.states)
    values = [getattr(s, part)[i] for s in path.states]
    count = values[0][0].numel()
    stack = torch.stack(values).flatten(2).clone()
    r, entry = torch.arange(len(u)), (u[:, 1] * count).long()
    stack[(u[:, 0] * K).long(), r, entry] += h
    states = []
    for s, v in zip(path.states, stack, strict=True):
        parts = {"W": dict(s.W), "b": dict(s.b)}
        parts[part][i] = v.reshape(values[0].shape)
        states.append(Ensemble.of(parts["W"], parts["b"], s.P))
    return replace(path, states=states), share(path.final, part, i, entry)


def share(state, part, i, entry):
    """The probability of the neuron, or of the pair of neurons, that a number belongs to, (r,)."""
    r, N, P = torch.arange(len(entry)), state.widths, state.P
    if part == "b":
        return P[i][r, entry]
    if i == 1:
        return P[1][r, entry // state.d]
    return P[i - 1][r, entry // N[i]] * P[i][r, entry % N[i]]


def missed(problem, seeds, look):
    """The largest error of D_T = h and of its rms over the layers; look: what is read of it."""
    path = problem.gd(network(problem, seeds))
    worst = torch.zeros(len(seeds.replicates), dtype=torch.float64)
    for part, i in places(path.final):
        u = torch.as_tensor(seeds.fold(part, i).uniforms("where", 0, 2))
        other, p = nudged(path, part, i, u)
        for norm, size in (("max", 0.25), ("rms", 0.25 * p.sqrt())):
            D = mf.distance(look(path), look(other), norm=norm)
            worst = torch.maximum(worst, (D - size).abs())
    return worst


@claim.check(over=ANY, expect=mf.Equals(0))
def distance_sees_every_weight(problem):
    """One number of one layer, changed by $h$ at one recorded time, makes $D_T = h$, and
    $h (P_{i-1}(j) P_i(k))^{1/2}$ in the root mean square: for every layer, weights and biases."""
    return mf.identity(lambda seeds: missed(problem, seeds, lambda path: path))


@claim.control(of=distance_sees_every_weight, over=SOME)
def final_time_only(problem):
    """The distance at $T$ alone overlooks a change at an earlier time."""

    def last(path):
        return replace(path, states=path.states[-1:], times=path.times[-1:])

    return mf.identity(lambda seeds: missed(problem, seeds, last))
