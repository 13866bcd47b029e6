r"""The factors N turn a network's gradients into mean-field averages.

For the plain network with $H_i(x, k) = b_i(k) + \frac{1}{N_{i-1}} \sum_j w_i(j, k)\,
\varphi_{i-1}(H_{i-1}(x, j))$ and $\hat{y} = \varphi_L(H_L)$, the gradients of the risk are,
for $2 \le i \le L$ and with $N_L = 1$,

$$ N_1 \nabla_{w_1(j)} = \mathbb{E}_Z[\Delta_1(Z, j)\, X], \qquad
   N_{i-1} N_i \nabla_{w_i(j, k)} = \mathbb{E}_Z[\Delta_i(Z, k)\, \varphi_{i-1}(H_{i-1}(X, j))],
   \qquad N_i \nabla_{b_i(k)} = \mathbb{E}_Z[\Delta_i(Z, k)], $$

$$ \Delta_L = \partial_2 \ell(Y, \hat{y})\, \varphi_L'(H_L), \qquad
   \Delta_{i-1}(j) = \frac{1}{N_i} \sum_k \Delta_i(k)\, w_i(j, k)\, \varphi_{i-1}'(H_{i-1}(j)) . $$

Measured here. The right-hand sides are what this project's engine computes by hand; the left-hand
sides are found by differentiating the risk itself, once by automatic differentiation and once by
sympy.

In the general model, $H_i(x, k) = \frac{1}{N_{i-1}} \sum_j \varphi_i(w_i(j, k), b_i(k), H_{i-1}(x,
j))$, the same holds with the partial derivatives of $\varphi_i$ there, by the chain rule (ours),

$$ N_{i-1} N_i \nabla_{w_i(j, k)} = \mathbb{E}_Z[\Delta_i(Z, k)\, \partial_w \varphi_i],
   \qquad \Delta_{i-1}(j) = \frac{1}{N_i} \sum_k \Delta_i(k)\, \partial_h \varphi_i,
   \qquad N_i \nabla_{b_i(k)} = \mathbb{E}_Z\Big[\Delta_i(Z, k)\, \frac{1}{N_{i-1}} \sum_j
   \partial_b \varphi_i\Big]. $$
"""

from dataclasses import replace

import sympy
import torch

import mfcheck as mf
from mfcheck.model.ensemble import Ensemble
from mfcheck.problems.finite import FiniteSpec
from mfcheck.strategies.families import SMOOTH, problems
from mfcheck.strategies.general_problems import general_problems

claim = mf.Claim(
    "normalised_gradients",
    text=__doc__,
    source="Pham, One World Seminar on the Mathematics of Machine Learning, 2020, normalised "
    "gradients of the standard model; Pham & Nguyen, ICLR 2021, section 2.1 (L = 3)",
    papers=("Pham, One World Seminar, 2020", "Pham & Nguyen, ICLR 2021"),
    section="A. The objects",
    assumptions=(
        r"$\varphi_i$ and $\ell$ are differentiable where they are evaluated: by construction.",
        r"Unequal widths, biases in every layer from the second, weighted data: by construction.",
    ),
    not_tested=(r"Updates $\psi_i$ of the general model that are not the loss's gradient.",),
)

WRITTEN = {
    "tanh": sympy.tanh,
    "sigmoid": lambda z: 1 / (1 + sympy.exp(-z)),
    "identity": lambda z: z,
}
"""The activations that sympy is given."""

MOST_POINTS = 4
"""Data points over which sympy writes out a risk and differentiates it in a moment."""

ANY = problems(depth=(2, 6), hidden=SMOOTH)


def network(problem, seeds):
    """Networks of unequal widths, with a read-out φ_L that is not the identity."""
    widths = {i: 2 + 3 * i % 7 for i in range(1, problem.L)}
    return problem.sample(widths, seeds)[0]


def curved(problem):
    """The problem with a sigmoid read-out, so that a missing φ_L' would show."""
    return replace(
        problem, model=mf.Model((*problem.model.activations[:-1], "sigmoid"), problem.model.loss)
    )


