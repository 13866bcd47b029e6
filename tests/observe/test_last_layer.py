"""Loss and the speed of the last layer: by hand, where both sides meet, and where no bound is."""

import pytest
import torch

import mfcheck as mf
from mfcheck.observe.combination import least_sums
from mfcheck.observe.last_layer import loss_by_last_speed
from tests.plain import law, network

MODEL = mf.Model(("tanh", "erf", "tanh", "softplus"), "geman_mcclure")
STATE = network([6, 5, 4], 2, replicates=(3,), seed=2, weighted=True)
DATA = law(3, 2, seed=1)


def test_the_speed_is_that_of_the_last_weights():
    sides = loss_by_last_speed(MODEL, [STATE], DATA)
    velocity = mf.gradient(MODEL, STATE, DATA).W[4][..., 0].abs().amax(-1)
    H = mf.forward(MODEL, STATE, DATA.x)
    y_hat = MODEL.phi(4).value(H[4][..., 0])
    rest = y_hat - DATA.y
    pull = MODEL.loss.slope(rest) * MODEL.phi(4).slope_at(H[4][..., 0], y_hat)
    target, features = MODEL.loss.value(rest) / pull, MODEL.phi(3).value(H[3])
    for r in range(3):
        (gamma,) = least_sums(target[r][None].numpy(), features[r].numpy())
        wanted = gamma * float(velocity[r])
        assert float(sides.right[0, r]) == pytest.approx(wanted, rel=1e-9)
        assert float(sides.left[0, r]) == pytest.approx(
            float(DATA.q @ MODEL.loss.value(rest)[r]), rel=1e-12
        )
    assert (sides.left <= sides.right).all()


def test_one_point_is_where_both_sides_meet():
    one = mf.DataLaw(DATA.x[:1], DATA.y[:1])
    sides = loss_by_last_speed(MODEL, [STATE, STATE], one)
    assert sides.left.shape == (2, 3)
    assert torch.allclose(sides.left, sides.right, rtol=1e-12, atol=0)


def test_one_feature_for_all_neurons_has_no_bound():
    same = {
        i: w[..., :1, :1].expand_as(w) if i > 1 else w[..., :1, :].expand_as(w)
        for i, w in STATE.W.items()
    }
    flat = mf.Ensemble(same, {i: b[..., :1].expand_as(b) for i, b in STATE.b.items()}, STATE.P)
    assert loss_by_last_speed(MODEL, [flat], DATA).right.isinf().all()
