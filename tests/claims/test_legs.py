"""The envelope of the coupling theorem by hand, and SGD beside the flow against the two alone."""

from math import e, log

import pytest
import torch

import mfcheck as mf
from mfcheck.claims.legs import envelope, walk_and_flow

PROBLEM = mf.FiniteSpec(("tanh", "identity"), T=1.0).problem()
SEEDS = mf.Seeds(0, range(3))


def test_envelope_by_hand():
    assert envelope(16, 0.25, 2.0, 0.1) == pytest.approx(0.75 * log(23040 + e) ** 0.5, rel=1e-14)
    assert envelope(16, 0.0, 2.0) == pytest.approx(0.25 * log(46080 + e) ** 0.5, rel=1e-14)


def test_walk_and_flow_start_from_the_same_networks():
    walk, flow = walk_and_flow(PROBLEM, 8, 1 / 40, SEEDS, 40)
    assert torch.allclose(walk.times, flow.times) and len(walk.times) == 11
    assert all(torch.equal(w, flow.states[0].W[i]) for i, w in walk.states[0].W.items())


def test_the_samples_go_by_their_name_and_the_networks_do_not():
    one, other = (walk_and_flow(PROBLEM, 8, 1 / 40, SEEDS, name) for name in (40, 80))
    assert float(mf.distance(one[1], other[1]).max()) == 0.0
    assert float(mf.distance(one[0], other[0]).min()) > 0.0


def test_the_walk_nears_the_flow_in_fine_steps():
    gaps = [mf.distance(*walk_and_flow(PROBLEM, 8, 1 / n, SEEDS, n)).mean() for n in (20, 2000)]
    assert gaps[1] < gaps[0] / 3
