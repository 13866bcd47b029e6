"""A training problem: model, embedding, law of the data, horizon T and perhaps a step ε.

What Hypothesis generates, what a check is a function of, and what a notebook starts from.
"""

from dataclasses import dataclass, field, replace
from typing import Any

import torch
from torch import Tensor

from mfcheck.arrays import made_on, positive, steps_in
from mfcheck.data import DataLaw
from mfcheck.dynamics import Trajectory, flow, limit, sample_stream, sgd
from mfcheck.dynamics.equations import check_shapes
from mfcheck.errors import NotApplicable, invalid
from mfcheck.model import AnyModel, DiverseEmbedding, Embedding, Ensemble, FiniteEmbedding, Labels
from mfcheck.model.empirical import empirical
from mfcheck.model.widths import hidden_widths
from mfcheck.seeds import Seeds, as_seeds
from mfcheck.trainers import Trainer, train_networks
from mfcheck.trainers.foreign import refuse

REFINED_TO = 1e-4
"""Error of a discrete limit's quadrature: far below N^-1/2 for the widths that are compared."""

MOST_WEIGHTS = 2**26
"""Weights of all networks of a cell that are drawn one by one where others would be counted."""

COARSE = 1e-2
"""The same for a diverse embedding, whose labels of many coordinates allow no more."""


