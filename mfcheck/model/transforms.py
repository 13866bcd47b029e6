"""Changes of an ensemble that its mean-field equations cannot see.

Splitting a neuron into copies that share its probability, permuting the neurons of a layer,
adding neurons of probability zero: none of them moves ŷ, the loss or any other neuron. They
are the exact identities behind *a network is its own limit under the empirical measure*.
"""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from mfcheck.arrays import tensor
from mfcheck.errors import invalid
from mfcheck.model.ensemble import Ensemble


def regroup(state: Ensemble, i: int, index: Sequence[int] | Tensor, P: Tensor) -> Ensemble:
    """Layer i made of the neurons `index` of the old layer, with probabilities P (..., len(index)).

    index may repeat, drop and reorder neurons; the caller says what measure they carry.
    """
    _hidden(state, i)
    index = torch.as_tensor(index, dtype=torch.int64, device=state.W[1].device)
    W = dict(state.W)
    W[i] = W[i].index_select(-2 if i == 1 else -1, index)
    W[i + 1] = W[i + 1].index_select(-2, index)
    b = dict(state.b)
    if i > 1:
        b[i] = b[i].index_select(-1, index)
    return Ensemble(W, b, {**state.P, i: P})


def permute(state: Ensemble, i: int, order: Sequence[int] | Tensor) -> Ensemble:
    """The neurons of layer i in another order, their probabilities with them."""
    order = torch.as_tensor(order, dtype=torch.int64, device=state.W[1].device)
    if sorted(order.tolist()) != list(range(state.widths[i])):
        raise invalid(
            "order", order.tolist(), "each neuron stands in it once", "pass a permutation"
        )
    return regroup(state, i, order, state.P[i].index_select(-1, order))


def split(state: Ensemble, i: int, j: int, shares: Sequence[float] = (0.5, 0.5)) -> Ensemble:
    """Neuron j of layer i replaced by copies that share its probability; the copies come last."""
    _hidden(state, i)
    part = tensor("shares", shares, dims=1).to(state.W[1])
    if not 0 <= j < state.widths[i]:
        raise invalid("j", j, f"layer {i} has neurons 0..{state.widths[i] - 1}", "choose one")
    if bool((part < 0).any()) or abs(float(part.sum()) - 1) > 1e-6:
        raise invalid(
            "shares", list(shares), "are not negative and sum to 1", "use e.g. (0.3, 0.7)"
        )
    rest = [k for k in range(state.widths[i]) if k != j]
    P = torch.cat([state.P[i][..., rest], state.P[i][..., j : j + 1] * part], -1)
    return regroup(state, i, [*rest, *[j] * len(part)], P)


def duplicate(state: Ensemble, i: int, times: int = 2) -> Ensemble:
    """Every neuron of layer i `times` times, each copy with an equal share of its probability."""
    index = torch.arange(state.widths[i]).repeat_interleave(times)
    return regroup(state, i, index, state.P[i][..., index] / times)


def add_tracers(state: Ensemble, i: int, added: Mapping[str, Tensor]) -> Ensemble:
    """Layer i with further neurons of probability zero, which follow the fields and move nothing.

    added: "W_in" (..., d or N_{i-1} edges): (..., m, d) for i = 1, else (..., N_{i-1}, m);
    "W_out" (..., m, N_{i+1}); "b" (..., m) for i > 1, zero where not given.
    """
    _hidden(state, i)
    W, b, P = dict(state.W), dict(state.b), dict(state.P)
    W[i] = torch.cat([W[i], added["W_in"]], -2 if i == 1 else -1)
    W[i + 1] = torch.cat([W[i + 1], added["W_out"]], -2)
    none = W[i + 1].new_zeros((*state.replicates, added["W_out"].shape[-2]))
    P[i] = torch.cat([P[i], none], -1)
    if i > 1:
        b[i] = torch.cat([b[i], added.get("b", none)], -1)
    return Ensemble(W, b, P)


def _hidden(state: Ensemble, i: int) -> None:
    if not 1 <= i < state.L:
        raise invalid("i", i, f"hidden layers are 1..{state.L - 1}", "choose one of them")
