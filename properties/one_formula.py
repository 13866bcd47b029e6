r"""A network is its own mean-field limit under the empirical measure.

Write $P_i$ for the measure on the neurons of layer $i$ and let every average over neurons be
an expectation under it:

$$ H_i(x, c) = b_i(c) + \mathbb{E}_{C_{i-1} \sim P_{i-1}}
   \left[ w_i(C_{i-1}, c)\, \varphi_{i-1}(H_{i-1}(x, C_{i-1})) \right],
   \qquad \partial_t w_i = -\xi_i(t)\, G_i . $$

With $P_i$ uniform on $N_i$ neurons this is the network with $1/N$ scaling and learning rates
$\varepsilon N_{i-1} N_i$; with $P_i$ the law of $C_i$ it is the limit. Only the measure counts:
splitting a neuron into copies that share its probability, permuting the neurons of a layer, and
adding neurons of probability zero change neither $\hat{y}(t)$ nor the loss nor any weight, along
the whole trajectory and to rounding, for any depth, activation, loss and measure. Nothing in
this asks that the weights enter linearly: the same holds with $\mathbb{E}_{C_{i-1}}
[\varphi_i(w_i(C_{i-1}, c), b_i(c), H_{i-1}(x, C_{i-1}))]$ in place of the sum.

Measured here. Outputs, losses and weights along SGD, descent and flow before and after neurons are
split, permuted, added or counted, which must agree to rounding.
"""

import mfcheck as mf
from mfcheck.model.empirical import tallied
from mfcheck.model.ensemble import Ensemble
from mfcheck.model.transforms import add_tracers, duplicate, permute, split
from mfcheck.strategies.families import SMOOTH, problems
from mfcheck.strategies.general_problems import general_problems

claim = mf.Claim(
    "one_formula",
    text=__doc__,
    source="derived here; the two systems are Pham & Nguyen, ICLR 2021, sections 2.1 and 2.2",
    section="A. The objects",
    ours=True,
    assumptions=(
        r"Any $L \ge 2$, activations and losses with a Lipschitz slope: by construction.",
        r"Networks of unequal widths, float64, the same steps or the same stream on both sides.",
    ),
    not_tested=("Flows of the general model: its rows take steps.",),
)

ANY = problems(depth=(2, 5), hidden=SMOOTH)


def network(problem, seeds):
    """Networks of unequal widths drawn from the problem's embedding."""
    return problem.sample({i: 3 + 2 * i for i in range(1, problem.L)}, seeds)[0]


def apart(one, other, scale=1.0):
    """sup over time of the relative gap in loss and ŷ between two motions, per replicate."""
    gap = (one.y_hat - other.y_hat).abs().amax((0, -1)) + (one.loss - other.loss).abs().amax(0)
    return gap / (scale + one.y_hat.abs().amax((0, -1)))


@claim.check(over=ANY, expect=mf.Equals(0))
def splitting(problem):
    """Replacing neuron 1 of every hidden layer by three copies with shares 0.2, 0.3, 0.5
    changes nothing along SGD on the same stream."""

    def residual(seeds):
        state = whole = network(problem, seeds)
        for i in range(1, problem.L):
            state = split(state, i, 1, (0.2, 0.3, 0.5))
        return apart(problem.sgd(whole, seed=seeds), problem.sgd(state, seed=seeds))

    return mf.identity(residual)


@claim.check(over=ANY, expect=mf.Equals(0))
def permuting(problem):
    """Reversing the order of the neurons of every hidden layer permutes the final weights and
    changes nothing else along gradient descent."""

    def residual(seeds):
        state = whole = network(problem, seeds)
        for i in range(1, problem.L):
            state = permute(state, i, list(reversed(range(state.widths[i]))))
        one, other = problem.gd(whole), problem.gd(state)
        moved = (one.final.W[1] - other.final.W[1].flip(-2)).abs().amax((-1, -2))
        return apart(one, other) + moved

    return mf.identity(residual)


@claim.check(over=ANY, expect=mf.Equals(0))
def counting(problem):
    """Neurons that start from one atom stay equal: counting them in place of simulating each
    changes neither $\\hat{y}$ nor the loss nor the distance to the limit along SGD."""
    return counted(problem)


def counted(problem, seen=lambda few: few):
    """The gap between networks and their atoms under the measure of their neurons, or another."""
    widths = {i: 3 + 2 * i for i in range(1, problem.L)}
    limit = problem.discrete_limit()

    def residual(seeds):
        whole, C = problem.sample(widths, seeds)
        few, own = tallied(problem.emb.atoms, C)
        one, other = problem.sgd(whole, seed=seeds), problem.sgd(seen(few), seed=seeds)
        far = mf.distance(one, limit, C, norm="rms") - mf.distance(other, limit, own, norm="rms")
        return apart(one, other) + far.abs()

    return mf.identity(residual)


