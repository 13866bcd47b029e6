"""The competitors, each as its users write it: `peer(task)` returns a run, ready to start.

All take the same arrays, the same stream and float32, and use one thread.
"""

import importlib
import os
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.func import grad, vmap

import mfcheck as mf
from bench.task import Run, Task, Weights

Peer = Callable[[Task], Run]


def engine(task: Task) -> Run:
    """This project's `sgd`: all replicates in one batched step, gradients by formula."""
    (model, state, data), stream = networks(task), torch.from_numpy(task.index)
    T = task.index.shape[1] * task.eps

    def run() -> Weights:
        s = mf.sgd(model, state, data, task.eps, T, stream=stream, at=[T]).final
        return [w.numpy() for w in (s.W[1], s.W[2], s.W[3], s.b[2], s.b[3])]

    return run


def networks(task: Task) -> tuple[mf.Model, mf.Ensemble, mf.DataLaw]:
    """The task as this project's own objects."""
    W1, W2, W3, b2, b3 = _tensors(task)
    state = mf.Ensemble({1: W1, 2: W2, 3: W3}, {2: b2, 3: b3})
    return mf.Model(("tanh", "tanh", "identity")), state, mf.DataLaw(task.x, task.y)


def autograd(task: Task) -> Run:
    """A plain torch loop: one network at a time, `loss.backward()`, an update in place."""
    x, y, index = (torch.from_numpy(a) for a in (task.x, task.y, task.index))

    def run() -> Weights:
        each = zip(index, *_tensors(task), strict=True)
        networks = [_train(w, task.rates, x[i], y[i]) for i, *w in each]
        return [torch.stack(w).numpy() for w in zip(*networks, strict=True)]

    return run


def _train(weights: list[Tensor], rates: list[float], xs: Tensor, ys: Tensor) -> list[Tensor]:
    weights = [w.clone().requires_grad_() for w in weights]
    for x, y in zip(xs, ys, strict=True):
        _loss(weights, x, y).backward()
        with torch.no_grad():
            for w, rate in zip(weights, rates, strict=True):
                assert w.grad is not None
                w.sub_(w.grad, alpha=rate)
                w.grad = None
    return [w.detach() for w in weights]


def functional(task: Task) -> Run:
    """`torch.func.vmap` over replicates of `torch.func.grad`, an update in place."""
    x, y, index = (torch.from_numpy(a) for a in (task.x, task.y, task.index))
    gradients = vmap(grad(_loss))

    def run() -> Weights:
        weights = [w.clone() for w in _tensors(task)]
        for i in index.unbind(1):
            slopes = gradients(weights, x[i], y[i])
            for w, slope, rate in zip(weights, slopes, task.rates, strict=True):
                w.sub_(slope, alpha=rate)
        return [w.numpy() for w in weights]

    return run


def _loss(weights: list[Tensor], x: Tensor, y: Tensor) -> Tensor:
    """The loss of one network on one batch: x (batch, d), y (batch,)."""
    W1, W2, W3, b2, b3 = weights
    h = torch.tanh(x @ W1.T)
    h = torch.tanh(b2 + h @ W2 / W2.shape[0])
    y_hat = b3 + h @ W3 / W3.shape[0]
    return 0.5 * ((y_hat[:, 0] - y) ** 2).mean()


def jax(task: Task) -> Run:
    """JAX: `jit` of a `lax.scan` over the steps of `vmap` of `grad`, compiled before it returns."""
    jx, jnp = _jax(), importlib.import_module("jax.numpy")
    x, y = jnp.asarray(task.x), jnp.asarray(task.y)

    def loss(weights: Any, x: Any, y: Any) -> Any:
        W1, W2, W3, b2, b3 = weights
        h = jnp.tanh(x @ W1.T)
        h = jnp.tanh(b2 + h @ W2 / W2.shape[0])
        y_hat = b3 + h @ W3 / W3.shape[0]
        return 0.5 * ((y_hat[:, 0] - y) ** 2).mean()

    def step(weights: Any, i: Any) -> Any:
        slopes = jx.vmap(jx.grad(loss))(weights, x[i], y[i])
        moved = [w - rate * g for w, g, rate in zip(weights, slopes, task.rates, strict=True)]
        return moved, None

    start = [jnp.asarray(w) for w in task.weights]
    index = jnp.asarray(np.moveaxis(task.index, 1, 0).astype(np.int32))
    train = jx.jit(lambda w, i: jx.lax.scan(step, w, i)[0]).lower(start, index).compile()
    return lambda: [np.asarray(w) for w in jx.block_until_ready(train(start, index))]


def _jax() -> Any:
    """The module, told to use one thread: the flags count only before its first import."""
    one = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    os.environ.setdefault("XLA_FLAGS", one)
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    return importlib.import_module("jax")


def _tensors(task: Task) -> list[Tensor]:
    return [torch.from_numpy(w) for w in task.weights]


PEERS: dict[str, Peer] = {
    "this engine": engine,
    "torch autograd loop": autograd,
    "torch.func vmap": functional,
    "JAX jit + scan": jax,
}
"""In the order of the table's columns; the first is what the others are compared with."""


def installed() -> dict[str, Peer]:
    """The peers that can run here."""
    return {n: p for n, p in PEERS.items() if p is not jax or find_spec("jax") is not None}