def plain_risk(model, W, b, data):
    """E ℓ(Y, ŷ(X)) of one network, coded as one writes it down: sums divided by N."""
    h = data.x @ W[1].T
    for i in range(2, model.L + 1):
        h = b[i] + model.phi(i - 1).value(h) @ W[i] / W[i].shape[0]
    y_hat = model.phi(model.L).value(h)[:, 0]
    return (data.q * model.loss.value(y_hat - data.y)).sum()


def plain_general_risk(model, W, b, data):
    """The same of the general model: φ_i at every pair of neurons, sums divided by N."""
    h = model.phi(1)(W[1], data.x[:, None])
    for i in range(2, model.L + 1):
        h = model.phi(i)(W[i], b[i], h[:, :, None]).sum(1) / W[i].shape[0]
    return (data.q * model.loss.value(model.output.value(h)[:, 0] - data.y)).sum()


def by_autograd(model, state, data):
    """The normalised gradients N_{i-1} N_i ∇ of one network, by automatic differentiation."""
    W = {i: w.clone().requires_grad_() for i, w in state.W.items()}
    b = {i: v.clone().requires_grad_() for i, v in state.b.items()}
    (plain_risk if isinstance(model, mf.Model) else plain_general_risk)(
        model, W, b, data
    ).backward()
    N = {0: 1, **state.widths}
    return {i: N[i - 1] * N[i] * w.grad for i, w in W.items()}, {
        i: N[i] * v.grad for i, v in b.items()
    }


def mismatch(model, state, data, engine):
    """Largest relative gap between `engine` and automatic differentiation, per network."""
    G, gaps = engine(model, state, data), []
    for r in range(state.replicates[0]):
        one = state.map(lambda v, r=r: v[r])
        W, b = by_autograd(model, one, data)
        scale = max(float(g.abs().max()) for g in W.values())
        pairs = [(G.W[i][r], W[i]) for i in W] + [(G.b[i][r], b[i]) for i in b]
        gaps.append(max(float((ours - theirs).abs().max()) for ours, theirs in pairs) / scale)
    return torch.tensor(gaps, dtype=torch.float64)


@claim.check(over=ANY, expect=mf.Equals(0))
def against_autograd(problem):
    """The engine's G equals $N_{i-1} N_i \\nabla$ by automatic differentiation of a plainly coded
    $1/N$ network, for every layer and bias."""
    model, data = curved(problem).model, problem.data
    return mf.identity(lambda seeds: mismatch(model, network(problem, seeds), data, mf.gradient))


TINY = [
    FiniteSpec(("tanh", "identity"), n=2, d=2),
    FiniteSpec(("sigmoid", "tanh", "identity"), n=1, d=2),
]


@claim.check(over=TINY, expect=mf.Equals(0))
def against_symbols(problem):
    """The engine's G equals the derivative that sympy takes of the risk of a network of two
    neurons a layer, written with symbols and evaluated to thirty digits."""
    if problem.data.n > MOST_POINTS:
        raise mf.NotApplicable(f"sympy is given a sum over {MOST_POINTS} data points at most")
    if problem.model.loss.name != "squared" or not set(names(problem)) <= set(WRITTEN):
        raise mf.NotApplicable(f"sympy is given squared loss and {', '.join(WRITTEN)}")

    def residual(seeds):
        state = problem.sample(2, seeds)[0].map(lambda v: v[:1])
        return symbolic_mismatch(problem, state).expand(len(seeds.replicates))

    return mf.identity(residual)


def names(problem):
    """The names of φ_1, …, φ_L."""
    return [phi.name for phi in problem.model.activations]


