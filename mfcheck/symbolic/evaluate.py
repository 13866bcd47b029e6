"""Derived expressions as functions of numpy arrays, to be held against the engine's numbers."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import sympy
from sympy import Function, Symbol
from sympy.core.function import AppliedUndef

from mfcheck.errors import Unavailable, one_of
from mfcheck.symbolic.derive import Gradients
from mfcheck.symbolic.functions import Expr
from mfcheck.symbolic.labels import DATA, Reduced
from mfcheck.symbolic.mean import Mean
from mfcheck.symbolic.named import ACTIVATION_FORMULAS, LOSS_FORMULAS, h, r

Array = np.ndarray
Arrays = Mapping[int, Array]


class NumericSample(NamedTuple):
    """Data points x (n, d), y (n,) with weights q (n,) of sum one."""

    x: Array
    y: Array
    q: Array


def functions(activations: Sequence[str], loss: str) -> dict[str, Callable]:
    """phi_i, dphi_i and dell of named activations and a named loss, from their definitions."""
    found: dict[str, Callable] = {}
    for i, name in enumerate(activations, 1):
        value = ACTIVATION_FORMULAS[one_of("activation", name, ACTIVATION_FORMULAS)]
        for key, expr in ((f"phi_{i}", value), (f"dphi_{i}", value.diff(h))):
            found[key] = sympy.lambdify(h, expr, ["scipy", "numpy"])
    slope = sympy.lambdify(
        r, LOSS_FORMULAS[one_of("loss", loss, LOSS_FORMULAS)].diff(r), ["scipy", "numpy"]
    )
    return {**found, "dell": lambda y, y_hat: slope(y_hat - y)}


def of_network(
    g: Gradients, W: Arrays, b: Arrays, z: NumericSample, known: dict[str, Callable]
) -> tuple[dict[int, Array], dict[int, Array]]:
    """The derived N_{i-1}N_i ∇ and N_i ∇ of one network with uniform P, averaged over the data.

    W[i], b[i] shaped as in `mf.Ensemble` without replicates; so is what is returned.
    """
    symbols = [*g.x, g.y, *(w for m in (*g.w.values(), *g.b.values()) for w in m)]
    given = [v for m in (*W.values(), *b.values()) for v in np.ravel(m)]
    shown = [*g.W.values(), *g.B.values()]
    code = sympy.lambdify(symbols, shown, [known, "numpy"], cse=True)
    each = [code(*x, y, *given) for x, y in zip(z.x, z.y, strict=True)]
    mean = [np.average(np.asarray(part), 0, z.q) for part in zip(*each, strict=True)]
    own = {i: v.ravel() for i, v in zip(g.B, mean[g.L :], strict=True)}
    return dict(zip(g.W, mean, strict=False)), own


def on_nodes(
    system: Reduced,
    W: Arrays,
    b: Arrays,
    P: Arrays,
    z: NumericSample,
    *,
    known: dict[str, Callable],
) -> tuple[dict[int, Array], dict[int, Array]]:
    """G_i and G_i^b of a reduced system whose labels live on nodes, shaped like W[i] and b[i].

    W[i] (m_i + V_i for a middle layer), b[i], P[i] shaped as in `mf.Ensemble` without replicates.
    Data points stand on axis 0 of every array inside, the nodes of layer i on axis i; a layer of
    two labels has one axis for both.
    """
    L, names = system.L, _arguments(system, W, b, P, z)
    _joint(system)
    shown = [*(g for G in system.G.values() for g in G), *system.Gb.values()]
    coded = [_coded(system, expr) for expr in shown]
    modules = [{**known, "mean": _mean}, "numpy"]
    found = sympy.lambdify([Symbol(n) for n in names], coded, modules, cse=True)(*names.values())
    d = len(system.G[1])
    parts = [
        np.concatenate([np.broadcast_to(v, _shape(L, 1, W)).reshape(-1, 1) for v in found[:d]], 1)
    ]
    parts += [
        np.broadcast_to(v, _shape(L, i, W)).reshape(W[i].shape)
        for i, v in enumerate(found[d : d + L - 1], 2)
    ]
    own = zip(system.Gb, found[d + L - 1 :], strict=True)
    return dict(enumerate(parts, 1)), {i: np.broadcast_to(v.ravel(), b[i].shape) for i, v in own}


def _arguments(
    system: Reduced, W: Arrays, b: Arrays, P: Arrays, z: NumericSample
) -> dict[str, Array]:
    """Every array by its name in the expressions, each with one axis a layer."""
    L = system.L
    names = {f"x_{k}": _laid(z.x[:, k], (0,), L) for k in range(z.x.shape[1])}
    names |= {"y": _laid(z.y, (0,), L), "P_0": _laid(z.q, (0,), L)}
    names |= {f"w_1_{k}": _laid(W[1][:, k], (1,), L) for k in range(W[1].shape[1])}
    names |= {f"V_{i}": _laid(W[i], (i - 1, i), L) for i in range(2, L)}
    names |= {f"m_{i}": np.zeros((1,) * L) for i in range(2, L)}
    names |= {f"w_{L}": _laid(W[L][:, 0], (L - 1,), L)}
    names |= {f"b_{i}": _laid(b[i], (i,), L) for i in range(2, L)} | {
        f"b_{L}": _laid(b[L], (0,), L)
    }
    return names | {f"P_{i}": _laid(P[i], (i,), L) for i in range(1, L)}


def _laid(v: Array, axes: tuple[int, ...], L: int) -> Array:
    """An array with its axes at given places among L."""
    shape = [1] * L
    for axis, size in zip(axes, v.shape, strict=True):
        shape[axis] = size
    return v.reshape(shape)


def _shape(L: int, i: int, W: Arrays) -> tuple[int, ...]:
    """The shape of G_i inside: its neurons on their axes, one elsewhere."""
    axes = {1: (1,), L: (L - 1,)}.get(i, (i - 1, i))
    sizes = dict(zip(axes, W[i].shape, strict=False))
    return tuple(sizes.get(axis, 1) for axis in range(L))


def _coded(system: Reduced, expr: Expr) -> Expr:
    """Unknown functions of labels as symbols, means as sums over an axis."""
    axis: dict[Any, int] = {DATA: 0} | {
        u: i for i, labels in system.neurons.items() for u in labels
    }
    if isinstance(expr, Mean):
        inside, label = expr.args
        over = sympy.Integer(axis[label])
        return Function("mean")(_coded(system, inside), over, Symbol(f"P_{over}"))
    if isinstance(expr, AppliedUndef) and set(expr.args) <= set(axis):
        return Symbol(expr.func.__name__)
    return expr.func(*(_coded(system, arg) for arg in expr.args)) if expr.args else expr


def _mean(v: Array, axis: int, P: Array) -> Array:
    """The average over the nodes of an axis; a second label's is done with the first's."""
    return v if v.shape[axis] == 1 else (v * P).sum(axis, keepdims=True)


def _joint(system: Reduced) -> None:
    """Refuse a system whose functions separate the two labels of a layer: they share an axis."""
    found: set[Any] = set().union(*(g.atoms(AppliedUndef) for G in system.G.values() for g in G))
    for f in found:
        for labels in system.neurons.values():
            own = set(labels) & set(f.args)
            if own and own != set(labels) and f.args[0] != DATA:
                raise Unavailable(f"{f} has only some of the labels {labels}")
