"""Maps φ_i(w, b, h) of the general model by name: one linear in w, and some that are not.

All of them have bounded second derivatives where w is bounded, are at most linear in w, and are
bounded in h.
"""

import torch
from torch import Tensor

from mfcheck.model.general_model import Map


def inner(w: Tensor, x: Tensor) -> Tensor:
    """⟨w, x⟩ on the last axis: the first layer of every named model."""
    return (w * x).sum(-1)


def linear(w: Tensor, b: Tensor, h: Tensor) -> Tensor:
    """w tanh(h) + b: the standard model's layer above a tanh."""
    return w * torch.tanh(h) + b


def squash(w: Tensor, b: Tensor, h: Tensor) -> Tensor:
    """tanh(w h) + b."""
    return torch.tanh(w * h) + b


def gated(w: Tensor, b: Tensor, h: Tensor) -> Tensor:
    """w tanh(w h) + b, which is even in w."""
    return w * torch.tanh(w * h) + b


def shifted(w: Tensor, b: Tensor, h: Tensor) -> Tensor:
    """tanh(w h + b): the bias enters non-linearly too."""
    return torch.tanh(w * h + b)


def sine(w: Tensor, b: Tensor, h: Tensor) -> Tensor:
    """sin(w h) + b."""
    return torch.sin(w * h) + b


MAPS: dict[str, Map] = {phi.__name__: phi for phi in (squash, gated, shifted, sine, linear)}
"""The known maps by name; all but `linear` are non-linear in w."""
