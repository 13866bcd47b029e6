"""What is read off a run: at every time, named tensors in the order in which they are computed.

    w_i, b_i    weights and biases
    H_i         pre-activations on the data, forward
    y_hat, loss
    G_i, Gb_i   mean-field gradients of weights and biases, from the last layer back

The first name that differs is therefore where two versions part: w_2 alone if a rate of layer 2
drifts, H_2 if its forward average does, G_2 if its sensitivity does.
"""

from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

import mfcheck as mf
from mfcheck.data import DataLaw
from mfcheck.dynamics import Trajectory
from mfcheck.model import Ensemble
from mfcheck.regression.reordering import Order, back

Values = dict[str, Tensor]


@dataclass(frozen=True)
class CaseRun:
    """One run of a problem.

    rows: (t, values), t = k·ε, increasing. drawn: what was drawn as whole numbers (labels,
    samples), which must be the same to the last one. start: the weights that were drawn.
    """

    rows: list[tuple[float, Values]]
    drawn: Values = field(default_factory=dict)
    start: Values = field(default_factory=dict)


def motion(model: Any, path: Trajectory, data: DataLaw, order: Order) -> list[tuple[float, Values]]:
    """All readings of a trajectory of networks on `data`, neurons and data put back in order."""
    points, rows = back(order.point, data.n), []
    for k, (t, state) in enumerate(zip(path.times.tolist(), path.states, strict=True)):
        forward = {
            f"H_{i}": h.index_select(-2, points).index_select(-1, back(order.neuron, h.shape[-1]))
            for i, h in mf.forward(model, state, data.x).items()
        }
        outcome = {"y_hat": path.y_hat[k].index_select(-1, points), "loss": path.loss[k]}
        G = mf.gradient(model, state, data)
        backward = _last_first(order.restored(Ensemble.of(G.W, G.b, state.P)))
        rows.append((t, weights(order.restored(state)) | forward | outcome | backward))
    return rows


def ends(path: Trajectory, data: DataLaw, order: Order) -> list[tuple[float, Values]]:
    """Readings of a limit that do not name its nodes: the tracers' weights, ŷ and the loss."""
    points, rows = back(order.point, data.n), []
    for k, (t, state) in enumerate(zip(path.times.tolist(), path.states, strict=True)):
        own = {} if path.read is None else weights(path.read(state))
        outcome = {"y_hat": path.y_hat[k].index_select(-1, points), "loss": path.loss[k]}
        rows.append((t, own | outcome))
    return rows


def weights(s: Ensemble) -> Values:
    """w_i and b_i, layer by layer."""
    named = {"w_1": s.W[1]}
    for i in range(2, s.L + 1):
        named |= {f"w_{i}": s.W[i], f"b_{i}": s.b[i]}
    return named


def _last_first(G: Ensemble) -> Values:
    named: Values = {}
    for i in range(G.L, 1, -1):
        named |= {f"G_{i}": G.W[i], f"Gb_{i}": G.b[i]}
    return named | {"G_1": G.W[1]}


def tensor_digest(v: Tensor, full: int = 5) -> list[float]:
    """Up to `full` numbers as they are; of more the root mean square, first, middle and last."""
    flat = v.detach().to(torch.float64).flatten()
    if flat.numel() <= full:
        return flat.tolist()
    rms = float(flat.square().mean().sqrt())
    return [rms, *(float(flat[k]) for k in (0, flat.numel() // 2, -1))]
