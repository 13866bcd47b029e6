"""Networks drawn from a finite embedding, and the ways in which they are moved."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import torch
from torch import Tensor

import mfcheck as mf
from mfcheck.data import DataLaw
from mfcheck.dynamics import Trajectory
from mfcheck.model import Ensemble
from mfcheck.regression.observables import CaseRun, motion, weights
from mfcheck.regression.reordering import Order

SEED = 20


class Moved(NamedTuple):
    """A trajectory, the law and the order that it was moved in, and the samples it drew."""

    path: Trajectory
    data: DataLaw
    order: Order
    samples: Tensor | None = None


Move = Callable[[Any, Ensemble, Order], Moved]
"""(problem, networks, order) ↦ what happened."""


@dataclass(frozen=True)
class Drawn:
    """Networks drawn from a finite embedding, and moved for a few steps.

    phi, spec: activations and other fields of `mf.FiniteSpec`; xi, xi_b: schedules.
    """

    phi: str
    move: Move
    spec: dict[str, Any] = field(default_factory=dict)
    widths: Any = 5
    replicates: int = 1
    xi: dict[int, Any] | None = None
    xi_b: dict[int, Any] | None = None

    def __call__(self, order: Order) -> CaseRun:
        problem = self.problem()
        state, C = problem.sample(self.widths, self.replicates, SEED)
        path, data, order, samples = self.move(problem, order.neurons(state), order)
        drawn = {f"labels of layer {i}": c for i, c in C.items()}
        drawn |= {} if samples is None else {"samples": samples}
        return CaseRun(motion(problem.model, path, data, order), drawn, weights(state))

    def problem(self) -> Any:
        """The problem under these schedules."""
        small = {"atoms": 6, "n": 5, "T": 0.8, "eps": 0.2, "seed": 3}
        blueprint = mf.FiniteSpec(tuple(self.phi.split()), **(small | self.spec))
        return blueprint.problem().trained_by(self.xi, self.xi_b)


def descent(problem: Any, state: Ensemble, order: Order) -> Moved:
    """Full-batch descent."""
    law = order.law(problem.data)
    return Moved(mf.sgd(problem.model, state, law, problem.eps, problem.T, batch=None), law, order)


def flow_move(problem: Any, state: Ensemble, order: Order) -> Moved:
    """Gradient flow, recorded early, half way and at the end."""
    law, at = order.law(problem.data), [0.0, problem.T / 64, problem.T / 2, problem.T]
    rtol, atol = order.tighter(1e-9), order.tighter(1e-11)
    path = mf.flow(problem.model, state, law, problem.T, at=at, rtol=rtol, atol=atol)
    return Moved(path, law, order)


def samples(batch: int) -> Move:
    """SGD on fresh samples, `batch` a step."""

    def move(problem: Any, state: Ensemble, order: Order) -> Moved:
        seeds = mf.Seeds(SEED, range(state.replicates[0])).fold("guard")
        path = problem.sgd(state, seed=seeds, batch=batch)
        return Moved(path, problem.data, order.of_neurons(), problem.stream(seeds, batch))

    return move


def stream_move(problem: Any, state: Ensemble, order: Order) -> Moved:
    """SGD on a given stream: two samples a step, the same for all networks."""
    steps, n = round(problem.T / problem.eps), problem.data.n
    given = torch.arange(2 * steps).reshape(steps, 2).mul(3).add(1) % n
    law, mapped = order.law(problem.data), order.stream(given, n)
    path = mf.sgd(problem.model, state, law, problem.eps, problem.T, stream=mapped)
    return Moved(path, law, order, given)
