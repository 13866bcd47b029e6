r"""With constant biases a middle weight is a function of its own initial value alone.

Let the layers be averages of any regular functions,

$$ H_i(x, c') = \mathbb{E}_C \left[ \varphi_i(w_i(C, c'), b_i(c'), H_{i-1}(x, C)) \right] , $$

let all weights be independent at the start, those of a layer with one law, and let the biases
start from constants. In the mean-field limit there are functions of time and of one number with

$$ w_i(t, c_{i-1}, c_i) = w_i^*(t, w_i(0, c_{i-1}, c_i)) , \qquad 3 \le i \le L - 2 . $$

Measured here. The reason is that neither $H_{i-1}$ nor $\Delta_i$ depends on the neuron, and what
is left in

$$ \partial_t w_i = - \mathbb{E}_Z \left[ \Delta_i(Z)\, \partial_w \varphi_i(w_i, b_i, H_{i-1}(X))
   \right] $$

is the weight itself; there is such a layer from $L = 5$ on. Only where $\varphi_i$ is linear in $w$
is this a translation, the same for all (`middle_translation`).

Let $w_i(0)$ take two values, $1 \pm \frac{3}{4}$, so that there are two classes of weights, which
move differently, each as one. The limit is exact: with two neurons a layer, the larger value
between neurons of one number and the smaller between those of two, every neuron sees both values
equally often, as under the law of large numbers, and goes on to do so (derived here). The weights
of layers $2$ and $L - 1$ start from constants and those of layers $1$ and $L$ from finitely many
values; neurons of layers $1$ and $L - 1$ that start equal stay equal and are counted
(`one_formula`). So there are finite networks of which the statement holds to rounding, those that
are balanced in this sense; of independent values it holds in the limit. Networks and limit take the
same steps. The rate $N^{-1/2}$ is ours; the theorem says what the limit is.
"""

import torch

import mfcheck as mf
from mfcheck.claims import premises
from mfcheck.dynamics import sgd
from mfcheck.model.empirical import multinomial
from mfcheck.strategies.general_problems import general_problems

WIDTHS = (32, 64, 128)
HALF = 0.75  # of the distance of the two values

claim = mf.Claim(
    "own_start",
    text=__doc__,
    source="Pham, One World Seminar on the Mathematics of Machine Learning, 2020, theorem for "
    "i.i.d. initialisation, general model, with constant biases; the two classes are ours",
    papers=("Pham, One World Seminar, 2020", "Nguyen & Pham, arXiv:2001.11443"),
    section="C. Symmetry under i.i.d. initialisation",
    uses=("borel_structure", "one_formula", "middle_translation"),
    assumptions=(
        "Initial weights independent, one law a layer; biases start from constants; $L \\ge 5$: by "
        "construction.",
        r"$\varphi_i$ smooth, bounded in $h$ and of linear growth in $w$: by construction.",
        premises.BOUNDED_INPUTS,
        premises.TAME_LOSS,
    ),
    not_tested=(
        "Laws of the middle layers with more than two values; random weights in layers $2$ and "
        "$L - 1$; depths beyond 6.",
        "The supremum over edges: rows follow root mean squares. SGD: the same full-batch steps.",
    ),
)

SMALL = {"atoms": 3, "n": 3, "T": 1.5, "eps": 0.25, "weighted": False}
EACH = ("squash", "gated", "sine")
MANY = general_problems(depth=(5, 5), maps=EACH, **SMALL)
BASE = [mf.GeneralSpec(("linear", "gated", "linear", "linear"), data="sine", d=2, **SMALL)]


def middle(problem):
    """The layers whose weights move as their start says."""
    return range(3, problem.L - 1)


def start(problem, classes, P, bias):
    """Networks of the given values ±1 in the middle layers, measures of layers 1 and L − 1, and
    biases of the hidden layers."""
    atoms, L, like = problem.emb.atoms, problem.L, classes[3]
    r, N, K = len(like), like.shape[-1], atoms.widths[1]
    W = {1: atoms.W[1].expand(r, -1, -1), L: atoms.W[L].expand(r, -1, -1)}
    W |= {2: torch.ones(r, K, N), L - 1: torch.ones(r, N, K)}
    W |= {i: 1 + HALF * c for i, c in classes.items()}
    state = mf.Ensemble({i: w.double() for i, w in W.items()}, bias, P)
    return state.to(problem.dtype)


def drawn(problem, N, seeds):
    """The classes ±1 of the edges of each middle layer, and the measures of layers 1 and L − 1."""
    r, L = len(seeds.replicates), problem.L
    fair = {i: torch.as_tensor(seeds.uniforms("class", i, N * N) < 0.5) for i in middle(problem)}
    classes = {i: 2.0 * c.reshape(r, N, N) - 1 for i, c in fair.items()}
    P = {}
    for i in (1, L - 1):
        p = problem.emb.atoms.P[i].double().numpy()
        counts = multinomial(N, p, seeds.uniforms("counts", i, len(p) - 1))
        P[i] = torch.as_tensor(counts / N)
    return classes, P