@dataclass(frozen=True, eq=False)
class Problem:
    """Everything that a trajectory depends on, but for the width, the seed and the noise.

    model, emb, data must fit (same L, same d). T: horizon. eps: default step of `gd` and
    `sgd`; T must be a multiple of it. dtype: precision of the networks that `sample` draws
    (limits are always float64). name: the code that rebuilds a generated problem, if it is one.
    device: where networks and limits are made; `on` moves the problem there. trainer: who trains
    networks in `sgd`, `gd` and `flow`; None for mfcheck's own engine. Limits are mfcheck's.
    """

    model: AnyModel
    emb: Embedding
    data: DataLaw
    T: float
    eps: float | None = None
    dtype: torch.dtype = torch.float64
    name: str = ""
    device: Any = "cpu"
    trainer: Trainer | None = None
    _solved: dict[Any, Trajectory] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        positive("T", self.T)
        if self.eps is not None:
            steps_in(self.T, self.eps)
        check_shapes(self.model, self.emb, self.data.d)

    @property
    def L(self) -> int:
        """Number of weight layers."""
        return self.model.L

    def sample(
        self, widths: int | dict[int, int], replicates: int | range | Seeds = 1, seed: int = 0
    ) -> tuple[Ensemble, Labels | Ensemble]:
        """Networks and their labels C; see `FiniteEmbedding.sample`. Draws nest in the width."""
        with made_on(self.device):
            return self.emb.sample(widths, replicates, seed, self.dtype)

    def empirical(
        self, widths: int | dict[int, int], replicates: int | range | Seeds = 1, seed: int = 0
    ) -> tuple[Ensemble, Labels]:
        """Networks of any width as the atoms under their empirical measures, and their labels.

        The same law as `sample` at the price of a network of K neurons a layer, exactly: see
        `mfcheck.model.empirical`. For a trainer that takes neurons one by one they are drawn so, up
        to `MOST_WEIGHTS`. Raises InvalidArgument if the embedding has no atoms.
        """
        if not isinstance(self.emb, FiniteEmbedding):
            rule = "only neurons drawn from finitely many atoms can be counted"
            raise invalid("emb", type(self.emb).__name__, rule, "use sample")
        seeds = as_seeds(seed, replicates)
        if self.trainer is not None and "weighted" not in self.trainer.can:
            return self._drawn(widths, seeds)
        return empirical(self.emb.atoms.to(self.dtype), widths, seeds)

    def flow(self, state: Ensemble, **options: Any) -> Trajectory:
        """Gradient flow of `state` on [0, T]; options as in `mf.flow`."""
        if self.trainer is not None:
            refuse(self.trainer, ("flow",))
        return flow(self.model, state, self.data, self.T, **options)

    def sgd(
        self, state: Ensemble, eps: float | None = None, seed: int | Seeds = 0, **options: Any
    ) -> Trajectory:
        """SGD from `state` on [0, T]; options as in `mf.sgd`."""
        return self._train(state, self._step(eps), seed=seed, **options)

    def gd(self, state: Ensemble, eps: float | None = None, **options: Any) -> Trajectory:
        """Full-batch gradient descent from `state` on [0, T]."""
        return self._train(state, self._step(eps), batch=None, **options)

    def limit(self, tracers: Labels | Ensemble | None = None, **options: Any) -> Trajectory:
        """The mean-field limit; options as in `mf.limit`.

        What does not depend on the tracers is solved once per problem and set of options.
        """
        key = repr(sorted(options.items()))
        if key not in self._solved:
            self._solved[key] = self._limit(**options)
        solved = self._solved[key]
        follows = tracers is not None and not isinstance(self.emb, FiniteEmbedding)
        return self._limit(tracers=tracers, nodes=solved, **options) if follows else solved

    def discrete_limit(
        self, tracers: Labels | Ensemble | None = None, eps: float | None = None, stream: Any = None
    ) -> Trajectory:
        """The limit N → ∞ of `gd`, or of SGD on a fixed stream, at fixed ε: the same recursion.

        It is exact (induction over steps), so the gap of a network to it holds no
        discretisation error; the quadrature of i.i.d. weights is refined to REFINED_TO, the
        nodes of a diverse embedding to COARSE. Source: ours.
        """
        near = COARSE if isinstance(self.emb, DiverseEmbedding) else REFINED_TO
        options: dict[str, Any] = {"eps": self._step(eps), "tol": near}
        if stream is None:
            return self.limit(tracers, **options)
        return self._limit(tracers=tracers, stream=stream, nodes=self.limit(**options), **options)

    def stream(self, seeds: Seeds, batch: int = 1, eps: float | None = None) -> Tensor:
        """The samples that `sgd` draws for these replicates, to give to network and limit alike."""
        return sample_stream(self.data, steps_in(self.T, self._step(eps)), batch, seeds)

    def _train(self, state: Ensemble, eps: float, **options: Any) -> Trajectory:
        """Descent in steps of eps, by the trainer or by mfcheck's own engine."""
        if self.trainer is None:
            return sgd(self.model, state, self.data, eps, self.T, **options)
        return train_networks(self.trainer, (self.model, state, self.data), eps, self.T, **options)

    def _drawn(self, widths: int | dict[int, int], seeds: Seeds) -> tuple[Ensemble, Labels]:
        """Networks with every neuron by itself, unless they are too large for it."""
        N, count = hidden_widths(self.L, widths), len(seeds.replicates)
        chain = [self.data.d, *(N[i] for i in sorted(N))]
        weights = count * sum(a * b for a, b in zip(chain, [*chain[1:], 1], strict=True))
        if weights > MOST_WEIGHTS:
            wide = (
                f"{count} networks of {max(N.values())} neurons a layer, which are counted by atoms"
            )
            raise NotApplicable(
                f"not applicable to a trainer that takes neurons one by one: {wide}"
            )
        assert isinstance(self.emb, FiniteEmbedding)  # `empirical` has looked
        return self.emb.sample(N, seeds, dtype=self.dtype)

    def _limit(self, **options: Any) -> Trajectory:
        with made_on(self.device):
            return limit(self.model, self.emb, self.data, self.T, **options)

    def on(self, dtype: torch.dtype, device: Any = "cpu") -> "Problem":
        """The same problem with networks of that precision, on that device."""
        emb = self.emb
        if isinstance(emb, FiniteEmbedding):
            emb = FiniteEmbedding(emb.atoms.map(lambda v: v.to(device)))
        x, y, q = (v.to(device) for v in (self.data.x, self.data.y, self.data.q))
        return replace(self, emb=emb, data=DataLaw(x, y, q), dtype=dtype, device=device)

    def trained_by(self, xi: dict[int, Any] | None = None, xi_b: dict[int, Any] | None = None):
        """The same problem under other learning-rate schedules."""
        return replace(self, model=self.model.trained_by(xi, xi_b))

    def _step(self, eps: float | None) -> float:
        step = self.eps if eps is None else eps
        if step is None:
            raise invalid("eps", None, "this problem has no default step", "pass eps")
        return step

    def __repr__(self) -> str:
        if self.name:
            return self.name
        step = "" if self.eps is None else f", eps={self.eps:g}"
        return f"Problem({self.model}, {self.emb}, {self.data}, T={self.T:g}{step})"
