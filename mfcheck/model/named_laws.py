"""The laws of a weight that have names: Normal, Uniform, Dirac and Rademacher.

Their `dim` coordinates are independent and alike; what each says of a coordinate is told in `laws`.
"""

from dataclasses import dataclass
from math import inf

import numpy as np
from scipy.special import ndtri, roots_hermitenorm, roots_legendre

from mfcheck.arrays import finite, positive, whole
from mfcheck.errors import invalid
from mfcheck.model.supports import Support

Rule = tuple[np.ndarray, np.ndarray]
"""Nodes (m,) of one coordinate, and weights (m,) of sum one."""


@dataclass(frozen=True)
class Normal:
    """N(loc, scale²) in each coordinate; Gauss–Hermite quadrature."""

    loc: float = 0.0
    scale: float = 1.0
    dim: int = 1

    def __post_init__(self) -> None:
        finite("loc", self.loc)
        positive("scale", self.scale)
        whole("dim", self.dim)

    @property
    def mean(self) -> float:
        return self.loc

    @property
    def support(self) -> Support:
        return Support(((-inf, inf),))

    def quantile(self, u: np.ndarray) -> np.ndarray:
        return self.loc + self.scale * ndtri(u)

    def rule(self, m: int) -> Rule:
        z, w = roots_hermitenorm(m)
        return self.loc + self.scale * z, w / w.sum()


@dataclass(frozen=True)
class Uniform:
    """Uniform on [low, high] in each coordinate; Gauss–Legendre quadrature."""

    low: float = 0.0
    high: float = 1.0
    dim: int = 1

    def __post_init__(self) -> None:
        finite("low", self.low)
        finite("high", self.high)
        if self.low >= self.high:
            raise invalid("low, high", (self.low, self.high), "needs low < high", "or use Dirac")
        whole("dim", self.dim)

    @property
    def mean(self) -> float:
        return (self.low + self.high) / 2

    @property
    def support(self) -> Support:
        return Support(((self.low, self.high),))

    def quantile(self, u: np.ndarray) -> np.ndarray:
        return self.low + (self.high - self.low) * u

    def rule(self, m: int) -> Rule:
        z, w = roots_legendre(m)
        return self.mean + (self.high - self.low) / 2 * z, w / 2


@dataclass(frozen=True)
class Dirac:
    """The constant `value` in each coordinate."""

    value: float = 0.0
    dim: int = 1

    def __post_init__(self) -> None:
        finite("value", self.value)
        whole("dim", self.dim)

    @property
    def mean(self) -> float:
        return self.value

    @property
    def support(self) -> Support:
        return Support(((self.value, self.value),))

    def quantile(self, u: np.ndarray) -> np.ndarray:
        return np.full_like(u, self.value)

    def rule(self, m: int) -> Rule:
        return np.array([self.value], dtype=float), np.ones(1)


@dataclass(frozen=True)
class Rademacher:
    """loc ± scale with probability 1/2 each, in each coordinate."""

    loc: float = 0.0
    scale: float = 1.0
    dim: int = 1

    def __post_init__(self) -> None:
        finite("loc", self.loc)
        positive("scale", self.scale)
        whole("dim", self.dim)

    @property
    def _values(self) -> tuple[float, float]:
        return self.loc - self.scale, self.loc + self.scale

    @property
    def mean(self) -> float:
        return self.loc

    @property
    def support(self) -> Support:
        return Support(tuple((x, x) for x in self._values))

    def quantile(self, u: np.ndarray) -> np.ndarray:
        return np.where(u < 0.5, self.loc - self.scale, self.loc + self.scale)

    def rule(self, m: int) -> Rule:
        return np.array(self._values), np.full(2, 0.5)
