"""Any `torch.nn.Module` as a trainer: its linear layers are mapped, its optimiser and loop run.

A linear layer i of the module (`torch.nn.Linear`, in the order of `modules()`) holds the weights
s_i w_iᵀ (of layer 1: w_1 as it is) and the biases b_i, with s_i = 1 where the module divides by
N_{i-1} in its forward pass and s_i = 1/N_{i-1} where it does not. A step of size η on w_i is one of
size η s_i² on what the layer stores. Source: ours.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from mfcheck.errors import NotApplicable, invalid
from mfcheck.trainers.contract import USUAL, LayerArrays, Trainer, TrainingRun

Build = Callable[[TrainingRun], nn.Module]
Optimizer = Callable[[nn.Module, "list[dict[str, Any]]"], Any]
TakeStep = Callable[[nn.Module, Any, Tensor, Tensor, Tensor], Any]

AGREES = {torch.float64: 1e-9, torch.float32: 1e-4}
"""By how much a module's output may differ from the network's that it is to be."""


def torch_module(
    build: Build,
    *,
    optimizer: Optimizer | None = None,
    step: TakeStep | None = None,
    can: tuple[str, ...] = USUAL,
    name: str = "",
    version: str = "",
) -> Trainer:
    """A trainer of one's own modules, each trained by one's own optimiser and step.

    build: a run ↦ the module with its widths and activations, L linear layers, whose initial
    weights are replaced. optimizer: (module, groups) ↦ an optimiser, by default torch.optim.SGD;
    groups: one of each layer's weight and one of each bias, with its `lr` and the `layer` that it
    is of. step: (module, optimiser, x, y, q) takes one step on a batch of weights q; by default on
    the problem's own loss. can, name, version: as in `Trainer`.

    Raises InvalidArgument for a module that is not the network, saying by how much its output
    differs. A `build` that lacks something (an activation, a loss) raises `mf.NotApplicable`.
    """
    made, move = optimizer or _sgd, step

    def train(run: TrainingRun) -> Iterator[tuple[LayerArrays, LayerArrays]]:
        module = build(run).to(_tensor(run.W[1]).dtype)
        layers = _linear(module, run)
        stored = _adopt(module, layers, run)
        groups = _groups(layers, stored, run)
        rule = made(module, groups)
        taken = move or _step(run)
        for k in range(run.steps + 1):
            if k in run.at:
                yield _read(layers, stored)
            if k < run.steps:
                _rates(rule, stored, run, k)
                taken(module, rule, *_batch(run, k))

    return Trainer(train, name or _name(build), version, frozenset(can))


def _linear(module: nn.Module, run: TrainingRun) -> dict[int, nn.Linear]:
    """The module's linear layers 1..L, of the run's widths."""
    found = [part for part in module.modules() if isinstance(part, nn.Linear)]
    N = {**run.widths, 0: run.x.shape[1]}
    shapes = [(N[i], N[i - 1]) for i in range(1, run.L + 1)]
    if [tuple(part.weight.shape) for part in found] != shapes:
        rule = f"the network has {shapes}"
        seen = [tuple(part.weight.shape) for part in found]
        raise invalid("linear layers", seen, rule, "build them from run.widths and run.x")
    if found[0].bias is not None:
        rule = "layer 1 has none in the model: a constant coordinate of x is its bias"
        raise invalid("bias of layer 1", True, rule, "pass bias=False to it")
    if any(run.model.xi_b.values()) and any(part.bias is None for part in found[1:]):
        raise NotApplicable("not applicable to a module without biases: the claim trains them")
    return {i + 1: part for i, part in enumerate(found)}


def _adopt(module: nn.Module, layers: dict[int, nn.Linear], run: TrainingRun) -> dict[int, float]:
    """Put the run's weights into the module; {i: s_i}, found by its output on the data."""
    wanted, x = _output(run), _tensor(run.x)
    gaps = {}
    for where, scale in _SCALES.items():
        stored = {i: scale(i, run.widths) for i in layers}
        with torch.no_grad():
            for i, part in layers.items():
                part.weight.copy_(_turned(i, _tensor(run.W[i])) * stored[i])
                if part.bias is not None:
                    part.bias.copy_(_tensor(run.b[i]))
            found = module(x).reshape(-1)
        gaps[where] = float((found - wanted).abs().max() / (1 + wanted.abs().max()))
        if gaps[where] <= AGREES[x.dtype]:
            return stored
    seen = ", ".join(f"{where}: {gap:.2g}" for where, gap in gaps.items())
    rule = "its output is not that of the network with 1/N between layers"
    repair = "divide by N in its forward pass, or in none, and use the run's activations"
    raise invalid(f"{_name(type(module))}: relative gap of outputs", seen, rule, repair)


