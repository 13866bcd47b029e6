"""Assumptions that many theorems share, each with its test on a problem.

Facts about activations and losses are derived by `mfcheck.symbolic.regularity`, never typed here;
facts about weights and data are read off the problem itself.
"""

from collections.abc import Callable
from math import inf, isfinite
from typing import Any

from mfcheck.claims.assumption import Assumption, Finding
from mfcheck.claims.model_premises import SCHEDULES
from mfcheck.model import Dirac, FiniteEmbedding, IIDEmbedding
from mfcheck.model.laws import coordinates
from mfcheck.symbolic import regularity


def _bounded(problem: Any) -> Finding:
    """sup |φ| of the hidden activations is finite, and φ and φ' of all are Lipschitz."""
    hidden, all_of_them = _hidden(problem, lambda phi: (phi.bounded,)), _lipschitz(problem)
    if hidden[0] is not True:
        return hidden
    return all_of_them[0], f"{hidden[1]}; {all_of_them[1]}" if all_of_them[0] else all_of_them[1]


def _upper_slopes(problem: Any) -> Finding:
    """Of all activations but the first, the output's among them."""
    return _known_of(problem, slice(1, None), lambda phi: (phi.slope_never_zero,))


def _dense(problem: Any) -> Finding:
    """φ_1 bounded, hence no polynomial, and x with a coordinate that is one number, not 0."""
    x = problem.data.x
    if not bool(((x == x[:1]).all(0) & (x[0] != 0)).any()):
        return False, "no coordinate of x is constant"
    held, why = _known_of(problem, slice(0, 1), lambda phi: (phi.bounded,))
    return held, f"x has a constant coordinate; {why}"


def _lipschitz(problem: Any) -> Finding:
    """Of all activations, the output's among them."""
    return _known_of(problem, slice(None), lambda phi: (phi.lipschitz, phi.slope_lipschitz))


def _tame(problem: Any) -> Finding:
    """∂₂ℓ bounded and Lipschitz; of squared loss, bounded Y is enough."""
    loss = problem.model.loss.name
    if loss == "squared":
        reach = float(problem.data.y.abs().max())
        return isfinite(reach), f"squared loss with |Y| ≤ {reach:.3g}"
    known = regularity.loss_facts(loss)
    return _all({loss: (known.slope_bounded, known.slope_lipschitz)})


def _pinned(problem: Any) -> Finding:
    loss = problem.model.loss.name
    return _all({loss: (regularity.loss_facts(loss).flat_only_at_zero_loss,)})


def _function(problem: Any) -> Finding:
    """y = y(x): no two atoms of the data share x and differ in y."""
    x, y = problem.data.x, problem.data.y
    same = (x[:, None] == x[None]).all(-1)
    clash = bool((same & (y[:, None] != y[None])).any())
    points = f"{len(x)} points"
    return not clash, f"{points}, one with two targets" if clash else f"{points}, one target each"


def _attainable(problem: Any) -> Finding:
    """ℓ convex; or pinned, with labels that a function of x attains."""
    loss = problem.model.loss.name
    known = regularity.loss_facts(loss)
    if known.convex.holds:
        return True, f"{loss} is convex"
    pinned, points = _pinned(problem), _function(problem)
    return pinned[0] and points[0], f"{pinned[1]}; {points[1]}"


def _upper(problem: Any) -> Finding:
    """The largest |w_i⁰|, i >= 2."""
    emb = problem.emb
    if isinstance(emb, FiniteEmbedding):
        most = max(float(w.abs().max()) for i, w in emb.atoms.W.items() if i > 1)
    elif isinstance(emb, IIDEmbedding):
        laws = [emb.W[i] for i in range(2, emb.L + 1)]
        ends = [law.support.ends for law in laws]  # type: ignore[union-attr]  # each is a law on R
        most = max(max(abs(low), abs(high)) for low, high in ends)
    else:
        return False, f"{type(emb).__name__} states no bound"
    return most < inf, f"|w_i⁰| ≤ {most:.3g}" if most < inf else "a law of weights is unbounded"


def _inputs(problem: Any) -> Finding:
    """In the largest coordinate, whose size cannot overflow as a sum of squares does."""
    reach = float(problem.data.x.abs().max())
    return isfinite(reach), f"every coordinate of X lies within ± {reach:.3g}"


def _independent(problem: Any) -> Finding:
    kind = type(problem.emb).__name__
    return isinstance(problem.emb, IIDEmbedding), f"{kind}: one law a layer at every width"


def _constant(problem: Any) -> Finding:
    random = [i for i, law in getattr(problem.emb, "b", {}).items() if not isinstance(law, Dirac)]
    return not random, f"biases of layers {random} are random" if random else "biases are Diracs"


