r"""The two sides of a neuron of a diverse embedding, and relatives that lack one or tie the two.

By its features f_i (A w_1⁰, or α_i) a neuron steers what it takes, by its coefficients β_i what it
gives. Each relative has the same labels and the marginal laws of the sides it keeps, and is not
bidirectionally diverse. Source: ours.
"""

from torch import Tensor

from mfcheck.errors import invalid
from mfcheck.model.diverse_embedding import DiverseEmbedding, products
from mfcheck.model.embedding import Labels
from mfcheck.model.ensemble import Ensemble


def sides(emb: DiverseEmbedding, i: int, c: Tensor) -> tuple[Tensor, Tensor]:
    """(f_i, β_i) of neurons of layer i with labels c (..., N_i, k_i), both (..., N_i, m)."""
    if not emb.matched:
        rule = "positions apart from coefficients have no two sides"
        raise invalid("emb.matched", emb.matched, rule, "use matched=True")
    if i == 1:
        return products(c[..., : emb.d], emb.A), c[..., emb.d :]
    return c[..., : emb.m], c[..., emb.m :]


def forward_alone(emb: DiverseEmbedding, C: Labels) -> Ensemble:
    """w_i⁰ = g/√m ⟨T(f_{i-1}), α_i⟩: β_i = 0 but in layer L − 1, whose β is w_L⁰."""
    less = {i: c.clone() for i, c in C.items()}
    for i in range(1, emb.L - 1):
        sides(emb, i, less[i])[1].zero_()
    return emb.system(less)


def backward_alone(emb: DiverseEmbedding, C: Labels) -> Ensemble:
    """w_i⁰ = g/√m ⟨β_{i-1}, T(β_i)⟩: α_i = 0."""
    less = {i: c.clone() for i, c in C.items()}
    for i in range(2, emb.L):
        sides(emb, i, less[i])[0].zero_()
    return emb.system(less)


def tied(emb: DiverseEmbedding, C: Labels) -> Ensemble:
    """β_i = f_i: all that a neuron gives is a function of what it takes."""
    less = {i: c.clone() for i, c in C.items()}
    for i in range(1, emb.L):
        features, coefficients = sides(emb, i, less[i])
        coefficients.copy_(features)
    return emb.system(less)
