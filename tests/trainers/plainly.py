"""A trainer as a user would write it: torch.autograd on one network, plain gradients."""

import torch

from mfcheck.trainers import TrainingRun, trainer


@trainer(can=("biases", "full batch", "batches", "schedules", "float64"), version="1")
def plain(run: TrainingRun):
    """SGD with plain gradients and the rates that the run asks for."""
    L, N, phi, rho = run.L, run.widths, run.model.phi, run.model.loss
    W = {i: torch.tensor(w, requires_grad=True) for i, w in run.W.items()}
    b = {i: torch.tensor(v, requires_grad=True) for i, v in run.b.items()}
    x, y, q = map(torch.as_tensor, (run.x, run.y, run.q))
    for k in range(run.steps + 1):
        if k in run.at:
            yield W, b
        if k == run.steps:
            return
        chosen = slice(None) if run.index is None else torch.as_tensor(run.index[k])
        share = q if run.index is None else torch.full_like(y[chosen], 1 / len(run.index[k]))
        h = x[chosen] @ W[1].T
        for i in range(2, L + 1):
            h = b[i] + phi(i - 1).value(h) @ W[i] / N[i - 1]
        loss = (share * rho.value(phi(L).value(h)[:, 0] - y[chosen])).sum()
        gradients = iter(torch.autograd.grad(loss, [*W.values(), *b.values()]))
        for part, rates in zip((W, b), run.rates(k), strict=True):
            for i, v in part.items():
                part[i] = (v.detach() - rates[i] * next(gradients)).requires_grad_()
