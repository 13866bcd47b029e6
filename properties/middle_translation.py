r"""In the limit every weight of a middle layer moves by one and the same number.

Take the standard model, let all weights be independent at the start, those of a layer with one law,
and let the biases start from constants. In the mean-field limit there are functions
$\Delta_i^*: [0, \infty) \to \mathbb{R}$ such that, whatever the two neurons of a weight,

$$ w_i(t, c_{i-1}, c_i) = w_i(0, c_{i-1}, c_i) + \Delta_i^*(t) , \qquad 3 \le i \le L - 2 . $$

Measured here. There is such a layer from $L = 5$ on. The reason is that a weight never enters its
own velocity,

$$ \partial_t w_i = - \xi_i(t)\, \mathbb{E}_Z \left[ \Delta_i(Z, c_i)\,
   \varphi_{i-1}(H_{i-1}(X, c_{i-1})) \right] , $$

and that for $3 \le i \le L - 2$ neither $H_{i-1}$ nor $\Delta_i$ depends on the neuron. With
$g_i(t) = \mathbb{E}[w_i(0)] + \Delta_i^*(t)$ what remains is one equation for a number,

$$ \partial_t g_i = - \xi_i(t)\, \mathbb{E}_Z \left[ \Delta_i(Z)\,
   \varphi_{i-1}(H_{i-1}(X)) \right] , \qquad H_i = b_i + g_i \varphi_{i-1}(H_{i-1}) , $$

the last for $3 \le i \le L - 2$. We solve the reduced system (derived here) at the step of the
networks, so that their gap holds no discretisation error, and ask of networks of width $N$
whether it shrinks like $N^{-1/2}$. That rate is ours and needs weights
with a second moment; the theorem says what the limit is.
"""

from dataclasses import replace

import torch

import mfcheck as mf
from mfcheck.claims import model_premises, premises, rate_premises
from mfcheck.model.maps import gated, inner, linear
from mfcheck.observe.groups import group_rms, members
from mfcheck.strategies import iid_problems
from mfcheck.symbolic import reduced

WIDTHS = (16, 32, 64, 128)
GROUP = 4  # networks of which one root mean square is taken

claim = mf.Claim(
    "middle_translation",
    text=__doc__,
    source="Pham, One World Seminar on the Mathematics of Machine Learning, 2020, corollary for "
    "i.i.d. initialisation with constant biases",
    papers=("Pham, One World Seminar, 2020",),
    section="C. Symmetry under i.i.d. initialisation",
    uses=("borel_structure", "equal_preactivations"),
    assumptions=(
        premises.INDEPENDENT,
        model_premises.STANDARD,
        premises.CONSTANT_BIASES,
        premises.deep(5),
        *premises.ANY_START,
        rate_premises.SECOND_MOMENT,
        r"$\mathbb{E}[w_i(0)]$ near one, so that the middle layers move at all.",
    ),
    not_tested=(
        "Depths beyond 6, and the supremum over edges: rows follow root mean squares.",
        r"Models that are not linear in $w$, where the shift is a function of the weight itself: "
        "`own_start`.",
        "SGD: network and limit take the same full-batch steps.",
    ),
)

DEEP = iid_problems(depth=(5, 6))
FIVE = ("tanh",) * 4 + ("identity",)


def moved(problem, N, seeds):
    """w_i(T) − w_i(0) of every layer, for networks of width N."""
    state, _ = problem.sample(N, seeds)
    end = problem.gd(state, at=[problem.T]).final
    return {i: end.W[i] - state.W[i] for i in state.W}


def rms(gap):
    """Root mean square over the edges of a layer, per replicate."""
    return gap.square().mean((-2, -1)).sqrt()


def deviation(gap):
    """Standard deviation over the edges of a layer, per replicate."""
    return gap.std((-2, -1))


def middle(problem):
    """The layers that are translated."""
    return range(3, problem.L - 1)


@claim.check(over=DEEP, expect=mf.AtMost(0.0), dtype="float32")
def displacement(problem):
    """The root mean square over edges of $w_i(T) - w_i(0) - \\Delta_i^*(T)$, in the worst middle
    layer and over groups of four networks, shrinks at least as fast as $N^{-1/2}$."""

    def ratio(N, seeds):
        gap, limit = moved(problem, N, members(seeds, GROUP)), problem.discrete_limit()
        worst = [rms(gap[i] - limit.translation(i)[-1]) for i in middle(problem)]
        return group_rms(torch.stack(worst).amax(0), GROUP) * N**0.5

    return mf.growth(ratio, along=WIDTHS)


