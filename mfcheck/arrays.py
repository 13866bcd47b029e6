"""Arrays at the door: conversion, checks of value and shape, and the one table of tolerances."""

from contextlib import AbstractContextManager, nullcontext
from math import isfinite
from typing import Any

import numpy as np
import torch
from torch import Tensor

from mfcheck.errors import invalid

ROUNDING = {torch.float32: 2e-3, torch.float64: 1e-10}
"""Relative residual below which an identity counts as holding to rounding."""

MASS = 1e-9
"""How far probabilities may sum from one, in float64 (in float32: 1e-5)."""

WHOLE: tuple[type[Any], ...] = (int, np.integer)
REAL: tuple[type[Any], ...] = (int, float, np.number)
"""What counts as a number, besides that a bool is none where it could be meant otherwise."""


def tensor(name: str, value: Any, dims: int | None = None) -> Tensor:
    """`value` as a finite float tensor (float32 stays, everything else becomes float64)."""
    try:
        array = value if isinstance(value, Tensor) else torch.tensor(np.array(value))
    except (TypeError, ValueError) as error:
        raise invalid(
            name, value, f"is not an array of numbers ({error})", "pass a tensor"
        ) from error
    if array.is_complex():
        raise invalid(name, array.dtype, "must be real", "pass its real part")
    array = array if array.dtype == torch.float32 else array.to(torch.float64)
    if dims is not None and array.dim() != dims:
        raise invalid(f"{name}.shape", tuple(array.shape), f"needs {dims} axes", "reshape it")
    if not bool(torch.isfinite(array).all()):
        bad = int((~torch.isfinite(array)).sum())
        raise invalid(name, f"{bad} entries NaN or infinite", "must be finite", "drop or mend them")
    return array


def probabilities(name: str, value: Any) -> Tensor:
    """Probabilities along the last axis: finite, not negative, of sum one."""
    p = tensor(name, value)
    if p.dim() == 0 or p.shape[-1] == 0:
        raise invalid(name, tuple(p.shape), "needs at least one atom", "pass one weight per atom")
    if bool((p < 0).any()):
        raise invalid(name, float(p.min()), "probabilities are not negative", "check the weights")
    total = p.sum(-1)
    worst = float(total.flatten()[(total - 1).abs().argmax()])
    if abs(worst - 1) > (MASS if p.dtype == torch.float64 else 1e-5):
        raise invalid(
            name, f"sum {worst:.12g}", "probabilities must sum to 1", f"divide {name} by its sum"
        )
    return p


def whole(name: str, value: Any, least: int = 1) -> int:
    """`value` as an integer of at least `least`."""
    if isinstance(value, bool) or not isinstance(value, WHOLE) or value < least:
        raise invalid(name, value, f"must be a whole number >= {least}", f"use e.g. {least}")
    return int(value)


def finite(name: str, value: Any) -> float:
    """`value` as a finite float."""
    real = isinstance(value, REAL) and not isinstance(value, bool)
    if not real or not isfinite(value):
        raise invalid(name, value, "must be a finite number", f"use e.g. {name}=0.5")
    return float(value)


def positive(name: str, value: Any) -> float:
    """`value` as a finite float above zero."""
    number = float(value) if isinstance(value, REAL) else float("nan")
    if not 0 < number < float("inf"):
        raise invalid(name, value, "must be a finite number above 0", f"use e.g. {name}=0.1")
    return number


def steps_in(T: float, eps: float) -> int:
    """The number k of steps with k·eps = T, or an error that says which T would be one."""
    end, eps = positive("T", T), positive("eps", eps)
    k = round(end / eps)
    if k < 1 or abs(k * eps - end) > 1e-9 * max(end, eps):
        near = max(k, 1) * eps
        raise invalid(
            "T", end, f"must be a multiple of eps = {eps:g}", f"the nearest is T = {near:.12g}"
        )
    return k


def quantile(p: Tensor, u: np.ndarray) -> Tensor:
    """Atoms drawn from probabilities `p` (n,) by their quantile function at uniforms `u`.

    An atom of probability zero is never drawn, whatever the rounding of the cumulative sum.
    """
    mass = p.detach().cpu().double().numpy()
    drawn = np.searchsorted(np.cumsum(mass), u, side="right")
    return torch.as_tensor(np.minimum(drawn, np.flatnonzero(mass)[-1]), dtype=torch.int64)


def made_on(device: Any) -> AbstractContextManager[Any]:
    """A context in which tensors that are made without naming a device are made on this one."""
    name = torch.device(device)
    return nullcontext() if name.type == "cpu" else name


def replicate(v: Tensor, r: int) -> Tensor:
    """Row r of a tensor with a leading axis of replicates, kept as an axis; all of it if shared."""
    return v[r : r + 1] if len(v) > 1 else v
