"""Neurons with weights, biases and measures P_i: a network, a K-atom limit, or tracers.

*A neuron is only ever averaged, under a measure.* Uniform P_i: a finite network. The law of
C_i: its mean-field limit. Weight zero: a tracer, which follows the fields and moves nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch
from torch import Tensor

from mfcheck.arrays import probabilities, tensor
from mfcheck.errors import invalid

Layers = dict[int, Tensor]

IN_CACHE = 2**18
"""Weights in one of `blocks`."""


@dataclass(frozen=True, eq=False, init=False)
class Ensemble:
    """Weights w_i, biases b_i and measures P_i, dicts keyed by layer; leading axes are replicates.

    W[1]: (..., N_1, d). W[i]: (..., N_{i-1}, N_i) for i = 2..L, with N_L = 1.
    b[i]: (..., N_i) for i = 2..L, zero where not given. P[i]: (..., N_i) for i = 1..L,
    uniform where not given; a P[i] without leading axes holds for every replicate.

    Raises InvalidArgument: L < 2, shapes that do not chain, an output layer of more than one
    neuron, layers that do not exist, NaN, mixed dtypes, P that are not probabilities.
    Source: the neuronal embedding and the network of Pham & Nguyen, ICLR 2021, sections 2.1-2.2.
    """

    W: Layers
    b: Layers
    P: Layers

    def __init__(
        self,
        W: Mapping[int, Any],
        b: Mapping[int, Any] | None = None,
        P: Mapping[int, Any] | None = None,
    ) -> None:
        L = _depth(W)
        W_ = {i: tensor(f"W[{i}]", W[i]) for i in range(1, L + 1)}
        lead, widths = _chain(W_)
        b_ = _per_neuron("b", b, range(2, L + 1), lambda name, value: tensor(name, value))
        P_ = _per_neuron("P", P, range(1, L + 1), probabilities)
        for i in range(1, L + 1):
            shape = (*lead, widths[i])
            if i > 1:
                b_[i] = _shaped(f"b[{i}]", b_.get(i, W_[i].new_zeros(shape)), shape).clone()
            P_[i] = _shaped(f"P[{i}]", P_.get(i, uniform(shape, W_[i])), shape)
        _same_kind(
            {**{f"W[{i}]": w for i, w in W_.items()}, **{f"b[{i}]": v for i, v in b_.items()}}
        )
        self._set(W_, b_, {i: p.to(W_[1]) for i, p in P_.items()})

    def _set(self, W: Layers, b: Layers, P: Layers) -> None:
        for name, value in (("W", W), ("b", b), ("P", P)):
            object.__setattr__(self, name, dict(sorted(value.items())))

    @classmethod
    def of(cls, W: Layers, b: Layers, P: Layers) -> "Ensemble":
        """An ensemble from parts already known to fit, with no check and no copy."""
        ensemble = object.__new__(cls)
        ensemble._set(W, b, P)
        return ensemble

    @property
    def L(self) -> int:
        """Number of weight layers."""
        return len(self.W)

    @property
    def widths(self) -> dict[int, int]:
        """{i: N_i} for i = 1..L, with N_L = 1."""
        return {i: p.shape[-1] for i, p in self.P.items()}

    @property
    def d(self) -> int:
        """Input dimension."""
        return self.W[1].shape[-1]

    @property
    def replicates(self) -> tuple[int, ...]:
        """The leading axes."""
        return tuple(self.W[1].shape[:-2])

    @cached_property
    def measure(self) -> dict[int, Tensor | float]:
        """P_i, as one number for layers stored as one number: see `uniform`."""
        return {i: p if _stored(p) else float(p[(0,) * p.dim()]) for i, p in self.P.items()}

    def at(self, W: Layers, b: Layers) -> "Ensemble":
        """The same neurons at other weights and biases, unchecked: measures do not move."""
        other = Ensemble.of(W, b, self.P)
        other.__dict__["measure"] = self.measure
        return other

    def map(self, change) -> "Ensemble":
        """Every tensor passed through `change`, unchecked."""
        parts = ({i: change(v) for i, v in part.items()} for part in (self.W, self.b, self.P))
        return Ensemble.of(*parts)

    def to(self, dtype: torch.dtype | None = None, device: Any = None) -> "Ensemble":
        """The same ensemble in another precision or on another device; P sums to one anew."""
        cast = self.map(lambda v: v.to(dtype=dtype, device=device))
        P = {
            i: p / p.sum(-1, keepdim=True) if _stored(self.P[i]) else uniform(p.shape, p)
            for i, p in cast.P.items()
        }
        return Ensemble.of(cast.W, cast.b, P)

    def clone(self) -> "Ensemble":
        """A copy that shares no memory."""
        W, b = ({i: v.clone() for i, v in part.items()} for part in (self.W, self.b))
        P = {i: p.clone() if _stored(p) else uniform(p.shape, p) for i, p in self.P.items()}
        return Ensemble.of(W, b, P)

    def flat(self) -> "Ensemble":
        """All leading axes folded into one, of length 1 if there is none."""
        k = len(self.replicates)
        return self.map(lambda v: v.reshape(-1, *v.shape[k:]) if k else v.unsqueeze(0))

    def unflat(self, replicates: tuple[int, ...]) -> "Ensemble":
        """The inverse of `flat`: one leading axis unfolded into `replicates`."""
        return self.map(lambda v: v.reshape(*replicates, *v.shape[1:]))

    def __repr__(self) -> str:
        widths = ", ".join(f"{i}: {n}" for i, n in self.widths.items())
        dtype = str(self.W[1].dtype).removeprefix("torch.")
        return f"Ensemble(widths={{{widths}}}, d={self.d}, replicates={self.replicates}, {dtype})"


def stacked(states: Sequence[Ensemble]) -> Ensemble:
    """States of the same neurons as one ensemble, with one more leading axis."""
    W = {i: torch.stack([s.W[i] for s in states]) for i in states[0].W}
    b = {i: torch.stack([s.b[i] for s in states]) for i in states[0].b}
    return Ensemble.of(W, b, {i: p.expand(len(states), *p.shape) for i, p in states[0].P.items()})


def blocks(states: Sequence[Ensemble]) -> Iterator[slice]:
    """Slices of so many states that what is done to all of them at once is done in few calls, on
    arrays that a processor's cache holds."""
    count = max(1, IN_CACHE // sum(w.numel() for w in states[0].W.values()))
    return (slice(k, k + count) for k in range(0, len(states), count))


def uniform(shape: tuple[int, ...], like: Tensor) -> Tensor:
    """Uniform measures along the last axis of `shape`, stored as the one number 1/N.

    Whoever averages under them can tell, and takes the number into the product.
    """
    return like.new_full((1,) * len(shape), 1 / shape[-1]).expand(shape)


def _stored(v: Tensor) -> bool:
    """Whether more is stored of v than one number."""
    return any(n > 1 and stride for n, stride in zip(v.shape, v.stride(), strict=True))


def _depth(W: Mapping[int, Any]) -> int:
    L = len(W)
    if not isinstance(W, Mapping) or sorted(W) != list(range(1, L + 1)):
        raise invalid("W keys", list(W), "layers are numbered 1..L", "pass {1: ..., 2: ...}")
    if L < 2:
        raise invalid("L", L, "a model has at least two weight layers", "add a layer to W")
    return L


def _chain(W: Layers) -> tuple[tuple[int, ...], dict[int, int]]:
    """The leading axes and the widths N_1..N_L, checked from layer to layer."""
    if W[1].dim() < 2:
        raise invalid("W[1].shape", tuple(W[1].shape), "is (..., N_1, d)", "add the axis")
    lead, widths = tuple(W[1].shape[:-2]), {1: W[1].shape[-2]}
    if min(W[1].shape[-2:]) < 1:
        raise invalid("W[1].shape", tuple(W[1].shape), "widths are at least 1", "add a neuron")
    for i in range(2, len(W) + 1):
        shape = tuple(W[i].shape)
        if len(shape) < 2 or shape[:-1] != (*lead, widths[i - 1]) or shape[-1] < 1:
            rule = (
                f"must be {(*lead, widths[i - 1])} + (N_{i},), rows being neurons of layer {i - 1}"
            )
            raise invalid(f"W[{i}].shape", shape, rule, "make the layers chain")
        widths[i] = shape[-1]
    if widths[len(W)] != 1:
        rule = f"the output layer W[{len(W)}] has one neuron (N_L = 1)"
        raise invalid(f"N_{len(W)}", widths[len(W)], rule, "average the outputs or add a layer")
    return lead, widths


def _per_neuron(name: str, given: Mapping[int, Any] | None, layers: range, check) -> Layers:
    strange = [i for i in (given or {}) if i not in layers]
    if strange:
        repair = f"use layers {layers[0]}..{layers[-1]}"
        if name == "b" and strange == [1]:
            repair += "; a bias of layer 1 is a constant coordinate of x"
        raise invalid(f"{name} keys", strange, "no such layer", repair)
    return {i: check(f"{name}[{i}]", value) for i, value in (given or {}).items()}


def _shaped(name: str, value: Tensor, shape: tuple[int, ...]) -> Tensor:
    """`value` with `shape`, expanded over replicates where it has no leading axes."""
    if tuple(value.shape) not in (shape, shape[-1:]):
        raise invalid(f"{name}.shape", tuple(value.shape), f"must be {shape}", "make it fit W")
    return value.expand(shape)


def _same_kind(parts: dict[str, Tensor]) -> None:
    kinds = {(v.dtype, v.device) for v in parts.values()}
    if len(kinds) > 1:
        found = {name: f"{v.dtype} on {v.device}" for name, v in parts.items()}
        raise invalid("dtypes", found, "all weights share one dtype and device", "cast them")
