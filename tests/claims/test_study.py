"""Studies: described, not made, and made of numbers that can travel."""

from json import dumps

import numpy as np
import pytest

from mfcheck.claims.study import (
    IDENTITY_REPLICATES,
    cell_size,
    exceedance,
    growth,
    identity,
    value,
)
from mfcheck.errors import InvalidArgument
from mfcheck.seeds import CHUNK, Seeds


def never(*args):
    raise AssertionError("a study runs nothing")


def test_nothing_runs_when_a_study_is_described():
    for study in (growth(never, along=(1, 2, 4)), identity(never), value(never)):
        assert study.points


def test_a_measure_takes_a_point_and_seeds():
    seeds = Seeds(0, range(3))
    assert growth(lambda N, s: (N, s), along=(1, 2, 4)).measure(4, seeds) == (4, seeds)
    assert identity(lambda s: s).measure(0, seeds) == seeds
    assert value(lambda s: s).measure(0, seeds) == seeds


@pytest.mark.parametrize(
    "along", [(16, 32, 64), [16, 32, 64], 2 ** np.arange(4, 7), (16, np.int64(32), 64)]
)
def test_whole_points_stay_whole_and_travel_as_json(along):
    points = growth(never, along=along).points
    assert dumps(points) == "[16, 32, 64]"


def test_other_points_are_floats():
    assert growth(never, along=np.array([0.5, 1, 2], dtype=np.float32)).points == (0.5, 1.0, 2.0)


@pytest.mark.parametrize(
    "along", [(), (16,), (16, 32), (16, 16, 32), (64, 32, 16), (0, 1, 2), (-1, 1, 2)]
)
def test_an_axis_has_three_increasing_points_above_zero(along):
    with pytest.raises(InvalidArgument, match=r"16, 32, 64"):
        growth(never, along=along)


def test_cells_are_chunks_but_for_identities():
    assert cell_size(growth(never, along=(1, 2, 4))) == CHUNK
    assert cell_size(value(never)) == CHUNK
    assert cell_size(identity(never)) == IDENTITY_REPLICATES <= CHUNK


def test_every_estimator_has_a_symbol():
    studies = (growth(never, along=(1, 2, 4)), value(never), exceedance(never, 1), identity(never))
    assert [study.symbol for study in studies] == ["slope", "value", "share", "residual"]


def test_what_is_judged_of_a_replicate():
    values = np.array([[1.0, 3.0, np.nan], [2.0, 3.0, 1.0], [4.0, 3.0, 1.0]])
    slope = growth(never, along=(1, 2, 4)).statistic(values)
    assert slope[:2] == pytest.approx([1.0, 0.0]) and np.isnan(slope[2])
    assert value(never).statistic(values)[:2].tolist() == [1.0, 3.0]
    assert exceedance(never, above=2).statistic(values).tolist() == [0.0, 1.0, 1.0]


@pytest.mark.parametrize("above", [np.inf, np.nan, "1"])
def test_an_exceedance_has_a_finite_bound(above):
    with pytest.raises(InvalidArgument, match="above"):
        exceedance(never, above=above)


def test_a_value_may_have_a_figure_too():
    def draw(seeds):
        return None

    assert value(lambda seeds: seeds, figure=draw).figure is draw
    assert value(lambda seeds: seeds).figure is None
