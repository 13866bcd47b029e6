"""What a procedure can see: its operating characteristics, exactly.

Let s = P(value <= border) for an upper bound. After n replicates the number inside is Bin(n, s),
and the procedure is a random walk of that number between two barriers, met at the looks only. So
the probability of each outcome at each look is a sum over the walk: convolve with the binomial
law of the new replicates, take out what the barriers absorb, go on. Nothing else about the law
of the values matters. At s = 1/2 (the border is the median) the two error rates can be read off.

Source: Armitage, McPherson & Rowe, J. R. Statist. Soc. A 132 (1969), for repeated looks.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln, xlog1py, xlogy  # pyright: ignore[reportMissingTypeStubs]  # it has none

from mfcheck.errors import invalid
from mfcheck.stats.design import Procedure
from mfcheck.stats.inputs import inner_share, number


@dataclass(frozen=True)
class Power:
    """Outcome probabilities per look, for one share s of values inside an upper bound.

    rounds: replicates at each look. supported, refuted: probability of that decision there.
    inconclusive: probability that no look decides.
    """

    rounds: tuple[int, ...]
    supported: tuple[float, ...]
    refuted: tuple[float, ...]
    inconclusive: float

    @property
    def stopping(self) -> tuple[float, ...]:
        """Probability of ending at each look; the last look ends every row."""
        *early, last = (s + r for s, r in zip(self.supported, self.refuted, strict=True))
        return (*early, last + self.inconclusive)

    @property
    def mean_replicates(self) -> float:
        """Expected number of replicates."""
        return float(np.dot(self.rounds, self.stopping))

    def replicates(self, share: float) -> int:
        """The number of replicates that suffices in this share of rows, e.g. 0.95."""
        unfinished = np.cumsum(self.stopping)[:-1] < inner_share("share", share)
        return self.rounds[int(unfinished.sum())]


def power(procedure: Procedure, share: float) -> Power:
    """Exact outcome probabilities of an upper bound whose values are inside with this share.

    Raises InvalidArgument for a share outside [0, 1].
    """
    s = number("share", share)
    if not 0 <= s <= 1:
        raise invalid("share", share, "is a probability", "pass P(value <= border)")
    walk, size = np.ones(1), 0
    supported: list[float] = []
    refuted: list[float] = []
    for n, k_fail, k_pass in procedure.table():
        walk = np.convolve(walk, _binomial(n - size, s))
        supported.append(float(walk[n - k_pass + 1 :].sum()))
        refuted.append(float(walk[:k_fail].sum()))
        walk[n - k_pass + 1 :] = 0
        walk[:k_fail] = 0
        size = n
    return Power(procedure.rounds, tuple(supported), tuple(refuted), float(walk.sum()))


def _binomial(n: int, share: float) -> np.ndarray:
    """The (n + 1,) probabilities of Bin(n, share)."""
    k = np.arange(n + 1)
    choose = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    return np.exp(choose + xlogy(k, share) + xlog1py(n - k, -share))
