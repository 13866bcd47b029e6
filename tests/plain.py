"""Witnesses written another way: plain networks, one neuron at a time, as one writes them first."""

import numpy as np
import torch

import mfcheck as mf


def network(widths, d, replicates=(), seed=0, weighted=False, dtype=torch.float64):
    """A random ensemble: widths of the hidden layers, then one output neuron."""
    g = torch.Generator().manual_seed(seed)
    size = [d, *widths, 1]

    def uniform(low, high, *shape):
        u = torch.rand(*replicates, *shape, generator=g, dtype=torch.float64)
        return (low + (high - low) * u).to(dtype)

    L = len(widths) + 1
    W = {1: uniform(-1.5, 1.5, size[1], d)}
    W |= {i: uniform(-0.6, 1.6, size[i - 1], size[i]) for i in range(2, L + 1)}
    b = {i: uniform(-0.4, 0.4, size[i]) for i in range(2, L + 1)}
    P = {i: uniform(0.2, 1.0, size[i]).double() for i in range(1, L)} if weighted else {}
    return mf.Ensemble(W, b, {i: p / p.sum(-1, keepdim=True) for i, p in P.items()})


def law(n, d, seed=0, weighted=True):
    """A random law of the data with targets of order one."""
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(-1, 1, (n, d)), rng.uniform(-1, 1, n)
    q = rng.uniform(0.5, 1.5, n)
    return mf.DataLaw(x, y, q / q.sum() if weighted else None)


def risk(model, W, b, P, data):
    """E ℓ(Y, ŷ(X)) with every neuron averaged in a Python loop under its own probability."""
    total = 0.0
    for x, y, q in zip(data.x, data.y, data.q, strict=True):
        H = [(W[1][j] * x).sum() for j in range(W[1].shape[0])]
        for i in range(2, model.L + 1):
            phi, below = model.phi(i - 1).value, range(W[i].shape[0])
            V = [phi(h) for h in H]
            H = [
                b[i][k] + sum(P[i - 1][j] * W[i][j, k] * V[j] for j in below)
                for k in range(W[i].shape[1])
            ]
        total = total + q * model.loss.value(model.phi(model.L).value(H[0]) - y)
    return total


def pack(state):
    """Weights and biases of one replicate as one vector, and the way back."""
    parts = [*state.W.values(), *state.b.values()]
    shapes, cuts = [p.shape for p in parts], np.cumsum([p.numel() for p in parts])[:-1]

    def unpack(vector):
        pieces = [
            torch.as_tensor(np.ascontiguousarray(v)).reshape(s)
            for v, s in zip(np.split(vector, cuts), shapes, strict=True)
        ]
        W = dict(zip(state.W, pieces[: len(state.W)], strict=True))
        return mf.Ensemble(W, dict(zip(state.b, pieces[len(state.W) :], strict=True)), state.P)

    return torch.cat([p.flatten() for p in parts]).numpy(), unpack


def right_hand_side(model, state, data):
    """t, vector ↦ −ξ(t) G as a vector, from the autograd gradient of `risk` and the factors P."""
    vector, unpack = pack(state)

    def f(t, v):
        s = unpack(v)
        W = {i: w.clone().requires_grad_() for i, w in s.W.items()}
        b = {i: c.clone().requires_grad_() for i, c in s.b.items()}
        risk(model, W, b, s.P, data).backward()
        xi, xi_b = model.rates(t)
        move = [-xi[1] * W[1].grad / s.P[1][:, None]]
        for i in range(2, model.L + 1):
            move.append(-xi[i] * W[i].grad / (s.P[i - 1][:, None] * s.P[i][None, :]))
        move += [-xi_b[i] * b[i].grad / s.P[i] for i in b]
        return torch.cat([m.flatten() for m in move]).numpy()

    return vector, unpack, f


def apart(a, b):
    """sup of |a − b| over all weights and biases of two ensembles of one shape."""
    gaps = [(a.W[i] - b.W[i]).abs().max() for i in a.W] + [
        (a.b[i] - b.b[i]).abs().max() for i in a.b
    ]
    return float(max(gaps))
