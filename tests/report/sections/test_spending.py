"""Cost times variance, on curves whose covariance is known exactly."""

import re
from html import unescape
from math import exp

import pytest
from msgspec import structs
from scipy.linalg import hadamard

from mfcheck.report import render
from mfcheck.report.outline import outline
from mfcheck.report.sections import spending
from mfcheck.report.sections.summary import claims_of
from tests.records import as_evidence, changed

LINEAR = [16e-5, 32e-5, 64e-5, 128e-5]
COLUMNS = hadamard(16)[:, 1:5]  # orthogonal to each other and to the constant


def measured(row, scale=(1, 1, 1, 1), cost=tuple(LINEAR), once=1.0, seconds=3.0):
    """The row with logs of equal variance, uncorrelated between points, up to `scale`."""
    curves = [[exp(0.1 * s * c) for s, c in zip(scale, line, strict=True)] for line in COLUMNS]
    spent = {"once": once, "replicate": list(cost)}
    return changed(row, curves=curves, cost=spent, seconds=seconds)


@pytest.fixture
def row(evidence):
    return next(r for r in as_evidence(evidence).rows if r.id == "coupling.leg_in_width.0")


def test_prices_by_hand(row):
    """Equal steps: Var = σ²/5 for four points, 2σ²/9 for the ends; they cost 240 and 144 units."""
    ends, three = spending.row_prices(measured(row))
    assert ends == pytest.approx((2 / 9 * 144) / (1 / 5 * 240))
    # 0, 1, 3 in units of log 2: Σ(x − 4/3)² = 14/3
    assert three == pytest.approx((3 / 14 * 176) / (1 / 5 * 240))


def test_a_dear_inner_point_and_a_noisy_end(row):
    flat = spending.row_prices(measured(row, cost=(1, 1, 1, 1)))
    assert flat[0] == pytest.approx(2 / 9 * 2 / (1 / 5 * 4))
    noisy = spending.row_prices(measured(row, scale=(3, 1, 1, 1), cost=(1, 1, 1, 1)))
    assert noisy[0] > flat[0]


@pytest.mark.parametrize(
    "fields",
    [
        {"estimator": "value"},
        {"cost": None},
        {"curves": [[1.0, 1.0, 1.0, 1.0]] * 8},
        {"curves": [[1.0, None, 1.0, 1.0]] * 32},
        {"curves": [[0.0, 1.0, 1.0, 1.0]] * 32},
        {"cost": {"once": 0.0, "replicate": [1.0]}},
        {"cost": {"once": 0.0, "replicate": [0.0] * 4}},
        {"curves": [[1.0, 1.0, 1.0, 1.0]] * 32},
    ],
)
def test_rows_that_have_no_price(row, fields):
    assert spending.row_prices(changed(measured(row), **fields)) is None


def test_a_slope_that_moves_by_rounding_alone_has_no_price(row):
    """Its variance over the whole grid is no number to divide by."""
    still = measured(row, scale=(1e-9, 1e-9, 1e-9, 1e-9))
    assert spending.row_prices(still) is None
    assert spending.row_prices(measured(row, scale=(1e-2, 1e-2, 1e-2, 1e-2))) is not None


def of(rows, evidence):
    return claims_of(outline(structs.replace(as_evidence(evidence), rows=tuple(rows))))


def test_checks_are_added_up_and_weighted_by_their_replicates(evidence, row):
    cheap = measured(row, cost=(1, 1, 1, 1), once=0.5, seconds=1.5)
    dear = changed(measured(row, once=1.0, seconds=10.0), n=128)
    (found,) = spending.spending(of([cheap, dear], evidence))
    assert (found.rows, found.seconds, found.once, found.replicates) == (2, 11.5, 1.5, 96)
    own = [spending.row_prices(r)[0] for r in (cheap, dear)]
    assert found.ends == pytest.approx((own[0] * 1 + own[1] * 9) / 10)
    total = spending.totals(of([cheap, dear], evidence))
    assert total == pytest.approx((11.5, 1.5, found.ends, found.three))


def test_the_page_says_what_a_bend_costs(evidence, row):
    rows = (measured(row, once=1.0, seconds=3.0),)
    page = render(structs.replace(as_evidence(evidence), rows=rows))
    text = " ".join(unescape(re.sub("<[^>]+>", " ", page)).split())
    assert "Of 3.0 s of one core 1.0 s went into what a row needs once" in text
    assert "the two ends of the grids would have cost 67 %" in text
    assert "coupling leg_in_width 1 3.0 s 1.0 s 64 67 %" in text


def test_an_evidence_without_costs_has_no_such_section(evidence):
    assert "What was spent on what" not in render(as_evidence(evidence))
