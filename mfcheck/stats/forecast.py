"""Forecasts: after how many replicates will a row be decided, and will it be?

Given the share s of values on the right side of the border, the procedure is a random walk whose
law `power` knows exactly. Before a run s is uncertain. Two sources tell of it,

    counts, outside of n       s ~ Beta(n − outside + 1/2, outside + 1/2)
    m values, mean and sd      s = Φ(d),  d = (border − mean) / sd  ± t_{m−1} (1/m + d²/2(m−1))^1/2

the second where too few values lie outside for their number to say how far away the border is.
The forecast is the mixture over five equally likely s, so that it widens with the uncertainty.
It decides nothing, and no error rate depends on it. Of a two-sided region the nearer border is
followed; the chance that both matter is left out.

Sources: Jeffreys' prior for a share; the normal approximation of d: Johnson & Welch, Biometrika 31
(1940).
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from math import inf, sqrt
from typing import Any

import numpy as np
from scipy.special import betaincinv, ndtr, stdtrit  # pyright: ignore[reportMissingTypeStubs]  # it has none

from mfcheck.stats.design import Procedure
from mfcheck.stats.inputs import numbers
from mfcheck.stats.power import Power, power
from mfcheck.stats.region import Region

LEVELS = (0.1, 0.3, 0.5, 0.7, 0.9)
TOO_FEW = 5
"""Values outside, below which their number says too little."""

GRID = 400
"""Shares are rounded to so many parts, so that each law is computed once."""


@dataclass(frozen=True)
class Forecast:
    """Probabilities of ending at each look, and of ending undecided at the last one.

    likely: the expected number of replicates at the middle one of the shares. The mean over all
    of them is larger, since few are far more expensive than most.
    """

    rounds: tuple[int, ...]
    stopping: tuple[float, ...]
    undecided: float
    likely: float

    @property
    def mean(self) -> float:
        """Expected number of replicates."""
        return float(np.dot(self.rounds, self.stopping))

    @property
    def variance(self) -> float:
        """Variance of the number of replicates."""
        return float(np.dot(np.square(self.rounds), self.stopping)) - self.mean**2

    def within(self, most: float) -> "Forecast":
        """The same for a row that takes no further look once it has `most` replicates."""
        last = next((i for i, n in enumerate(self.rounds) if n >= most), len(self.rounds) - 1)
        if last == len(self.rounds) - 1:
            return self
        late, n = sum(self.stopping[last + 1 :]), self.rounds[last]
        stopping = (*self.stopping[:last], self.stopping[last] + late)
        return Forecast(self.rounds[: last + 1], stopping, late, min(self.likely, n))


def certain(n: int, decided: bool = True) -> Forecast:
    """A row that ends after n replicates, whatever they are."""
    return Forecast((n,), (1.0,), 0.0 if decided else 1.0, n)


def forecast(
    values: Any, region: Region, procedure: Procedure, seen: tuple[int, int] | None = None
) -> Forecast:
    """The forecast of a row from (m,) values of its statistic, m >= 2, and a region with margin.

    seen: (n, outside) of an earlier run, if it counted more replicates than there are values.
    """
    v = numbers("values", values, dims=1)
    outside = int(np.sum(~((region.low <= v) & (v <= region.high))))
    n, beyond = seen or (len(v), outside)
    low_side, d, spread = _distance(v, region)
    if beyond >= TOO_FEW or spread is None:
        shares = betaincinv(n - beyond + 0.5, beyond + 0.5, LEVELS)
    else:
        shares = ndtr(d + spread * stdtrit(len(v) - 1, np.asarray(LEVELS)))
    if low_side:
        procedure = replace(procedure, quantile=1 - procedure.quantile)
    return _mixture([_law(procedure, round(GRID * s)) for s in shares])


def forecast_event(beyond: int, n: int, delta: float, procedure: Procedure) -> Forecast:
    """The forecast of an exceedance: `beyond` of n so far, against δ with its margin."""
    shares = betaincinv(n - beyond + 0.5, beyond + 0.5, LEVELS)
    procedure = replace(procedure, quantile=1 - delta)
    return _mixture([power(procedure, float(s)) for s in shares])


def _distance(v: np.ndarray, region: Region) -> tuple[bool, float, float | None]:
    """Which border is nearer (the lower?), how many sd away it is, and the error of that number.

    No error where the values have no spread or no finite value: the counts speak then.
    """
    known = v[np.isfinite(v)]
    if len(known) < 2 or not np.ptp(known):
        return bool(region.high == inf), 0.0, None
    mean, sd = float(known.mean()), float(known.std(ddof=1))
    sides = ((region.high - mean) / sd, (mean - region.low) / sd)
    d, m = min(sides), len(known)
    return sides[1] < sides[0], d, sqrt(1 / m + d * d / (2 * (m - 1)))


def _mixture(laws: list[Power]) -> Forecast:
    stopping = np.mean([law.stopping for law in laws], axis=0)
    undecided = float(np.mean([law.inconclusive for law in laws]))
    likely = laws[len(laws) // 2].mean_replicates
    return Forecast(laws[0].rounds, tuple(map(float, stopping)), undecided, likely)


@lru_cache(maxsize=4096)
def _law(procedure: Procedure, part: int) -> Power:
    return power(procedure, part / GRID)