def _full(problem: Any) -> Finding:
    """Whether the law of w_1⁰ charges every open set of R^d."""
    emb = problem.emb
    if not isinstance(emb, IIDEmbedding):
        return False, f"{type(emb).__name__}: the support of w_1⁰ is not that of a law on R^d"
    whole = [law.support.whole for law in coordinates(emb.W[1])]
    kept = "has full support in" if all(whole) else "leaves out an open set of"
    return all(whole), f"w_1⁰ {kept} R^{len(whole)}"


def _frozen(problem: Any) -> Finding:
    rates = problem.model.xi_b
    trained = [i for i, rate in rates.items() if rate != 0]
    return not trained, f"biases of layers {trained} are trained" if trained else "all ξ_i^b = 0"


def deep(least: int) -> Assumption:
    """L is at least so much."""
    return Assumption(rf"$L \ge {least}$.", lambda p: (least <= p.L, f"L = {p.L}"))


BOUNDED = Assumption(
    r"$\varphi_1, \dots, \varphi_{L-1}$ bounded; $\varphi_1', \dots, \varphi_L'$, the output's "
    "included, bounded and Lipschitz.",
    _bounded,
)
LIPSCHITZ = Assumption(
    r"$\varphi_1, \dots, \varphi_L$, the output's included, Lipschitz, with Lipschitz slopes.",
    _lipschitz,
)
UPPER_SLOPES = Assumption(
    r"$\varphi_2', \dots, \varphi_L'$ vanish nowhere, the output's included.", _upper_slopes
)
DENSE = Assumption(
    r"Ridge functions of $\varphi_1$ are dense: it is bounded, and $X$ has a constant coordinate "
    "(Leshno, Lin, Pinkus & Schocken, Neural Networks 6, 1993: no polynomial is bounded).",
    _dense,
)
TAME_LOSS = Assumption(
    r"$\partial_2 \ell$ bounded and Lipschitz; squared loss, with bounded $Y$.", _tame
)
PINNED_LOSS = Assumption(r"$\partial_2 \ell = 0$ only where $\ell = 0$.", _pinned)
ONE_OF_THE_CASES = Assumption(
    r"$\ell$ is convex, or $Y$ is a function of $X$ and $\partial_2 \ell = 0 \Rightarrow "
    r"\ell = 0$.",
    _attainable,
)
FUNCTION = Assumption(r"$Y$ is a function of $X$.", _function)
BOUNDED_WEIGHTS = Assumption(r"$w_i^0$ bounded for $i \ge 2$.", _upper)
BOUNDED_INPUTS = Assumption(r"$|X|$ bounded.", _inputs)
INDEPENDENT = Assumption(
    "Initial weights independent, one law a layer, the same at every width.", _independent
)
CONSTANT_BIASES = Assumption("Biases start from constants.", _constant)
FULL_SUPPORT = Assumption(r"The law of $w_1(0)$ has full support in $\mathbb{R}^d$.", _full)
FROZEN_BIASES = Assumption(r"$\xi_i^b = 0$ in every layer.", _frozen)
SAMPLED = Assumption(r"Neurons $C_i(j)$ drawn independently of one another and of the data.")


ANY_START = (BOUNDED, TAME_LOSS, BOUNDED_INPUTS)
"""Of activations, loss and inputs, whatever the initial weights."""

REGULAR = (*ANY_START, BOUNDED_WEIGHTS, SCHEDULES)
"""And of weights and rates: under these a network has a limit that it follows."""

COUPLING = (*REGULAR, UPPER_SLOPES)
"""Assumptions 1 and 2 of the coupling theorem, with slopes above the first that vanish nowhere."""

SUPPORT = (INDEPENDENT, FULL_SUPPORT, *REGULAR, FROZEN_BIASES)
"""Under these the law of w_1(t) keeps its full support."""


def _hidden(problem: Any, facts: Callable[[Any], tuple[Any, ...]]) -> Finding:
    """Whether these facts hold of every hidden activation."""
    return _known_of(problem, slice(0, -1), facts)


def _known_of(problem: Any, which: slice, facts: Callable[[Any], tuple[Any, ...]]) -> Finding:
    """Whether they hold of these of φ_1 … φ_L; nothing is known of a general model."""
    phis = getattr(problem.model, "activations", None)
    if phis is None:
        return None, "not known of the maps φ_i(w, b, h) of a general model"
    names = dict.fromkeys(phi.name for phi in phis[which])
    return _all({name: facts(regularity.activation_facts(name)) for name in names})


def _all(facts: dict[str, tuple[Any, ...]]) -> Finding:
    """Whether every fact holds, and the reasons of all, or of the first that fails."""
    for name, some in facts.items():
        failed = next((fact for fact in some if not fact.holds), None)
        if failed is not None:
            return failed.holds, f"{name}: {failed.why}"
    return True, "; ".join(f"{n}: {', '.join(f.why for f in some)}" for n, some in facts.items())
