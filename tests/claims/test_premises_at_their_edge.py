"""Every premise of the catalogue, on a problem that barely meets it and one that breaks it."""

from dataclasses import replace
from math import inf

import pytest
import torch

import mfcheck as mf
from mfcheck.claims import model_premises, premises
from mfcheck.claims.assumption import Status
from mfcheck.claims.rate_premises import averaged_well, drawn_often
from mfcheck.claims.step_premises import descends_by
from mfcheck.errors import InvalidArgument
from mfcheck.model.ensemble import Ensemble
from tests.edge_problems import DEFAULT, INDEPENDENT, losing, on_two, rare, with_rate
from tests.edges import EDGES, NEVER_BROKEN
from tests.premise_table import asked


def decided():
    """The words of every premise of the catalogue that a problem decides."""
    return {premise.text for premise in asked() if premise.test}


@pytest.mark.parametrize("edge", EDGES)
def test_an_edge(edge):
    (_, keeps), (_, breaks) = edge.meets, edge.breaks
    held, failed = edge.premise.on(keeps), edge.premise.on(breaks)
    assert held.status == Status.HOLDS and held.why
    assert failed.status == Status.BROKEN and failed.why


def test_no_premise_of_the_catalogue_is_without_an_edge():
    tried = {edge.premise.text for edge in EDGES} | {one.text for one in NEVER_BROKEN}
    assert sorted(decided() - tried) == []


def test_every_edge_is_of_the_catalogue():
    assert sorted({edge.premise.text for edge in EDGES} - decided()) == []


def test_what_would_break_the_others_is_no_problem():
    for bad in (inf, float("nan")):
        with pytest.raises(InvalidArgument, match="must be finite"):
            mf.DataLaw([[bad]], [0.0])
        with pytest.raises(InvalidArgument, match="must be finite"):
            mf.DataLaw([[0.0]], [bad])
    for loss in ("squared", "huber", "logcosh", "geman_mcclure", "tukey"):
        assert premises.TAME_LOSS.on(losing(loss, 1.0)).status == Status.HOLDS
    own = mf.Loss(lambda r: r.square().square(), lambda r: 4 * r * r.square())
    assert premises.TAME_LOSS.on(losing(own, 1.0)).status == Status.UNCHECKED
    assert premises.BOUNDED_INPUTS.on(on_two(1e300)).status == Status.HOLDS


def test_of_rates_that_move_not_all_is_known():
    assert model_premises.SCHEDULES.on(with_rate(lambda t: 1 + t)).status == Status.UNCHECKED
    assert descends_by(40).on(with_rate(lambda t: 1 + t)).status == Status.UNCHECKED


def test_no_step_is_tried_without_atoms_and_no_mean_is_known():
    for premise in (descends_by(40), averaged_well(40), drawn_often(40)):
        assert premise.on(INDEPENDENT).status == Status.UNCHECKED


def test_a_single_heavy_weight_is_seen_at_the_neuron_that_it_enters():
    """On the average over all pairs its deviation would be a fifth of that."""
    atoms = rare(0.05).emb.atoms
    W = {**atoms.W, 2: atoms.W[2].clone()}
    W[2][:, 0] = torch.tensor([30.0, *[0.0] * 11])
    heavy_one = replace(DEFAULT, emb=mf.FiniteEmbedding(Ensemble.of(W, atoms.b, atoms.P)))
    assert averaged_well(40).on(heavy_one).status == Status.BROKEN


def test_a_loss_at_rest_falls_by_all_that_its_slope_promises():
    still = DEFAULT.trained_by({1: 0, 2: 0, 3: 0}, {2: 0, 3: 0})
    assert descends_by(40).on(still).status == Status.HOLDS
