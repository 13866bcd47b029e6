r"""Correlated, bidirectionally diverse initialisation from random features, truncated to m of them.

A neuron c_i of a middle layer is (α_i, β_i), two vectors of m independent coefficients, uniform on
±√3 (variance one); c_1 is (w_1⁰, β_1). With T = tanh, f_1 = A w_1⁰ for a fixed m × d matrix A, and
f_i = α_i for i >= 2,

    w_i⁰(c_{i-1}, c_i) = g/√m [ ⟨T(f_{i-1}), α_i⟩ + ⟨β_{i-1}, T(β_i)⟩ ],   2 <= i <= L−1,
    w_L⁰(c_{L-1})      = 2 β_{L-1,1} .

So α_i steers what neuron c_i takes from the layer below and β_i what it gives to the layer above:
w_i⁰(·, c_i) moves freely over the span of the m features T(f_{i-1}), w_{i+1}⁰(c_i, ·) over that of
the T(β_{i+1}). The pair has full support on these m + m features alone, within the bounds of the
coefficients; genuine diversity, in all of L² × L², forces unbounded tables and is approached as
m → ∞. Source: ours (the papers' own construction is not known to us); it truncates the
bidirectional diversity of arXiv:2001.11443v3, Assumption 8, as quoted by secondary sources.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

import numpy as np
import torch
from torch import Tensor

from mfcheck.arrays import positive, whole
from mfcheck.errors import invalid
from mfcheck.model.embedding import Labels
from mfcheck.model.ensemble import Ensemble, Layers
from mfcheck.model.laws import Independent, Law, coordinates
from mfcheck.model.named_laws import Normal, Uniform
from mfcheck.model.widths import hidden_widths
from mfcheck.seeds import Seeds, as_seeds

BOX = Uniform(-sqrt(3), sqrt(3))
"""Law of a coefficient: variance one, bounded, so that couplings keep the rate 1/2."""

SHIFTED = Uniform(1 - sqrt(3), 1 + sqrt(3))
"""The same about one: without means the degenerate features would vanish altogether."""


@dataclass(frozen=True)
class DiverseEmbedding:
    """The neuronal embedding of this module: L layers, w_1⁰ ~ first, m features, gain g.

    first: law of w_1⁰, of dimension d; of full support in R^d by default. seed: of the matrix A,
    with entries uniform on ±√3. matched: False gives the degenerate
    relative in which a neuron's position θ_i is independent of its coefficients (p_i, q_i),

        w_i⁰ = g/√m [ ⟨T(θ_{i-1}), p_i⟩ + ⟨q_{i-1}, T(θ_i)⟩ ],   θ_1 = A w_1⁰,   w_L⁰ = 2 q_{L-1,1},

    p_i and θ_i of mean one: then H_3(x, c_3) = ⟨p_3, g/√m E T(θ_2)⟩ E[φ_2(H_2(x, C_2))] is of rank
    one, however rich the tables look. Biases start at 0. Raises InvalidArgument for L < 2, m < 1,
    a gain that is not positive.
    """

    L: int
    first: "Law | Independent" = Normal(0.0, 1.0, dim=3)  # noqa: RUF009 - frozen
    m: int = 4
    gain: float = 2.0
    seed: int = 0
    matched: bool = True

    def __post_init__(self) -> None:
        whole("L", self.L, least=2)
        whole("m", self.m)
        whole("seed", self.seed, least=0)
        positive("gain", self.gain)

    @property
    def d(self) -> int:
        """Input dimension."""
        return self.first.dim

    @property
    def A(self) -> Tensor:
        """The fixed matrix of the first layer's features, (m, d)."""
        u = Seeds(self.seed).fold("diverse").uniforms("A", 1, self.m * self.d)[0]
        return torch.as_tensor(BOX.quantile(u)).reshape(self.m, self.d)

    def labels(self) -> dict[int, list[Law]]:
        """The laws of the labels' coordinates, layer by layer, 1 .. L−1.

        Layer 1: w_1⁰ and β_1. Above: α_i and β_i; or p_i, q_i and θ_i if not matched.
        """
        box, shifted = [BOX] * self.m, [SHIFTED] * self.m
        above: list[Law] = [*box, *box] if self.matched else [*shifted, *box, *shifted]
        laws: dict[int, list[Law]] = {1: [*coordinates(self.first), *box]}
        return laws | {i: list(above) for i in range(2, self.L)}

    def sample(
        self,
        widths: int | Mapping[int, int],
        replicates: int | range | Seeds = 1,
        seed: int | Seeds = 0,
        dtype: torch.dtype = torch.float64,
    ) -> tuple[Ensemble, Labels]:
        """Networks with independent labels C_i(j), and these labels.

        Arguments and shapes as in `FiniteEmbedding.sample`; C[i] is (replicates, N_i, k_i) in
        float64, with the k_i coordinates of `labels`. Draws nest to the bit.
        """
        N, seeds = hidden_widths(self.L, widths), as_seeds(seed, replicates)
        u = {
            i: [seeds.uniforms(f"label {c}", i, N[i]) for c in range(len(laws))]
            for i, laws in self.labels().items()
        }
        C = self.read(u)
        return self.system(C).to(dtype), C

    def read(self, u: Mapping[int, "list[np.ndarray]"]) -> Labels:
        """Labels (..., N_i, k_i) from uniforms on (0, 1), one array (..., N_i) per coordinate."""
        return {
            i: torch.as_tensor(
                np.stack([law.quantile(v) for law, v in zip(laws, u[i], strict=True)], -1)
            )
            for i, laws in self.labels().items()
        }

    def system(self, C: Labels, P: Layers | None = None) -> Ensemble:
        """The neurons with labels C[i] (..., N_i, k_i), and probabilities P[i] (..., N_i)."""
        scale = self.gain / sqrt(self.m)
        W = {1: C[1][..., : self.d].clone()}
        for i in range(2, self.L):
            W[i] = scale * products(self._gives(i - 1, C[i - 1]), self._takes(C[i]))
        last = self._coefficients(self.L - 1, C[self.L - 1])
        W[self.L] = 2 * last[..., :1]
        return Ensemble(W, None, P)

    def _gives(self, i: int, c: Tensor) -> Tensor:
        """A neuron's factors in w_{i+1}⁰: (T(f_i), β_i), or (T(θ_i), q_i)."""
        if i == 1:
            return torch.cat([torch.tanh(products(c[..., : self.d], self.A)), c[..., self.d :]], -1)
        position = c[..., : self.m] if self.matched else c[..., 2 * self.m :]
        return torch.cat([torch.tanh(position.contiguous()), self._coefficients(i, c)], -1)

    def _takes(self, c: Tensor) -> Tensor:
        """A neuron's factors in w_i⁰, i >= 2: (α_i, T(β_i)), or (p_i, T(θ_i))."""
        position = c[..., -self.m :].contiguous()
        return torch.cat([c[..., : self.m], torch.tanh(position)], -1)

    def _coefficients(self, i: int, c: Tensor) -> Tensor:
        """β_i, or q_i: what steers the weights to the layer above."""
        start = self.d if i == 1 else self.m
        return c[..., start : start + self.m]


