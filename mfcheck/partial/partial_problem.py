"""A problem for partially trained networks: σ, features, scaling β, data, horizon and step."""

from dataclasses import dataclass, replace
from functools import cached_property
from math import sqrt
from typing import Any

import numpy as np
import torch
from scipy.special import ndtri
from torch import Tensor

from mfcheck.arrays import positive, steps_in, whole
from mfcheck.data import DataLaw
from mfcheck.errors import invalid, one_of
from mfcheck.model.activation import ACTIVATIONS, activation
from mfcheck.partial.kernels import gram
from mfcheck.partial.motion import descend, gradient_flow
from mfcheck.partial.network import Features, hidden, train
from mfcheck.partial.nodes import gaussian_nodes
from mfcheck.partial.partial_trajectory import PartialTrajectory
from mfcheck.partial.tangent import NeuronAverage, root
from mfcheck.partial.training import Training
from mfcheck.seeds import Seeds

HERMITE = (6, 8, 10, 12, 14, 16, 20)
"""Gauss–Hermite nodes per data point that are tried one after the other."""

QUADRATURE_GAP = 5e-4
"""How far f of two successive quadratures may differ: far below N^-1/2 at the widths compared."""


@dataclass(frozen=True, eq=False)
class PartialProblem:
    """Everything that a trajectory depends on, but for the widths (m, M) and the seed.

    sigma: σ. phi, spread: features φ(⟨z, x⟩) with z ~ N(0, spread² I). beta: the scaling, 1/2
    (h starts as a Gaussian process) or 1 (h starts at zero in the limit). T: horizon, eps: step,
    for squared loss. Networks start at a_i = ±1 and W_ij ~ N(0, 1), independent; or, where the
    law is to be exact at fixed features, from K atoms of M features that `seed` draws.
    """

    data: DataLaw
    sigma: str = "tanh"
    phi: str = "erf"
    beta: float = 0.5
    spread: float = 2.0
    T: float = 3.0
    eps: float = 0.1
    K: int = 24
    M: int = 16
    seed: int = 0
    name: str = ""

    def __post_init__(self) -> None:
        for name in ("sigma", "phi"):
            one_of(name, getattr(self, name), ACTIVATIONS)
        if self.beta not in (0.5, 1.0):
            raise invalid("beta", self.beta, "is 1/2 or 1", "use beta=0.5")
        positive("spread", self.spread)
        steps_in(self.T, self.eps)
        for name in ("K", "M"):
            whole(name, getattr(self, name))

    @cached_property
    def kernel(self) -> Tensor:
        """k0 on the data, M → ∞, (n, n)."""
        return gram(self.phi, self.data.x, self.spread).values.to(self.data.x)

    @property
    def training(self) -> Training:
        """What is learnt: the data's targets by σ, under squared loss, at rates of one."""
        return Training(self.data.y, self.sigma, self.data.q)

    def features(self, M: int, seeds: Seeds) -> Tensor:
        """Φ_kj = φ(⟨z_j, x_k⟩), (replicates, n, M); draws nest in M."""
        streams = [seeds.uniforms("z", i, M) for i in range(self.data.d)]
        z = self._of(self.spread * ndtri(np.stack(streams, -1)))
        return activation(self.phi).value(self.data.x @ z.mT)

    def network(self, m: int, M: int, seeds: Seeds) -> tuple[Tensor, Tensor]:
        """a (replicates, m) of ±1 and Gaussian W (replicates, m, M); draws nest in both."""
        return self.signs(m, seeds), self._of(ndtri(seeds.table("W", 0, m, M)))

    def signs(self, m: int, seeds: Seeds) -> Tensor:
        """a (replicates, m), independent and uniform on {−1, 1}."""
        return self._of(np.where(seeds.uniforms("a", 0, m) < 0.5, -1.0, 1.0))

    def hidden(self, W: Tensor, features: Tensor) -> Tensor:
        """h (..., m, n) of weights W (..., m, M) on features (..., n, M)."""
        return hidden(W, features, self.beta)

    def start(self, m: int, seeds: Seeds) -> tuple[Tensor, Tensor]:
        """a and h (replicates, m, n) of m neurons over infinitely many features."""
        u = seeds.uniforms("h", 0, m * self.data.n)
        g = self._of(ndtri(u)).reshape(len(u), m, self.data.n)
        return self.signs(m, seeds), g @ root(self._covariance(self.kernel))

    def atoms(self) -> tuple[Tensor, Tensor, Tensor]:
        """K atoms (a, W) over M features, a uniform on ±√3: a (K,), W (K, M), Φ (n, M)."""
        own = Seeds(self.seed).fold("partial")
        a = self._of(sqrt(3) * (2 * own.uniforms("a", 0, self.K)[0] - 1))
        return (
            a,
            self._of(ndtri(own.table("W", 0, self.K, self.M)[0])),
            self.features(self.M, own)[0],
        )

    def labels(self, m: int, seeds: Seeds) -> Tensor:
        """C(j), the atoms of m sampled neurons, (replicates, m); draws nest."""
        drawn = (self.K * seeds.uniforms("C", 0, m)).astype(np.int64)
        return torch.as_tensor(drawn, device=self.data.x.device)

    def gd(
        self, a: Tensor, h: Tensor, k0: Tensor, *, p: Tensor | None = None, **options: Any
    ) -> PartialTrajectory:
        """Full-batch descent in function space on [0, T]; options of `Training` and `descend`."""
        training, own = self._trained(options)
        return descend((a, h, p), k0, training, self.eps, self.T, **own)

    def flow(
        self, a: Tensor, h: Tensor, k0: Tensor, *, p: Tensor | None = None, **options: Any
    ) -> PartialTrajectory:
        """Gradient flow in function space on [0, T]; options of `Training` and `flow`."""
        training, own = self._trained({"rtol": 1e-7, "atol": 1e-9} | options)
        return gradient_flow((a, h, p), k0, training, self.T, **own)

    def train(
        self, a: Tensor, W: Tensor, features: Tensor, *, rate_W: float = 1.0, **options: Any
    ) -> PartialTrajectory:
        """Full-batch descent of finite networks; options of `Training` and `train`.

        rate_W: the rate of `Features`.
        """
        scaled, (training, own) = Features(features, self.beta, rate_W), self._trained(options)
        return train((a, W), scaled, training, self.eps, self.T, **own)

    def nodes(self, k0: Tensor, order: int, M: int | None = None) -> NeuronAverage:
        """The Gaussian start over features of Gram matrix k0 (..., n, n), M of them or ∞."""
        return gaussian_nodes(self._covariance(k0, M), order)

    @cached_property
    def limit(self) -> PartialTrajectory:
        """Descent of m = M = ∞, its quadrature refined until f agrees within QUADRATURE_GAP.

        solver["error"]: sup distance in f to the last but one; solver["order"]: nodes per point.
        Raises InvalidArgument if QUADRATURE_GAP is not reached.
        """
        before, error = None, float("inf")
        for order in HERMITE:
            a, h, p = self.nodes(self.kernel, order)
            path = self.gd(a, h, self.kernel, p=p)
            error = float((path.f - before).abs().max()) if before is not None else error
            if error <= QUADRATURE_GAP:
                return replace(path, solver=path.solver | {"error": error, "order": order})
            before = path.f
        raise invalid("order", HERMITE[-1], f"only {error:.1e} was reached", "use fewer points")

    def _covariance(self, k0: Tensor, M: int | None = None) -> Tensor:
        """Cov h(0) = M^{1−2β} k0 for standard Gaussian W: k0 if β = 1/2, k0/M if β = 1."""
        if self.beta == 0.5:
            return k0
        return k0 / M if M else torch.zeros_like(k0)

    def _trained(self, options: dict[str, Any]) -> tuple[Training, dict[str, Any]]:
        """The training with the loss and the rates among the options, and the other options."""
        changed = {name: options[name] for name in ("loss", "xi_a", "xi_W") if name in options}
        own = {name: value for name, value in options.items() if name not in changed}
        return replace(self.training, **changed), own

    def _of(self, numbers: np.ndarray) -> Tensor:
        return torch.as_tensor(numbers).to(self.data.x)

    def on(self, dtype: torch.dtype, device: Any = "cpu") -> "PartialProblem":
        """The same problem in that precision, on that device."""
        x, y = (v.to(dtype=dtype, device=device) for v in (self.data.x, self.data.y))
        return replace(self, data=DataLaw(x, y, self.data.q.to(device)))

    def __repr__(self) -> str:
        return self.name or f"PartialProblem({self.sigma}, {self.phi}, beta={self.beta:g})"
