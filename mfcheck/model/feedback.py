"""Feedback alignment: the backward pass goes through weights of its own, which are not trained."""

from collections.abc import Mapping
from dataclasses import dataclass

from torch import Tensor

from mfcheck.arrays import tensor
from mfcheck.errors import invalid
from mfcheck.model.ensemble import Layers
from mfcheck.model.model import Model


@dataclass(frozen=True, eq=False, repr=False)
class FeedbackModel(Model):
    """The standard model whose Δ_{i-1} is carried back by B_i, fixed, in the place of w_i.

        Δ_{i-1}(z, c) = E_{C_i}[ B_i(c, C_i) Δ_i(z, C_i) ] φ_{i-1}'(H_{i-1}(x, c))

    All else is as in `Model`, but that what moves the weights is no gradient any more. It is the
    slides' general model for the weights (w, B), of which only w moves: ψ(Δ, (w, B), H) = B Δ φ'.

    model: depth, activations, loss and rates. feedback: {i: B_i} for i = 2..L, one number for each
    pair of neurons like w_i, with a leading axis of replicates or without. `trained_by` keeps it.

    Raises InvalidArgument for layers that are missing or do not exist.
    Source: Lillicrap et al., Nature Communications 2016; Pham, One World Seminar, 2020.
    """

    feedback: Layers

    def __init__(self, model: Model, feedback: Mapping[int, Tensor]) -> None:
        super().__init__(model.activations, model.loss, model.xi, model.xi_b)
        if sorted(feedback) != list(range(2, self.L + 1)):
            rule = f"every layer 2..{self.L} has feedback weights"
            raise invalid("feedback keys", sorted(feedback), rule, "pass {2: ..., 3: ...}")
        each = {i: tensor(f"feedback[{i}]", B) for i, B in feedback.items()}
        object.__setattr__(self, "feedback", each)

    def backward(self, i: int, w: Tensor) -> Tensor:
        """B_i, as w_i is stored."""
        B = self.feedback[i].to(w)
        if B.shape[-2:] != w.shape[-2:]:
            rule = f"one number for each pair of neurons, of which there are {tuple(w.shape[-2:])}"
            raise invalid(f"feedback[{i}].shape", tuple(B.shape), rule, "make it fit w")
        return B.expand_as(w)

    def __eq__(self, other: object) -> bool:
        """Whether they are one object: tables are not compared."""
        return self is other

    def __hash__(self) -> int:
        return id(self)
