"""What the default procedure sees at a margin of 0.15, for normal slopes of known spread.

The published table (20,000 runs a cell) is checked against the exact computation, and the exact
computation against runs of the whole procedure, judge and all.
"""

import numpy as np
import pytest
from scipy.special import ndtr

from mfcheck.stats import AtMost, Procedure, Verdict, decide, power, proportion

PROCEDURE = Procedure()
MARGIN = 0.15
RUNS = 200
PUBLISHED_RUNS = 20_000
STRAY = 1e-6  # error rate of each comparison below
STANDARD_ERRORS = 5  # for the mean of a published or simulated number of replicates

# (sd, true slope): (supported, refuted, inconclusive) shares, mean n and its 95% quantile.
TABLE = {
    (0.20, 0.00): ((1, 0, 0), 68, 128),
    (0.20, 0.02): ((1, 0, 0), 87, 128),
    (0.20, 0.05): ((1, 0, 0), 137, 256),
    (0.20, 0.15): ((7e-4, 0, 1 - 7e-4), 1024, 1024),
    (0.20, 0.30): ((0, 1, 0), 120, 256),
    (0.20, 0.50): ((0, 1, 0), 36, 64),
    (0.35, 0.00): ((1, 0, 0), 184, 256),
    (0.35, 0.02): ((1, 0, 0), 243, 512),
    (0.35, 0.05): ((1 - 5e-5, 0, 5e-5), 404, 1024),
    (0.35, 0.15): ((8e-4, 0, 1 - 8e-4), 1024, 1024),
    (0.35, 0.30): ((0, 1, 0), 334, 512),
    (0.35, 0.50): ((0, 1, 0), 74, 128),
}


def exact(sd, slope):
    """Operating characteristics for normal slopes: the share inside is Φ((margin − slope)/sd)."""
    return power(PROCEDURE, float(ndtr((MARGIN - slope) / sd)))


def outcomes(characteristics):
    """Probabilities of (supported, refuted, inconclusive)."""
    c = characteristics
    return sum(c.supported), sum(c.refuted), c.inconclusive


def spread(characteristics):
    """Standard deviation of the number of replicates."""
    squares = np.dot(np.square(characteristics.rounds), characteristics.stopping)
    return np.sqrt(squares - characteristics.mean_replicates**2)


@pytest.mark.parametrize(("sd", "slope"), TABLE)
def test_the_published_table_is_that_of_the_exact_computation(sd, slope):
    (shares, mean, most), seen = TABLE[sd, slope], exact(sd, slope)
    for share, probability in zip(shares, outcomes(seen), strict=True):
        interval = proportion(round(share * PUBLISHED_RUNS), PUBLISHED_RUNS, STRAY)
        assert interval.low <= probability <= interval.high
    error = STANDARD_ERRORS * spread(seen) / np.sqrt(PUBLISHED_RUNS)
    assert abs(seen.mean_replicates - mean) <= error + 0.5  # it is given to a whole number
    assert seen.replicates(0.95) == most


@pytest.mark.parametrize(("sd", "slope"), TABLE)
def test_the_whole_procedure_behaves_as_computed(sd, slope):
    rng = np.random.default_rng([round(100 * sd), round(100 * slope)])
    region, seen = AtMost(0.0).widened(MARGIN), exact(sd, slope)
    runs = [
        decide(lambda a, b: rng.normal(slope, sd, b - a), region, PROCEDURE) for _ in range(RUNS)
    ]
    verdicts = (Verdict.SUPPORTED, Verdict.REFUTED, Verdict.INCONCLUSIVE)
    for verdict, probability in zip(verdicts, outcomes(seen), strict=True):
        interval = proportion(sum(run.verdict is verdict for run in runs), RUNS, STRAY)
        assert interval.low <= probability <= interval.high
    error = STANDARD_ERRORS * spread(seen) / np.sqrt(RUNS)
    assert abs(np.mean([run.n for run in runs]) - seen.mean_replicates) <= error


def test_a_good_control_is_never_supported():
    """An effect of 0.5 on the exponent: wrongly green in less than one row of 10^15."""
    assert sum(exact(0.35, 0.5).supported) < 1e-15
