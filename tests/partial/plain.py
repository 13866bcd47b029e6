"""Witnesses written another way: the motion neuron by neuron, a network by autograd."""

import numpy as np
import torch

from mfcheck.model.activation import activation
from mfcheck.model.loss import loss as loss_named


def law(m=5, n=4, lead=(), seed=0, weighted=True):
    """A random law of (a, h) with probabilities p, a positive definite k0, and data y, q."""
    rng = np.random.default_rng(seed)
    a, h = rng.uniform(-1.5, 1.5, (*lead, m)), rng.normal(size=(*lead, m, n))
    p = rng.uniform(0.5, 1.5, (*lead, m)) if weighted else np.ones((*lead, m))
    root = rng.normal(size=(n, n + 2)) / np.sqrt(n)
    q = rng.uniform(0.5, 1.5, n) if weighted else np.ones(n)
    parts = a, h, p / p.sum(-1, keepdims=True), root @ root.T, rng.uniform(-1, 1, n), q / q.sum()
    return tuple(torch.as_tensor(part) for part in parts)


def risk(a, h, p, y, q, sigma, loss):
    """E ℓ(Y, E[a σ(h)]), one neuron at a time."""
    f = sum(p[i] * a[i] * activation(sigma).value(h[i]) for i in range(len(a)))
    return (q * loss_named(loss).value(f - y)).sum()


def velocity(a, h, p, k0, y, q, sigma="tanh", loss="squared"):
    """(∂_t a, ∂_t h) of one law by autograd: the gradients per unit of probability, h's by k0."""
    a, h = a.clone().requires_grad_(), h.clone().requires_grad_()
    risk(a, h, p, y, q, sigma, loss).backward()
    return -a.grad / p, -(h.grad / p[:, None]) @ k0


def descend(a, W, Phi, beta, y, q, eps, steps, sigma="tanh"):
    """A plain network trained by torch autograd at rates ε m M^{2β−1} and ε m; f at every step."""
    a, W = a.clone().requires_grad_(), W.clone().requires_grad_()
    m, M = W.shape
    out = []
    for _ in range(steps + 1):
        h = torch.stack([M**-beta * sum(w[j] * Phi[:, j] for j in range(M)) for w in W])
        f = sum(a[i] * activation(sigma).value(h[i]) for i in range(m)) / m
        out.append(f.detach())
        ga, gW = torch.autograd.grad((q * (f - y) ** 2 / 2).sum(), (a, W))
        with torch.no_grad():
            a -= eps * m * ga
            W -= eps * m * M ** (2 * beta - 1) * gW
    return torch.stack(out)
