"""The reduced systems under i.i.d. initialisation, derived: which labels each right-hand side has.

At the start w_1 = u_1, w_L = u_L, b_i = v_i (or a constant), and the entries of a middle layer are
u_i, fresh for every edge. The recursion is run on these symbols. An average over the neurons of
a layer removes their labels; the edge it runs over, of which a neuron has infinitely many, is
removed with them and leaves its mean m_i where it enters linearly (law of large numbers).
The labels free in a right-hand side are then labels of that weight a step later, and so on: the
sets grow, and stop after a few rounds. By induction over Euler steps no weight ever depends on
more. Nothing about which layer has which label is written here: it is read off `free_symbols`.

Source: the slides' theorem and corollary for i.i.d. initialisation; the derivation is ours.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import count
from typing import Any, NamedTuple

from sympy import Function, Symbol

from mfcheck.arrays import whole
from mfcheck.symbolic.functions import Expr
from mfcheck.symbolic.mean import mean_of, over_edge
from mfcheck.symbolic.recursion import SymbolicFields, SymbolicNeurons, recursion

LabelSet = frozenset[Symbol]
DATA = Symbol("z")
"""The label of a data point."""


@dataclass(frozen=True)
class Reduced:
    """The reduced system of depth L: ∂_t w_i = −ξ_i G_i and ∂_t b_i = −ξ_i^b G_i^b.

    G[1]: one expression a coordinate of w_1; G[i]: a tuple of one, i >= 2. Gb[i]: i >= 2.
    H[i], Delta[i]: at the data point z. Expressions in labels, means m_i and unknown functions
    w_1_k, V_i (the displacement of an edge), w_L and b_i of their labels.
    neurons[i]: the labels that tell the neurons of layer i apart, in order. edges[i]: u_i.
    rounds: after how many the sets of labels stopped growing.
    """

    L: int
    H: dict[int, Expr]
    Delta: dict[int, Expr]
    G: dict[int, tuple[Expr, ...]]
    Gb: dict[int, Expr]
    neurons: dict[int, tuple[Symbol, ...]]
    edges: dict[int, Symbol]
    rounds: int

    def labels(self, i: int) -> LabelSet:
        """The labels on which the right-hand side of w_i depends."""
        return frozenset().union(*(self._in(g) for g in self.G[i]))

    def bias_labels(self, i: int) -> LabelSet:
        """The labels on which the right-hand side of b_i depends."""
        return self._in(self.Gb[i])

    def field_labels(self, i: int) -> LabelSet:
        """The labels on which the pre-activation H_i depends."""
        return self._in(self.H[i])

    def _in(self, expr: Expr) -> LabelSet:
        every = {u for labels in self.neurons.values() for u in labels} | {*self.edges.values()}
        return frozenset(expr.free_symbols & every)


class Names(NamedTuple):
    """What tells neurons apart at the start, and how many coordinates x has."""

    L: int
    d: int
    neurons: dict[int, tuple[Symbol, ...]]
    edges: dict[int, Symbol]


class Carried(NamedTuple):
    """The labels that w_1..w_L and b_2..b_L are functions of."""

    w: dict[int, LabelSet]
    b: dict[int, LabelSet]


@cache
def reduced(
    L: int,
    random_biases: bool = False,
    d: int = 2,
    claimed: Callable[[SymbolicNeurons], SymbolicFields] = recursion,
) -> Reduced:
    """The reduced system of depth L under i.i.d. initialisation, derived from the recursion.

    random_biases: b_i(0), 2 <= i < L, are random labels v_i; otherwise constants. d: coordinates
    of x. claimed: the recursion that is run. Raises InvalidArgument for L < 2.
    """
    names, has = _start(whole("L", L, 2), random_biases, d)
    for rounds in count():
        system = _run(names, has, claimed, rounds)
        grown = Carried(
            {i: own | system.labels(i) for i, own in has.w.items()},
            {i: own | system.bias_labels(i) for i, own in has.b.items()},
        )
        if grown == has:
            return system
        has = grown
    raise AssertionError("finitely many labels cannot grow for ever")


def _start(L: int, random_biases: bool, d: int) -> tuple[Names, Carried]:
    """The labels of neurons and edges, and of which weights and biases they are the start."""
    u = {i: Symbol(f"u_{i}") for i in range(1, L + 1)}
    v = {i: Symbol(f"v_{i}") for i in range(2, L)} if random_biases else {}
    neurons = {i: (v[i],) if i in v else () for i in u} | {1: (u[1],)}
    neurons |= {L - 1: (*neurons[L - 1], u[L])}
    carried = {i: frozenset([u[i]] if i in (1, L) else []) for i in u}
    biases = {i: frozenset([v[i]] if i in v else []) for i in range(2, L + 1)}
    return Names(
        L,
        d,
        neurons,
        {i: u[i] for i in range(2, L)},
    ), Carried(carried, biases)


def _run(names: Names, has: Carried, claimed: Any, rounds: int) -> Reduced:
    """The recursion on weights and biases that are functions of the labels they carry."""
    L, d, neurons, edges = names
    x = tuple(Function(f"x_{k}")(DATA) for k in range(d))
    f = claimed(_neurons(names, has, x))

    def over_data(expr: Expr) -> Expr:
        return mean_of(expr, (DATA,))

    G = {1: tuple(over_data(f.G(1, None, k)) for k in range(d))}
    G |= {i: (over_data(f.G(i, None, None)),) for i in range(2, L + 1)}
    Gb = {i: over_data(f.Gb(i, None)) for i in range(2, L + 1)}
    H, Delta = ({i: part(i, None) for i in range(1, L + 1)} for part in (f.H, f.Delta))
    return Reduced(L, H, Delta, G, Gb, neurons, edges, rounds)


def _neurons(names: Names, has: Carried, x: tuple[Expr, ...]) -> SymbolicNeurons:
    """The neurons of the limit: one a layer, told apart by the labels in its expressions."""
    edges = names.edges

    def weight(i: int, _: Any, k: Any) -> Expr:
        if i == 1:
            return applied(f"w_1_{k}", has.w[1])
        own = applied(f"V_{i}" if i in edges else f"w_{i}", has.w[i])
        return edges[i] + own if i in edges else own

    def mean(i: int, f: Callable[[Any], Expr]) -> Expr:
        expr = f(None)
        for j, edge in edges.items():
            expr = over_edge(expr, edge, Symbol(f"m_{j}"))
        return mean_of(expr, names.neurons[i])

    def bias(i: int, _: Any) -> Expr:
        return applied(f"b_{i}", has.b[i])

    return SymbolicNeurons(names.L, weight, bias, mean, x, Function("y")(DATA), None)


def applied(name: str, labels: LabelSet) -> Expr:
    """An unknown function of some labels; a number where there is none."""
    order = sorted(labels, key=lambda u: u.name)
    return Function(name)(*order) if order else Symbol(name)
