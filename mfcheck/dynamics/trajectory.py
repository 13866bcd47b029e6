"""What motion leaves behind: recorded rows, reductions of observers, and divergences."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import torch
from torch import Tensor

from mfcheck.dynamics.equations import fields
from mfcheck.dynamics.meanfield import Sample
from mfcheck.errors import invalid
from mfcheck.model import AnyModel, Ensemble
from mfcheck.model.ensemble import blocks, stacked

Observer = Callable[[float, Ensemble], Any]
"""A function of (t, state). It sees every step; the state is a live view, so copy what is kept."""


@dataclass(frozen=True)
class Diverged:
    """A replicate whose weights stopped being finite: a result, not an exception.

    replicate: its position among the flattened replicates. step, t: the first step (accepted
    step of a flow) after which a weight or the loss was not finite. layer: the lowest layer
    with such a weight; L if it was the loss.
    last_good_loss: its loss at the last recorded time at which everything was finite.
    """

    replicate: int
    step: int
    t: float
    layer: int
    last_good_loss: float
    advice: str

    def __str__(self) -> str:
        return (
            f"replicate {self.replicate} diverged at step {self.step} (t = {self.t:g}) in layer "
            f"{self.layer}; its last good loss was {self.last_good_loss:.4g}; {self.advice}"
        )


@dataclass(frozen=True, eq=False)
class Trajectory:
    """A recorded motion, one state per time.

    times (K,); states: K ensembles, with the motion's leading axes; model and law: of what, and
    under which law of the data. observed: one entry per observer; diverged: one `Diverged` per
    replicate that did; solver: counts and tolerances; error_estimate: sup distance to a coarser
    solution, for limits only. read: for a limit with tracers, the sampled neurons' own weights in
    one of its states; shift and system belong to limits under i.i.d. initialisation (see
    `translation`, and `limit`'s `nodes`).
    """

    times: Tensor
    states: list[Ensemble]
    model: AnyModel
    law: Sample
    observed: tuple[Any, ...] = ()
    diverged: tuple[Diverged, ...] = ()
    solver: dict[str, Any] = field(default_factory=dict)
    error_estimate: float | None = None
    read: Callable[[Ensemble], Ensemble] | None = field(default=None, repr=False)
    shift: Callable[[Ensemble, int], Tensor] | None = field(default=None, repr=False)
    system: Any = field(default=None, repr=False)

    @cached_property
    def y_hat(self) -> Tensor:
        """ŷ on the atoms of the data, (K, ..., n); computed when it is first asked for."""
        return self._outcomes[0]

    @cached_property
    def loss(self) -> Tensor:
        """The loss under the law q, (K, ...); +inf where weights or loss are not finite."""
        return self._outcomes[1]

    @cached_property
    def _outcomes(self) -> tuple[Tensor, Tensor]:
        parts = [stacked(self.states[part]) for part in blocks(self.states)]
        y_hat, loss = (torch.cat(each) for each in zip(*map(self._outcome, parts), strict=True))
        return y_hat, loss

    def _outcome(self, s: Ensemble) -> tuple[Tensor, Tensor]:
        """ŷ and the loss of states at several times, (k, ..., n) and (k, ...)."""
        flat, times = s.flat(), len(s.W[1])
        x, y, q = self.law
        x, y = (v if len(v) == 1 else v.repeat(times, *[1] * (v.dim() - 1)) for v in (x, y))
        y_hat, loss = evaluated(self.model, Sample(x, y, q), flat)
        loss = torch.where(_sound(flat, loss).all(0), loss, torch.inf)
        return y_hat.reshape(*s.replicates, -1), loss.reshape(s.replicates)

    def translation(self, i: int) -> Tensor:
        """Δ_i*(t) at the recorded times, (K,): by how much every w_i has moved, 3 <= i <= L−2.

        For limits under i.i.d. initialisation with constant biases; raises InvalidArgument for
        others, and for layers that are not translated.
        """
        if self.shift is None:
            rule = "only a limit under i.i.d. initialisation has translated layers"
            raise invalid("translation", i, rule, "pass an IIDEmbedding to `limit`")
        return torch.stack([self.shift(s, i) for s in self.states])

    @property
    def final(self) -> Ensemble:
        """The state at the last recorded time."""
        return self.states[-1]


@dataclass(frozen=True)
class Sup:
    """The observer that `sup` makes."""

    f: Observer

    def __call__(self, t: float, state: Ensemble) -> Any:
        return self.f(t, state)


def sup(f: Observer) -> Sup:
    """An observer that keeps the running maximum of f(t, state): a sup over every step."""
    return Sup(f)


class Recorder:
    """Collects a trajectory while the motion runs; the motion calls `watch` at every step."""

    def __init__(
        self, model: AnyModel, law: Sample, replicates: tuple[int, ...], observe: Sequence[Observer]
    ) -> None:
        self.model, self.law, self.replicates = model, law, replicates
        self.observe = tuple(observe)
        self.seen: list[Any] = [None if isinstance(f, Sup) else [] for f in self.observe]
        self.times: list[float] = []
        self.states: list[Ensemble] = []

    def watch(self, t: float, s: Ensemble) -> None:
        """Show the state to the observers."""
        for k, f in enumerate(self.observe):
            value = f(t, s.unflat(self.replicates))
            if not isinstance(f, Sup):
                self.seen[k].append(value)
            else:
                old = self.seen[k]
                self.seen[k] = value if old is None else torch.maximum(old, value)

    def record(self, t: float, s: Ensemble) -> None:
        """Keep a copy of the state."""
        self.times.append(t)
        self.states.append(s.clone())

    def loss(self, s: Ensemble) -> Tensor:
        """The loss (r,) under the law."""
        return evaluated(self.model, self.law, s)[1]

    def sound(self, s: Ensemble) -> Tensor:
        """Whether layer i is finite, (L, r); a loss that is not counts against the last layer."""
        return _sound(s, self.loss(s))

    def lost(self) -> dict[int, int]:
        """{replicate: first row that is not good}, for replicates that are not good at the end.

        What is not finite stays so: nothing is looked at before the end unless that is bad.
        """
        bad = ~self.sound(self.states[-1]).all(0)
        if not bool(bad.any()):
            return {}
        rows = torch.stack([~self.sound(s).all(0) for s in self.states]).int().argmax(0)
        return {r: int(rows[r]) for r in torch.nonzero(bad).flatten().tolist()}

    def finish(self, diverged: Sequence[Diverged] = (), **solver: Any) -> Trajectory:
        """The trajectory, its leading axes unfolded."""
        device = self.states[0].W[1].device
        return Trajectory(
            times=torch.tensor(self.times, dtype=torch.float64, device=device),
            states=[s.unflat(self.replicates) for s in self.states],
            model=self.model,
            law=self.law,
            observed=tuple(self.seen),
            diverged=tuple(diverged),
            solver=solver,
        )


def evaluated(model: AnyModel, law: Sample, s: Ensemble) -> tuple[Tensor, Tensor]:
    """ŷ (r, n) and the loss (r,) under the law, of an ensemble with one leading axis."""
    y_hat = fields(model, s, law.x).V[model.L][..., 0]
    return y_hat, (model.loss.value(y_hat - law.y) * law.q).sum(-1)


def _sound(s: Ensemble, loss: Tensor) -> Tensor:
    rows = all_finite(s)
    rows[-1] &= torch.isfinite(loss)
    return rows


def all_finite(s: Ensemble) -> Tensor:
    """Whether all of layer i is finite, shape (L, r)."""
    rows = []
    for i, w in s.W.items():
        good = torch.isfinite(w).flatten(1).all(1)
        rows.append(good & torch.isfinite(s.b[i]).all(1) if i > 1 else good)
    return torch.stack(rows)
