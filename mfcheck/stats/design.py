"""The design of a decision: two error rates fixed in advance, their totals split over the looks.

A row (one check on one problem) is looked at after rounds[0], rounds[1], ... replicates and left
at the first look that decides. A false REFUTED has probability at most alpha_fail per row, a
false SUPPORTED at most alpha_pass: each look spends an equal part, and the union bound over the
looks adds the parts up. A run owns a fixed number of slots for rows, so that

    P(any false REFUTED in the run) <= slots · alpha_fail,

and a row's level depends neither on which rows were selected nor on their order.

At a look with n replicates and the median as estimand, let `below` count the values at or below
the border of an upper bound, `above` those beyond it:

    SUPPORTED  if below >= n − k_pass + 1,      REFUTED  if above >= n − k_fail + 1.
"""

from dataclasses import dataclass
from itertools import pairwise
from math import ceil, log, log1p

from mfcheck.errors import invalid
from mfcheck.stats.inputs import inner_share, level, whole_number
from mfcheck.stats.interval import critical


@dataclass(frozen=True)
class Procedure:
    """When to look, at which error rates, and at which quantile of the replicates.

    alpha_fail: probability of a false REFUTED, per row. alpha_pass: of a false SUPPORTED, per
    row. rounds: cumulative numbers of replicates, one per look. slots: rows of checks that a run
    may hold; rows that chance cannot refute (identities, reports, controls) take none.
    quantile: the estimand, 1/2 for the median; 1 − δ for "with probability 1 − δ".

    Raises InvalidArgument for rates outside (0, 1/2), rounds that do not increase, and a last
    round so short that even unanimous replicates could not decide a one-sided row.
    """

    alpha_fail: float = 2e-6
    alpha_pass: float = 1e-3
    rounds: tuple[int, ...] = (32, 64, 128, 256, 512, 1024)
    slots: int = 500
    quantile: float = 0.5

    def __post_init__(self) -> None:
        level("alpha_fail", self.alpha_fail)
        level("alpha_pass", self.alpha_pass)
        whole_number("slots", self.slots, least=1)
        p = inner_share("quantile", self.quantile)
        rounds = tuple(whole_number("rounds", n, least=1) for n in self.rounds)
        object.__setattr__(self, "rounds", rounds)
        if not rounds or any(late <= early for early, late in pairwise(rounds)):
            rule = "needs numbers of replicates that increase strictly"
            raise invalid("rounds", rounds, rule, "use e.g. (32, 64, 128)")
        fail, passing = self.fail_level(two_sided=False), self.pass_level
        upper = max(_unanimous(fail, p), _unanimous(passing, 1 - p))
        lower = max(_unanimous(fail, 1 - p), _unanimous(passing, p))
        least = min(upper, lower)
        if rounds[-1] < least:
            rule = "even unanimous replicates would not decide at these error rates"
            raise invalid("rounds", rounds, rule, f"end with at least {least} replicates")

    @property
    def looks(self) -> int:
        """How many times a row is looked at, at most."""
        return len(self.rounds)

    @property
    def pass_level(self) -> float:
        """Level of one look for SUPPORTED; a two-sided row needs it on both sides."""
        return self.alpha_pass / self.looks

    def fail_level(self, two_sided: bool) -> float:
        """Level of one look for REFUTED on one side; a two-sided row has half of it on each."""
        return self.alpha_fail / self.looks / (2 if two_sided else 1)

    @property
    def false_refuted(self) -> float:
        """Bound on the probability that a run holds any false REFUTED: slots · alpha_fail."""
        return self.slots * self.alpha_fail

    def size(self, look: int) -> int:
        """Replicates at a look, counted from 0."""
        if whole_number("look", look, least=0) >= self.looks:
            raise invalid("look", look, f"there are {self.looks} looks", "count them from 0")
        return self.rounds[look]

    def k_fail(self, look: int) -> int:
        """k_fail of an upper bound at a look, 0 if the look cannot refute.

        For a lower bound take the procedure with quantile 1 − quantile: the picture is mirrored.
        """
        return critical(self.size(look), self.fail_level(two_sided=False), self.quantile)

    def k_pass(self, look: int) -> int:
        """k_pass of an upper bound at a look, 0 if the look cannot support."""
        return critical(self.size(look), self.pass_level, 1 - self.quantile)

    def table(self) -> tuple[tuple[int, int, int], ...]:
        """Rows (n, k_fail, k_pass), one per look."""
        return tuple((n, self.k_fail(i), self.k_pass(i)) for i, n in enumerate(self.rounds))


def _unanimous(alpha: float, quantile: float) -> int:
    """The least n for which X_(1) bounds the quantile from below: (1 − quantile)^n <= alpha."""
    return ceil(log(alpha) / log1p(-quantile))
