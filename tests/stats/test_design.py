"""The design: the table of critical numbers, the split of the levels, the ledger."""

import pytest
from scipy.stats import binom

from mfcheck.errors import InvalidArgument
from mfcheck.stats import ErrorBudget, Procedure

PROCEDURE = Procedure()


def test_the_table():
    assert PROCEDURE.table() == (
        (32, 3, 6),
        (64, 13, 18),
        (128, 36, 44),
        (256, 89, 99),
        (512, 200, 215),
        (1024, 433, 455),
    )


def test_the_looks_split_the_levels_evenly():
    assert PROCEDURE.looks == 6
    assert PROCEDURE.pass_level == pytest.approx(1e-3 / 6)
    assert PROCEDURE.fail_level(two_sided=False) == pytest.approx(2e-6 / 6)
    assert PROCEDURE.fail_level(two_sided=True) == pytest.approx(1e-6 / 6)


def test_a_run_stays_within_one_in_a_thousand():
    assert PROCEDURE.false_refuted == pytest.approx(1e-3)


def test_another_quantile_uses_its_own_binomial():
    tail = Procedure(rounds=(256,), quantile=0.95)
    k_fail, k_pass = tail.k_fail(0), tail.k_pass(0)
    assert binom.cdf(k_fail - 1, 256, 0.95) <= 2e-6 < binom.cdf(k_fail, 256, 0.95)
    assert binom.cdf(k_pass - 1, 256, 0.05) <= 1e-3 < binom.cdf(k_pass, 256, 0.05)


def test_rounds_may_be_any_sequence():
    assert Procedure(rounds=[32, 64]) == Procedure(rounds=(32, 64))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"alpha_fail": 0.0}, "alpha_fail"),
        ({"alpha_pass": 0.5}, "alpha_pass"),
        ({"slots": 0}, "slots"),
        ({"quantile": 1.0}, "quantile"),
        ({"rounds": ()}, "increase strictly"),
        ({"rounds": (64, 64)}, "increase strictly"),
        ({"rounds": (0, 64)}, "whole number"),
        ({"rounds": (32.0,)}, "whole number"),
    ],
)
def test_procedure_refuses(change, rule):
    with pytest.raises(InvalidArgument, match=rule):
        Procedure(**change)


def test_a_budget_that_cannot_decide_says_so_before_any_data():
    with pytest.raises(InvalidArgument, match="end with at least 19 replicates"):
        Procedure(rounds=(18,))
    assert Procedure(rounds=(19,)).k_fail(0) == 1


def test_a_budget_for_a_small_exceedance():
    """No exceedance among n supports "at most δ" from (1 − δ)^n <= alpha on: 135 and 688."""
    for delta, least in ((0.05, 135), (0.01, 688)):
        assert Procedure(rounds=(least,), quantile=1 - delta).k_pass(0) == 1
        with pytest.raises(InvalidArgument, match=f"at least {least} replicates"):
            Procedure(rounds=(least - 1,), quantile=1 - delta)


@pytest.mark.parametrize("look", [-1, 6, 0.0])
def test_a_look_that_is_not_there(look):
    with pytest.raises(InvalidArgument, match="look"):
        PROCEDURE.k_pass(look)


def test_ledger_gives_one_slot_per_key():
    ledger = ErrorBudget(slots=2).take("coupling::leg_in_width::0")
    assert ledger.taken == 1
    assert ledger.take("coupling::leg_in_width::0") is ledger
    assert ledger.take("coupling::leg_in_step::0").taken == 2


def test_ledger_does_not_depend_on_the_order():
    one = ErrorBudget().take("a").take("b")
    assert one == ErrorBudget().take("b").take("a").take("a")


def test_ledger_refuses_the_slot_after_the_last():
    ledger = ErrorBudget()
    for row in range(PROCEDURE.slots):
        ledger = ledger.take(f"row {row}")
    assert ledger.take("row 499") is ledger
    with pytest.raises(InvalidArgument, match="all 500 slots of the run's error budget are taken"):
        ledger.take("row 500")


def test_ledger_refuses_to_start_overdrawn():
    with pytest.raises(InvalidArgument, match="only 1 slots"):
        ErrorBudget(1, frozenset({"a", "b"}))
    with pytest.raises(InvalidArgument, match="slots"):
        ErrorBudget(0)
