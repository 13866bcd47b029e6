"""Networks moved by a trainer that is not mfcheck's: what is asked of it, and what came back."""

from collections.abc import Iterable, Sequence
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor

from mfcheck.arrays import steps_in
from mfcheck.data import DataLaw
from mfcheck.dynamics import Diverged, Trajectory
from mfcheck.dynamics.equations import everything
from mfcheck.dynamics.meanfield import Sample
from mfcheck.dynamics.sgd import sample_indices
from mfcheck.dynamics.times import step_times
from mfcheck.dynamics.trajectory import Observer, Recorder
from mfcheck.errors import NotApplicable, invalid
from mfcheck.model import AnyModel, Ensemble, Model
from mfcheck.seeds import Seeds
from mfcheck.trainers.contract import ABILITIES, LayerArrays, Trainer, TrainingRun


def train_networks(  # noqa: PLR0913 - the contract of `sgd`; options by keyword
    trainer: Trainer,
    system: tuple[AnyModel, Ensemble, DataLaw],
    eps: float,
    T: float,
    *,
    batch: int | None = 1,
    seed: int | Seeds = 0,
    stream: Any = None,
    at: Iterable[float] | None = None,
    observe: Sequence[Observer] = (),
) -> Trajectory:
    """What `sgd` returns with the same arguments, the weights being those of the trainer.

    system: model, state and data. The samples of each step are drawn as `sgd` draws them. Raises
    NotApplicable for what the trainer says that it cannot do, InvalidArgument for weights that are
    not what was asked for.
    """
    model, state, data = system
    law, flat = everything(model, state, data), state.flat()
    steps = steps_in(T, eps)
    index = sample_indices(state, data, steps, batch=batch, seed=seed, stream=stream)
    refuse(trainer, needs(model, flat, index))
    wanted = step_times(steps, eps, at)
    asked = list(range(steps + 1)) if observe else wanted
    run = _run(model, flat, law, index, (eps, steps, tuple(asked)))
    recorder = Recorder(model, law, state.replicates, observe)
    for k, s in zip(asked, _states(trainer, run, flat), strict=True):
        recorder.watch(k * eps, s)
        if k in wanted:
            recorder.record(k * eps, s)
    lost = [_lost(recorder, r, row, eps) for r, row in recorder.lost().items()]
    return recorder.finish(lost, method=trainer.name, eps=eps, steps=steps)


def needs(model: AnyModel, state: Ensemble, index: Tensor | None) -> set[str]:
    """The abilities that a training asks for."""
    some = {
        "general": type(model) is not Model,
        "schedules": model.scheduled,
        "biases": any(model.xi_b.values()) or any(bool(b.any()) for b in state.b.values()),
        "full batch": index is None,
        "batches": index is not None and index.shape[-1] > 1,
        "weighted": _weighted(state),
        "float64": state.W[1].dtype == torch.float64,
    }
    return {ability for ability, asked in some.items() if asked}


def refuse(trainer: Trainer, needed: Iterable[str]) -> None:
    """Raise NotApplicable if a trainer is not able to do what is needed."""
    missing = sorted(set(needed) - trainer.can)
    if missing:
        words = "; ".join(f"{ability} ({ABILITIES[ability]})" for ability in missing)
        raise NotApplicable(f"not applicable to the trainer {trainer.name}, which lacks: {words}")


def _run(
    model: AnyModel,
    state: Ensemble,
    law: Sample,
    index: Tensor | None,
    steps: tuple[float, int, tuple[int, ...]],
) -> TrainingRun:
    """The run of all networks; an index that they share has a leading axis of length one."""
    eps, number, at = steps
    return TrainingRun(
        model=cast(Model, model),
        W=_arrays(state.W),
        b=_arrays(state.b),
        x=_own(law.x[0]),
        y=_own(law.y[0]),
        q=_own(law.q),
        eps=eps,
        steps=number,
        index=None if index is None else _own(index),
        at=at,
        P=_arrays(state.P) if _weighted(state) else None,
    )


