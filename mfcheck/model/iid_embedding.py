"""I.i.d. initialisation as a neuronal embedding: labels plus explicit edge noise.

A literally product-measurable table w_i⁰ on Ω_{i-1} × Ω_i cannot have non-degenerate i.i.d.
entries (its 4-cycle moment is positive), so the entries of the middle layers are an edge
variable of their own, beside the neurons' labels. In the standard model an increment of w_i,
2 <= i <= L−1, never involves the edge's own value; by the law of large numbers the edge noise
enters the fields through its mean alone. Hence the limit is the same network with each random
middle matrix replaced by the constant E[w_i⁰], on neurons that carry the surviving labels:

    layer 1: w_1⁰        layer i, 2 <= i <= L−2: b_i⁰        layer L−1: w_L⁰ and b_{L-1}⁰

(for L = 2 layer 1 carries both w_1⁰ and w_2⁰). Source: ours, consistent with the Borel
functions of the slides' corollary for i.i.d. initialisation.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from mfcheck.arrays import whole
from mfcheck.errors import invalid
from mfcheck.model.ensemble import Ensemble, Layers
from mfcheck.model.laws import Independent, Law, coordinates, mean, one_number
from mfcheck.model.named_laws import Dirac
from mfcheck.model.widths import hidden_widths
from mfcheck.seeds import Seeds, as_seeds


@dataclass(frozen=True, init=False)
class IIDEmbedding:
    """Independent initial weights: w_1(j) ~ W[1], w_i(j, k) ~ W[i], b_i(k) ~ b[i].

    W: {1..L: law}, W[1] of dimension d, the others of one number. b: {2..L: law}, Dirac(0)
    where nothing is said. Raises InvalidArgument for layers that do not chain, a middle law
    without a mean, and a random bias of the single output neuron (nothing averages it).
    """

    W: dict[int, "Law | Independent"]
    b: dict[int, Law]

    def __init__(
        self, W: Mapping[int, "Law | Independent"], b: Mapping[int, Law] | None = None
    ) -> None:
        L = len(W)
        if L < 2 or sorted(W) != list(range(1, L + 1)):
            raise invalid("W keys", sorted(W), "layers are numbered 1..L, L >= 2", "add layers")
        strange = [i for i in (b or {}) if i not in range(2, L + 1)]
        if strange:
            raise invalid("b keys", strange, "no such layer", f"use layers 2..{L}")
        biases = {i: (b or {}).get(i, Dirac(0.0)) for i in range(2, L + 1)}
        for i in range(2, L + 1):
            mean(f"W[{i}]", W[i])
            one_number(f"b[{i}]", biases[i])
        if not isinstance(biases[L], Dirac):
            rule = "the output layer has one neuron, so nothing averages its bias"
            raise invalid(f"b[{L}]", biases[L], rule, "use Dirac(value)")
        object.__setattr__(self, "W", dict(sorted(W.items())))
        object.__setattr__(self, "b", biases)

    @property
    def L(self) -> int:
        """Number of weight layers."""
        return len(self.W)

    @property
    def d(self) -> int:
        """Input dimension."""
        return self.W[1].dim

    @property
    def middle(self) -> range:
        """The layers whose entries are edge noise, 2 .. L−1."""
        return range(2, self.L)

    def means(self) -> dict[int, float]:
        """E[w_i⁰] of the middle layers."""
        return {i: mean(f"W[{i}]", self.W[i]) for i in self.middle}

    def sample(
        self,
        widths: int | Mapping[int, int],
        replicates: int | range | Seeds = 1,
        seed: int | Seeds = 0,
        dtype: torch.dtype = torch.float64,
    ) -> tuple[Ensemble, Ensemble]:
        """Networks with independent weights, and their labels and edge noise C.

        Arguments and shapes as in `FiniteEmbedding.sample`. C is the network at time 0 in
        float64: w_1⁰, w_L⁰ and b_i⁰ are its labels, w_i⁰ of the middle layers its edge noise.
        Draws nest: the leading N neurons of a draw of 2N are the draw of N.
        """
        N, seeds = hidden_widths(self.L, widths), as_seeds(seed, replicates)
        first = [
            law.quantile(seeds.uniforms(f"weights of coordinate {c}", 1, N[1]))
            for c, law in enumerate(coordinates(self.W[1]))
        ]
        W = {1: torch.as_tensor(np.stack(first, -1))}
        for i in range(2, self.L + 1):
            u = seeds.table("weights", i, N[i - 1], N[i])
            W[i] = torch.as_tensor(one_number(f"W[{i}]", self.W[i]).quantile(u))
        b = {
            i: torch.as_tensor(law.quantile(seeds.uniforms("biases", i, N[i])))
            for i, law in self.b.items()
        }
        C = Ensemble(W, b)
        return (C.clone() if dtype == torch.float64 else C.to(dtype)), C

    def nodes(self, m: int) -> Ensemble:
        """The limit's neurons: quadrature nodes of the surviving labels, about m a coordinate.

        Where w_1 and w_2 share a layer (L = 2), m/2 + 2 are enough for w_2, which enters linearly
        at first.

        W[i] of the middle layers is the constant E[w_i⁰]; no replicate axis.
        """
        grids = {
            i: tensor_rule(
                laws, [m if i > 1 or c < self.d else m // 2 + 2 for c in range(len(laws))]
            )
            for i, laws in self.labels().items()
        }
        return self.system(*({i: grid[part] for i, grid in grids.items()} for part in (0, 1)))

    def labels(self) -> dict[int, list[Law]]:
        """The laws of the labels that survive in the limit, layer by layer, 1 .. L−1."""
        laws = {1: coordinates(self.W[1])} | {i: [self.b[i]] for i in range(2, self.L)}
        last = one_number(f"W[{self.L}]", self.W[self.L])
        return {**laws, self.L - 1: [*laws[self.L - 1], last]}

    def system(self, labels: Layers, P: Layers) -> Ensemble:
        """The reduced system on given labels (m_i, ·) with probabilities P (m_i,)."""
        L, size = self.L, {i: len(v) for i, v in labels.items()} | {self.L: 1}
        W = {1: labels[1][:, : self.d]}
        for i, centre in self.means().items():
            W[i] = W[1].new_full((size[i - 1], size[i]), centre)
        W[L] = labels[L - 1][:, -1:].clone()
        b = {i: labels[i][:, 0].clone() for i in range(2, L)}
        b[L] = W[1].new_full((1,), self.b[L].mean or 0.0)
        return Ensemble(W, b, P)


def tensor_rule(laws: list[Law], orders: list[int]) -> tuple[Tensor, Tensor]:
    """The product rule of laws: nodes (M, len(laws)) and probabilities (M,)."""
    rules = [law.rule(whole("m", m)) for law, m in zip(laws, orders, strict=True)]
    grids = np.meshgrid(*(nodes for nodes, _ in rules), indexing="ij")
    weights = np.meshgrid(*(weights for _, weights in rules), indexing="ij")
    nodes = np.stack([g.ravel() for g in grids], -1)
    P = np.prod([w.ravel() for w in weights], axis=0)
    return torch.as_tensor(nodes), torch.as_tensor(P / P.sum())
