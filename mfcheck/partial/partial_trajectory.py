"""What a partially trained network leaves behind: loss, f, the law of (a, h) and its kernel."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from torch import Tensor

from mfcheck.dynamics import Diverged
from mfcheck.model import Activation
from mfcheck.partial.tangent import NeuronAverage, decay, floor, least_eigenvalue, tangent_kernel


@dataclass(frozen=True, eq=False)
class PartialTrajectory:
    """A recorded motion of a law of (a, h), one row per time.

    times (K,), t = k·ε for steps; loss (K, ...) under q, +inf where a replicate has diverged; f
    (K, ..., n), h (K, ..., m, n) on the atoms of the data; a (K, ..., m). k0 (..., n, n), p (...,
    m), q (n,): what does not move. xi_a, xi_W (K,) or one number: the rates. W (K, ..., m, M):
    the weights, of a network trained in its own coordinates. diverged, solver: as in
    `Trajectory`.
    """

    times: Tensor
    loss: Tensor
    f: Tensor
    a: Tensor
    h: Tensor
    k0: Tensor
    p: Tensor
    q: Tensor
    sigma: Activation
    xi_a: Tensor | float = 1.0
    xi_W: Tensor | float = 1.0
    W: Tensor | None = None
    diverged: tuple[Diverged, ...] = ()
    solver: dict[str, Any] = field(default_factory=dict)

    @property
    def neurons(self) -> NeuronAverage:
        """The law of (a, h) at every recorded time."""
        return NeuronAverage(self.a, self.h, self.p.expand(self.a.shape))

    @cached_property
    def kernel(self) -> Tensor:
        """K_t, (K, ..., n, n); see `tangent`."""
        xi_a, xi_W = (_along(xi, self.h) for xi in (self.xi_a, self.xi_W))
        return tangent_kernel(self.neurons, self.k0, self.sigma, xi_a, xi_W)

    @cached_property
    def lambda_min(self) -> Tensor:
        """λ_min(K_t), (K, ...)."""
        return least_eigenvalue(self.kernel)

    @cached_property
    def floor(self) -> Tensor:
        """ξ_W λ_min(k0) min_k E[a² σ'(h(x_k))²], (K, ...), never above λ_min(K_t)."""
        xi_W = _along(self.xi_W, self.f[..., 0])
        return floor(self.neurons, self.k0, self.sigma, xi_W)

    @cached_property
    def decay(self) -> Tensor:
        """2 λ_min(Q^{1/2} K_t Q^{1/2}), (K, ...): squared loss falls at this rate at least."""
        return decay(self.kernel, self.q)


def _along(xi: Tensor | float, like: Tensor) -> Tensor | float:
    """Rates at the recorded times (K,) as an array that multiplies `like` (K, ...)."""
    if not isinstance(xi, Tensor):
        return xi
    return xi.to(like).reshape(-1, *[1] * (like.dim() - 1))