def laws(problem):
    """The measures of layers 1 and L − 1 in the limit."""
    return {i: problem.emb.atoms.P[i] for i in (1, problem.L - 1)}


def trained(problem, state):
    """The networks at T."""
    return problem.gd(state, at=[problem.T]).final


def predicted(problem):
    """w_i*(T, ·) at the two values: {i: (of 1 − 3/4, of 1 + 3/4)}, from the exact limit."""
    square = torch.tensor([[[1.0, -1.0], [-1.0, 1.0]]])
    classes = dict.fromkeys(middle(problem), square)
    state = start(problem, classes, laws(problem), None).to(torch.float64)
    model, data = problem.model, problem.data
    end = sgd(model, state, data, problem.eps, problem.T, batch=None, at=[problem.T]).final
    return {i: (end.W[i][0, 0, 1], end.W[i][0, 0, 0]) for i in middle(problem)}


def left(problem, told):
    """The growth of √N times the root mean square over edges of w_i(T) less what is told of it, in
    the worst middle layer. told: (the two values' w_i*, the edges' classes) ↦ weights at T."""
    values = predicted(problem)

    def ratio(N, seeds):
        classes, P = drawn(problem, N, seeds)
        end = trained(problem, start(problem, classes, P, None))
        gaps = [(end.W[i] - told(values[i], classes[i])).square() for i in classes]
        return torch.stack([gap.mean((-2, -1)) for gap in gaps]).amax(0).sqrt() * N**0.5

    return mf.growth(ratio, along=WIDTHS)


def by_class(values, classes):
    """The value of its class for every edge."""
    return torch.where(classes > 0, values[1], values[0])


@claim.check(over=MANY, expect=mf.AtMost(0.0), dtype="float32")
def to_the_function(problem):
    """The root mean square over edges of $w_i(T) - w_i^*(T, w_i(0))$, in the worst middle layer,
    shrinks at least as fast as $N^{-1/2}$."""
    return left(problem, by_class)


@claim.check(over=general_problems(depth=(5, 6), maps=EACH, **SMALL), expect=mf.Equals(0))
def balanced(problem):
    """Networks of width 8 whose middle layers have both values equally often in every row and
    column, at random otherwise, and whose ends are counted by their laws: every middle weight is
    $w_i^*(T, w_i(0))$, to rounding."""
    return off_balance(problem, by_class)


def off_balance(problem, told, biases=lambda seeds: None):
    """The largest gap of a middle weight at T to what is told of it, in balanced networks."""
    values = predicted(problem)

    def residual(seeds):
        classes = {i: shuffled_rows(seeds.fold(i)) for i in middle(problem)}
        state = start(problem, classes, laws(problem), biases(seeds))
        end = trained(problem, state)
        gaps = [(end.W[i] - told(values[i], classes[i])).abs().amax((1, 2)) for i in classes]
        return torch.stack(gaps).amax(0)

    return mf.identity(residual)


def shuffled_rows(seeds):
    """Tables ±1 (r, 8, 8) with four of each in every row and column: a circulant one with its
    rows and columns permuted."""
    circulant = torch.stack([torch.tensor([1.0] * 4 + [-1.0] * 4).roll(k) for k in range(8)])
    rows, columns = (torch.as_tensor(seeds.uniforms(n, 0, 8)).argsort(-1) for n in ("r", "c"))
    return circulant[rows[:, :, None], columns[:, None, :]]


def by_one_number(values, classes):
    """What a translation of both classes by the mean of theirs would make of the edges."""
    return HALF * classes + (values[0] + values[1]) / 2


@claim.control(of=to_the_function, over=BASE)
def translated(problem):
    """Both classes move by one number, the mean of theirs."""
    return left(problem, by_one_number)


@claim.control(of=balanced, over=BASE)
def translated_in_balance(problem):
    """So they do in balanced networks."""
    return off_balance(problem, by_one_number)


@claim.control(of=balanced, over=BASE)
def of_the_linear_model(problem):
    """The functions $w_i^*$ of the model whose layers are $w \\tanh(h) + b$ throughout."""
    other = mf.GeneralSpec(("linear",) * (problem.L - 1), **SMALL).problem()
    values = predicted(other)
    return off_balance(problem, lambda _, classes: by_class(values[3], classes))


@claim.control(of=balanced, over=BASE)
def random_biases(problem):
    """With random biases in layers 2 and 3 a weight moves as those at its two ends say too."""

    def biases(seeds):
        return {i: torch.as_tensor(2 * seeds.uniforms("bias", i, 8) - 1) for i in (2, 3)}

    return off_balance(problem, by_class, biases)


@claim.control(of=balanced, over=BASE)
def out_of_balance(problem):
    """Independent values, of which a row of eight has not four of each: at a finite width the
    weights are functions of more than their start."""
    values = predicted(problem)

    def residual(seeds):
        classes = drawn(problem, 8, seeds)[0]
        end = trained(problem, start(problem, classes, laws(problem), None))
        return (end.W[3] - by_class(values[3], classes[3])).abs().amax((1, 2))

    return mf.identity(residual)
