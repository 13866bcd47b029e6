"""Other models, partially trained networks, laws of the data, raw draws, and a divergence."""

from collections.abc import Callable
from dataclasses import replace
from math import log
from typing import Any

import torch
from torch import Tensor

import mfcheck as mf
from mfcheck.regression.case import Case
from mfcheck.regression.observables import CaseRun, Values, motion, weights
from mfcheck.regression.reordering import Order, back
from mfcheck.regression.sampled import SEED, Drawn, Move, descent, flow_move


def _first(w: Tensor, x: Tensor) -> Tensor:
    return torch.sin((w * x).sum(-1))


def _second(w: Tensor, b: Tensor, h: Tensor) -> Tensor:
    return torch.tanh(w * h + b)


def _third(w: Tensor, b: Tensor, h: Tensor) -> Tensor:
    return w * torch.sigmoid(h) + 0.2 * w * w + b


def general(move: Move) -> Callable[[Order], CaseRun]:
    """Layers that are not linear in their weights, moved."""

    def run(order: Order) -> CaseRun:
        model = mf.Model.general((_first, _second, _third), "tanh", "logcosh", xi={2: 0.5})
        problem = Drawn("tanh tanh identity", move, {"weighted": True}).problem()
        state, C = problem.sample({1: 4, 2: 6}, 2, SEED)
        other = replace(problem, model=model)
        path, law, order, _ = move(other, order.neurons(state), order)
        drawn = {f"labels of layer {i}": c for i, c in C.items()}
        return CaseRun(motion(model, path, law, order), drawn, weights(state))

    return run


class Partial:
    """A partially trained problem in some order of its neurons and data."""

    def __init__(self, order: Order, **spec: Any) -> None:
        small = {"n": 3, "T": 0.8, "eps": 0.2, "weighted": True, "K": 6, "M": 5, "seed": 3}
        self.order = order
        self.problem = mf.PartialSpec(**(small | spec)).problem()
        self.law = order.law(self.problem.data)
        self.point = order.point(self.law.n)

    def training(self, sigma: str) -> mf.partial.Training:
        """The data in their order, under squared loss."""
        return mf.partial.Training(self.law.y, sigma, self.law.q)

    def neurons(self, *parts: Tensor) -> list[Tensor]:
        """Tensors (neurons, ...) in the order of the neurons."""
        return [v[self.order.neuron(len(v))] for v in parts]

    def rows(self, path: Any) -> list[tuple[float, Values]]:
        """W, h, a, f, the loss and the kernel at every time, put back in order."""
        neuron = back(self.order.neuron, path.a.shape[-1])
        point, rows = back(self.order.point, self.law.n), []
        for k, t in enumerate(path.times.tolist()):
            own = {} if path.W is None else {"w_2": path.W[k][neuron]}
            own |= {"a": path.a[k][neuron], "h": path.h[k][neuron][:, point]}
            own |= {"f": path.f[k][point], "loss": path.loss[k]}
            rows.append((t, own | {"K": path.kernel[k][point][:, point]}))
        return rows


def partial_network(order: Order) -> CaseRun:
    """A finite network trained in its own weights, β = 1."""
    it = Partial(order, beta=1.0, sigma="sigmoid", phi="relu")
    a, W, Phi = it.problem.atoms()
    (a, W), features = it.neurons(a, W), mf.partial.Features(Phi[it.point], beta=1.0)
    return CaseRun(it.rows(mf.partial.train((a, W), features, it.training("sigmoid"), 0.2, 0.8)))


def partial_flow(order: Order) -> CaseRun:
    """The law of its atoms as a flow in function space, β = 1/2."""
    it = Partial(order)
    a, W, Phi = it.problem.atoms()
    a, h = it.neurons(a, it.problem.hidden(W, Phi))
    h, k0 = h[:, it.point], (Phi @ Phi.mT / 5)[it.point][:, it.point]
    options: dict[str, Any] = {"rtol": order.tighter(1e-9), "atol": order.tighter(1e-11)}
    options |= {"at": [0.0, 0.0125, 0.4, 0.8]}
    return CaseRun(
        it.rows(mf.partial.gradient_flow((a, h), k0, it.training("tanh"), 0.8, **options))
    )


