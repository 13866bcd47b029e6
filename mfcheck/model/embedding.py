"""Neuronal embeddings: a probability space per layer from which networks of any width are drawn.

Finite embeddings have K_i atoms with probabilities P_i and tables w_i⁰, b_i⁰. The limit of the
networks drawn from one is *exactly* the ensemble of its atoms: no quadrature, no wide network
standing in for infinity, any depth, any correlation between the tables.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from mfcheck.arrays import quantile
from mfcheck.errors import invalid
from mfcheck.model.ensemble import Ensemble, uniform
from mfcheck.model.widths import hidden_widths
from mfcheck.seeds import Seeds, as_seeds

Labels = dict[int, Tensor]
"""C[i]: (replicates, N_i), the label C_i(j) of every sampled neuron: here an index of an atom."""


@dataclass(frozen=True, eq=False)
class FiniteEmbedding:
    """A neuronal embedding (Ω_i, P_i, w_i⁰, b_i⁰) with finitely many atoms per layer.

    atoms: an `Ensemble` without replicate axes; its neurons are the atoms, its P their
    probabilities. Source: Pham & Nguyen, ICLR 2021, Definition 2, for finite Ω_i.
    """

    atoms: Ensemble

    def __post_init__(self) -> None:
        if self.atoms.replicates:
            raise invalid(
                "state.replicates",
                self.atoms.replicates,
                "an embedding is one law, not a batch of laws",
                "pass one replicate",
            )

    @property
    def L(self) -> int:
        """Number of weight layers."""
        return self.atoms.L

    @property
    def d(self) -> int:
        """Input dimension."""
        return self.atoms.d

    def sample(
        self,
        widths: "int | Mapping[int, int]",
        replicates: "int | range | Seeds" = 1,
        seed: "int | Seeds" = 0,
        dtype: torch.dtype | None = None,
    ) -> tuple[Ensemble, Labels]:
        """Networks with C_i(j) ~ P_i independent, and their labels.

        widths: {i: N_i} for i = 1..L-1, or one width for all. replicates: how many, which (a
        range), or a `Seeds` that says both which and from what seed. Draws nest: the first N
        neurons of a draw of 2N are the draw of N, to the bit. Shapes as in `Ensemble`, with
        one leading axis of replicates; C[i] is (replicates, N_i).
        """
        N, seeds = hidden_widths(self.L, widths), as_seeds(seed, replicates)
        u = {i: seeds.uniforms("neurons", i, n) for i, n in N.items()}
        device = self.atoms.W[1].device
        C = {i: quantile(self.atoms.P[i], u[i]).to(device) for i in N}
        return gather(self.atoms if dtype is None else self.atoms.to(dtype), C), C


def each_once(atoms: Ensemble, replicates: int) -> Labels:
    """The labels 0..K_i − 1 of every atom, for so many replicates."""
    device = atoms.W[1].device
    return {
        i: torch.arange(k, device=device).expand(replicates, -1) for i, k in atoms.widths.items()
    }


def gather(atoms: Ensemble, C: Labels) -> Ensemble:
    """The neurons with labels C, each carrying its atom's weights: uniform measures.

    atoms: one law, or several states of one, (..., ·). C[i]: (replicates, N_i). W[i] of the result
    is w_i(C_{i-1}(j), C_i(k)), shape (..., replicates, N_{i-1}, N_i).
    """
    L = atoms.L
    W = {1: atoms.W[1][..., C[1], :]}
    for i in range(2, L + 1):
        W[i] = atoms.W[i][..., C[i - 1][:, :, None], C[i][:, None, :]]
    b = {i: atoms.b[i][..., C[i]] for i in range(2, L + 1)}
    P = {i: uniform(tuple(C[i].shape), W[1]) for i in range(1, L + 1)}
    return Ensemble.of(W, b, P)
