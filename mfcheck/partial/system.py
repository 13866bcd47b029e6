"""Motion in function space: ∂_t h = −ξ_W E[ζ a σ'(h) k0(·, X)], ∂_t a = −ξ_a E[ζ σ(h)].

On n data points h is a vector of n numbers, and a law of (a, h) is a two-layer network whose
first layer has the weights h and sees the k-th data point as the k-th unit vector, but is moved
by the k-th row of k0 instead. So the two-layer equations of `dynamics` are all there is, with
one factor of the first layer's velocity exchanged.
"""

from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from mfcheck.arrays import probabilities, replicate, tensor
from mfcheck.dynamics import Trajectory
from mfcheck.dynamics.meanfield import Sample, mean_velocity
from mfcheck.dynamics.velocity import Velocity, move_
from mfcheck.errors import invalid
from mfcheck.model import Ensemble, Model
from mfcheck.partial.partial_trajectory import PartialTrajectory
from mfcheck.partial.training import Training


@dataclass(frozen=True)
class PartialSystem:
    """Two-layer equations read at `read` and moved along `push`, both (r or 1, n, D).

    h(x_k) = ⟨w, read_k⟩ and ∂_t w = −ξ_W E[ζ a σ' push], so that read pushᵀ = k0 on the data:
    (1, k0) in function space, (M^{-β} Φ, M^{β-1} Φ) in the weights of a network.
    """

    model: Model
    read: Tensor
    push: Tensor
    y: Tensor
    q: Tensor

    @property
    def law(self) -> Sample:
        """The whole law of the data, as the equations read it."""
        return Sample(self.read, self.y[None], self.q)

    def velocity(self, t: float, s: Ensemble) -> Velocity:
        """(∂_t w, ∂_t a) on the whole law."""
        return self._pushed(mean_velocity(self.model, s, self.law, t), self.push)

    def step_(self, s: Ensemble, eps: float, k: int, index: Tensor | None) -> None:
        """Step k of descent in place; index (r or 1, B): a batch, None for the whole law."""
        if index is None:
            move_(s, eps, self.velocity(k * eps, s))
            return
        q = self.q.new_full((index.shape[-1],), 1 / index.shape[-1])
        batch = Sample(_rows(self.read, index), self.y[index], q)
        v = mean_velocity(self.model, s, batch, k * eps)
        move_(s, eps, self._pushed(v, _rows(self.push, index)))

    def of(self, r: int) -> "PartialSystem":
        """The system of replicate r alone."""
        return replace(self, read=replicate(self.read, r), push=replicate(self.push, r))

    def _pushed(self, v: Velocity, push: Tensor) -> Velocity:
        if 1 not in v.cols:
            return v
        return v._replace(cols=v.cols | {1: push.expand(len(v.cols[1]), -1, -1)})


def _rows(table: Tensor, index: Tensor) -> Tensor:
    """Rows of (r or 1, n, D) at (r or 1, B)."""
    count = max(len(table), len(index))
    chosen = index.expand(count, -1)[..., None].expand(-1, -1, table.shape[-1])
    return table.expand(count, -1, -1).gather(1, chosen)


def trained(training: Training) -> Model:
    """The two-layer model behind a partially trained network: no biases."""
    layers, xi_a, xi_W = (training.activation, "identity"), training.xi_a, training.xi_W
    return Model(layers, training.loss, xi={1: xi_W, 2: xi_a}, xi_b={2: 0})


Start = tuple[Any, Any] | tuple[Any, Any, Any]
"""(a, h) or (a, h, p), such as a `NeuronAverage`."""


def function_space(law: Start, k0: Any, training: Training) -> tuple[Ensemble, PartialSystem]:
    """The start and the system of a law (a, h, p) that is moved by k0."""
    model, start = trained(training), neurons(*law)
    k0, (y, q) = tensor("k0", k0).to(start.W[1]), targets(training, start)
    n, lead = start.d, start.replicates
    if y.shape != (n,):
        raise invalid("y.shape", tuple(y.shape), f"h has {n} data points", "pass one y each")
    if k0.shape not in ((n, n), (*lead, n, n)):
        rule = f"must be {(n, n)}, perhaps one per replicate of h"
        raise invalid("k0.shape", tuple(k0.shape), rule, "evaluate it on the data")
    read = torch.eye(n, dtype=k0.dtype, device=k0.device)[None]
    return start, PartialSystem(model, read, k0.reshape(-1, n, n), y, q)


def neurons(a: Any, w: Any, p: Any = None) -> Ensemble:
    """a (..., m), w (..., m, D) and p as a two-layer ensemble."""
    a, w = tensor("a", a), tensor("h", w)
    if w.shape[:-1] != a.shape or not a.dim():
        rule = f"a has shape {tuple(a.shape)}, so h is {tuple(a.shape)} + (n,)"
        raise invalid("h.shape", tuple(w.shape), rule, "pass one function per neuron")
    return Ensemble({1: w, 2: a.to(w)[..., None]}, P=None if p is None else {1: p})


def targets(training: Training, like: Ensemble) -> tuple[Tensor, Tensor]:
    """y and q in the dtype of the neurons; q uniform where it is None."""
    y, q = tensor("y", training.y, dims=1).to(like.W[1]), training.q
    q = torch.full_like(y, 1 / len(y)) if q is None else probabilities("q", q).to(y)
    if q.shape != y.shape:
        raise invalid("q.shape", tuple(q.shape), f"y has {len(y)} entries", "pass one q each")
    return y, q


def recorded(system: PartialSystem, start: Ensemble, path: Trajectory) -> PartialTrajectory:
    """The trajectory of (a, h) behind one of two-layer ensembles."""
    lead, model = start.replicates, system.model
    k0 = system.read @ system.push.mT
    w = torch.stack([s.W[1] for s in path.states])
    h = w.reshape(len(w), -1, *w.shape[-2:]) @ system.read.mT
    rates = [model.rates(float(t))[0] for t in path.times]
    xi_W, xi_a = (path.times.new_tensor([rate[i] for rate in rates]) for i in (1, 2))
    return PartialTrajectory(
        times=path.times,
        loss=path.loss,
        f=path.y_hat,
        a=torch.stack([s.W[2][..., 0] for s in path.states]),
        h=h.reshape(len(w), *lead, *h.shape[-2:]),
        k0=k0.reshape(*lead, *k0.shape[1:]) if len(k0) > 1 else k0[0],
        p=start.P[1],
        q=system.q,
        sigma=model.phi(1),
        xi_a=xi_a,
        xi_W=xi_W,
        diverged=path.diverged,
        solver=path.solver,
    )
