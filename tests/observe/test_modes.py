"""How far weights still go, in the moments of the theorem, against sums over single neurons."""

import pytest

import mfcheck as mf
from mfcheck.observe.modes import still_to_go
from tests.plain import law, network


def test_the_moments_are_sums_over_neurons():
    model, start = mf.Model(("tanh", "tanh", "identity")), network([3, 4], 2, weighted=True)
    path = mf.sgd(model, start, law(5, 2), 0.1, 1.0, batch=None, at=[0.0, 0.5, 1.0])
    a, z = path.states[1], path.states[2]
    wanted = [0.0, 0.0, 0.0]
    for k in range(4):
        w3 = abs(float(z.W[3][k, 0]))
        wanted[2] += float(z.P[2][k]) * (1 + w3) * abs(float(a.W[3][k, 0] - z.W[3][k, 0]))
        for j in range(3):
            p = float(z.P[1][j] * z.P[2][k]) * (1 + w3) * w3
            wanted[0] += p * abs(float(z.W[2][j, k])) * float((a.W[1][j] - z.W[1][j]).norm())
            wanted[1] += p * abs(float(a.W[2][j, k] - z.W[2][j, k]))
    assert still_to_go(path, 1)[:, 0].tolist() == pytest.approx(wanted, rel=1e-12)
    assert not still_to_go(path, 2).any()


def test_two_layers_have_other_moments():
    path = mf.sgd(mf.Model(("tanh", "identity")), network([3], 2), law(5, 2), 0.1, 0.1, batch=None)
    with pytest.raises(mf.InvalidArgument, match="three layers"):
        still_to_go(path, 0)
