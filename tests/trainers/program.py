"""A trainer that is a program: numpy alone, gradients by hand: program.py INPUT OUTPUT."""

import json
import sys

import numpy as np

PHI = {
    "tanh": (np.tanh, lambda h: 1 - np.tanh(h) ** 2),
    "sigmoid": (lambda h: 1 / (1 + np.exp(-h)), lambda h: np.exp(-h) / (1 + np.exp(-h)) ** 2),
    "identity": (lambda h: h, np.ones_like),
}


def gradients(W, b, about, x, y, q):
    """∂ℓ/∂w_i and ∂ℓ/∂b_i of one network under squared loss."""
    L, phis = about["L"], [PHI[name] for name in about["activations"]]
    h, v = {1: x @ W[1].T}, {0: x}
    for i in range(1, L + 1):
        if i > 1:
            h[i] = b[i] + v[i - 1] @ W[i] / W[i].shape[0]
        v[i] = phis[i - 1][0](h[i])
    delta = (q * (v[L][:, 0] - y))[:, None] * phis[L - 1][1](h[L])
    dW, db = {}, {}
    for i in range(L, 1, -1):
        dW[i], db[i] = v[i - 1].T @ delta / W[i].shape[0], delta.sum(0)
        delta = delta @ W[i].T / W[i].shape[0] * phis[i - 2][1](h[i - 1])
    dW[1] = delta.T @ x
    return dW, db


def train(data, about, r):
    """One network's weights after each of the asked steps."""
    L = about["L"]
    W = {i: data[f"W{i}"][r].copy() for i in range(1, L + 1)}
    b = {i: data[f"b{i}"][r].copy() for i in range(2, L + 1)}
    for k in range(about["steps"] + 1):
        if k in data["at"]:
            yield {f"W{i}": w.copy() for i, w in W.items()} | {
                f"b{i}": v.copy() for i, v in b.items()
            }
        if k == about["steps"]:
            return
        x, y, q = data["x"], data["y"], data["q"]
        if "index" in data:
            chosen = data["index"][min(r, len(data["index"]) - 1), k]
            x, y, q = x[chosen], y[chosen], np.full(len(chosen), 1 / len(chosen))
        dW, db = gradients(W, b, about, x, y, q)
        for i in range(1, L + 1):
            W[i] -= data["rates_W"][k, i - 1] * dW[i]
        for i in range(2, L + 1):
            b[i] -= data["rates_b"][k, i - 2] * db[i]


def main(given, returned):
    """Train every network of the input."""
    with open(f"{given}.json") as file:
        about = json.load(file)
    data = dict(np.load(f"{given}.npz"))
    if about["loss"] != "squared":
        raise SystemExit(f"this program has no loss {about['loss']}")
    each = [list(train(data, about, r)) for r in range(len(data["W1"]))]
    names = each[0][0]
    out = {n: np.stack([[state[n] for state in path] for path in each], 1) for n in names}
    np.savez(returned, **out)


if __name__ == "__main__":
    main(*sys.argv[1:])
