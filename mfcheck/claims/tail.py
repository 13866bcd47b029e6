"""Bounds that hold with high probability, where the theorem leaves their constant open.

The theorem: for some C and every width N and every δ, P(gap_N > C envelope(N, δ)) ≤ k δ. No run can
try every C; one that is fixed on narrow networks, before a wide one is seen, can be held against
wide ones:

    C = 5/4 max_δ q(1 − kδ) / envelope(N_0, δ),     q the sample quantiles of gap at width N_0.

Each network of a row has one of the wide widths: the first networks of every chunk the first
width, and so on, in equal parts as nearly as a chunk allows. The row counts those that exceed their
bound. Their probabilities may differ from width to width; each is at most kδ by the theorem, and so
is their mean p, of which the row speaks. Further than one from its mean the count has lighter tails
than Bin(n, p) (Hoeffding, Ann. Math. Statist. 27 (1956), Theorem 4), so that both error rates hold.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import groupby

import torch
from torch import Tensor

from mfcheck.claims.study import Study, exceedance
from mfcheck.observe.groups import members
from mfcheck.seeds import CHUNK, Seeds

CALIBRATION = 1024
"""Networks on which the constant is fixed; their draws are no replicate's."""

ROOM = 1.25

GapAt = Callable[[int, Seeds], Tensor]
"""(N, seeds) ↦ what the theorem bounds, (replicates,)."""

Envelope = Callable[[int, float], float]
"""(N, δ) ↦ the theorem's right-hand side without its constant."""


@dataclass(frozen=True)
class Tail:
    """The design of such a row: name of the claim, k, N_0, the widths, and the δ of the claim.

    deltas: all that the claim's rows ask about; one constant serves them together.
    """

    name: str
    times: int
    narrow: int
    wide: tuple[int, ...]
    deltas: tuple[float, ...]

    def study(
        self, gap: GapAt, envelope: Envelope, delta: float, tested: GapAt | None = None
    ) -> Study:
        """The study of P(gap > C envelope(N, delta)) over the widths, expected AtMost(k delta).

        tested: the networks that are held against C, where a control has others than `gap`.
        """
        found = tested or gap

        @cache
        def constant(root: int) -> float:
            seeds = Seeds(root, range(CALIBRATION), (self.name, "calibration"))
            seen, k = gap(self.narrow, seeds).double(), self.times
            sizes = (seen.quantile(1 - k * d) / envelope(self.narrow, d) for d in self.deltas)
            return ROOM * max(map(float, sizes))

        def ratio(seeds: Seeds) -> Tensor:
            each = [found(N, own).double() / envelope(N, delta) for N, own in self.shared(seeds)]
            return torch.cat(each) / constant(seeds.root)

        return exceedance(ratio, above=1.0)

    def shared(self, seeds: Seeds) -> list[tuple[int, Seeds]]:
        """The widths, each with the replicates that have it, in the order of the replicates."""
        runs = groupby(seeds.replicates, lambda r: r % CHUNK * len(self.wide) // CHUNK)
        blocks = [(self.wide[k], list(run)) for k, run in runs]
        return [
            (N, Seeds(seeds.root, range(run[0], run[-1] + 1), seeds.names)) for N, run in blocks
        ]


def quantiles(gap: Callable[[Seeds], Tensor], times: int, size: int) -> GapAt:
    """(1/δ, seeds) ↦ the sample quantile 1 − kδ of each group of networks, (replicates,).

    gap: seeds ↦ what the theorem bounds, (replicates,). times: k. size: networks of a group, which
    are measured once for every δ, group by group; the quantile wants several of them above it.
    """

    @cache
    def measured(seeds: Seeds) -> Tensor:
        each = [Seeds(seeds.root, range(r, r + 1), seeds.names) for r in seeds.replicates]
        return torch.stack([gap(members(one, size)).double() for one in each])

    return lambda inverse, seeds: measured(seeds).quantile(1 - times / inverse, dim=1)
