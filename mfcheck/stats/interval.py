"""Exact confidence bounds: order statistics for a quantile, Clopper-Pearson for a share.

Let X_(1) <= ... <= X_(n) be the sorted values of n independent replicates and x_p a p-quantile
of their law. At least Bin(n, p) many of them lie at or below x_p, whatever the law, hence

    P(X_(k) > x_p)       <= P(Bin(n, p) <= k − 1),
    P(X_(n−k+1) < x_p)   <= P(Bin(n, 1 − p) <= k − 1).

With k the largest integer for which the right-hand side is at most alpha, X_(k) is a lower and
X_(n−k+1) an upper confidence bound of level alpha. Equality holds for laws without atoms; with
ties the bounds are conservative. No moment, shape or scale is assumed, and a value +inf (a
replicate that diverged) is a value like any other. A value NaN is unknown: it counts as −inf for
the lower and as +inf for the upper bound, so that it never speaks for either side.

Sources: David & Nagaraja, Order Statistics, 3rd ed., section 7.1; Clopper & Pearson, Biometrika
26 (1934).
"""

from bisect import bisect_right
from dataclasses import dataclass
from math import ceil, floor, inf, nan
from typing import Any

import numpy as np
from scipy.special import bdtr, betaincinv  # pyright: ignore[reportMissingTypeStubs]  # it has none

from mfcheck.errors import invalid
from mfcheck.stats.inputs import inner_share, level, number, numbers, whole_number


@dataclass(frozen=True)
class Interval:
    """The closed interval [low, high] of the extended line; an infinite end is "no bound".

    Raises InvalidArgument for an end that is NaN and for low > high.
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        for end in ("low", "high"):
            object.__setattr__(self, end, number(end, getattr(self, end)))
        if self.low > self.high:
            raise invalid("interval", (self.low, self.high), "low exceeds high", "swap the ends")

    def __str__(self) -> str:
        return f"[{self.low:.3g}, {self.high:.3g}]"


def critical(n: int, alpha: float, quantile: float = 0.5) -> int:
    """The largest k with P(Bin(n, quantile) <= k − 1) <= alpha; 0 if there is none.

    X_(k) is then a lower confidence bound for the quantile; 0 means that n replicates give no
    finite bound at this level. For an upper bound X_(n−k+1) take 1 − quantile.

    Raises InvalidArgument unless n >= 1, 0 < alpha < 1/2 and 0 < quantile < 1.
    """
    n, alpha = whole_number("n", n, least=1), level("alpha", alpha)
    p = inner_share("quantile", quantile)
    return bisect_right(range(n), alpha, key=lambda successes: bdtr(successes, n, p))


def bounds(values: Any, alpha_low: float, alpha_high: float, quantile: float = 0.5) -> Interval:
    """Confidence bounds for a quantile from the (n,) values of independent replicates.

    The low end exceeds the quantile with probability at most alpha_low, the high end stays short
    of it with probability at most alpha_high. Where n allows no bound the end is infinite.

    Raises InvalidArgument for an empty or non-numeric array and for levels outside (0, 1/2).
    """
    x = numbers("values", values, dims=1)
    n, unknown = len(x), np.isnan(x)
    k_low = critical(n, alpha_low, quantile)
    k_high = critical(n, alpha_high, 1 - quantile)
    low = np.sort(np.where(unknown, -inf, x))[k_low - 1] if k_low else -inf
    high = np.sort(np.where(unknown, inf, x))[n - k_high] if k_high else inf
    return Interval(low, high)


def point(values: Any, quantile: float = 0.5) -> float:
    """The sample quantile of the (n,) values that are not NaN.

    It is X_(⌈np⌉), or the midpoint of X_(np) and X_(np+1) if np is an integer. NaN if no value is
    known, or if the two middle values are −inf and +inf. It lies within `bounds`.
    """
    x, p = numbers("values", values, dims=1), inner_share("quantile", quantile)
    known = np.sort(x[~np.isnan(x)])
    if len(known) == 0:
        return nan
    rank = p * len(known)
    lower, upper = float(known[ceil(rank) - 1]), float(known[min(floor(rank), len(known) - 1)])
    return lower if lower == upper else (lower + upper) / 2


def median(values: Any) -> float:
    """The sample median of the (n,) values that are not NaN: see `point`."""
    return point(values, 0.5)


def proportion(successes: int, n: int, alpha: float) -> Interval:
    """The Clopper-Pearson interval for a probability, from `successes` out of n trials.

        low  solves P(Bin(n, low)  >= successes) = alpha/2,   0 if there was no success,
        high solves P(Bin(n, high) <= successes) = alpha/2,   1 if there was no failure.

    It misses the probability at most with probability alpha.

    Raises InvalidArgument unless 0 <= successes <= n, n >= 1 and 0 < alpha < 1/2.
    """
    s, n = whole_number("successes", successes, least=0), whole_number("n", n, least=1)
    alpha = level("alpha", alpha)
    if s > n:
        raise invalid("successes", s, f"exceeds the number of trials n = {n}", "swap the two")
    low = betaincinv(s, n - s + 1, alpha / 2) if s else 0.0
    high = betaincinv(s + 1, n - s, 1 - alpha / 2) if s < n else 1.0
    return Interval(low, high)
