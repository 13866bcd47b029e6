"""Mean-field quantities of the general model, whose weights may enter non-linearly.

    H_1(x, c)     = φ_1(w_1(c), x)
    H_i(x, c')    = E_C[ φ_i(w_i(C, c'), b_i(c'), H_{i-1}(x, C)) ]
    Δ_L(z)        = ∂₂ℓ(y, σ(H_L)) σ'(H_L),  σ the output activation
    Δ_{i-1}(z, c) = E_{C'}[ Δ_i(z, C') ∂_hφ_i(w_i(c, C'), b_i(C'), H_{i-1}(x, c)) ]
    G_1(c)        = E_Z[ Δ_1(Z, c) ∂_wφ_1(w_1(c), X) ]
    G_i(c, c')    = E_Z[ Δ_i(Z, c') ∂_wφ_i(w_i(c, c'), b_i(c'), H_{i-1}(X, c)) ]
    G_i^b(c')     = E_Z[ Δ_i(Z, c') E_C ∂_bφ_i(w_i(C, c'), b_i(c'), H_{i-1}(X, C)) ]

for any measures P_i, as in `meanfield`. φ_i is evaluated at every pair of neurons and every data
point, which a product of matrices cannot avoid here; the pairs are worked through in blocks. Since
φ_i is elementwise, one pull-back of ones gives all its partial derivatives, pair by pair, and
nothing is differentiated through more than one layer.

Axes inside: r replicates, b data points, j neurons of layer i−1, k of layer i.
Source: the slides' general model with the loss's gradient for its ψ, under any measure.
"""

from collections.abc import Iterator

import torch
from torch import Tensor

from mfcheck.dynamics.meanfield import Fields, Sample
from mfcheck.dynamics.velocity import Velocity
from mfcheck.errors import invalid
from mfcheck.model import Ensemble, GeneralModel
from mfcheck.model.general_model import Map

ENTRIES = 2**17
"""Numbers in a block (r, b, j, k): 1 MB in float64, so that a block stays in the cache."""

Block = tuple[slice, slice]
"""Some replicates and some neurons of layer i."""


def general_fields(model: GeneralModel, s: Ensemble, x: Tensor) -> Fields:
    """H[i] (r, b, N_i) and ŷ as V[L], at x (r or 1, b, d)."""
    shape = len(s.P[1]), x.shape[1]
    H = {i: x.new_empty(*shape, n) for i, n in s.widths.items()}
    for r, k in _blocks(s, 1, x.shape[1]):
        w, a = _inputs(s, x, (r, k))
        H[1][r, :, k] = _reduced(model.phi(1)(w, a), w.shape[:-1])
    for i in range(2, model.L + 1):
        for r, k in _blocks(s, i, x.shape[1]):
            w, b, h = _pairs(s, i, H[i - 1], (r, k))
            H[i][r, :, k] = torch.einsum("rj,rbjk->rbk", s.P[i - 1][r], model.phi(i)(w, b, h))
    return Fields(H, {model.L: model.output.value(H[model.L])})


def general_velocity(model: GeneralModel, s: Ensemble, z: Sample, t: float) -> Velocity:
    """(∂_t w, ∂_t b) at time t, dense in w; frozen layers are absent."""
    f = general_fields(model, s, z.x)
    y_hat, H_L = f.V[model.L], f.H[model.L]
    slope = model.loss.slope(y_hat - z.y[..., None])
    Delta = model.output.pull(
        slope * z.q[..., None], H_L, y_hat
    )  # q enters once: all is linear in it
    xi, xi_b = ({i: -rate for i, rate in part.items() if rate} for part in model.rates(t))
    dense, b = {}, {}
    for i in range(model.L, 1, -1):
        Delta, G, G_b = _through(model.phi(i), s, i, f.H[i - 1], Delta)
        dense |= {i: G} if i in xi else {}
        b |= {i: G_b} if i in xi_b else {}
    dense |= {1: _first(model.phi(1), s, z.x, Delta)} if 1 in xi else {}
    return Velocity({}, {}, b, xi, xi_b, dense)


def _first(phi: Map, s: Ensemble, x: Tensor, pull: Tensor) -> Tensor:
    """G_1 from q Δ_1."""
    G = torch.empty_like(s.W[1])
    for r, k in _blocks(s, 1, x.shape[1]):
        slope = partials(phi, *_inputs(s, x, (r, k)))[0]
        G[r, k] = (slope * pull[r, :, k, None]).sum(1)
    return G


def _through(
    phi: Map, s: Ensemble, i: int, below: Tensor, above: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """q Δ_{i-1}, G_i and G_i^b from H_{i-1} and q Δ_i."""
    Delta, G, G_b = torch.zeros_like(below), torch.empty_like(s.W[i]), torch.empty_like(s.b[i])
    for r, k in _blocks(s, i, below.shape[1]):
        d_w, d_b, d_h = partials(phi, *_pairs(s, i, below, (r, k)))
        pull = above[r, :, k]
        Delta[r] += torch.einsum("rbjk,rbk->rbj", d_h, pull * s.P[i][r, None, k])
        G[r, :, k] = (d_w * pull[:, :, None]).sum(1)
        G_b[r, k] = (torch.einsum("rj,rbjk->rbk", s.P[i - 1][r], d_b) * pull).sum(1)
    return Delta, G, G_b


def partials(phi: Map, *arguments: Tensor) -> tuple[Tensor, ...]:
    """The partial derivatives of φ at every entry of its arguments, which have one shape."""
    pulled = torch.func.vjp(phi, *arguments)
    return pulled[1](torch.ones_like(pulled[0]))


def _inputs(s: Ensemble, x: Tensor, block: Block) -> tuple[Tensor, Tensor]:
    """w_1 and x spread over a block's (r, b, k, d); nothing is copied."""
    r, k = block
    w, a = torch.broadcast_tensors(s.W[1][r, None, k], x.expand(len(s.P[1]), -1, -1)[r, :, None])
    return w, a


def _pairs(s: Ensemble, i: int, below: Tensor, block: Block) -> tuple[Tensor, Tensor, Tensor]:
    """w_i, b_i and H_{i-1} spread over a block's (r, b, j, k); nothing is copied."""
    r, k = block
    w, b, h = s.W[i][r, None, :, k], s.b[i][r, None, None, k], below[r, :, :, None]
    w, b, h = torch.broadcast_tensors(w, b, h)
    return w, b, h


def _blocks(s: Ensemble, i: int, points: int) -> Iterator[Block]:
    """Blocks that cover (r, k), of at most ENTRIES numbers or of one replicate and neuron."""
    count, column = len(s.P[i]), points * (s.d if i == 1 else s.widths[i - 1])
    wide = min(s.widths[i], max(1, ENTRIES // column))
    many = min(count, max(1, ENTRIES // (column * wide)))
    for r in range(0, count, many):
        for k in range(0, s.widths[i], wide):
            yield slice(r, r + many), slice(k, k + wide)


def _reduced(value: Tensor, shape: torch.Size) -> Tensor:
    """H_1, if φ_1 has reduced the last axis and that alone."""
    if value.shape != shape:
        rule = f"w and x on a last axis d make it {tuple(shape)}"
        raise invalid("shape of phi_1(w, x)", tuple(value.shape), rule, "reduce the last axis")
    return value