_SCALES: dict[str, Callable[[int, dict[int, int]], float]] = {
    "dividing by N itself": lambda i, N: 1.0,
    "weights stored over N": lambda i, N: 1.0 if i == 1 else 1 / N[i - 1],
}


def _output(run: TrainingRun) -> Tensor:
    """ŷ of the network on the data, by its definition."""
    h, N, model = _tensor(run.x) @ _tensor(run.W[1]).T, run.widths, run.model
    for i in range(2, run.L + 1):
        h = _tensor(run.b[i]) + model.phi(i - 1).value(h) @ _tensor(run.W[i]) / N[i - 1]
    return model.phi(run.L).value(h)[:, 0]


def _groups(
    layers: dict[int, nn.Linear], stored: dict[int, float], run: TrainingRun
) -> list[dict[str, Any]]:
    """Parameter groups with the rates of step 0."""
    W, b = run.rates(0)
    weights = [
        {"params": [part.weight], "lr": W[i] * stored[i] ** 2, "layer": i}
        for i, part in layers.items()
    ]
    biases = [
        {"params": [part.bias], "lr": b[i], "layer": i, "bias": True}
        for i, part in layers.items()
        if part.bias is not None
    ]
    return weights + biases


def _rates(rule: Any, stored: dict[int, float], run: TrainingRun, k: int) -> None:
    """The rates of step k, where they move in time."""
    if not run.model.scheduled:
        return
    W, b = run.rates(k)
    for group in rule.param_groups:
        i = group["layer"]
        group["lr"] = b[i] if group.get("bias") else W[i] * stored[i] ** 2


def _sgd(module: nn.Module, groups: list[dict[str, Any]]) -> torch.optim.Optimizer:
    return torch.optim.SGD(groups, lr=0.0)


def _step(run: TrainingRun) -> TakeStep:
    """A step on the problem's own loss."""

    def step(module: nn.Module, rule: Any, x: Tensor, y: Tensor, q: Tensor) -> None:
        rule.zero_grad()
        loss = (q * run.model.loss.value(module(x).reshape(-1) - y)).sum()
        loss.backward()
        rule.step()

    return step


def _batch(run: TrainingRun, k: int) -> tuple[Tensor, Tensor, Tensor]:
    x, y, q = map(_tensor, (run.x, run.y, run.q))
    if run.index is None:
        return x, y, q
    chosen = torch.as_tensor(run.index[k])
    return x[chosen], y[chosen], torch.full_like(y[chosen], 1 / len(chosen))


def _read(
    layers: dict[int, nn.Linear], stored: dict[int, float]
) -> tuple[LayerArrays, LayerArrays]:
    """w_i and b_i as they stand; biases that a layer does not have are zero."""
    W = {i: _turned(i, p.weight.detach()).numpy() / stored[i] for i, p in layers.items()}
    b = {
        i: np.zeros(W[i].shape[-1]) if part.bias is None else part.bias.detach().numpy().copy()
        for i, part in layers.items()
        if i > 1
    }
    return W, b


def _turned(i: int, weight: Tensor) -> Tensor:
    """w_i as its layer stores it, and back: (out, in), which w_1 is already."""
    return weight if i == 1 else weight.T


def _tensor(value: np.ndarray) -> Tensor:
    return torch.as_tensor(value)


def _name(part: Any) -> str:
    return f"{part.__module__}:{part.__qualname__}"
