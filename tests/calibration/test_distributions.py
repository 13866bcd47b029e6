"""The procedure on skewed, heavy-tailed, discrete and partly divergent replicates.

A decision sees only on which side of the border a value lies. So for every law the outcome
probabilities must be those of `power` at the law's share inside, computed from its quantiles.
"""

from collections import Counter

import numpy as np
import pytest
from scipy import stats

from mfcheck.stats import (
    AtLeast,
    AtMost,
    Between,
    Procedure,
    Verdict,
    bounds,
    critical,
    decide,
    power,
    proportion,
)

PROCEDURE = Procedure(rounds=(32, 64, 128, 256))
RUNS = 150
STRAY = 1e-6
LAWS = {
    "normal": stats.norm(),
    "exponential": stats.expon(),
    "Gumbel, skewed to the left": stats.gumbel_l(),
    "Cauchy": stats.cauchy(),
    "t with 2 degrees": stats.t(2),
    "lognormal": stats.lognorm(2.0),
}


def draws(law, rng, diverged=0.0):
    """A draw of replicates of the law, of which a share is +inf."""

    def draw(a, b):
        u = rng.uniform(size=b - a)
        return np.where(rng.uniform(size=b - a) < diverged, np.inf, law.ppf(u))

    return draw


def tally(draw, region, procedure=PROCEDURE, runs=RUNS):
    """How often each verdict came out."""
    return Counter(decide(draw, region, procedure).verdict for _ in range(runs))


def agrees(counts, characteristics):
    """Whether the tally is compatible with the computed probabilities."""
    expected = {
        Verdict.SUPPORTED: sum(characteristics.supported),
        Verdict.REFUTED: sum(characteristics.refuted),
        Verdict.INCONCLUSIVE: characteristics.inconclusive,
    }
    intervals = {v: proportion(counts[v], RUNS, STRAY) for v in expected}
    return all(intervals[v].low <= p <= intervals[v].high for v, p in expected.items())


@pytest.mark.parametrize("name", LAWS)
@pytest.mark.parametrize("share", [0.25, 0.5, 0.7])
def test_outcomes_depend_on_the_share_inside_only(name, share):
    law, rng = LAWS[name], np.random.default_rng(list(name.encode()))
    counts = tally(draws(law, rng), AtMost(law.ppf(share)))
    assert agrees(counts, power(PROCEDURE, share))


@pytest.mark.parametrize("name", ["exponential", "Cauchy"])
def test_a_lower_bound_mirrors_them(name):
    law, rng = LAWS[name], np.random.default_rng(2)
    counts = tally(draws(law, rng), AtLeast(law.ppf(0.3)))
    assert agrees(counts, power(PROCEDURE, 0.7))


@pytest.mark.parametrize("diverged", [0.1, 0.3, 0.6])
def test_divergence_is_part_of_the_law(diverged):
    """A share of +inf lowers the share inside to (1 − diverged)·F(border), and nothing else."""
    law, rng = LAWS["normal"], np.random.default_rng(3)
    counts = tally(draws(law, rng, diverged), AtMost(law.ppf(0.9)))
    assert agrees(counts, power(PROCEDURE, (1 - diverged) * 0.9))


def test_ties_are_conservative():
    """With an atom on the border the median is the border: no false REFUTED in any run."""
    rng = np.random.default_rng(4)
    counts = tally(lambda a, b: rng.choice([-1.0, 0.0, 1.0], b - a), AtMost(0.0))
    assert counts[Verdict.REFUTED] == 0
    assert agrees(counts, power(PROCEDURE, 2 / 3))


def test_a_two_sided_claim_at_its_edge():
    """The median on the upper edge of the region: hardly ever supported, never refuted."""
    rng = np.random.default_rng(5)
    counts = tally(draws(LAWS["t with 2 degrees"], rng), Between(-1.0, 0.0))
    assert agrees(counts, power(PROCEDURE, 0.5))


@pytest.mark.parametrize("name", LAWS)
@pytest.mark.parametrize("quantile", [0.5, 0.8])
def test_bounds_miss_a_quantile_exactly_as_often_as_the_binomial_says(name, quantile):
    n, level, trials = 25, 0.1, 1500
    law, rng = LAWS[name], np.random.default_rng(list(name.encode()))
    seen = [bounds(v, level, level, quantile) for v in law.ppf(rng.uniform(size=(trials, n)))]
    target = law.ppf(quantile)
    low = proportion(sum(i.low > target for i in seen), trials, STRAY)
    high = proportion(sum(i.high < target for i in seen), trials, STRAY)
    assert low.low <= stats.binom.cdf(critical(n, level, quantile) - 1, n, quantile) <= low.high
    k_high = critical(n, level, 1 - quantile)
    assert high.low <= stats.binom.cdf(k_high - 1, n, 1 - quantile) <= high.high


@pytest.mark.parametrize("n", [5, 20, 60])
def test_proportion_covers_every_probability(n):
    """Exact coverage of the Clopper-Pearson interval over a grid of probabilities."""
    alpha, successes = 0.05, np.arange(n + 1)
    seen = [proportion(int(s), n, alpha) for s in successes]
    for p in np.linspace(0.01, 0.99, 25):
        missed = np.array([not i.low <= p <= i.high for i in seen])
        assert stats.binom.pmf(successes, n, p)[missed].sum() <= alpha
