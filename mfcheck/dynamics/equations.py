"""Quantities of any model: the one door between the equations and those who use them.

The standard model's equations are in `meanfield`, the general model's in `general_equations`;
motion, records and users ask here and need not know which it is. Both are given by two functions,
of the fields (of which ŷ is V[L]) and of the velocity.
"""

from dataclasses import dataclass

from torch import Tensor

from mfcheck.arrays import tensor
from mfcheck.data import DataLaw
from mfcheck.dynamics.general_equations import general_fields, general_velocity
from mfcheck.dynamics.meanfield import Fields, Sample, mean_fields, mean_velocity
from mfcheck.dynamics.velocity import Velocity
from mfcheck.errors import invalid
from mfcheck.model import AnyModel, Embedding, Ensemble, GeneralModel
from mfcheck.model.ensemble import Layers


@dataclass(frozen=True)
class Gradient:
    """G_i shaped like W[i] (i = 1..L) and G_i^b shaped like b[i] (i = 2..L)."""

    W: Layers
    b: Layers


def fields(model: AnyModel, s: Ensemble, x: Tensor) -> Fields:
    """Pre-activations at x (r or 1, b, d), and ŷ as V[L]; the ensemble has one leading axis."""
    if isinstance(model, GeneralModel):
        return general_fields(model, s, x)
    return mean_fields(model, s, x)


def velocity(model: AnyModel, s: Ensemble, z: Sample, t: float) -> Velocity:
    """(∂_t w, ∂_t b) at time t; frozen layers are absent."""
    if isinstance(model, GeneralModel):
        return general_velocity(model, s, z, t)
    return mean_velocity(model, s, z, t)


def forward(model: AnyModel, state: Ensemble, x: Tensor) -> Layers:
    """H_i(x, ·) for i = 1..L, each (..., n, N_i), at inputs x (n, d)."""
    H = fields(model, state.flat(), _inputs(model, state, x)).H
    return {i: h.reshape(*state.replicates, *h.shape[1:]) for i, h in H.items()}


def output(model: AnyModel, state: Ensemble, x: Tensor) -> Tensor:
    """ŷ(x) = φ_L(H_L(x)), shape (..., n), at inputs x (n, d)."""
    y_hat = fields(model, state.flat(), _inputs(model, state, x)).V[model.L][..., 0]
    return y_hat.reshape(*state.replicates, -1)


def gradient(model: AnyModel, state: Ensemble, data: DataLaw) -> Gradient:
    """The mean-field gradient G, shaped like the state; ∂_t w_i = −ξ_i G_i.

    No P stands in it: ∂Risk/∂w_i(j, k) = P_{i-1}(j) P_i(k) G_i(j, k) with P_0 = P_L = 1.
    Source: the slides' normalised gradients, N_{i-1}N_i ∇ℓ = Δ_i φ_{i-1}(H_{i-1}).
    """
    v = velocity(model.trained_by(), state.flat(), everything(model, state, data), 0.0)
    W = {i: (-v.weights(i)).reshape(w.shape) for i, w in state.W.items()}
    return Gradient(W, {i: (-v.biases(i)).reshape(b.shape) for i, b in state.b.items()})


def everything(model: AnyModel, state: Ensemble, data: DataLaw) -> Sample:
    """The whole law as a sample, in the state's dtype: what full-batch motion sees at each step."""
    check_shapes(model, state, data.d)
    law = data.to(state.W[1])
    return Sample(law.x[None], law.y[None], law.q)


def check_shapes(model: AnyModel, state: "Ensemble | Embedding", d: int) -> None:
    """The one door: model, state (or embedding) and inputs of dimension d must fit."""
    if state.L != model.L:
        rule = f"the model has L = {model.L} activations"
        raise invalid("L of the state", state.L, rule, "give one weight array per activation")
    if state.d != d:
        rule = f"the first layer's weights W[1] have d = {state.d}"
        raise invalid("d of x", d, rule, "append or drop coordinates (a bias is a constant one)")


def _inputs(model: AnyModel, state: Ensemble, x: Tensor) -> Tensor:
    x = tensor("x", x, dims=2)
    check_shapes(model, state, x.shape[-1])
    return x.to(state.W[1])[None]
