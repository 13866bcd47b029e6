"""Operating characteristics: against every path of a small procedure, and their book-keeping."""

from itertools import product

import pytest

from mfcheck.errors import InvalidArgument
from mfcheck.stats import AtMost, Procedure, Verdict, decide, power

SMALL = Procedure(alpha_fail=0.4, alpha_pass=0.45, rounds=(3, 5, 8))


def enumerated(share):
    """Outcome probabilities per (verdict, n) by running the procedure on each of 2^8 paths."""
    total = {}
    for path in product((0.0, 1.0), repeat=SMALL.rounds[-1]):
        look = decide(lambda a, b, path=path: path[a:b], AtMost(0.5), SMALL)
        inside = path.count(0.0)
        weight = share**inside * (1 - share) ** (len(path) - inside)
        total[look.verdict, look.n] = total.get((look.verdict, look.n), 0.0) + weight
    return total


@pytest.mark.parametrize("share", [0.1, 0.5, 0.8])
def test_power_sums_over_every_path(share):
    exact, paths = power(SMALL, share), enumerated(share)
    for i, n in enumerate(SMALL.rounds):
        assert exact.supported[i] == pytest.approx(paths.get((Verdict.SUPPORTED, n), 0.0))
        assert exact.refuted[i] == pytest.approx(paths.get((Verdict.REFUTED, n), 0.0))
    last = paths.get((Verdict.INCONCLUSIVE, SMALL.rounds[-1]), 0.0)
    assert exact.inconclusive == pytest.approx(last)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.5, 1.0])
def test_the_outcomes_add_up_to_one(share):
    exact = power(Procedure(), share)
    total = sum(exact.supported) + sum(exact.refuted) + exact.inconclusive
    assert total == pytest.approx(1.0) and sum(exact.stopping) == pytest.approx(1.0)


def test_certain_values_are_decided_at_the_first_look():
    sure, never = power(Procedure(), 1.0), power(Procedure(), 0.0)
    assert sure.supported[0] == pytest.approx(1.0) and never.refuted[0] == pytest.approx(1.0)
    assert sure.mean_replicates == pytest.approx(32) and sure.replicates(0.95) == 32


def test_the_border_takes_every_round():
    border = power(Procedure(), 0.5)
    assert border.replicates(0.95) == 1024 and border.inconclusive > 0.99


def test_more_inside_means_more_support():
    shares = [0.5, 0.6, 0.7, 0.8, 0.9]
    supported = [sum(power(Procedure(), share).supported) for share in shares]
    assert supported == sorted(supported)


@pytest.mark.parametrize("share", [-0.1, 1.1])
def test_a_share_is_a_probability(share):
    with pytest.raises(InvalidArgument, match="is a probability"):
        power(Procedure(), share)
