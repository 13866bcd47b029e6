"""Orders of neurons and data points: a sum rounds differently in each, and means the same."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from mfcheck.data import DataLaw
from mfcheck.model import Ensemble

Pick = Callable[[int], Tensor]
"""n ↦ the numbers 0..n−1 in some order."""


@dataclass(frozen=True)
class Order:
    """How neurons and data points are numbered while a problem runs; readings are put back.

    neuron, point: their orders. finer: whether adaptive solvers run at tenfold tighter
    tolerances, which shows how far their own promise reaches.
    """

    name: str
    neuron: Pick
    point: Pick
    finer: bool = False

    def neurons(self, s: Ensemble) -> Ensemble:
        """The ensemble with the neurons of every hidden layer in this order."""
        return arranged(s, {i: self.neuron(n) for i, n in s.widths.items()})

    def restored(self, s: Ensemble) -> Ensemble:
        """The inverse of `neurons`."""
        return arranged(s, {i: back(self.neuron, n) for i, n in s.widths.items()})

    def law(self, data: DataLaw) -> DataLaw:
        """The law with its atoms in this order."""
        k = self.point(data.n)
        return DataLaw(data.x[k], data.y[k], data.q[k])

    def stream(self, index: Tensor, n: int) -> Tensor:
        """Indices of the same atoms, of n, in the law put in this order."""
        return back(self.point, n)[index]

    def of_neurons(self) -> "Order":
        """The same with the data as written: which atom a uniform draws depends on their order."""
        return replace(self, point=torch.arange)

    def tighter(self, tol: float) -> float:
        """A tolerance of an adaptive solver, tenfold tighter if this order asks for it."""
        return tol / 10 if self.finer else tol


def back(pick: Pick, n: int) -> Tensor:
    """The order that undoes `pick(n)`."""
    return torch.argsort(pick(n))


def arranged(s: Ensemble, orders: Mapping[int, Tensor]) -> Ensemble:
    """The neurons of layer i taken in the order orders[i], for i = 1..L."""
    W = {1: s.W[1].index_select(-2, orders[1])}
    for i in range(2, s.L + 1):
        W[i] = s.W[i].index_select(-2, orders[i - 1]).index_select(-1, orders[i])
    b, P = ({i: v.index_select(-1, orders[i]) for i, v in part.items()} for part in (s.b, s.P))
    return Ensemble.of(W, b, P)


def _reversed(n: int) -> Tensor:
    return torch.arange(n).flip(0)


def _interleaved(n: int) -> Tensor:
    return torch.cat([torch.arange(0, n, 2), torch.arange(1, n, 2)])


AS_WRITTEN = Order("as written", torch.arange, torch.arange)

REORDERINGS = (
    Order("reversed", _reversed, _reversed),
    Order("interleaved", _interleaved, _interleaved, finer=True),
)
"""Orders in which a problem runs again, to see how much of its numbers is rounding."""
