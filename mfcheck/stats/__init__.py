"""Statistics: from the values of independent replicates to a verdict with known error rates.

It has never heard of networks. A statistic per replicate (`growth`), what is allowed (`region`),
two error rates fixed in advance (`design`), bounds that are exact for every law (`interval`), and
one rule (`rule`, `judge`) that the rounds of `sequential` apply until it decides. `power` says
beforehand what such a procedure can see.
"""

from mfcheck.stats.counts import Counts, count_sides
from mfcheck.stats.design import Procedure
from mfcheck.stats.error_budget import ErrorBudget
from mfcheck.stats.exceedance import beyond, judge_exceedance
from mfcheck.stats.forecast import Forecast, forecast, forecast_event
from mfcheck.stats.growth import curvature, end_slopes, slopes
from mfcheck.stats.identity import judge_identity
from mfcheck.stats.interval import Interval, bounds, critical, median, point, proportion
from mfcheck.stats.judge import judge
from mfcheck.stats.look import Look
from mfcheck.stats.power import Power, power
from mfcheck.stats.reason import rate
from mfcheck.stats.region import AtLeast, AtMost, Between, Equals, Region
from mfcheck.stats.rule import Verdict, rule
from mfcheck.stats.sample_size import replicates_needed
from mfcheck.stats.sequential import decide, looks

__all__ = [
    "AtLeast",
    "AtMost",
    "Between",
    "Counts",
    "Equals",
    "ErrorBudget",
    "Forecast",
    "Interval",
    "Look",
    "Power",
    "Procedure",
    "Region",
    "Verdict",
    "beyond",
    "bounds",
    "count_sides",
    "critical",
    "curvature",
    "decide",
    "end_slopes",
    "forecast",
    "forecast_event",
    "judge",
    "judge_exceedance",
    "judge_identity",
    "looks",
    "median",
    "point",
    "power",
    "proportion",
    "rate",
    "replicates_needed",
    "rule",
    "slopes",
]
