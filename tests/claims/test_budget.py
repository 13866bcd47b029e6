"""Budgets: the finer the margin, the more problems and replicates are paid for."""

from itertools import pairwise

import pytest

from mfcheck.claims import budget
from mfcheck.claims.budget import BUDGET_BY_NAME
from mfcheck.errors import InvalidArgument
from mfcheck.pytest_plugin import BUDGETS as OPTIONS
from mfcheck.report import schema
from mfcheck.seeds import CHUNK
from mfcheck.stats import AtMost


def test_the_names_are_those_of_the_command_line_and_of_the_evidence():
    named = schema()["$defs"]["RunRecord"]["properties"]["budget"]["enum"]
    assert list(BUDGET_BY_NAME) == list(OPTIONS)
    assert sorted(BUDGET_BY_NAME) == sorted(named)


def test_the_margins_of_the_design():
    assert [b.margin for b in BUDGET_BY_NAME.values()] == [0.15, 0.08, 0.03]


def test_a_finer_margin_pays_more():
    for coarse, fine in pairwise(BUDGET_BY_NAME.values()):
        assert fine.margin < coarse.margin
        assert fine.drawn > coarse.drawn
        assert fine.seconds > coarse.seconds
        assert fine.procedure.rounds[-1] > coarse.procedure.rounds[-1]


@pytest.mark.parametrize("name", BUDGET_BY_NAME)
def test_every_run_keeps_its_error_rates(name):
    procedure = budget(name).procedure
    assert procedure.false_refuted <= 1e-3
    assert procedure.alpha_pass <= 1e-3
    assert all(n % CHUNK == 0 for n in procedure.rounds)
    assert all(late == 2 * early for early, late in pairwise(procedure.rounds))


def test_the_last_rounds():
    assert [b.procedure.rounds[-1] for b in BUDGET_BY_NAME.values()] == [1024, 4096, 32768]


def test_an_unknown_budget_is_refused():
    with pytest.raises(InvalidArgument, match="did you mean 'quick'"):
        budget("quik")


@pytest.mark.parametrize("chosen", BUDGET_BY_NAME.values())
def test_the_margin_of_a_probability_is_a_share_of_it(chosen):
    assert chosen.room("exceedance", AtMost(0.02)) == pytest.approx(chosen.margin / 50)
    assert (
        chosen.room("growth", AtMost(0.02)) == chosen.room("value", AtMost(0.02)) == chosen.margin
    )
