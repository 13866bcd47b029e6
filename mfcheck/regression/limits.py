"""Limits: of finite embeddings, of independent and of diverse weights, and distances to them."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import torch

import mfcheck as mf
from mfcheck.model.transforms import add_tracers
from mfcheck.regression.case import Case
from mfcheck.regression.observables import CaseRun, Values, ends, motion, weights
from mfcheck.regression.reordering import Order
from mfcheck.regression.sampled import SEED, Drawn, descent

FINITE = Drawn("tanh erf identity", descent, {"weighted": True, "n": 6, "atoms": 5})


def _of_atoms(order: Order, **options: Any) -> CaseRun:
    """The limit of a finite embedding, whose nodes are its atoms."""
    problem = FINITE.problem()
    law, emb = order.law(problem.data), mf.FiniteEmbedding(order.neurons(problem.emb.atoms))
    path = mf.limit(problem.model, emb, law, problem.T, **options)
    return CaseRun(motion(problem.model, path, law, order))


def flow_of_atoms(order: Order) -> CaseRun:
    """ε → 0."""
    return _of_atoms(order, at=[0.0, 0.0125, 0.4, 0.8], tol=order.tighter(1e-9))


def steps_of_atoms(order: Order) -> CaseRun:
    """At fixed ε, on a given stream."""
    stream = torch.tensor([[0, 1, 3], [5, 2, 2], [4, 4, 0], [1, 5, 3]])
    return _of_atoms(order, eps=0.2, stream=order.stream(stream, 6))


def tracers(order: Order) -> CaseRun:
    """Neurons of probability zero follow the fields of the others and move nothing."""
    problem = FINITE.problem()
    atoms, law = problem.emb.atoms, order.law(problem.data)
    few = torch.tensor([0.5, 0.0, 0.2, 0.3, 0.0], dtype=torch.float64)
    state = order.neurons(mf.Ensemble(atoms.W, atoms.b, atoms.P | {1: few, 2: few}))
    path = mf.sgd(problem.model, state, law, problem.eps, problem.T, batch=None)
    return CaseRun(motion(problem.model, path, law, order))


def steps_with_tracers(order: Order) -> CaseRun:
    """Tracers that move fast leave every step of the flow where it was."""
    problem = FINITE.problem()
    law, atoms = order.law(problem.data), problem.emb.atoms
    added = {"W_in": atoms.W[2], "W_out": torch.full_like(atoms.W[3], 200.0)}
    state = add_tracers(atoms, 2, added)
    counts = [
        mf.flow(problem.model, s, law, problem.T, rtol=1e-6, atol=1e-8).solver["accepted"]
        for s in (atoms, state)
    ]
    more = torch.tensor(float(counts[1] - counts[0]), dtype=torch.float64)
    return CaseRun([(problem.T, {"steps added": more, "w_2": state.W[2]})])


def distances(order: Order) -> CaseRun:
    """D_T of networks in descent to their limit, and to themselves with one weight shaken."""
    problem = FINITE.problem()
    state, C = problem.sample({1: 4, 2: 7}, 2, SEED)
    limit, law = problem.discrete_limit(), order.law(problem.data)
    path = mf.sgd(problem.model, order.neurons(state), law, problem.eps, problem.T, batch=None)
    own = {i: c[:, order.neuron(c.shape[1])] for i, c in C.items()}
    half = path.states[2].clone()
    half.W[2][0, 1, 2] += 0.25
    shaken = replace(path, states=[*path.states[:2], half, *path.states[3:]])
    D = {}
    for norm in ("max", "rms"):
        D[f"D_T {norm}"] = mf.distance(path, limit, at=own, norm=norm)
        D[f"D_T {norm} of one weight at one time"] = mf.distance(path, shaken, norm=norm)
    return CaseRun([(problem.T, D)], {f"labels of layer {i}": c for i, c in C.items()})


def independent(
    T: float, eps: float | None, tol: float = 1e-4, **spec: Any
) -> Callable[[Order], CaseRun]:
    """The reduced system of independent weights, with two sampled networks as tracers."""

    def run(order: Order) -> CaseRun:
        step = {"T": T, "eps": T / 4 if eps is None else eps}
        problem = mf.IIDSpec(n=4, seed=3, **step, **spec).problem()
        state, C = problem.sample(3, 2, SEED)
        law = order.law(problem.data)
        options: dict[str, Any] = {"at": [0.0, T / 64, T]} if eps is None else {"eps": eps}
        path = mf.limit(problem.model, problem.emb, law, T, tol=tol, tracers=C, **options)
        rows = ends(path, law, order)
        return CaseRun(_shifted(path, rows, problem.L, spec), start=weights(state))

    return run


def _shifted(path: Any, rows: list[tuple[float, Values]], L: int, spec: dict[str, Any]) -> Any:
    """The rows with the translations Δ_i* of layers 3..L−2 between constant biases."""
    if L < 5 or spec.get("bias"):
        return rows
    shifts = {f"shift_{i}": path.translation(i) for i in range(3, L - 1)}
    return [
        (t, values | {name: shift[k] for name, shift in shifts.items()})
        for k, (t, values) in enumerate(rows)
    ]


DIVERSE = {"activations": ("tanh", "erf", "identity"), "m": 2, "T": 0.75, "eps": 0.25, "seed": 3}


def diverse_networks(order: Order) -> CaseRun:
    """Networks of correlated, diverse weights in descent."""
    spec = DIVERSE | {"activations": ("tanh", "tanh", "erf", "identity"), "m": 3}
    problem = mf.DiverseSpec(**spec).problem()
    state, _ = problem.sample({1: 4, 2: 7, 3: 5}, 2, SEED)
    path, law, order, _ = descent(problem, order.neurons(state), order)
    return CaseRun(motion(problem.model, path, law, order), start=weights(state))


def diverse_limit(order: Order) -> CaseRun:
    """Their limit at the same ε on Sobol nodes, with sampled neurons as tracers."""
    problem = mf.DiverseSpec(**DIVERSE).problem()
    state, C = problem.sample(3, 1, SEED)
    law = order.law(problem.data)
    eps = problem.eps
    path = mf.limit(problem.model, problem.emb, law, problem.T, eps=eps, tol=0.05, tracers=C)
    return CaseRun(ends(path, law, order), start=weights(state))


LIMITS = (
    Case("limit_of_atoms", "L = 3, finite embedding: the limit as a flow", flow_of_atoms),
    Case("limit_on_a_stream", "L = 3, finite embedding: the limit of SGD", steps_of_atoms),
    Case("tracers", "L = 3, two neurons of probability zero in each layer: descent", tracers),
    Case("steps_with_tracers", "L = 3, fast tracers: steps that they add", steps_with_tracers),
    Case("distances", "L = 3, D_T of two networks to their limit and themselves", distances),
    Case(
        "independent_3_layers",
        "L = 3, independent weights: the limit of descent, two networks as tracers",
        independent(0.8, 0.2, activations=("tanh", "tanh", "identity"), middle="normal"),
    ),
    Case(
        "independent_4_layers_biases",
        "L = 4, independent weights ±, random biases: the limit of descent, with tracers",
        independent(
            0.8, 0.4, activations=("tanh", "erf", "tanh", "identity"), middle="rademacher", bias=0.5
        ),
    ),
    Case(
        "independent_5_layers",
        "L = 5, independent weights: the limit as a flow, its translation, with tracers",
        independent(0.8, None, loss="logcosh"),
    ),
    Case(
        "independent_on_sobol_nodes",
        "L = 3, independent weights in d = 5: the limit of descent on Sobol nodes, with tracers",
        independent(0.6, 0.2, 0.02, activations=("tanh", "tanh", "identity"), d=5, data="teacher"),
    ),
    Case("diverse_networks", "L = 4, correlated, diverse weights: descent", diverse_networks),
    Case("diverse_limit", "L = 3, correlated, diverse weights: limit of descent", diverse_limit),
)