def _weighted(state: Ensemble) -> bool:
    """Whether some layer's measure is more than one number."""
    return any(isinstance(p, Tensor) for p in state.measure.values())


def _arrays(part: dict[int, Tensor]) -> LayerArrays:
    return {i: _own(v) for i, v in part.items()}


def _own(v: Tensor) -> np.ndarray:
    """An array of a trainer's own: it may change it in place."""
    return v.detach().cpu().numpy().copy()


def _states(trainer: Trainer, run: TrainingRun, like: Ensemble) -> list[Ensemble]:
    """The states after each of the asked steps, one leading axis of networks."""
    if trainer.batched:
        found = _weights(trainer, run)
    else:
        each = [_weights(trainer, run.one(r)) for r in range(len(like.W[1]))]
        found = [_together(states) for states in zip(*each, strict=True)]
    return [_ensemble(W, b, like) for W, b in found]


def _weights(trainer: Trainer, run: TrainingRun) -> list[tuple[LayerArrays, LayerArrays]]:
    """What a trainer returns, each copied before it goes on: it may yield what it changes."""
    found = [_checked(trainer, run, given) for given in trainer(run)]
    if len(found) != len(run.at):
        rule = f"the weights are asked for after each of {len(run.at)} steps: {list(run.at)[:8]}"
        raise invalid(f"{trainer.name}: states", len(found), rule, "return one for each of run.at")
    return found


def _checked(trainer: Trainer, run: TrainingRun, given: Any) -> tuple[LayerArrays, LayerArrays]:
    """Weights and biases as arrays of the shapes that they had at the start."""
    pair = isinstance(given, tuple) and len(given) == 2
    W, b = given if pair else (given, run.b)
    if not pair and any(run.model.xi_b.values()):
        rule = "the biases are trained too"
        raise invalid(f"{trainer.name}: weights", type(given).__name__, rule, "return (W, b)")
    found = []
    for name, part, start in (("W", W, run.W), ("b", b, run.b)):
        if not isinstance(part, dict) or sorted(part) != sorted(start):
            rule = f"is a dict with the keys {sorted(start)}"
            keys = sorted(part) if isinstance(part, dict) else type(part).__name__
            raise invalid(f"{trainer.name}: {name}", keys, rule, "return (W, b) as they were given")
        found.append({i: _array(f"{trainer.name}: {name}[{i}]", part[i], start[i]) for i in start})
    return found[0], found[1]


def _array(name: str, value: Any, start: np.ndarray) -> np.ndarray:
    array = np.asarray(value.detach().cpu() if isinstance(value, Tensor) else value)
    if array.shape != start.shape or array.dtype.kind not in "fiu":
        rule = f"has the shape {start.shape} that it had at the start, of real numbers"
        raise invalid(name, (array.shape, array.dtype), rule, "return it so")
    return array.astype(start.dtype)  # a copy


def _together(states: Sequence[tuple[LayerArrays, LayerArrays]]) -> tuple[LayerArrays, LayerArrays]:
    W, b = ({i: np.stack([s[k][i] for s in states]) for i in states[0][k]} for k in (0, 1))
    return W, b


def _ensemble(W: LayerArrays, b: LayerArrays, like: Ensemble) -> Ensemble:
    parts = ({i: torch.as_tensor(v).to(like.W[1]) for i, v in part.items()} for part in (W, b))
    return like.at(*parts)


def _lost(recorder: Recorder, r: int, row: int, eps: float) -> Diverged:
    """A network whose weights stopped being finite, as far as the asked times tell."""
    sound = recorder.sound(recorder.states[row])[:, r]
    layer = int((~sound).int().argmax()) + 1
    loss = float(recorder.loss(recorder.states[max(row - 1, 0)])[r])
    step = round(recorder.times[row] / eps)
    advice = f"by the step at which it was asked for; try eps <= {eps / 4:g}"
    return Diverged(r, step, recorder.times[row], layer, loss, advice)
