"""Laws of initial weights: those made of others or of a function, and what is asked of any.

Sampling goes through the quantile function at given uniforms, so that draws nest and are the
same on every machine. A law of w_1 has `dim` coordinates, independent and alike, or unlike
through `Independent`. Each law says of a coordinate its `mean` (None if there is none), its
`support` as a closed set, its `quantile` function and a quadrature `rule(m)` of about m nodes. All
records are frozen and refuse parameters that mean nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf, isfinite, sqrt

import numpy as np
import torch
from scipy.special import roots_legendre
from torch import Tensor

from mfcheck.errors import invalid
from mfcheck.model.cut_laws import Conditioned, Rounded
from mfcheck.model.named_laws import Dirac, Normal, Rademacher, Rule, Uniform
from mfcheck.model.supports import Ends, Support, union


@dataclass(frozen=True)
class Mixture:
    """One of `laws` with probabilities `weights`, in one coordinate.

    Its quantile function reads the weights off the same uniform: the first share of (0, 1) is
    the first law's, and so on. It is monotone only within a share, and has the right law.
    """

    laws: tuple["Law", ...]
    weights: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.laws) != len(self.weights) or not self.laws:
            raise invalid("weights", self.weights, "one per law, at least one", "match them")
        if any(w <= 0 for w in self.weights) or abs(sum(self.weights) - 1) > 1e-12:
            raise invalid("weights", self.weights, "are positive and sum to 1", "divide by the sum")
        if any(law.dim != 1 for law in self.laws):
            raise invalid(
                "dim", [law.dim for law in self.laws], "mixes one coordinate", "use dim=1"
            )

    @property
    def dim(self) -> int:
        return 1

    @property
    def mean(self) -> float | None:
        means = [law.mean for law in self.laws]
        known = [mean for mean in means if mean is not None]
        return None if len(known) < len(means) else float(np.dot(self.weights, known))

    @property
    def support(self) -> Support:
        return union(*(law.support for law in self.laws))

    def quantile(self, u: np.ndarray) -> np.ndarray:
        cuts = np.concatenate([[0.0], np.cumsum(self.weights)])
        which = np.clip(np.searchsorted(cuts, u, side="right") - 1, 0, len(self.laws) - 1)
        out = np.empty_like(u)
        for k, law in enumerate(self.laws):
            mine = which == k
            own = np.clip((u[mine] - cuts[k]) / self.weights[k], 2.0**-54, 1 - 2.0**-53)
            out[mine] = law.quantile(own)
        return out

    def rule(self, m: int) -> Rule:
        rules = [law.rule(m) for law in self.laws]
        nodes = np.concatenate([nodes for nodes, _ in rules])
        return nodes, np.concatenate([w * v for w, (_, v) in zip(self.weights, rules, strict=True)])


@dataclass(frozen=True)
class Quantile:
    """A law of one's own, by its quantile function u ↦ F⁻¹(u) on (0, 1), elementwise on arrays.

    average: its mean, None if it has none; ends: those of its support, which is the interval
    between them: the function must not jump. Quadrature is Gauss–Legendre in u, good for bounded
    smooth quantile functions.
    """

    function: Callable[[np.ndarray], np.ndarray]
    average: float | None
    ends: Ends = (-inf, inf)
    dim: int = 1

    @property
    def mean(self) -> float | None:
        return self.average

    @property
    def support(self) -> Support:
        return Support((self.ends,))

    def quantile(self, u: np.ndarray) -> np.ndarray:
        return self.function(u)

    def rule(self, m: int) -> Rule:
        z, w = roots_legendre(m)
        return self.function((z + 1) / 2), w / 2


@dataclass(frozen=True, init=False)
class Independent:
    """A law of w_1 with unlike coordinates: the product of laws, coordinates in their order."""

    parts: tuple["Law", ...]

    def __init__(self, *parts: "Law") -> None:
        if not parts:
            raise invalid("parts", parts, "needs one law at least", "e.g. Independent(Normal())")
        object.__setattr__(self, "parts", parts)

    @property
    def dim(self) -> int:
        return sum(part.dim for part in self.parts)


Law = Normal | Uniform | Dirac | Rademacher | Mixture | Quantile | Conditioned | Rounded
"""A law of one coordinate, or of several alike."""


def coordinates(law: "Law | Independent") -> list[Law]:
    """The law of each coordinate."""
    parts = law.parts if isinstance(law, Independent) else (law,)
    return [part for part in parts for _ in range(part.dim)]


def distance_to_support(law: "Law | Independent", u: Tensor) -> Tensor:
    """Euclidean distance of u (..., d) to the support of `law`, the product of its coordinates'.

    Exact: the nearest point of a product is found coordinate by coordinate.
    """
    each = coordinates(law)
    if u.shape[-1] != len(each):
        raise invalid("d of u", u.shape[-1], f"the law has {len(each)} coordinates", "match them")
    gaps = [one.support.distance(u[..., k]) for k, one in enumerate(each)]
    return torch.stack(gaps).norm(dim=0)


def one_number(name: str, law: "Law | Independent") -> Law:
    """The law itself, if it is a law of one number."""
    if law.dim != 1 or isinstance(law, Independent):
        raise invalid(f"{name}.dim", law.dim, "is a law of one number", "use dim=1")
    return law


def mean(name: str, law: "Law | Independent") -> float:
    """The mean of a law of one number, or an error that says why the theory needs one."""
    law = one_number(name, law)
    if law.mean is None or not isfinite(law.mean):
        rule = (
            "has no mean: the limit averages it over neurons, where the law of large numbers fails"
        )
        raise invalid(name, law, rule, "use a law with a mean, such as Uniform or Normal")
    return law.mean


def spread(law: Law) -> float:
    """The standard deviation of a coordinate, by quadrature."""
    nodes, weights = law.rule(64)
    centre = float(weights @ nodes)
    return sqrt(float(weights @ (nodes - centre) ** 2))


def square_integrable(law: Law) -> bool | None:
    """Whether a coordinate has a second moment; None if its tails are too near the border to tell.

    Of a quantile function q that is unbounded, the shares u q(u)² of the tails u = 2⁻ᵏ must fall
    with k, by a hundredth of an octave at least each time.
    """
    if isinstance(law, Mixture):
        each = [square_integrable(part) for part in law.laws]
        return False if False in each else None if None in each else True
    if not isinstance(law, Quantile) or all(isfinite(end) for end in law.ends):
        return True
    tails = np.array([[2.0**-k, 1 - 2.0**-k] for k in (25, 50)])
    size = np.maximum(np.abs(law.quantile(tails)), 1e-300)
    octaves = 2 * np.log2(size) - [[25], [50]]
    slope = float(np.diff(octaves, axis=0).max()) / 25
    return True if slope < -0.01 else False if slope > -1e-6 else None