@claim.check(over=DEEP, expect=mf.AtMost(0.0), dtype="float32")
def spread(problem):
    """The standard deviation over edges of $w_i(T) - w_i(0)$, in the worst middle layer, shrinks
    at least as fast as $N^{-1/2}$: no reference to the limit is needed."""
    return growth_of_spread(problem, middle(problem))


def growth_of_spread(problem, layers):
    """The growth of √N times the largest spread of displacements among some layers."""

    def ratio(N, seeds):
        gap = moved(problem, N, seeds)
        return torch.stack([deviation(gap[i]) for i in layers]).amax(0) * N**0.5

    return mf.growth(ratio, along=WIDTHS)


@claim.control(of=spread, over=[mf.IIDSpec(FIVE)])
def second_layer(problem):
    """Layer 2 is not translated: its shift is a function of $w_1(0)$."""
    return growth_of_spread(problem, [2])


@claim.control(of=spread, over=[mf.IIDSpec(FIVE, low=-1.0, high=3.0)])
def last_but_one_layer(problem):
    """Layer $L - 1$ is not translated: its shift is a function of $w_L(0)$."""
    return growth_of_spread(problem, [problem.L - 1])


@claim.control(of=spread, over=[mf.IIDSpec(FIVE, bias=1.0, low=1.0, high=3.0)])
def random_biases(problem):
    """With random biases the shift is a function of those at the two ends of the edge."""
    return growth_of_spread(problem, middle(problem))


@claim.control(of=spread, over=[mf.FiniteSpec(FIVE, centre=1.0, spread=0.87, bias=0.0, T=3.0)])
def correlated_weights(problem):
    """Weights read from a table, hence correlated, of the same mean and deviation."""
    return growth_of_spread(problem, middle(problem))


@claim.control(of=spread, over=[mf.IIDSpec(FIVE[1:], low=-1.0, high=3.0)])
def four_layers_second(problem):
    """At $L = 4$ no layer is in the middle: the second is not translated."""
    return growth_of_spread(problem, [2])


@claim.control(of=spread, over=[mf.IIDSpec(FIVE[1:], low=-1.0, high=3.0)])
def four_layers_third(problem):
    """At $L = 4$ no layer is in the middle: neither is the third translated."""
    return growth_of_spread(problem, [3])


@claim.check(over=DEEP, expect=mf.Equals(0))
def no_neuron_in_the_right_hand_side(problem):
    """Sympy runs the recursion for $H_i$ and $\\Delta_i$ on labels of neurons and edges, which a
    mean over neurons forgets (law of large numbers): how many are left in the right-hand sides of
    a middle layer and of the biases at its two ends."""
    return labels_left(problem, middle(problem))


def labels_left(problem, layers):
    """How many labels the derived right-hand sides of some layers have: a number, not random."""
    random = any(not isinstance(law, mf.Dirac) for law in problem.emb.b.values())
    system = reduced(problem.L, random)
    each = [system.labels(i) for i in layers]
    each += [system.bias_labels(j) for i in layers for j in (i - 1, i) if j in system.Gb]
    left = float(len(frozenset().union(*each)))
    return mf.identity(lambda seeds: torch.full((len(seeds.replicates),), left).double())


@claim.control(of=no_neuron_in_the_right_hand_side, over=[mf.IIDSpec(FIVE)])
def second_layer_has_a_neuron(problem):
    """The right-hand side of layer 2 has the label $w_1(0)$."""
    return labels_left(problem, [2])


@claim.control(of=no_neuron_in_the_right_hand_side, over=[mf.IIDSpec(FIVE, bias=1.0)])
def random_biases_have_neurons(problem):
    """With random biases the right-hand side of layer 3 has those at its two ends."""
    return labels_left(problem, middle(problem))


@claim.control(of=spread, over=[mf.IIDSpec(FIVE, sd=1.0, n=4, T=2.0, eps=0.25)])
def not_linear_in_w(problem):
    """With $H_3 = \\mathbb{E}[w_3 \\tanh(w_3 H_2)] + b_3$ in the third of five layers the shift of
    $w_3$ is a function of $w_3$ itself. The other layers are standard ones."""
    model = mf.Model.general((inner, linear, gated, linear, linear))
    bent = replace(problem, model=model)

    def ratio(N, seeds):
        return deviation(moved(bent, N, seeds)[3]) * N**0.5

    return mf.growth(ratio, along=(8, 16, 32))
