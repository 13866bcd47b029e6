"""Laws cut out of others: conditioned on intervals, with gaps; and rounded, on a lattice.

Both are made of the quantile function of a law of one number alone. Its distribution function,
F(x) = sup{u : F⁻¹(u) <= x}, is found by bisection, to 2⁻⁵⁴.
"""

from dataclasses import dataclass
from math import ceil, floor

import numpy as np
from scipy.integrate import quad
from scipy.special import roots_legendre

from mfcheck.arrays import positive
from mfcheck.errors import invalid
from mfcheck.model.named_laws import Normal, Rule, Uniform
from mfcheck.model.supports import Ends, Support

INNER = (2.0**-54, 1 - 2.0**-53)
"""Arguments of quantile functions lie between these."""


@dataclass(frozen=True)
class Conditioned:
    """The law of a number given that it lies in one of the intervals `on`, which are apart.

    law: of one number, without atoms and with an interval as support. Quadrature is
    Gauss–Legendre in F(x), m nodes an interval. Raises InvalidArgument for an interval that the
    law does not charge, and for intervals that overlap or touch.
    """

    law: Normal | Uniform
    on: tuple[Ends, ...]

    def __post_init__(self) -> None:
        _one_smooth_number(self.law)
        object.__setattr__(self, "on", tuple(sorted((low, high) for low, high in self.on)))
        apart = Support(self.on).intervals == self.on
        if not apart or any(low >= high for low, high in self._pieces()):
            rule = "is a list of intervals apart from one another, each of positive probability"
            raise invalid("on", self.on, rule, "e.g. ((-inf, -1.0), (1.0, inf))")

    def _pieces(self) -> list[Ends]:
        """The intervals, as far as the law reaches."""
        least, most = self.law.support.ends
        return [(max(low, least), min(high, most)) for low, high in self.on]

    def _shares(self) -> np.ndarray:
        """F at the two ends of each interval, (pieces, 2)."""
        return below(self.law, np.array(self._pieces()))

    @property
    def dim(self) -> int:
        return 1

    @property
    def mean(self) -> float:
        shares = self._shares()
        parts = [quad(lambda u: float(self.law.quantile(np.asarray(u))), *ends) for ends in shares]
        return sum(part for part, _ in parts) / float(np.diff(shares).sum())

    @property
    def support(self) -> Support:
        return Support(tuple(self._pieces()))

    def quantile(self, u: np.ndarray) -> np.ndarray:
        low, high = self._shares().T
        before = np.concatenate([[0.0], np.cumsum(high - low)])
        mass = np.asarray(u) * before[-1]
        k = np.clip(np.searchsorted(before, mass, side="right") - 1, 0, len(low) - 1)
        x = self.law.quantile(np.clip(low[k] + mass - before[k], *INNER))
        least, most = np.array(self._pieces()).T
        return np.clip(x, least[k], most[k])

    def rule(self, m: int) -> Rule:
        z, w = roots_legendre(m)
        shares = self._shares()
        size = np.diff(shares)
        nodes = self.law.quantile((shares[:, :1] + size * (z + 1) / 2).ravel())
        return nodes, (size / size.sum() * w / 2).ravel()


@dataclass(frozen=True)
class Rounded:
    """A number rounded to the nearest multiple of `step`; its rule is the law itself.

    law: of one number, without atoms and with an interval as support.
    """

    law: Normal | Uniform
    step: float = 1.0

    def __post_init__(self) -> None:
        _one_smooth_number(self.law)
        positive("step", self.step)

    @property
    def dim(self) -> int:
        return 1

    @property
    def mean(self) -> float:
        nodes, weights = self.rule(1)
        return float(weights @ nodes)

    @property
    def support(self) -> Support:
        low, high = (end / self.step for end in self.law.support.ends)
        first = low if np.isinf(low) else floor(low + 0.5)
        last = high if np.isinf(high) else ceil(high - 0.5)
        return Support(lattices=((self.step, first * self.step, last * self.step),))

    def quantile(self, u: np.ndarray) -> np.ndarray:
        return self.step * np.round(self.law.quantile(u) / self.step)

    def rule(self, m: int) -> Rule:
        low, high = self.quantile(np.array(INNER)) / self.step
        k = np.arange(round(low), round(high) + 1)
        weights = np.diff(below(self.law, self.step * np.append(k - 0.5, k[-1] + 0.5)))
        return self.step * k[weights > 0], weights[weights > 0] / weights.sum()


def below(law: Normal | Uniform, x: np.ndarray) -> np.ndarray:
    """F(x), in x's shape: 0 and 1 at −∞ and ∞."""
    low, high = np.zeros_like(x, dtype=float), np.ones_like(x, dtype=float)
    for _ in range(54):
        middle = (low + high) / 2
        under = law.quantile(np.clip(middle, *INNER)) <= x
        low, high = np.where(under, middle, low), np.where(under, high, middle)
    return np.where(np.isposinf(x), 1.0, np.where(np.isneginf(x), 0.0, low))


def _one_smooth_number(law: Normal | Uniform) -> None:
    if not isinstance(law, Normal | Uniform) or law.dim != 1:
        rule = "is a law of one number without atoms and without gaps"
        raise invalid("law", law, rule, "use Normal or Uniform with dim=1")