def symbolic_mismatch(problem, state):
    """Largest relative gap between the engine and sympy on one network of width 2."""
    symbols = {
        i: sympy.Matrix(*w.shape[1:], lambda j, k, i=i: sympy.Symbol(f"w{i}_{j}_{k}"))
        for i, w in state.W.items()
    }
    risk = symbolic_risk(problem, symbols, state)
    values = {
        symbols[i][j, k]: sympy.Float(float(w[0, j, k]), 30)
        for i, w in state.W.items()
        for j in range(w.shape[1])
        for k in range(w.shape[2])
    }
    G, N = mf.gradient(problem.model, state, problem.data), {0: 1, **state.widths}
    ours, theirs = [], []
    for i, matrix in symbols.items():
        ours += G.W[i].flatten().tolist()
        theirs += [
            float(N[i - 1] * N[i] * sympy.diff(risk, w).evalf(30, subs=values)) for w in matrix
        ]
    exact = torch.tensor(theirs, dtype=torch.float64)
    gap = torch.tensor(ours, dtype=torch.float64) - exact
    return (gap.abs().max() / exact.abs().max()).reshape(1)


def symbolic_risk(problem, w, state):
    """The risk under squared loss as a sympy expression in the symbols w; biases are numbers."""
    phi = [WRITTEN[name] for name in names(problem)]
    risk = 0
    for x, y, q in zip(
        problem.data.x.tolist(), problem.data.y.tolist(), problem.data.q.tolist(), strict=True
    ):
        h = w[1] * sympy.Matrix(x)
        for i in range(2, problem.L + 1):
            b = sympy.Matrix(state.b[i][0].tolist())
            h = b + w[i].T * h.applyfunc(phi[i - 2]) / w[i].rows
        risk += q * (phi[-1](h[0]) - y) ** 2 / 2
    return risk


@claim.control(of=against_autograd, over=problems(depth=(3, 4), hidden=("tanh", "erf")))
def missing_slope(problem):
    """The backward pass without the factor $\\varphi_1'$."""
    first = problem.model.phi(1)
    flat = mf.Model(
        (mf.Activation(first.value, torch.ones_like), *problem.model.activations[1:]),
        problem.model.loss,
    )

    def engine(model, state, data):
        return mf.gradient(flat, state, data)

    return mf.identity(
        lambda seeds: mismatch(problem.model, network(problem, seeds), problem.data, engine)
    )


@claim.control(of=against_autograd, over=problems(depth=(3, 4), hidden=("tanh", "erf")))
def transposed_sum(problem):
    """The sum over $j$ of $w_2(k, j)$ in place of $w_2(j, k)$, at equal widths."""

    def engine(model, state, data):
        W = {**state.W, 2: state.W[2].mT}
        G = mf.gradient(model, Ensemble(W, state.b, state.P), data)
        return replace(G, W={**G.W, 2: G.W[2].mT})

    def residual(seeds):
        return mismatch(problem.model, problem.sample(5, seeds)[0], problem.data, engine)

    return mf.identity(residual)


BENT = general_problems(depth=(2, 4))


def bent(problem):
    """The model with a sigmoid read-out, its loss and its maps as they are."""
    model = problem.model
    return mf.Model.general(model.maps, "sigmoid", model.loss)


@claim.check(over=BENT, expect=mf.Equals(0))
def general_against_autograd(problem):
    """For maps $\\varphi_i(w, b, h)$ that are not linear in $w$, some not in $b$, the engine's G
    equals $N_{i-1} N_i \\nabla$ by automatic differentiation."""
    model, data = bent(problem), problem.data
    return mf.identity(lambda seeds: mismatch(model, network(problem, seeds), data, mf.gradient))


@claim.control(of=general_against_autograd, over=general_problems(depth=(3, 4)))
def missing_partial(problem):
    """The backward pass of the general model without $\\partial_h \\varphi_2$."""
    first, second, *rest = bent(problem).maps

    def blind(w, b, h):
        return second(w, b, h.detach())

    def engine(model, state, data):
        wrong = mf.Model.general((first, blind, *rest), model.output, model.loss)
        return mf.gradient(wrong, state, data)

    return mf.identity(
        lambda seeds: mismatch(bent(problem), network(problem, seeds), problem.data, engine)
    )
