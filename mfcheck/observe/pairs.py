r"""What a neuron takes and what it gives, seen through two functions: the joint law, two numbers.

Of a network drawn from a diverse embedding, for a neuron c_i of a hidden layer,

    ( ⟨w_i(t, ·, c_i), f⟩ , ⟨w_{i+1}(t, c_i, ·), g⟩ )

in L²(P_{i-1}) and L²(P_{i+1}), where f = tanh⟨a, f_{i-1}⟩ and g = tanh⟨b, β_{i+1}⟩ are functions
of the labels, of the features below and of the coefficients above; w_L(c_{L-1}) itself for
i = L − 1, and ⟨w_1, A'a⟩ / |A'a| for i = 1, since what a neuron of layer 1 gives could be a
function of A w_1. If the law of the two functions has full support, so have these pairs in R².
Source: ours.
"""

import torch
from torch import Tensor

from mfcheck.model import DiverseEmbedding, Ensemble, Labels
from mfcheck.model.sides import sides
from mfcheck.seeds import Seeds

STEEP = (0.5, 2.0)
"""Between these lie |a| and |b|."""


def random_functions(emb: DiverseEmbedding, i: int, seeds: Seeds) -> tuple[Tensor, Tensor]:
    """a and b, both (r, m), of random directions and lengths."""
    length = torch.as_tensor(seeds.uniforms("steepness", i, 2)) * (STEEP[1] - STEEP[0]) + STEEP[0]
    v = [torch.as_tensor(seeds.uniforms(name, i, emb.m)) for name in ("taken", "given")]
    a, b = (_unit(torch.special.ndtri(part)) for part in v)
    return length[:, :1] * a, length[:, 1:] * b


def _unit(v: Tensor) -> Tensor:
    return v / v.norm(dim=-1, keepdim=True)


def taken_and_given(
    emb: DiverseEmbedding, state: Ensemble, C: Labels, i: int, by: tuple[Tensor, Tensor]
) -> Tensor:
    """The pairs of all neurons of layer i, (r, N_i, 2). by: (a, b) as `random_functions` has."""
    (a, b), w = (part.to(state.W[1]) for part in by), state.W
    if i == 1:
        taken = (w[1] @ _unit(a @ emb.A.to(a))[..., None])[..., 0]
    else:
        below = torch.tanh((sides(emb, i - 1, C[i - 1])[0].to(a) * a[:, None]).sum(-1))
        taken = ((state.P[i - 1] * below)[:, None] @ w[i])[:, 0]
    if i == emb.L - 1:
        return torch.stack([taken, w[i + 1][..., 0]], -1)
    above = torch.tanh((sides(emb, i + 1, C[i + 1])[1].to(b) * b[:, None]).sum(-1))
    given = (w[i + 1] @ (state.P[i + 1] * above)[..., None])[..., 0]
    return torch.stack([taken, given], -1)


def distance_to_nearest(targets: Tensor, points: Tensor) -> Tensor:
    """The mean over targets (m, k) of the distance to the nearest of points (r, N, k), (r,)."""
    return torch.cdist(targets.to(points).expand(len(points), -1, -1), points).amin(-1).mean(-1)