def with_tracers(state):
    """Two neurons of probability zero more in every hidden layer."""
    for i in range(1, state.L):
        state = add_tracers(state, i, strangers(state, i))
    return state


@claim.check(over=ANY, expect=mf.Equals(0))
def tracers_in_steps(problem):
    """Two neurons of probability zero in every hidden layer move nothing along descent."""

    def residual(seeds):
        whole = network(problem, seeds)
        return apart(problem.gd(whole), problem.gd(with_tracers(whole)))

    return mf.identity(residual)


# At the kink of Huber's slope the step control amplifies rounding beyond any fixed tolerance.
KINKLESS = problems(depth=(2, 5), hidden=SMOOTH, losses=("squared", "logcosh", "geman_mcclure"))


@claim.check(over=KINKLESS, expect=mf.Equals(0))
def tracers(problem):
    """Two neurons of probability zero in every hidden layer move nothing along the adaptive
    gradient flow (losses with a differentiable slope)."""

    def residual(seeds):
        whole = network(problem, seeds)
        state = with_tracers(whole)
        options = {"rtol": 1e-6, "atol": 1e-8, "at": [0.0, problem.T / 2, problem.T]}
        return apart(problem.flow(whole, **options), problem.flow(state, **options))

    return mf.identity(residual)


def strangers(state, i, count=2):
    """Neurons unlike any in the layer: weights shifted by one and doubled."""
    rows = slice(0, count)
    W_in = state.W[1][..., rows, :] if i == 1 else state.W[i][..., rows]
    return {"W_in": 2 * W_in + 1, "W_out": 2 * state.W[i + 1][..., rows, :] + 1}


@claim.control(of=splitting, over=problems(depth=(2, 3)))
def root_scaling(problem):
    """With sums scaled by $1/\\sqrt{N}$ instead of $1/N$, doubling every neuron is seen."""

    def residual(seeds):
        state = network(problem, seeds)
        other = state
        for i in range(1, problem.L):
            other = duplicate(other, i)
        return apart(problem.gd(rooted(state)), problem.gd(rooted(other)))

    return mf.identity(residual)


def rooted(state):
    """The state whose 1/N forward pass is the 1/√N forward pass of the given one."""
    root = {i: state.widths[i - 1] ** 0.5 for i in range(2, state.L + 1)}
    return Ensemble({i: w * root.get(i, 1.0) for i, w in state.W.items()}, state.b, state.P)


@claim.control(of=splitting, over=problems(depth=(2, 3)))
def rate_without_N(problem):
    """With learning rates that lack the factor $N_1$ of the first layer, doubling every neuron
    is seen."""

    def residual(seeds):
        state = network(problem, seeds)
        other = duplicate(state, 1)
        paths = [problem.trained_by(xi={1: 1 / s.widths[1]}).gd(s) for s in (state, other)]
        return apart(*paths)

    return mf.identity(residual)


@claim.control(of=counting, over=problems(depth=(2, 3)))
def counted_once(problem):
    """Every atom counts the same, however many neurons it has."""
    return counted(problem, seen=lambda few: Ensemble(few.W, few.b))


BENT = general_problems(depth=(2, 4))


@claim.check(over=BENT, expect=mf.Equals(0))
def splitting_general(problem):
    """In the general model splitting neurons changes nothing along SGD on the same stream."""
    return splitting(problem)


@claim.check(over=BENT, expect=mf.Equals(0))
def permuting_general(problem):
    """In the general model permuting neurons permutes the final weights and changes nothing else
    along gradient descent."""
    return permuting(problem)


@claim.check(over=BENT, expect=mf.Equals(0))
def tracers_general(problem):
    """In the general model adding neurons of probability zero changes nothing along gradient
    descent."""
    return tracers_in_steps(problem)


@claim.control(of=splitting_general, over=general_problems(depth=(3, 3)))
def root_scaling_general(problem):
    """With sums scaled by $1/\\sqrt{N}$ the general model sees that every neuron is doubled."""

    def rooted_gd(state):
        maps = problem.model.maps
        grown = (by_root(phi, state.widths[i]) for i, phi in enumerate(maps[1:], 1))
        model = mf.Model.general((maps[0], *grown), loss=problem.model.loss)
        return mf.sgd(model, state, problem.data, problem.eps, problem.T, batch=None)

    def residual(seeds):
        state = other = network(problem, seeds)
        for i in range(1, problem.L):
            other = duplicate(other, i)
        return apart(rooted_gd(state), rooted_gd(other))

    return mf.identity(residual)


def by_root(phi, N):
    """√N φ(w, b, h), whose average over N neurons is its sum over √N."""
    return lambda w, b, h: N**0.5 * phi(w, b, h)
