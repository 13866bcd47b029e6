"""Modules as users write them, trained by `torch_module`."""

from itertools import pairwise

import torch
from torch import nn

import mfcheck as mf

PHI = {"tanh": torch.tanh, "sigmoid": torch.sigmoid, "erf": torch.erf, "identity": lambda h: h}


class Net(nn.Module):
    """Linear layers with 1/N in front of all but the first (or in none of them)."""

    def __init__(self, widths, d, phis, divide=True):
        super().__init__()
        sizes = [d, *(widths[i] for i in range(1, len(phis) + 1))]
        parts = [nn.Linear(*sizes[:2], bias=False)]
        parts += [nn.Linear(a, b) for a, b in pairwise(sizes[1:])]
        self.layers, self.phis, self.divide = nn.ModuleList(parts), phis, divide

    def forward(self, x):
        h = self.layers[0](x)
        for phi, layer in zip(self.phis, list(self.layers)[1:], strict=False):
            v = phi(h)
            h = layer(v / v.shape[-1] if self.divide else v)
        return self.phis[-1](h)


def phis(run):
    """The activations of a run, by torch's own functions."""
    names = [run.model.phi(i).name for i in range(1, run.L + 1)]
    if strange := set(names) - set(PHI):
        raise mf.NotApplicable(f"these modules have no {', '.join(sorted(strange))}")
    return [PHI[name] for name in names]


def build(run):
    return Net(run.widths, run.x.shape[1], phis(run))


def undivided(run):
    return Net(run.widths, run.x.shape[1], phis(run), divide=False)
