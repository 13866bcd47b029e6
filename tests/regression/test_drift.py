"""Half a percent of anything is found in its layer; sums in another order are not."""

from importlib import import_module

import numpy as np
import pytest
import torch

from mfcheck import seeds
from mfcheck.dynamics import meanfield
from mfcheck.model import Activation
from mfcheck.model.schedules import Trained
from mfcheck.regression import golden
from mfcheck.regression.cases import CASES, chosen
from mfcheck.regression.compare import outcomes
from mfcheck.regression.measure import Found, measure_all

SGD, FLOW = (import_module(f"mfcheck.dynamics.{name}") for name in ("sgd", "flow"))

PERCENT = 1.005
"""A drift of half a percent."""

STILL = ("laws_of_the_data", "raw_draws", "steps_with_tracers")
"""Problems in which nothing moves, or only steps are counted."""

DESCENTS = chosen(["descent", "rates", "ends", "given"])


def against_golden(cases):
    """{problem: outcome} of this simulator, as it is patched, against the golden file."""
    old = golden.read_golden(golden.GOLDEN).problems
    kept = Found({case.name: old[case.name] for case in cases})
    return {o.name: o for o in outcomes(kept, measure_all(cases, floors=False))}


def first(outcome):
    """Where a problem parts: (time, reading)."""
    return outcome.parting.t, outcome.parting.first.name


def scaled(part, i):
    """A dict of layers with layer i half a percent larger."""
    return part | {i: PERCENT * part[i]} if i in part else part


@pytest.mark.parametrize("i", range(1, 7))
def test_a_drift_of_one_learning_rate_is_found_in_its_layer(monkeypatch, i):
    """It shows after the first step, in the weights of that layer alone."""
    true = SGD.move_
    drifting = lambda s, h, v: true(s, h, v._replace(c=scaled(v.c, i)))  # noqa: E731
    monkeypatch.setattr(SGD, "move_", drifting)
    before, found = golden.read_golden(golden.GOLDEN).problems, against_golden(DESCENTS)
    for name, outcome in found.items():
        (_, zero), (eps, one), *_ = before[name].rows
        moves = zero.get(f"w_{i}") != one.get(f"w_{i}")
        assert outcome.same is not moves
        if moves:
            assert first(outcome) == (eps, f"w_{i}")
            assert outcome.parting.first.share > 1e5
            weights = [o for o in outcome.parting.others if o.startswith(("w_", "b_"))]
            assert not weights and not outcome.redrawn
    assert sum(not outcome.same for outcome in found.values()) == (13, 14, 12, 4, 2, 1)[i - 1]


def test_a_drift_of_all_rates_is_found_in_every_problem_that_moves(monkeypatch):
    true = Trained.rates

    def drifting(self, t):
        return tuple({i: PERCENT * xi for i, xi in part.items()} for part in true(self, t))

    monkeypatch.setattr(Trained, "rates", drifting)
    found = against_golden(CASES)
    assert {name for name, outcome in found.items() if outcome.same} == set(STILL)
    assert all(
        outcome.parting.first.share > 1e4 for name, outcome in found.items() if name not in STILL
    )


@pytest.mark.parametrize("i", [1, 2, 3, 4])
def test_a_drift_of_one_gradient_is_found_in_its_layer(monkeypatch, i):
    """Before the first step: the sensitivities are read at t = 0."""
    true = meanfield.sensitivities
    monkeypatch.setattr(meanfield, "sensitivities", lambda *parts: scaled(true(*parts), i))
    found = against_golden(chosen(["rates_by_layer", "ends_frozen", "samples_of_four"]))
    assert {first(outcome) for outcome in found.values()} == {(0.0, f"G_{i}")}


def test_a_flow_names_the_layer_that_is_off_by_most(monkeypatch):
    """All weights of a flow have moved at the first time at which it is recorded."""
    monkeypatch.setattr(FLOW, "velocity", _drifting_velocity(2))
    found = against_golden(chosen(["flow_2", "flow_3", "flow_5"]))
    assert {first(outcome) for outcome in found.values()} == {(0.8 / 64, "w_2")}


def _drifting_velocity(i):
    def drifting(*parts):
        v = meanfield.mean_velocity(*parts)
        return v._replace(c=scaled(v.c, i))

    return drifting


def test_a_missing_slope_is_found_where_it_is_missing(monkeypatch):
    """The layers above are right, and so is the last gradient, which has no hidden slope in it."""
    monkeypatch.setattr(Activation, "pull", lambda self, delta, h, value: delta)
    found = against_golden(chosen(["descent_2_layers", "descent_3_layers_huber", "descent_5"]))
    assert found["descent_2_layers_linear"].same
    places = {name: first(outcome) for name, outcome in found.items() if not outcome.same}
    assert places == {
        "descent_2_layers": (0.0, "G_1"),
        "descent_3_layers_huber": (0.0, "G_2"),
        "descent_5_layers": (0.0, "G_4"),
    }


def test_a_drift_of_a_forward_average_is_found_in_its_layer(monkeypatch):
    true = meanfield.average

    def drifting(v, p, w, b=None):
        return true(v, p, w * (PERCENT if w.shape[1:] == (5, 4) else 1), b)

    monkeypatch.setattr(meanfield, "average", drifting)
    assert against_golden(chosen(["descent_4"]))["descent_4_layers_unequal"].same
    monkeypatch.setattr(
        meanfield,
        "average",
        lambda v, p, w, b=None: true(v, p, w * (PERCENT if w.shape[1:] == (8, 5) else 1), b),
    )
    assert first(against_golden(chosen(["descent_4"]))["descent_4_layers_unequal"]) == (0.0, "H_3")


def test_other_draws_are_told_from_other_physics(monkeypatch):
    true = seeds._uniform
    monkeypatch.setattr(seeds, "_uniform", lambda words: 1 - true(words))
    found = against_golden(chosen(["samples_of_one", "raw_draws"]))
    assert found["raw_draws"].redrawn == ("labels", "table", "uniforms")
    assert "samples" in found["samples_of_one"].redrawn
    assert not any(outcome.same for outcome in found.values())


def backwards(v, p, w, b=None):
    """b + E_C[v w] as a plain loop over the neurons, from the last to the first."""
    total = torch.zeros(v.shape[0], v.shape[1], w.shape[2], dtype=v.dtype)
    for j in reversed(range(w.shape[1])):
        share = p if isinstance(p, float) else p[:, j, None, None]
        total += v[:, :, j, None] * (share * w[:, j, None, :])
    return total if b is None else total + b[:, None, :]


def test_sums_in_another_order_pass(monkeypatch):
    """Every average as a loop from behind, every matrix product by numpy on reversed data."""
    monkeypatch.setattr(meanfield, "average", backwards)

    def product(w, h, rows, cols):
        a, b = rows.flip(1).numpy(), (h * cols).flip(1).numpy()
        return w.add_(torch.as_tensor(np.einsum("rbj,rbk->rjk", a, b)))

    monkeypatch.setattr("mfcheck.dynamics.velocity.add_product_", product)
    found = against_golden(CASES)
    assert all(outcome.same for outcome in found.values())
    assert sum(not outcome.bits for outcome in found.values()) >= 25
