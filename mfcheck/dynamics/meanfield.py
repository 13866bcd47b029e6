"""Mean-field quantities of an L-layer model: H_i, Δ_i and the gradient G_i, for any measure.

    H_1(x, c)     = ⟨w_1(c), x⟩
    H_i(x, c)     = b_i(c) + E_{C_{i-1}}[ w_i(C_{i-1}, c) φ_{i-1}(H_{i-1}(x, C_{i-1})) ]
    Δ_L(z)        = ∂₂ℓ(y, φ_L(H_L)) φ_L'(H_L)
    Δ_{i-1}(z, c) = E_{C_i}[ w_i(c, C_i) Δ_i(z, C_i) ] φ_{i-1}'(H_{i-1}(x, c))
    G_i(c, c')    = E_Z[ φ_{i-1}(H_{i-1}(X, c)) Δ_i(Z, c') ],     G_i^b(c') = E_Z[ Δ_i(Z, c') ]
    ∂_t w_i       = −ξ_i(t) G_i,                                  ∂_t b_i   = −ξ_i^b(t) G_i^b

A neuron is only ever averaged, under P_i. With P_i uniform on N_i neurons these are the
network's equations (1/N scaling, learning rates N_{i-1}N_i); with P_i the law of C_i, its limit's.

Pure functions of tensors: no time but in the rates, no randomness, no autograd. Inside, one
leading axis r of replicates; b data points, j neurons of layer i−1, k of layer i.
Source: Pham & Nguyen, ICLR 2021, sections 2.1 (network) and 2.2 (limit); the slides, any depth.
"""

from dataclasses import dataclass
from typing import NamedTuple

from torch import Tensor

from mfcheck.arrays import tensor
from mfcheck.data import DataLaw
from mfcheck.dynamics.velocity import Velocity, average
from mfcheck.errors import invalid
from mfcheck.model import Embedding, Ensemble, Model
from mfcheck.model.ensemble import Layers


@dataclass(frozen=True)
class Gradient:
    """G_i shaped like W[i] (i = 1..L) and G_i^b shaped like b[i] (i = 2..L)."""

    W: Layers
    b: Layers


class Sample(NamedTuple):
    """Weighted data points: x (r or 1, b, d), y (r or 1, b), q (b,) of sum one."""

    x: Tensor
    y: Tensor
    q: Tensor


class Fields(NamedTuple):
    """H[i] (r, b, N_i) for i = 1..L and V[i] = φ_i(H[i]), with V[0] = x."""

    H: Layers
    V: Layers


def fields(model: Model, s: Ensemble, x: Tensor) -> Fields:
    """Pre-activations and activations at x (r or 1, b, d); the ensemble has one leading axis."""
    H = {1: x @ s.W[1].mT}
    V = {0: x, 1: model.phi(1).value(H[1])}
    for i in range(2, model.L + 1):
        H[i] = average(V[i - 1], s.P[i - 1], s.W[i]).add_(s.b[i][:, None, :])
        V[i] = model.phi(i).value(H[i])
    return Fields(H, V)


def sensitivities(model: Model, s: Ensemble, f: Fields, z: Sample) -> Layers:
    """q Δ_i (r, b, N_i) for i = 1..L: the mean loss's sensitivity to H_i, per unit of probability.

    Every Δ_i is linear in Δ_L, so the weight q of a data point enters there, once.
    """
    L = model.L
    residual = f.V[L] - z.y[..., None]
    Delta = {L: model.phi(L).pull(model.loss.slope(residual) * z.q[:, None], f.H[L], f.V[L])}
    for i in range(L, 1, -1):
        mean = average(Delta[i], s.P[i], s.W[i].mT)
        Delta[i - 1] = model.phi(i - 1).pull(mean, f.H[i - 1], f.V[i - 1])
    return Delta


def velocity(model: Model, s: Ensemble, z: Sample, t: float) -> Velocity:
    """(∂_t w, ∂_t b) at time t, factored over the data points; frozen layers are absent."""
    f = fields(model, s, z.x)
    Delta = sensitivities(model, s, f, z)
    xi, xi_b = ({i: -rate for i, rate in part.items() if rate} for part in model.rates(t))
    rows = {i: Delta[1] if i == 1 else f.V[i - 1] for i in xi}
    cols = {i: z.x.expand(len(Delta[1]), -1, -1) if i == 1 else Delta[i] for i in xi}
    return Velocity(rows, cols, {i: Delta[i].sum(1) for i in xi_b}, xi, xi_b)


def forward(model: Model, state: Ensemble, x: Tensor) -> Layers:
    """H_i(x, ·) for i = 1..L, each (..., n, N_i), at inputs x (n, d)."""
    H = fields(model, state.flat(), _inputs(model, state, x)).H
    return {i: h.reshape(*state.replicates, *h.shape[1:]) for i, h in H.items()}


def output(model: Model, state: Ensemble, x: Tensor) -> Tensor:
    """ŷ(x) = φ_L(H_L(x)), shape (..., n), at inputs x (n, d)."""
    y_hat = fields(model, state.flat(), _inputs(model, state, x)).V[model.L][..., 0]
    return y_hat.reshape(*state.replicates, -1)


def gradient(model: Model, state: Ensemble, data: DataLaw) -> Gradient:
    """The mean-field gradient G, shaped like the state; ∂_t w_i = −ξ_i G_i.

    No P stands in it: ∂Risk/∂w_i(j, k) = P_{i-1}(j) P_i(k) G_i(j, k) with P_0 = P_L = 1.
    Source: the slides' normalised gradients, N_{i-1}N_i ∇ℓ = Δ_i φ_{i-1}(H_{i-1}).
    """
    still = Model(model.activations, model.loss)
    v = velocity(still, state.flat(), everything(model, state, data), 0.0)
    W = {i: (-v.weights(i)).reshape(w.shape) for i, w in state.W.items()}
    return Gradient(W, {i: (-v.biases(i)).reshape(b.shape) for i, b in state.b.items()})


def everything(model: Model, state: Ensemble, data: DataLaw) -> Sample:
    """The whole law as a sample, in the state's dtype: what full-batch motion sees at each step."""
    couple(model, state, data.d)
    law = data.to(state.W[1])
    return Sample(law.x[None], law.y[None], law.q)


def couple(model: Model, state: "Ensemble | Embedding", d: int) -> None:
    """The one door: model, state (or embedding) and inputs of dimension d must fit."""
    if state.L != model.L:
        rule = f"the model has L = {model.L} activations"
        raise invalid("L of the state", state.L, rule, "give one weight array per activation")
    if state.d != d:
        rule = f"the first layer's weights W[1] have d = {state.d}"
        raise invalid("d of x", d, rule, "append or drop coordinates (a bias is a constant one)")


def _inputs(model: Model, state: Ensemble, x: Tensor) -> Tensor:
    x = tensor("x", x, dims=2)
    couple(model, state, x.shape[-1])
    return x.to(state.W[1])[None]
