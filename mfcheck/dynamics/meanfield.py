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

from typing import NamedTuple

from torch import Tensor

from mfcheck.dynamics.products import average, total
from mfcheck.dynamics.velocity import Velocity
from mfcheck.model import Ensemble, Model
from mfcheck.model.ensemble import Layers


class Sample(NamedTuple):
    """Weighted data points: x (r or 1, b, d), y (r or 1, b), q (b,) or (r, b) of sum one."""

    x: Tensor
    y: Tensor
    q: Tensor


class Fields(NamedTuple):
    """H[i] (r, b, N_i) for i = 1..L and V[i] = φ_i(H[i]), with V[0] = x, V[L] = ŷ."""

    H: Layers
    V: Layers


def mean_fields(model: Model, s: Ensemble, x: Tensor) -> Fields:
    """Pre-activations and activations at x (r or 1, b, d); the ensemble has one leading axis."""
    x = x.expand(len(s.W[1]), -1, -1)
    H = {1: x.bmm(s.W[1].mT)}
    V = {0: x, 1: model.phi(1).value(H[1])}
    for i in range(2, model.L + 1):
        H[i] = average(V[i - 1], s.measure[i - 1], s.W[i], s.b[i])
        V[i] = model.phi(i).value(H[i])
    return Fields(H, V)


def sensitivities(model: Model, s: Ensemble, f: Fields, z: Sample) -> Layers:
    """q Δ_i (r, b, N_i) for i = 1..L: the mean loss's sensitivity to H_i, per unit of probability.

    Every Δ_i is linear in Δ_L, so the weight q of a data point enters there, once.
    """
    L = model.L
    residual = f.V[L] - z.y[..., None]
    Delta = {L: model.phi(L).pull(model.loss.slope(residual) * z.q[..., None], f.H[L], f.V[L])}
    for i in range(L, 1, -1):
        mean = average(Delta[i], s.measure[i], model.backward(i, s.W[i]).mT)
        Delta[i - 1] = model.phi(i - 1).pull(mean, f.H[i - 1], f.V[i - 1])
    return Delta


def mean_velocity(model: Model, s: Ensemble, z: Sample, t: float) -> Velocity:
    """(∂_t w, ∂_t b) at time t, factored over the data points; frozen layers are absent."""
    f = mean_fields(model, s, z.x)
    Delta = sensitivities(model, s, f, z)
    xi, xi_b = ({i: -rate for i, rate in part.items() if rate} for part in model.rates(t))
    rows = {i: Delta[1] if i == 1 else f.V[i - 1] for i in xi}
    cols = {i: f.V[0] if i == 1 else Delta[i] for i in xi}
    return Velocity(rows, cols, {i: total(Delta[i]) for i in xi_b}, xi, xi_b, {})