def partial_limit(order: Order) -> CaseRun:
    """Both widths infinite: kernel of the features, Gaussian nodes, descent."""
    it = Partial(order, n=2, sigma="erf")
    a, h, p = it.problem.nodes(it.problem.kernel, 6)
    a, h, p = it.neurons(a, h, p)
    k0 = it.problem.kernel[it.point][:, it.point]
    path = mf.partial.descend((a, h[:, it.point], p), k0, it.training("erf"), 0.2, 0.8)
    (t, first), *later = it.rows(path)
    return CaseRun([(t, {"k_0": it.problem.kernel} | first), *later])


def laws(order: Order) -> CaseRun:
    """The synthetic laws of the data: x, y and q."""
    made = {
        "teacher": mf.data.teacher(6, 3, seed=1, weighted=True),
        "clusters": mf.data.clusters(6, 3, seed=2, weighted=True),
        "sine": mf.data.sine(6, 3, seed=3, weighted=True),
        "xor": mf.data.xor(seed=4, weighted=True),
    }
    read = {f"{part} of {name}": getattr(law, part) for name, law in made.items() for part in "xyq"}
    return CaseRun([(0.0, read)])


def raw_draws(order: Order) -> CaseRun:
    """Raw uniforms as whole numbers, and weights drawn from every law."""
    seeds = mf.Seeds(SEED, range(31, 34)).fold("guard", 1)
    raw = {"uniforms": seeds.uniforms("u", 2, 4), "table": seeds.table("t", 3, 3, 4)}
    mixed = mf.Mixture((mf.Normal(-1.0, 0.5), mf.Uniform(0.0, 1.0)), (0.25, 0.75))
    W = {1: mf.Normal(0.5, 2.0, dim=2), 2: mixed, 3: mf.Rademacher(1.0, 0.5), 4: mf.Dirac(2.0)}
    state, _ = mf.IIDEmbedding(W, {2: mf.Uniform(-1.0, 1.0)}).sample(3, 2, SEED)
    words = {name: torch.as_tensor((u * 2.0**53).astype("int64")) for name, u in raw.items()}
    _, C = Drawn("tanh tanh identity", descent).problem().sample({1: 12, 2: 1}, 2, SEED)
    words["labels"] = C[1]
    values = {f"w_{i}": w for i, w in state.W.items()} | {"b_2": state.b[2]}
    return CaseRun([(0.0, values)], words, values)


def divergence(order: Order) -> CaseRun:
    """Descent that leaves every bound: at which step, in which layer, and the last good loss."""
    problem = Drawn("identity identity identity", descent, {"T": 600.0, "eps": 20.0}).problem()
    state, _ = problem.sample(4, 1, SEED)
    law = order.law(problem.data)
    path = mf.sgd(problem.model, order.neurons(state), law, problem.eps, problem.T, batch=None)
    lost = path.diverged[0]
    found = {"step": lost.step, "layer": lost.layer, "log loss": log(lost.last_good_loss)}
    numbers = {
        name: torch.tensor(float(value), dtype=torch.float64) for name, value in found.items()
    }
    return CaseRun([(0.0, {"loss": path.loss[0]}), (lost.t, numbers)])


OTHER_MODELS = (
    Case("general_descent", "L = 3, layers not linear in w, log cosh: descent", general(descent)),
    Case("general_flow", "L = 3, layers not linear in w, log cosh loss: flow", general(flow_move)),
    Case(
        "partial_network", "M = 5 relu features, β = 1: a network of six neurons", partial_network
    ),
    Case("partial_flow", "β = 1/2: six atoms (a, h) as a flow in function space", partial_flow),
    Case("partial_limit", "β = 1/2, m = M = ∞: Gaussian nodes in descent", partial_limit),
    Case("laws_of_the_data", "teacher, clusters, sine and xor, unequal q", laws),
    Case("raw_draws", "uniforms, tables of uniforms, and weights from every law", raw_draws),
    Case("divergence", "L = 3, linear, steps far too large: where it is lost", divergence),
)
