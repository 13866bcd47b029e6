"""The least risk that a function of x can reach, against closed forms."""

import pytest
import torch

import mfcheck as mf
from mfcheck.model.loss import loss
from mfcheck.observe.excess import excess, least_risk


def law(x, y, q):
    return mf.DataLaw([[value] for value in x], y, q)


def test_labels_that_are_a_function_of_x_leave_no_risk():
    assert least_risk(loss("squared"), law([0.0, 1.0, 2.0], [3.0, -1.0, 3.0], None)) == 0


def test_under_squared_loss_it_is_half_the_variance_within_each_x():
    data = law([0.0, 0.0, 1.0, 1.0, 1.0], [1.0, 5.0, -1.0, 0.0, 3.0], [0.1, 0.3, 0.2, 0.2, 0.2])
    parts = []
    for y, q in (([1.0, 5.0], [0.1, 0.3]), ([-1.0, 0.0, 3.0], [0.2, 0.2, 0.2])):
        y, q = (torch.tensor(v, dtype=torch.float64) for v in (y, q))
        parts.append(float(q @ (y - q @ y / q.sum()) ** 2) / 2)
    assert least_risk(loss("squared"), data) == pytest.approx(sum(parts), rel=1e-9)


def test_a_loss_that_is_not_convex_may_give_up_a_label():
    """Geman–McClure with two far labels: staying at the heavier one is best, near enough."""
    data = law([0.0, 0.0], [0.0, 100.0], [0.7, 0.3])
    assert least_risk(loss("geman_mcclure"), data) == pytest.approx(0.3, abs=1e-3)


def test_the_excess_is_what_is_left_above_it():
    data = law([0.0, 0.0, 1.0], [1.0, -1.0, 0.5], None)
    model = mf.Model(("tanh", "identity"))
    state = mf.Ensemble({1: torch.ones(4, 1).double(), 2: torch.zeros(4, 1).double()})
    path = mf.flow(model, state, data, 0.5, at=[0.0, 0.5])
    left = excess(model.loss, path, data)
    assert left.shape == (2, 1)
    assert float(left[0, 0]) == pytest.approx(float(path.loss[0]) - 1 / 3)