def products(left: Tensor, right: Tensor) -> Tensor:
    """⟨left_j, right_k⟩, (..., N, a) and (..., M, a) to (..., N, M), summed in a fixed order.

    A matrix product may round entry (j, k) differently in a wider table; this one nests.
    """
    total = left[..., :, None, 0] * right[..., None, :, 0]
    for a in range(1, left.shape[-1]):
        total += left[..., :, None, a] * right[..., None, :, a]
    return total


def shuffled(state: Ensemble, seeds: Seeds) -> Ensemble:
    """The networks with the entries of every middle matrix put in an independent random order.

    Each matrix keeps its entries, hence their law, and loses all correlation: what an i.i.d.
    initialisation of the same marginal law looks like. state: one leading axis, the replicates
    of `seeds`. The order depends on the width, so the copies do not nest.
    """
    if state.replicates != (len(seeds.replicates),):
        rule = f"seeds name {len(seeds.replicates)} replicates"
        raise invalid("state.replicates", state.replicates, rule, "pass those it was drawn with")
    W = dict(state.W)
    for i in range(2, state.L):
        entries = W[i].flatten(1)
        u = seeds.fold("shuffled", *W[i].shape[1:]).uniforms("order", i, entries.shape[1])
        order = torch.as_tensor(np.argsort(u, axis=1, kind="stable"), device=entries.device)
        W[i] = entries.gather(1, order).reshape(W[i].shape)
    return Ensemble.of(W, state.b, state.P)
