r"""In the limit all neurons of a middle layer have the same pre-activation.

Let $L \ge 4$, let all weights be independent at the start, those of a layer with one law, and
let the biases start from constants. In the mean-field limit

$$ H_i(t, x, c_i) = H_i(t, x) \quad \text{for every neuron } c_i, \qquad 2 \le i \le L - 2 . $$

Measured here. For a network of width $N$ the spread of $H_i$ over the neurons should shrink like
$N^{-1/2}$. At the start it does so exactly: given layer $i - 1$, the neurons of layer $i$ are
independent copies of

$$ H_i(x) = b_i + \frac{1}{N} \sum_{j=1}^{N} w_i(0, j)\, \varphi_{i-1}(H_{i-1}(x, j)) , $$

whose variance is

$$ \operatorname{Var}(H_i(x)) = \frac{\sigma_i^2}{N} \cdot
   \frac{1}{N} \sum_{j=1}^{N} \varphi_{i-1}(H_{i-1}(x, j))^2 , \qquad
   \sigma_i^2 = \operatorname{Var}(w_i(0)) . $$

Layer 1 differs from neuron to neuron since $w_1$ does, and layer $L - 1$ does from $t > 0$ on,
since what reaches its neurons from above is proportional to $w_L$. The rate and the size at the
start are ours; the theorem says what the limit is.
"""

import torch

import mfcheck as mf
from mfcheck.claims import premises, rate_premises
from mfcheck.model import laws
from mfcheck.strategies import iid_problems

WIDTHS = (16, 32, 64, 128)

claim = mf.Claim(
    "equal_preactivations",
    text=__doc__,
    source="Pham, One World Seminar on the Mathematics of Machine Learning, 2020, corollary for "
    "i.i.d. initialisation with constant biases",
    papers=("Pham, One World Seminar, 2020",),
    section="C. Symmetry under i.i.d. initialisation",
    uses=("borel_structure",),
    assumptions=(
        premises.INDEPENDENT,
        premises.CONSTANT_BIASES,
        premises.deep(4),
        *premises.ANY_START,
        rate_premises.SECOND_MOMENT,
    ),
    not_tested=(
        r"Inputs $x$ away from the data, and depths beyond 6.",
        "The supremum over neurons: rows follow standard deviations.",
        "SGD: the networks take full-batch steps.",
    ),
)

FOUR = ("tanh",) * 3 + ("identity",)


def forward(problem, state):
    """H_i(x, ·) of every layer on the data, (replicates, inputs, neurons)."""
    return mf.forward(problem.model, state, problem.data.x)


def middle(problem):
    """The layers whose neurons agree."""
    return range(2, problem.L - 1)


def spread(H):
    """Standard deviation over neurons, root mean square over inputs."""
    return H.var(-1).mean(-1).sqrt()


@claim.check(over=iid_problems(depth=(4, 6)), expect=mf.AtMost(0.0))
def spread_shrinks(problem):
    """The standard deviation over neurons of $H_i(T, x, \\cdot)$, in the worst middle layer,
    shrinks at least as fast as $N^{-1/2}$."""
    return growth_of_spread(problem, middle(problem))


def growth_of_spread(problem, layers):
    """The growth of √N times the largest spread of H_i(T, x, ·) among some layers."""

    def ratio(N, seeds):
        state, _ = problem.sample(N, seeds)
        H = forward(problem, problem.gd(state, at=[problem.T]).final)
        return torch.stack([spread(H[i]) for i in layers]).amax(0) * N**0.5

    return mf.growth(ratio, along=WIDTHS)


@claim.check(
    over=iid_problems(depth=(4, 6)),
    expect=mf.Equals(1.0),
    equivalence="the prediction is one to first order, and at $N = 128$ misses a few hundredths",
)
def size_at_start(problem):
    """At $t = 0$ and $N = 128$ the spread over neurons is the predicted one: their quotient,
    averaged over the middle layers, is 1."""
    return mf.value(lambda seeds: quotient(problem, seeds, deviation))


def quotient(problem, seeds, size, N=128):
    """Spread at t = 0 over size(w_i) · rms(φ_{i-1}(H_{i-1})) / √N, mean over middle layers."""
    H = forward(problem, problem.sample(N, seeds)[0])
    V = {i: problem.model.phi(i).value(H[i]) for i in H}
    parts = [
        spread(H[i]) / (size(problem.emb.W[i]) * V[i - 1].square().mean((-2, -1)).sqrt() / N**0.5)
        for i in middle(problem)
    ]
    return torch.stack(parts).mean(0)


def deviation(law):
    """Standard deviation of a law."""
    return laws.spread(law)


def size_with_mean(law):
    """Root mean square of a law."""
    return (laws.spread(law) ** 2 + law.mean**2) ** 0.5


@claim.control(of=spread_shrinks, over=iid_problems(depth=(4, 6)))
def first_layer(problem):
    """Layer 1: its neurons differ as $w_1$ does."""
    return growth_of_spread(problem, [1])


@claim.control(of=spread_shrinks, over=[mf.IIDSpec(FOUR, low=-1.0, high=3.0)])
def last_but_one_layer(problem):
    """Layer $L - 1$ at $T = 3$: its neurons differ as $w_L$ does."""
    return growth_of_spread(problem, [problem.L - 1])


@claim.control(of=spread_shrinks, over=[mf.IIDSpec(FOUR[1:], low=-1.0, high=3.0)])
def three_layers(problem):
    """At $L = 3$ no layer is in the middle: layer 2 is layer $L - 1$."""
    return growth_of_spread(problem, [2])


@claim.control(of=size_at_start)
def mean_not_removed(problem):
    """The root mean square of $w_i$ in place of its standard deviation."""
    return mf.value(lambda seeds: quotient(problem, seeds, size_with_mean))
