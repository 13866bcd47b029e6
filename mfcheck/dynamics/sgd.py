"""Gradient descent in steps of size ε: stochastic, on a given stream, or full batch.

    w_i ← w_i − ε ξ_i(kε) · (1/B) Σ_{z in the batch} φ_{i-1}(H_{i-1}(x, ·)) Δ_i(z, ·)

which is SGD on a width-N network with learning rates ε N_{i-1} N_i. On the atoms of an
embedding the same recursion is the exact limit of the networks drawn from it, at fixed ε.
Source: Pham & Nguyen, ICLR 2021, section 2.1; fixed-ε limits: by induction over steps.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

from mfcheck.arrays import replicate, steps_in, whole
from mfcheck.data import DataLaw
from mfcheck.dynamics.descent import Clock, gradient_descent
from mfcheck.dynamics.equations import everything, velocity
from mfcheck.dynamics.meanfield import Sample
from mfcheck.dynamics.trajectory import Observer, Recorder, Trajectory
from mfcheck.dynamics.velocity import move_
from mfcheck.errors import invalid
from mfcheck.model import AnyModel, Ensemble
from mfcheck.seeds import Seeds, as_seeds

Batches = Callable[[int], Sample]

BLOCK = 64
"""Steps whose data points are gathered at once."""


def sgd(  # noqa: PLR0913 - the public contract; options by keyword
    model: AnyModel,
    state: Ensemble,
    data: DataLaw,
    eps: float,
    T: float,
    *,
    batch: int | None = 1,
    seed: int | Seeds = 0,
    stream: Any = None,
    at: Iterable[float] | None = None,
    observe: Sequence[Observer] = (),
) -> Trajectory:
    """SGD from `state` for T/ε steps; `batch=None` is full-batch gradient descent.

    eps: step; T: horizon, a multiple of eps. batch: fresh draws from q per step and replicate.
    seed: an integer, or a `Seeds` that names which replicates these are. stream: indices of
    data atoms, (steps, batch), or one such array per replicate, to repeat a given run; the
    step uses the plain batch mean, the recorded loss the law q. at: times to record,
    multiples of eps; by default at most 21 from 0 to T. observe: functions of (t, state),
    shown every step.

    Raises InvalidArgument for eps <= 0, T that is no multiple of eps (saying which would be),
    shapes that do not fit. Divergence is a result: `.diverged`, and a loss of +inf.
    """
    clock = Clock(steps_in(T, eps), eps, at)
    law = everything(model, state, data)
    index = sample_indices(state, data, clock.steps, batch=batch, seed=seed, stream=stream)
    batches = _batches(law, index)
    recorder = Recorder(model, law, state.replicates, observe)

    def step(s: Ensemble, k: int, r: int | None) -> None:
        z = batches(k) if r is None else _of_replicate(batches(k), r)
        move_(s, eps, velocity(model, s, z, k * eps))

    diverged = gradient_descent(step, state, recorder, clock)
    return recorder.finish(diverged, method="sgd" if batch else "gd", eps=eps, steps=clock.steps)


def sample_indices(
    state: Ensemble, data: DataLaw, steps: int, *, batch: int | None, seed: Any, stream: Any
) -> Tensor | None:
    """Indices of data atoms, (r or 1, steps, batch); None for the full batch."""
    count = state.flat().replicates[0]
    if stream is not None:
        return given_stream(stream, count, steps, data.n).to(state.W[1].device)
    if batch is None:
        return None
    whole("batch", batch)
    seeds = seed if isinstance(seed, Seeds) else as_seeds(seed, count)
    if len(seeds.replicates) != count:
        rule = f"the state has {count} replicates"
        raise invalid("seed.replicates", seeds.replicates, rule, "pass the Seeds it was drawn with")
    return sample_stream(data, steps, batch, seeds).to(state.W[1].device)


def sample_stream(data: DataLaw, steps: int, batch: int, seeds: Seeds) -> Tensor:
    """Indices of fresh samples from q, (replicates, steps, batch): what `sgd` draws by itself."""
    drawn = data.draw(seeds.uniforms("stream", batch, steps * batch))
    return drawn.reshape(len(seeds.replicates), steps, batch)


def given_stream(stream: Any, count: int, steps: int, n: int) -> Tensor:
    """Indices of n data atoms for `count` replicates as (r or 1, steps, batch), once they fit."""
    index = torch.as_tensor(stream)
    if (
        index.is_floating_point()
        or index.numel() == 0
        or not 0 <= int(index.min()) <= int(index.max()) < n
    ):
        raise invalid("stream", index.dtype, f"holds indices 0..{n - 1} of data", "pass integers")
    shape = tuple(index.shape)
    if len(shape) < 2 or shape[-2] != steps or torch.Size(shape[:-2]).numel() not in (1, count):
        rule = f"needs ({steps}, batch), or one such array for each of {count} replicates"
        raise invalid("stream.shape", shape, rule, "reshape it")
    return index.reshape(-1, steps, shape[-1]).to(torch.int64)


def _batches(law: Sample, index: Tensor | None) -> Batches:
    """k ↦ the data points of step k; those of a block of steps are gathered at once."""
    if index is None:
        return lambda k: law
    samples = _counted if index.shape[-1] > law.x.shape[1] else _drawn

    @lru_cache(maxsize=1)
    def block(m: int) -> list[Sample]:
        return samples(law, index[:, m * BLOCK : (m + 1) * BLOCK].transpose(0, 1))

    return lambda k: block(k // BLOCK)[k % BLOCK]


def _drawn(law: Sample, chosen: Tensor) -> list[Sample]:
    """A sample for each step of the data points chosen, (steps, r or 1, batch)."""
    q = law.q.new_full(chosen.shape[-1:], 1 / chosen.shape[-1])
    x, y = law.x[0][chosen].unbind(), law.y[0][chosen].unbind()
    return [Sample(*points, q) for points in zip(x, y, strict=True)]


def _counted(law: Sample, chosen: Tensor) -> list[Sample]:
    """The same from a law of fewer points than a batch has: each once, weighed by its count."""
    counts = law.q.new_zeros(*chosen.shape[:-1], law.x.shape[1])
    counts.scatter_add_(-1, chosen, counts.new_ones(chosen.shape)).div_(chosen.shape[-1])
    return [Sample(law.x, law.y, q) for q in counts.unbind()]


def _of_replicate(z: Sample, r: int) -> Sample:
    q = replicate(z.q, r) if z.q.dim() == 2 else z.q
    return Sample(replicate(z.x, r), replicate(z.y, r), q)
